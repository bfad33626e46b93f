import { cleanText, isJsonObject, toJsonObject, type JsonObject } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { isNoDate, readDate } from '../schedule/parse-date';
import { DAY_MS, momentOfReading } from '../schedule/zone-clock';
import { CONSENT_STATUSES, type ConsentStatement, type ConsentStatus } from './consent';

/** When and where raw statements are read. */
export interface StatementReadingOptions {
  /** Epoch milliseconds UTC; also when a statement was made that says nothing about it. */
  readonly now: number;
  /** The IANA zone in which a time without an offset is meant. */
  readonly zone: string;
}

const CHANNEL = /^[a-z0-9][a-z0-9_.-]{0,49}$/;
const LONGEST_SOURCE = 200;
const LARGEST_EVIDENCE = 16_384;

/**
 * Returns the name of a channel, trimmed and in lower case: 1 to 50 letters, digits and `_ . -`. Any name may be
 * used besides `CHANNELS`.
 */
export function readChannel(value: unknown, field: string): Reading<string> {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (CHANNEL.test(text)) return { ok: true, value: text };
  return refuse(
    field,
    `${field} is ${quote(value ?? '')}; name a channel such as email or sms with letters, digits and _ . -.`,
  );
}

/** Returns a consent status; hyphens, spaces and upper case are forgiven (`Opted In`). */
export function readConsentStatus(value: unknown, field: string): Reading<ConsentStatus> {
  const text =
    typeof value === 'string'
      ? value
          .trim()
          .toLowerCase()
          .replace(/[\s-]+/g, '_')
      : '';
  const status = CONSENT_STATUSES.find((known) => known === text);
  if (status) return { ok: true, value: status };
  return refuse(field, `${field} is ${quote(value ?? '')}; it must be ${CONSENT_STATUSES.join(', ')}.`);
}

/**
 * Returns the statement that `raw` makes by `channel`, `status`, `source`, `evidence` (an object, at most 16 kB as
 * JSON) and `at`. A statement dated ahead counts from now, so that it cannot outrank a later one; more than 24
 * hours ahead is refused.
 */
export function readConsentStatement(
  raw: Readonly<Record<'channel' | 'status' | 'source' | 'evidence' | 'at' | 'by', unknown>>,
  options: StatementReadingOptions,
): Reading<ConsentStatement> {
  const problems: Problem[] = [];
  const take = <T>(reading: Reading<T>): T | undefined => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return undefined;
  };
  const channel = take(readChannel(raw.channel, 'channel'));
  const status = take(readConsentStatus(raw.status, 'status'));
  const source = take(readSource(raw.source));
  const evidence = take(readEvidence(raw.evidence));
  const at = take(readStatedAt(raw.at, 'at', options));
  if (!channel || !status || source === undefined || !evidence || at === undefined) {
    return { ok: false, problems };
  }
  const by = raw.by === 'import' ? 'import' : 'contact';
  return { ok: true, value: { channel, status, source, evidence, at, by } };
}

function readSource(value: unknown): Reading<string> {
  const text = typeof value === 'string' ? cleanText(value).trim() : '';
  if (text === '') return refuse('source', 'source is missing; say who or what states it, such as a form.');
  if (text.length > LONGEST_SOURCE) {
    return refuse('source', `source has ${text.length} characters; at most ${LONGEST_SOURCE} are taken.`);
  }
  return { ok: true, value: text };
}

function readEvidence(value: unknown): Reading<JsonObject> {
  if (value === undefined || value === null || value === '') return { ok: true, value: {} };
  if (typeof value === 'string')
    return { ok: true, value: { text: cleanText(value.slice(0, LARGEST_EVIDENCE)) } };
  if (!isJsonObject(value)) {
    return refuse('evidence', `evidence is ${quote(value)}; it must be an object or text.`);
  }
  const evidence = toJsonObject(value);
  const size = JSON.stringify(evidence).length;
  return size > LARGEST_EVIDENCE
    ? refuse('evidence', `evidence has ${size} characters; at most ${LARGEST_EVIDENCE} are taken.`)
    : { ok: true, value: evidence };
}

function readStatedAt(
  value: unknown,
  field: string,
  { now, zone }: StatementReadingOptions,
): Reading<number> {
  if (isNoDate(value)) return { ok: true, value: now };
  const date = readDate(value, field);
  if (!date.ok) return date;
  const at = date.value.kind === 'instant' ? date.value.at : momentOfReading(zone, date.value.reading);
  return at > now + DAY_MS
    ? refuse(field, `${field} is ${quote(value)}, which lies ahead; a statement has been made already.`)
    : { ok: true, value: Math.min(at, now) };
}

function refuse(field: string, message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ field, message }] };
}
