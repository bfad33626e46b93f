import { cleanText, isJsonObject, toJsonValue, type JsonObject } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { readPropertyObject } from '../property-object';
import { isZone } from '../schedule/zone';
import { CONTACT_FIELDS, IDENTIFIER_KINDS, type ContactPatch, type IdentifierKind } from './contact';
import { readIdentifier } from './identifier';

/** How raw contact data are read. */
export interface PatchOptions {
  /** The country (ISO 3166-1 alpha-2) in which telephone numbers without a country code are read. */
  readonly defaultCountry?: string;
  /** Whether a national number, where no country is given beside it, waits for the contact to be found, whose country goes first. */
  readonly asksContactCountry?: boolean;
}

/** Keys under which other steps put an object on an item; such objects never become properties of a contact. */
const TRAVELLING_KEYS = new Set([
  'contact',
  'event',
  'journey',
  'match',
  'membership',
  'preview',
  'segment',
  'score',
  'nps',
  'channel',
  'wait',
  'variant',
  'message',
  'change',
  'result',
  'import',
  'export',
]);

/** Keys of a contact's travel form that nobody sets. */
const DERIVED_KEYS = new Set(['id', 'createdAt', 'updatedAt', 'consent', 'scores']);

type PlainField = Exclude<(typeof CONTACT_FIELDS)[number], IdentifierKind>;

const PLAIN_FIELDS = CONTACT_FIELDS.filter(
  (field): field is PlainField => !(IDENTIFIER_KINDS as readonly string[]).includes(field),
);

const OWN_KEYS = new Set<string>([...IDENTIFIER_KINDS, ...CONTACT_FIELDS, 'properties', 'tags', 'lists']);

const LONGEST_TEXT = 1_000;
/** A name is one line, also where it ends up in the header of a mail. */
const LINE_BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
const LONGEST_NAME = 100;
/** The most properties, tags or lists of one request: whoever sends more means harm, since each name is kept for ever. */
const MOST_NAMES = 1_000;
/** The largest properties of one request, as UTF-8 JSON: a contact travels with all it has. */
const LARGEST_PROPERTIES_BYTES = 262_144;

/**
 * Returns the patch that `raw` asks for: its keys are the contact's own fields, identifiers, `properties`
 * (an object that merges), `tags` and `lists` (a list, or text with commas). An absent key leaves a value,
 * null clears it; empty text leaves it, so that a blank field of a form wipes nothing.
 * Problems name each field that cannot be taken. Keys that are none of these are ignored.
 */
export function readContactPatch(
  raw: Readonly<Record<string, unknown>>,
  options: PatchOptions = {},
): Reading<ContactPatch> {
  const problems: Problem[] = [];
  const fields: Partial<Record<PlainField, string | null>> = {};
  for (const field of PLAIN_FIELDS) {
    const value = raw[field];
    if (value === undefined || isBlank(value) || !Object.hasOwn(raw, field)) continue;
    const reading = readField(field, value);
    if (reading.ok) fields[field] = reading.value;
    else problems.push(...reading.problems);
  }

  const identifiers: Partial<Record<IdentifierKind, string | null>> = {};
  let nationalPhone: ContactPatch['nationalPhone'];
  for (const kind of IDENTIFIER_KINDS) {
    const value = Object.hasOwn(raw, kind) ? raw[kind] : undefined;
    if (value === undefined || isBlank(value)) continue;
    if (value === null) {
      identifiers[kind] = null;
      continue;
    }
    const reading = readIdentifier(kind, value, fields.country ?? options.defaultCountry);
    if (kind === 'phone' && options.asksContactCountry && !fields.country && isNational(value)) {
      nationalPhone = { text: String(value), country: options.defaultCountry ?? null };
    } else if (reading.ok) identifiers[kind] = reading.value.value;
    else problems.push(...reading.problems);
  }

  const own = (key: string) => (Object.hasOwn(raw, key) ? raw[key] : undefined);
  const properties = readProperties(own('properties'), problems);
  const tags = readNames('tags', own('tags'), problems);
  const lists = readNames('lists', own('lists'), problems);
  return problems.length > 0
    ? { ok: false, problems }
    : {
        ok: true,
        value: {
          identifiers,
          ...(nationalPhone === undefined ? {} : { nationalPhone }),
          fields,
          properties,
          tags,
          lists,
        },
      };
}

/**
 * Returns an item's own data as raw contact data: the contact's known keys as they are, every other key as a
 * custom property. What other nodes put on the item (an object under `event`, `journey`, …) is left out; plain values
 * under these names are properties like any other. An item that carries a `contact` object and no identifier of
 * its own gives that contact's data.
 */
export function rawContactFromItem(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const identified = IDENTIFIER_KINDS.some(
    (kind) => typeof json[kind] === 'string' || typeof json[kind] === 'number',
  );
  const source = !identified && isJsonObject(json.contact) ? (json.contact as Record<string, unknown>) : json;
  const raw: Record<string, unknown> = {};
  const properties: Record<string, unknown> = {};
  let hasProperties = false;
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (key === 'properties' && isJsonObject(value)) {
      hasProperties = true;
      for (const name of Object.keys(value))
        if (!Object.hasOwn(properties, name)) setOwn(properties, name, value[name]);
    } else if (OWN_KEYS.has(key)) {
      raw[key] = value;
    } else if (!DERIVED_KEYS.has(key) && !(TRAVELLING_KEYS.has(key) && isJsonObject(value))) {
      hasProperties = true;
      setOwn(properties, key, value);
    }
  }
  if (hasProperties) raw.properties = properties;
  return raw;
}

/** Sets a key of user data, of which `__proto__` is one like any other. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether a value can be a telephone number, and only a country tells which. */
function isNational(value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'number') && !readIdentifier('phone', value).ok;
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && cleanText(value).trim() === '';
}

function readField(field: PlainField, value: unknown): Reading<string | null> {
  const refuse = (message: string): Reading<string | null> => ({ ok: false, problems: [{ field, message }] });
  if (value === null) return { ok: true, value: null };
  if (typeof value !== 'string' && typeof value !== 'number') {
    return refuse(`${field} is ${quote(value)}; it must be text.`);
  }
  const text = cleanText(String(value)).replace(LINE_BREAKS, ' ').trim();
  if (text.length > LONGEST_TEXT) {
    return refuse(`${field} has ${text.length} characters; at most ${LONGEST_TEXT} are taken.`);
  }
  if (field === 'timezone') {
    return isZone(text)
      ? { ok: true, value: text }
      : refuse(`${quote(text)} is not a time zone; use an IANA name such as Europe/Berlin.`);
  }
  if (field === 'locale') return readLocale(text, refuse);
  if (field === 'country') {
    const code = text.toUpperCase();
    return /^[A-Z]{2}$/.test(code)
      ? { ok: true, value: code }
      : refuse(`${quote(text)} is not a country; use its two-letter ISO code such as DE.`);
  }
  return { ok: true, value: text };
}

function readLocale(
  text: string,
  refuse: (message: string) => Reading<string | null>,
): Reading<string | null> {
  try {
    const [locale] = Intl.getCanonicalLocales(text.replaceAll('_', '-'));
    if (locale) return { ok: true, value: locale };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return refuse(`${quote(text)} is not a locale; use a language tag such as pt-BR.`);
}

function readProperties(value: unknown, problems: Problem[]): JsonObject {
  const reading = readPropertyObject(value, 'properties', LARGEST_PROPERTIES_BYTES);
  if (!reading.ok) {
    problems.push(...reading.problems);
    return {};
  }
  const names = Object.keys(reading.value);
  if (names.length > MOST_NAMES) problems.push(tooMany('properties', names.length));
  for (const name of names) {
    if (name.trim() === '' || name.length > LONGEST_NAME) {
      problems.push({
        field: 'properties',
        message: `${quote(name)} is no name for a property; use 1 to ${LONGEST_NAME} characters.`,
      });
    }
  }
  return reading.value;
}

function tooMany(field: string, count: number): Problem {
  const [found, most] = [count, MOST_NAMES].map((number) => number.toLocaleString('en'));
  return { field, message: `${field} has ${found} names; at most ${most} are taken at once.` };
}

/** Reads tags or lists: a list of names, or text with commas; blanks fall away, doubles count once. */
export function readNames(field: string, value: unknown, problems: Problem[]): string[] {
  if (value === undefined || value === null || value === '') return [];
  const parts: unknown = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(parts)) {
    problems.push({ field, message: `${field} is ${quote(value)}; it must be a list of names.` });
    return [];
  }
  const names = new Set<string>();
  for (const part of parts) {
    const name = toJsonValue(part);
    if (typeof name !== 'string' && typeof name !== 'number') {
      problems.push({ field, message: `${field} holds ${quote(part)}; each must be text.` });
      continue;
    }
    const text = String(name).trim();
    if (text.length > LONGEST_NAME) {
      problems.push({ field, message: `${quote(text)} is longer than ${LONGEST_NAME} characters.` });
    } else if (text !== '') names.add(text);
  }
  if (names.size > MOST_NAMES) problems.push(tooMany(field, names.size));
  return [...names];
}
