import { cleanText } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { NOTHING, targetOfName, type ColumnTarget } from './column-target';
import { knownTarget, recogniseTool, type ImportTool } from './known-headers';

/** One column of a file, and where its cells go. */
export interface ImportColumn {
  /** The header as the file has it, without what a program left around it. */
  readonly header: string;
  readonly target: ColumnTarget;
}

/** What is known of a file from its headers. */
export interface ImportColumns {
  /** The tool that wrote it; null if it is not recognised. */
  readonly tool: ImportTool | null;
  readonly columns: readonly ImportColumn[];
}

/** A user's own mapping: a target by header. */
export type ColumnMapping = ReadonlyMap<string, ColumnTarget>;

const LONGEST_NAME = 100;

/**
 * Reads a user's own mapping, from header to the name of a target (see `targetOfName`); a blank or null leaves a
 * column out. Refused, under the header: any other name.
 */
export function readColumnMapping(json: unknown): Reading<ColumnMapping> {
  if (json === undefined || json === null) return { ok: true, value: new Map() };
  if (typeof json !== 'object' || Array.isArray(json)) {
    const message = `The mapping is ${quote(json)}; it must be an object such as { "Kundennummer": "externalId" }.`;
    return { ok: false, problems: [{ field: 'mapping', message }] };
  }
  const problems: Problem[] = [];
  const mapping = new Map<string, ColumnTarget>();
  for (const [header, name] of Object.entries(json)) {
    const target = name === null ? NOTHING : typeof name === 'string' ? targetOfName(name) : undefined;
    if (target?.to === 'property') mapping.set(cleanHeader(header), { ...target, format: 'text' });
    else if (target) mapping.set(cleanHeader(header), target);
    else {
      const wanted = 'a field such as email, tags, lists, consent.email, properties.plan, or nothing';
      problems.push({
        field: header,
        message: `${quote(name)} is nothing that a column can be; use ${wanted}.`,
      });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: mapping };
}

/**
 * Returns where each column of a file goes, from its headers alone. A user's own mapping comes first; then the
 * headers of this package's export; then those of the tool that is recognised; then the usual names, whatever
 * their case, blanks and underscores. Everything else is a custom property named after its header
 * (`Favourite Colour` is `favouriteColour`; without a header, `column3`). Of several columns for one field the
 * first sets it and the others become properties; of several properties of one name the second is `name2`.
 */
export function recogniseColumns(
  headers: readonly string[],
  mapping: ColumnMapping = new Map(),
): ImportColumns {
  const given = headers.map(cleanText);
  const clean = given.map(cleanHeader);
  const tool = recogniseTool(clean);
  const wanted = clean.map((header) => mapping.get(header) ?? mappedAnyCase(header, mapping));
  const taken = new Set<string>();
  const names = new Set<string>();
  for (const target of wanted) if (target) claim(target, taken, names);
  const columns = clean.map((header, index): ImportColumn => {
    const own = wanted[index];
    if (own) return { header, target: own };
    const known = exportedTarget(given[index] ?? '', tool) ?? knownTarget(header, tool);
    if (known && claim(known, taken, names)) return { header, target: known };
    const stem = known?.to === 'property' ? known.name : propertyName(header) || `column${index + 1}`;
    const format = known?.to === 'property' ? known.format : 'text';
    const target: ColumnTarget = { to: 'property', name: freeName(stem, names), format };
    claim(target, taken, names);
    return { header, target };
  });
  return { tool, columns };
}

/** Only text in the export's own vocabulary; a blank header is a property like any other there. */
function exportedTarget(header: string, tool: ImportTool | null): ColumnTarget | undefined {
  const name = header.replace(/^\ufeff/, '');
  const isOwnName = tool === 'Contact Store' || /^(?:properties|consent)\../.test(name);
  return isOwnName && name.trim() !== '' ? targetOfName(name) : undefined;
}

function mappedAnyCase(header: string, mapping: ColumnMapping): ColumnTarget | undefined {
  for (const [name, target] of mapping) if (name.toLowerCase() === header.toLowerCase()) return target;
  return undefined;
}

/** Takes what a target sets for one column; false if another column has it already. */
function claim(target: ColumnTarget, taken: Set<string>, names: Set<string>): boolean {
  if (target.to === 'property') {
    if (names.has(target.name)) return false;
    names.add(target.name);
    return true;
  }
  const key =
    target.to === 'field'
      ? target.field
      : target.to === 'consent'
        ? `${target.channel} ${target.part} ${target.name}`
        : undefined;
  if (key === undefined) return true;
  if (taken.has(key)) return false;
  taken.add(key);
  return true;
}

const INVISIBLE = '(?:\\s|\\ufeff|\\u200b|\\u200c|\\u200d|\\u2060)+';
const INVISIBLE_AROUND = new RegExp(`^${INVISIBLE}|${INVISIBLE}$`, 'g');

/** Header text without byte order marks, blanks of any width and quotes that a program left around it. */
function cleanHeader(header: string): string {
  const bare = header.replace(INVISIBLE_AROUND, '');
  return /^".*"$/s.test(bare) ? bare.slice(1, -1).trim() : bare;
}

/** A header in camel case: words of letters and digits joined, each but the first with a capital. */
function propertyName(header: string): string {
  const words = header
    .normalize('NFC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  const name = words.map((word, index) => (index === 0 ? word : capitalised(word))).join('');
  return [...name].slice(0, LONGEST_NAME - 4).join('');
}

function capitalised(word: string): string {
  const [first = '', ...rest] = word;
  return first.toUpperCase() + rest.join('');
}

function freeName(stem: string, names: ReadonlySet<string>): string {
  if (!names.has(stem)) return stem;
  for (let count = 2; ; count++) if (!names.has(`${stem}${count}`)) return `${stem}${count}`;
}
