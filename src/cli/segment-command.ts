import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { contactsById, explainFor, fittingIds, readRule, type AskedRule } from '../app/segments/fit-rule';
import { systemClock } from '../app/system-clock';
import type { Contact, Identifier } from '../domain/contact/contact';
import { readIdentifier } from '../domain/contact/identifier';
import { quote } from '../domain/problem';
import type { Explanation } from '../domain/rule/explain-rule';
import { readDate, type DateValue } from '../domain/schedule/parse-date';
import { isZone } from '../domain/schedule/zone';
import { momentOfReading } from '../domain/schedule/zone-clock';
import type { Segment, Store } from '../store/port';
import { openNamedStore } from './command-line';
import { EXIT, UsageError, type ExitCode, type Terminal } from './terminal';

/** What `n8n-marketing segment --help` says. */
export const SEGMENT_HELP = `n8n-marketing segment --rule FILE.json [options]

Tells which contacts a rule holds for, or why it does or does not for one of them. Nothing is saved.

  --rule FILE        the rule as JSON; - reads it from the standard input
  --segment NAME     instead of --rule: the rule of a saved segment
  --store URL        sqlite:///absolute/path or postgres://user:password@host:5432/database
                     (default: CONTACT_STORE_URL, else the store in n8n's own folder)
  --now MOMENT       judges as of this moment, such as 2026-03-07T10:00:00Z (default: now); without Z or an
                     offset it is a time in ZONE
  --zone ZONE        the zone of contacts whose own is unknown (default: that of the saved segment, else
                     GENERIC_TIMEZONE, else UTC)
  --explain CONTACT  explains the rule for one contact: an id, e-mail address, telephone number or external id
  --json             prints { now, zone, count, members } or the explanation as JSON

  echo '{ "property": "plan", "op": "equals", "value": "pro" }' | n8n-marketing segment --rule -
  n8n-marketing segment --segment engaged --explain ann@example.com
`;

/** How many contacts are named where no program reads. */
const NAMED = 20;

/** Prints who fits a rule, or explains it for one contact. */
export async function segmentCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rule: { type: 'string' },
      segment: { type: 'string' },
      store: { type: 'string' },
      now: { type: 'string' },
      zone: { type: 'string' },
      explain: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if ((values.rule === undefined) === (values.segment === undefined)) {
    const [needs, end] = values.rule === undefined ? ['needs either', ''] : ['takes', ', not both'];
    throw new UsageError(`segment ${needs} --rule FILE.json or --segment NAME${end}.`);
  }
  const assumedZone = readZone(values.zone ?? terminal.env.GENERIC_TIMEZONE ?? 'UTC');
  const date = values.now === undefined ? undefined : readNow(values.now);
  const written = values.rule === undefined ? undefined : await readRuleFile(values.rule, terminal);
  const store = await openNamedStore(values.store, terminal, { mustExist: true });
  try {
    const saved = await savedSegment(store, values.segment);
    const zone = values.zone ?? saved?.zone ?? assumedZone;
    // By its name a segment counts in the zone it was saved with: for another one its rule is asked itself.
    const named = values.zone !== undefined && saved ? saved.definition : { segment: values.segment };
    const reading = await readRule(store, { rule: written ?? named, now: momentOf(date, zone), zone });
    if (!reading.ok) {
      throw new UsageError(
        `The rule is not taken.\n${reading.problems.map(({ field, message }) => `  ${field}: ${message}`).join('\n')}`,
      );
    }
    if (values.explain !== undefined)
      return await explain(store, reading.value, values.explain, values.json, terminal);
    return await list(store, reading.value, values.json, terminal);
  } finally {
    await store.close();
  }
}

/** The segment that is asked for by its name; null where none of that name is saved. */
function savedSegment(store: Store, name: string | undefined): Promise<Segment | null> {
  return store.read(async (tx) => (name === undefined ? null : tx.segments.get(name)));
}

function readZone(name: string): string {
  if (isZone(name)) return name;
  throw new UsageError(`${quote(name)} is not a time zone; use an IANA name such as Europe/Berlin.`);
}

function readNow(value: string): DateValue {
  const reading = readDate(value, 'now');
  if (reading.ok) return reading.value;
  const wanted =
    'write 2026-03-07T10:00:00Z, 2026-03-07T10:00+02:00, or a time or day in the zone: 2026-03-07T10:00, 2026-03-07';
  throw new UsageError(`--now is ${quote(value)}, which is no moment; ${wanted}.`);
}

function momentOf(date: DateValue | undefined, zone: string): number {
  if (date === undefined) return systemClock.now();
  return date.kind === 'instant' ? date.at : momentOfReading(zone, date.reading);
}

async function readRuleFile(file: string, { stdin }: Terminal): Promise<unknown> {
  const name = file === '-' ? 'The standard input' : file;
  let json: string;
  try {
    json = file === '-' ? await text(stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${(error as Error).message}`);
  }
}

async function list(store: Store, asked: AskedRule, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const ids = await fittingIds(store, asked);
  const { stdout } = terminal;
  if (!json) {
    stdout.write(
      `${ids.length.toLocaleString('en')} contact${ids.length === 1 ? '' : 's'} at ${iso(asked.now)}.\n`,
    );
    for await (const page of contactsById(store, ids.slice(0, NAMED))) {
      for (const contact of page) stdout.write(`  ${nameOf(contact)}\n`);
    }
    if (ids.length > NAMED)
      stdout.write(`  and ${(ids.length - NAMED).toLocaleString('en')} more; --json names all.\n`);
    return EXIT.ok;
  }
  // Written page by page: a million members need not stand in memory at once.
  stdout.write(
    `{"now":${JSON.stringify(iso(asked.now))},"zone":${JSON.stringify(asked.zone)},"count":${ids.length},"members":[`,
  );
  let separator = '';
  for await (const page of contactsById(store, ids)) {
    const lines = page.map(({ id, email, phone, externalId }) =>
      JSON.stringify({ id, email, phone, externalId }),
    );
    if (lines.length === 0) continue;
    if (!stdout.write(`${separator}${lines.join(',')}`)) await once(stdout, 'drain');
    separator = ',';
  }
  stdout.write(']}\n');
  return EXIT.ok;
}

function nameOf({ id, email, phone, externalId }: Contact): string {
  return [`#${id}`, email, phone, externalId].filter((part) => part !== null).join('  ');
}

async function explain(
  store: Store,
  asked: AskedRule,
  contact: string,
  json: boolean,
  { stdout }: Terminal,
): Promise<ExitCode> {
  const found = await explainFor(store, asked, { id: readId(contact), identifiers: identifiersOf(contact) });
  if (!found) throw new UsageError(`There is no contact ${quote(contact)} in this store.`);
  const { match, explanation } = found;
  const { id, email, phone, externalId } = match.contact;
  if (json) {
    const told = { contact: { id, email, phone, externalId }, now: iso(asked.now), ...inIso(explanation) };
    stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return EXIT.ok;
  }
  stdout.write(`${nameOf(match.contact)} at ${iso(asked.now)}\n${linesOf(explanation, 0).join('\n')}\n`);
  return EXIT.ok;
}

function readId(contact: string): number | null {
  return /^#?\d{1,15}$/.test(contact) ? Number(contact.replace('#', '')) : null;
}

function identifiersOf(contact: string): Identifier[] {
  return (['email', 'externalId', 'phone'] as const).flatMap((kind) => {
    const reading = readIdentifier(kind, contact);
    return reading.ok ? [reading.value] : [];
  });
}

interface ToldExplanation {
  readonly rule: string;
  readonly holds: boolean;
  readonly seen: string;
  readonly turnsAt: string | null;
  readonly parts: readonly ToldExplanation[];
}

function inIso({ rule, holds, seen, turnsAt, parts }: Explanation): ToldExplanation {
  return { rule, holds, seen, turnsAt: turnsAt === null ? null : iso(turnsAt), parts: parts.map(inIso) };
}

function linesOf({ rule, holds, seen, turnsAt, parts }: Explanation, depth: number): string[] {
  const turn = turnsAt === null ? '' : `; turns at ${iso(turnsAt)}`;
  const line = `${'  '.repeat(depth)}${holds ? 'yes' : 'no '}  ${rule}: ${seen}${turn}`;
  return [line, ...parts.flatMap((part) => linesOf(part, depth + 1))];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
