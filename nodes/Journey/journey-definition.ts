import { isJsonObject, type JsonObject } from '../../src/domain/json';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import type { Parameters } from '../execution/parameters';
import {
  parseWrittenRule,
  readWrittenRule,
  ruleOfGroups,
  type WrittenRule,
} from '../execution/rule-decoding';

/** Reads what the panel says of a journey, as `readJourney` takes it. */
export function readDefinition(parameters: Parameters, index: number): Reading<JsonObject> {
  const problems: Problem[] = [];
  const keep = <T>(reading: Reading<T>): T | null => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return null;
  };
  const goal = keep(readGoal(parameters, index));
  const exit = keep(readExit(parameters, index));
  const options = parameters.object('entryOptions', index);
  const { excludedSegments, controlPercent, longestStay, longestUnit } = options;
  const control = Number(controlPercent ?? 0);
  if (!(control >= 0 && control <= 100)) {
    const message = `The control group is ${quote(controlPercent)}; use a number from 0 to 100 percent.`;
    problems.push({ field: 'controlPercent', message });
  }
  const reentry = parameters.text('reentry', index);
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      ...(goal === null
        ? {}
        : { goal: { rule: goal, sinceEntering: parameters.value('goalSince', index) !== false } }),
      ...(exit === null
        ? {}
        : { exit: { rule: exit, sinceEntering: parameters.value('exitSince', index) !== false } }),
      ...(longestStay === undefined || longestStay === ''
        ? {}
        : { longestStay: { amount: Number(longestStay), unit: String(longestUnit ?? 'days') } }),
      reentry:
        reentry === 'afterDays'
          ? { kind: reentry, days: parameters.number('reentryDays', index) }
          : { kind: reentry },
      excludedSegments: Array.isArray(excludedSegments) ? excludedSegments.map(String) : [],
      controlShare: control / 100,
    },
  };
}

function readGoal(parameters: Parameters, index: number): Reading<JsonObject | null> {
  const by = parameters.value('goalBy', index);
  if (by !== 'rules' && by !== 'json') return { ok: true, value: null };
  return checked(readWrittenRule(parameters, index, by === 'json' ? 'json' : 'groups'), 'goal');
}

function readExit(parameters: Parameters, index: number): Reading<JsonObject | null> {
  const by = parameters.value('exitBy', index);
  if (by === 'rules') {
    const rows = parameters.rows('exitGroups', 'group', index);
    return checked(ruleOfGroups(parameters.text('exitCombine', index), rows), 'exit');
  }
  if (by !== 'json') return { ok: true, value: null };
  const value = parameters.value('exitJson', index);
  try {
    const json: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return checked({ ok: true, value: { json, places: new Map() } }, 'exit');
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message})` : '';
    return {
      ok: false,
      problems: [{ field: 'exitJson', message: `The exit rule ${quote(value)} is not JSON${why}.` }],
    };
  }
}

/** What is wrong is told by what the panel calls its place, and which of the two rules it is. */
function checked(written: Reading<WrittenRule>, which: 'goal' | 'exit'): Reading<JsonObject> {
  const told = (problems: readonly Problem[]) =>
    problems.map((own) => ({
      ...own,
      message: `${which === 'goal' ? 'Goal' : 'Leave When'}: ${own.message}`,
    }));
  if (!written.ok) return { ok: false, problems: told(written.problems) };
  const parsed = parseWrittenRule(written.value);
  if (!parsed.ok) return { ok: false, problems: told(parsed.problems) };
  const { json } = written.value;
  if (isJsonObject(json)) return { ok: true, value: json };
  return { ok: false, problems: told([{ field: which, message: `${quote(json)} is no rule.` }]) };
}
