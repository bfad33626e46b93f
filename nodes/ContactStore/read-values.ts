import { validateFieldType, type FieldType } from 'n8n-workflow';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import { isNoDate, readDate } from '../../src/domain/schedule/parse-date';
import { momentOfReading } from '../../src/domain/schedule/zone-clock';

/** The moment that a date parameter means, epoch milliseconds; null where it is empty. Without an offset it is local to `zone`. */
export function readMoment(value: unknown, field: string, zone: string): Reading<number | null> {
  if (isNoDate(value)) return { ok: true, value: null };
  const date = readDate(value, field);
  if (!date.ok) return date;
  const at = date.value.kind === 'instant' ? date.value.at : momentOfReading(zone, date.value.reading);
  return { ok: true, value: at };
}

/** The object that a JSON parameter holds, as text or as an expression gives it; empty is an empty object. */
export function readObject(value: unknown, field: string): Reading<Record<string, unknown>> {
  let parsed = value;
  if (typeof value === 'string') {
    try {
      parsed = value.trim() === '' ? {} : JSON.parse(value);
    } catch {
      return refuse(field, `${field} is ${quote(value)}; it must be JSON.`);
    }
  }
  if (parsed === null || parsed === undefined) return { ok: true, value: {} };
  return typeof parsed === 'object' && !Array.isArray(parsed)
    ? { ok: true, value: parsed as Record<string, unknown> }
    : refuse(field, `${field} is ${quote(parsed)}; it must be a JSON object.`);
}

/** The object that an assignment collection describes: each name with its value in the type the row gives. */
export function readAssignments(
  collection: Readonly<Record<string, unknown>>,
  field: string,
): Reading<Record<string, unknown>> {
  const rows = Array.isArray(collection.assignments) ? (collection.assignments as unknown[]) : [];
  const problems: Problem[] = [];
  const entries: Array<[string, unknown]> = [];
  for (const row of rows) {
    const { name, value, type } = row as { name?: unknown; value?: unknown; type?: unknown };
    if (typeof name !== 'string' || name.trim() === '') {
      problems.push({ field, message: `A row of ${field} has no name.` });
      continue;
    }
    const reading = readTyped(value, type, `${field}.${name}`);
    if (reading.ok) entries.push([name, reading.value]);
    else problems.push(...reading.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: Object.fromEntries(entries) };
}

function readTyped(value: unknown, type: unknown, field: string): Reading<unknown> {
  if (value === null || value === undefined || typeof type !== 'string') return { ok: true, value };
  const checked = validateFieldType(field, value, type as FieldType, { strict: false, parseStrings: true });
  return checked.valid
    ? { ok: true, value: checked.newValue ?? value }
    : refuse(field, `${field} is ${quote(value)}; it must be of type ${type}.`);
}

function refuse(field: string, message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ field, message }] };
}
