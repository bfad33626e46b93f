import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { keysOf, readText } from '../rule/rule-reading';
import { numberOf } from '../rule/rule-value';

/** What is tried out on contacts: variants that share them by weight, and a control group that gets none. */
export interface Experiment {
  /** Experiments with the same name split in the same way. */
  readonly name: string;
  /** Two to six, each with its own name. */
  readonly variants: readonly Variant[];
  /** The share of all contacts that gets nothing, from 0 to below 1. */
  readonly controlShare: number;
}

/** One way among others. */
export interface Variant {
  readonly name: string;
  /** How many it gets in proportion to the others, from 0. */
  readonly weight: number;
}

const FEWEST_VARIANTS = 2;
const MOST_VARIANTS = 6;
const LARGEST_WEIGHT = 1_000_000;

/**
 * Reads an experiment: `{ name, variants: [{ name, weight? }, …], controlShare? }`; a weight is 1 unless it is set, and
 * at least one is above 0. What is unknown, of the wrong type or named twice is refused with the path to it, all
 * problems at once.
 */
export function parseExperiment(json: unknown, path = 'experiment'): Reading<Experiment> {
  const problems: Problem[] = [];
  const experiment = parse(json, path, problems);
  return experiment && problems.length === 0 ? { ok: true, value: experiment } : { ok: false, problems };
}

function parse(json: unknown, path: string, problems: Problem[]): Experiment | undefined {
  if (!isJsonObject(json)) {
    const shape = '{ "name": "subject", "variants": [{ "name": "A" }, { "name": "B" }] }';
    problems.push({ field: path, message: `${quote(json)} is no experiment; write ${shape}.` });
    return undefined;
  }
  keysOf(json, ['name', 'variants', 'controlShare'], path, problems);
  const name = readText(json.name, `${path}.name`, problems);
  const variants = parseVariants(json.variants, `${path}.variants`, problems);
  const controlShare = readControlShare(json.controlShare, `${path}.controlShare`, problems);
  if (name === undefined || !variants || controlShare === undefined) return undefined;
  return { name, variants, controlShare };
}

function parseVariants(
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): Variant[] | undefined {
  if (!Array.isArray(json) || json.length < FEWEST_VARIANTS || json.length > MOST_VARIANTS) {
    const seen = Array.isArray(json) ? `There are ${json.length} variants` : `variants is ${quote(json)}`;
    const message = `${seen}; it must be a list of ${FEWEST_VARIANTS} to ${MOST_VARIANTS}.`;
    problems.push({ field: path, message });
    return undefined;
  }
  const variants: Variant[] = [];
  json.forEach((entry, index) => {
    const at = `${path}[${index}]`;
    const variant = isJsonObject(entry) ? parseVariant(entry, at, problems) : undefined;
    if (!isJsonObject(entry)) {
      const message = `${quote(entry)} is no variant; write { "name": "A", "weight": 1 }.`;
      problems.push({ field: at, message });
    }
    if (!variant) return;
    if (variants.some(({ name }) => name === variant.name)) {
      const message = `There are two variants with the name ${quote(variant.name)}.`;
      problems.push({ field: `${at}.name`, message });
    }
    variants.push(variant);
  });
  if (variants.length < json.length) return undefined;
  if (variants.every(({ weight }) => weight === 0)) {
    problems.push({ field: path, message: 'All weights are 0; at least one variant must get contacts.' });
  }
  return variants;
}

function parseVariant(json: JsonObject, path: string, problems: Problem[]): Variant | undefined {
  keysOf(json, ['name', 'weight'], path, problems);
  const name = readText(json.name, `${path}.name`, problems);
  const weight = numberOf(json.weight ?? 1);
  if (name?.trim().toLowerCase() === 'control') {
    const message = `${quote(name)} is what the control group is called; give the variant another name.`;
    problems.push({ field: `${path}.name`, message });
  }
  if (weight === undefined || weight < 0 || weight > LARGEST_WEIGHT) {
    const wanted = `use a number from 0 to ${LARGEST_WEIGHT}`;
    problems.push({ field: `${path}.weight`, message: `${quote(json.weight)} is no weight; ${wanted}.` });
    return undefined;
  }
  return name === undefined ? undefined : { name, weight };
}

function readControlShare(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): number | undefined {
  const share = numberOf(value ?? 0);
  if (share !== undefined && share >= 0 && share < 1) return share;
  const wanted = 'use a number from 0 to below 1, such as 0.1 for a tenth of all contacts';
  problems.push({ field: path, message: `${quote(value)} is no share; ${wanted}.` });
  return undefined;
}
