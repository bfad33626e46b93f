import type { ConsentStatement } from '../consent/consent';
import { readConsentStatement } from '../consent/read-statement';
import type { ContactPatch } from '../contact/contact';
import { readContactPatch, type PatchOptions } from '../contact/contact-patch';
import { isJsonObject } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import type { NewEvent } from './event';
import { readEvent, type EventReadingOptions } from './read-event';

/** What a site, an app or a shop says at once: whom it is about, what happened, what they consented to. */
export interface Intake {
  readonly patch: ContactPatch;
  readonly event: NewEvent;
  readonly consents: readonly ConsentStatement[];
}

/** Keys of `consent` that are about all its channels; every other key is a channel. */
const ABOUT_CONSENT = new Set(['source', 'evidence', 'at', 'by']);

/**
 * Returns what `{ contact: {…}, event: { type, occurredAt?, key?, properties? }, consent?: { email: 'opted_in',
 * source?, evidence?, at? } }` says. `contact` is read by `readContactPatch`, so that null clears and an absent key leaves
 * a value; an id in it is nobody's. A consent without a time was stated when the event happened; with
 * `by: 'import'` it brings back nobody who opted out. Problems name fields as `contact.email`, `event.type`.
 */
export function readIntake(raw: unknown, options: EventReadingOptions & PatchOptions): Reading<Intake> {
  if (!isJsonObject(raw)) {
    const message = `The payload is ${quote(raw)}; it must be a JSON object with contact and event.`;
    return { ok: false, problems: [{ field: 'payload', message }] };
  }
  const problems: Problem[] = [];
  const patch = readPart('contact', raw.contact, problems, (contact) => readContactPatch(contact, options));
  const event = readPart('event', raw.event, problems, (value) =>
    readEvent(value, { ...options, field: '' }),
  );
  const stated = { ...options, at: event?.occurredAt ?? options.now };
  const consents = readConsents(raw.consent, stated, problems);
  if (patch && isUnidentified(patch)) {
    const message = 'contact names nobody; give it an email, phone, externalId or anonymousId.';
    problems.push({ field: 'contact.email', message });
  }
  if (!patch || !event || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { patch, event, consents } };
}

function isUnidentified({ identifiers }: ContactPatch): boolean {
  return Object.values(identifiers).every((value) => !value);
}

function readPart<T>(
  name: string,
  value: unknown,
  problems: Problem[],
  read: (part: Record<string, unknown>) => Reading<T>,
): T | undefined {
  if (!isJsonObject(value)) {
    const seen = value === undefined ? 'is missing' : `is ${quote(value)}`;
    problems.push({ field: name, message: `${name} ${seen}; it must be an object.` });
    return undefined;
  }
  const reading = read(value);
  if (reading.ok) return reading.value;
  problems.push(...reading.problems.map((problem) => within(name, problem)));
  return undefined;
}

function readConsents(
  value: unknown,
  { at, ...options }: EventReadingOptions & { at: number },
  problems: Problem[],
): ConsentStatement[] {
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) {
    const message = `consent is ${quote(value)}; write { "email": "opted_in", "source": "sign-up form" }.`;
    problems.push({ field: 'consent', message });
    return [];
  }
  const { source = 'event intake', evidence, at: own = at, by } = value;
  const statements: ConsentStatement[] = [];
  for (const [channel, status] of Object.entries(value)) {
    if (ABOUT_CONSENT.has(channel)) continue;
    const reading = readConsentStatement({ channel, status, source, evidence, at: own, by }, options);
    if (reading.ok) statements.push(reading.value);
    else {
      for (const problem of reading.problems) {
        problems.push(within('consent', problem.field === 'status' ? renamed(problem, channel) : problem));
      }
    }
  }
  return statements;
}

function renamed({ field, message }: Problem, name: string): Problem {
  return {
    field: name,
    message: message.startsWith(field) ? `${name}${message.slice(field.length)}` : message,
  };
}

/** The same problem with where it stands in the whole; its message names the field, so that a sender can find it. */
function within(part: string, { field, message }: Problem): Problem {
  const path = `${part}.${field}`;
  return {
    field: path,
    message: message.startsWith(`${field} `) ? `${part}.${message}` : `${path}: ${message}`,
  };
}
