import { readContactPatch } from '../contact/contact-patch';
import { IDENTIFIER_KINDS, type ContactPatch } from '../contact/contact';
import { readTextCell, readValueText } from '../contact-export/cell-guard';
import type { ConsentStatement } from '../consent/consent';
import { cleanText, type JsonValue } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import type { ColumnField, PropertyFormat } from './column-target';
import {
  readCountry,
  readExportedValue,
  readLanguage,
  readLifecycleStage,
  readMonthDay,
  readNameList,
  readPhoneCell,
  readUtcTime,
  readZone,
} from './import-values';
import { readConsents, type ConsentCell } from './read-consent';
import type { ImportColumn, ImportColumns } from './recognise-columns';

/** How the rows of one import are read. */
export interface ReadRowOptions {
  /** When the import runs, epoch milliseconds UTC: the time of consent whose own is not told. */
  readonly importedAt: number;
  /** The country (ISO 3166-1 alpha-2) of telephone numbers without a country code, where the row names none. */
  readonly defaultCountry?: string;
  /** Whether a blank cell clears the field or property; by default it leaves it as it was. */
  readonly clearsBlanks?: boolean;
  /** Whether opt-ins are taken over from the file (default); opt-outs always are. */
  readonly takesOptIns?: boolean;
}

/** What a row asks for. */
export interface ImportedRow {
  readonly patch: ContactPatch;
  readonly consents: readonly ConsentStatement[];
  /** What was left out because it cannot be read, by header; the row is taken without it. */
  readonly notes: readonly Problem[];
}

const SPELLINGS: Partial<Record<ColumnField, (cell: string) => string>> = {
  country: readCountry,
  phone: readPhoneCell,
  locale: readLanguage,
  timezone: readZone,
  lifecycleStage: readLifecycleStage,
};

/** What a row collects from its cells. */
interface Draft {
  readonly fields: Map<ColumnField, { header: string; value: string | null }>;
  readonly properties: Array<[string, JsonValue]>;
  readonly tags: string[];
  readonly lists: string[];
  readonly consent: ConsentCell[];
  readonly notes: Problem[];
}

/** The longest cell of a property, in characters. Longer ones are documents, which would travel with the contact. */
const LONGEST_CELL = 65_536;

/**
 * Reads one row of a file. Blank cells say nothing. The row is refused, naming header and value, when its e-mail
 * address is none, and when nothing in it identifies a contact. Anything else that cannot be read (a telephone
 * number, a zone, a country) is left out and noted: it must not cost a subscriber.
 *
 * Consent is taken over from elsewhere (`by: 'import'`), which never brings back who opted out.
 */
export function readRow(
  values: readonly string[],
  { columns, tool }: ImportColumns,
  options: ReadRowOptions,
): Reading<ImportedRow> {
  const draft = collect(values, columns, options.clearsBlanks ?? false);
  const reading = readDraft(draft, columns, options.defaultCountry);
  if (!reading.ok) return reading;
  const { consents, notes } = readConsents(draft.consent, {
    source: tool === null ? 'import' : `import: ${tool}`,
    importedAt: options.importedAt,
    takesOptIns: options.takesOptIns ?? true,
    optOutChannels: optOutChannelsOf(columns),
  });
  return {
    ok: true,
    value: { patch: reading.value.patch, consents, notes: [...reading.value.notes, ...notes] },
  };
}

function collect(values: readonly string[], columns: readonly ImportColumn[], clearsBlanks: boolean): Draft {
  const draft: Draft = { fields: new Map(), properties: [], tags: [], lists: [], consent: [], notes: [] };
  columns.forEach(({ header, target }, index) => {
    const raw = cleanText(values[index] ?? '');
    const cell = readTextCell(raw).trim();
    const isBlank = raw.trim() === '';
    if (target.to === 'field') {
      if (!isBlank)
        draft.fields.set(target.field, { header, value: SPELLINGS[target.field]?.(cell) ?? cell });
      else if (clearsBlanks) draft.fields.set(target.field, { header, value: null });
    } else if (target.to === 'property') {
      if (raw.length > LONGEST_CELL) draft.notes.push(tooLong(header, raw.length));
      else if (!isBlank) draft.properties.push([target.name, propertyValue(raw, target.format)]);
      else if (clearsBlanks) draft.properties.push([target.name, null]);
    } else if (isBlank) {
      return;
    } else if (target.to === 'tag') {
      draft.tags.push(...readNameList(cell));
    } else if (target.to === 'list') {
      draft.lists.push(...readNameList(cell));
    } else if (target.to === 'consent') {
      draft.consent.push({ header, channel: target.channel, part: target.part, name: target.name, cell });
    }
  });
  return draft;
}

function tooLong(header: string, length: number): Problem {
  const [found, most] = [length, LONGEST_CELL].map((count) => count.toLocaleString('en'));
  const message = `Column ${quote(header)}: the cell has ${found} characters; at most ${most} are taken. It was left out.`;
  return { field: header, message };
}

function propertyValue(raw: string, format: PropertyFormat): JsonValue {
  if (format === 'exported') {
    const { text, isText } = readValueText(raw);
    return isText ? text : readExportedValue(text);
  }
  const cell = readTextCell(raw).trim();
  if (format === 'monthDay') return readMonthDay(cell);
  if (format === 'text') return cell;
  const time = readUtcTime(cell);
  return time === undefined ? cell : new Date(time).toISOString();
}

/** Reads the contact, leaving out one after the other what cannot be read. */
function readDraft(
  draft: Draft,
  columns: readonly ImportColumn[],
  defaultCountry: string | undefined,
): Reading<{ patch: ContactPatch; notes: Problem[] }> {
  const notes: Problem[] = [...draft.notes];
  const raw = new Map<string, unknown>([...draft.fields].map(([field, { value }]) => [field, value]));
  if (draft.properties.length > 0) raw.set('properties', Object.fromEntries(draft.properties));
  if (draft.tags.length > 0) raw.set('tags', draft.tags);
  if (draft.lists.length > 0) raw.set('lists', draft.lists);
  const options = defaultCountry === undefined ? {} : { defaultCountry };
  for (;;) {
    const reading = readContactPatch(Object.fromEntries(raw), options);
    if (reading.ok) {
      const patch = reading.value;
      if (IDENTIFIER_KINDS.some((kind) => typeof patch.identifiers[kind] === 'string')) {
        return { ok: true, value: { patch, notes } };
      }
      return { ok: false, problems: notes.length > 0 ? notes : [nobody(columns)] };
    }
    const about = reading.problems.map((problem) => ({ ...problem, ...named(draft, problem) }));
    if (reading.problems.some(({ field }) => field === 'email' || !raw.has(field))) {
      return { ok: false, problems: about };
    }
    notes.push(...about.map((problem) => ({ ...problem, message: `${problem.message} It was left out.` })));
    for (const { field } of reading.problems) raw.delete(field);
  }
}

/** A problem under the header that the user knows. */
function named(draft: Draft, { field, message }: Problem): Problem {
  const header = [...draft.fields].find(([known]) => known === field)?.[1].header ?? field;
  return { field: header, message: `Column ${quote(header)}: ${message}` };
}

function nobody(columns: readonly ImportColumn[]): Problem {
  const identifying = columns.filter(
    ({ target }) => target.to === 'field' && (IDENTIFIER_KINDS as readonly string[]).includes(target.field),
  );
  const headers = identifying.map(({ header }) => quote(header)).join(', ');
  const where = headers === '' ? 'No column of the file' : `Nothing in ${headers}`;
  const message = `${where} identifies a contact; it takes an e-mail, a phone or an external id.`;
  return { field: identifying[0]?.header ?? 'email', message };
}

const optOutChannels = new WeakMap<readonly ImportColumn[], ReadonlySet<string>>();

function optOutChannelsOf(columns: readonly ImportColumn[]): ReadonlySet<string> {
  const known = optOutChannels.get(columns);
  if (known) return known;
  const channels = new Set(
    columns.flatMap(({ target }) =>
      target.to === 'consent' && target.part === 'optOutAt' ? [target.channel] : [],
    ),
  );
  optOutChannels.set(columns, channels);
  return channels;
}
