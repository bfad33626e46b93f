import type { ConsentStatus } from '../consent/consent';
import { LIFECYCLE_STAGES } from '../contact/contact';
import type { JsonValue } from '../json';
import { readDate } from '../schedule/parse-date';
import { isZone } from '../schedule/zone';
import { headerKey } from './known-headers';

const CONSENT_WORDS: Readonly<Record<ConsentStatus | 'none', readonly string[]>> = {
  opted_in: [
    'opted_in',
    'opt-in',
    'subscribed',
    'subscribe',
    'yes',
    'true',
    '1',
    'y',
    'active',
    'confirmed',
    'granted',
    ...['ja', 'oui', 'si', 'sí', 'sim', 'tak', 'wahr', 'vrai', 'vero', 'verdadero', 'prawda'],
  ],
  pending: ['pending', 'unconfirmed', 'awaiting confirmation'],
  opted_out: [
    'opted_out',
    'opt-out',
    'unsubscribed',
    'unsubscribe',
    'cleaned',
    'bounced',
    'complained',
    'suppressed',
    ...['unsub', 'opt out', 'hard bounced', 'hard bounce', 'spam', 'spam complaint', 'blocked', 'revoked'],
    ...['abgemeldet', 'désabonné', 'desuscrito', 'disiscritto', 'wypisany'],
  ],
  none: [
    'no',
    'false',
    '0',
    'n',
    'never_subscribed',
    'not_subscribed',
    'nonsubscribed',
    'transactional',
    'none',
    'null',
    // What spreadsheets and people write for "no" and for nothing, in the languages in which headers are known.
    ...[
      'nein',
      'non',
      'não',
      'nee',
      'nie',
      'falsch',
      'faux',
      'falso',
      'fałsz',
      'onwaar',
      'never',
      'n/a',
      'na',
    ],
  ],
};

const CONSENT_BY_WORD = new Map(
  Object.entries(CONSENT_WORDS).flatMap(([status, words]) => words.map((word) => [headerKey(word), status])),
);

/**
 * The status that a word in a file stands for; null for a word that states nothing (*no* and *never subscribed*
 * are no opt-out), undefined for an unknown word.
 */
export function readConsentWord(cell: string): ConsentStatus | null | undefined {
  const status = CONSENT_BY_WORD.get(headerKey(cell));
  return status === 'none' ? null : (status as ConsentStatus | undefined);
}

/**
 * Whether a cell of an opt-out column says yes: also a reason, or a list of reasons, is one; an empty list, a dash, *no*,
 * *false* and *n/a* are none.
 */
export function isOptOut(cell: string): boolean {
  const text = cell.trim();
  return !/^(?:\[\]|[-–—]*)$/.test(text) && CONSENT_BY_WORD.get(headerKey(text)) !== 'none';
}

/** A time of an export in epoch milliseconds; without an offset it is UTC. Undefined if it is none. */
export function readUtcTime(cell: string): number | undefined {
  const reading = readDate(cell, '');
  if (!reading.ok) return undefined;
  return reading.value.kind === 'instant' ? reading.value.at : reading.value.reading;
}

/** Mailchimp's birthdays (`03/21`) as `03-21`, which a yearly date is read from; other text as it is. */
export function readMonthDay(cell: string): string {
  const match = /^(\d{1,2})\/(\d{1,2})$/.exec(cell.trim());
  const [month, day] = [Number(match?.[1]), Number(match?.[2])];
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDay ? `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}` : cell;
}

const STAGES = new Map<string, string>(LIFECYCLE_STAGES.map((stage) => [headerKey(stage), stage]));

/** The stage a text names, in any spelling (`Marketing Qualified Lead`, `marketingqualifiedlead`); other text as it is. */
export function readLifecycleStage(cell: string): string {
  return STAGES.get(headerKey(cell)) ?? cell.trim();
}

const COUNTRY_ALIASES: Readonly<Record<string, string>> = {
  usa: 'US',
  unitedstatesofamerica: 'US',
  uk: 'GB',
  greatbritain: 'GB',
  england: 'GB',
  scotland: 'GB',
  holland: 'NL',
  thenetherlands: 'NL',
  czechrepublic: 'CZ',
  turkey: 'TR',
  russianfederation: 'RU',
  republicofkorea: 'KR',
  vietnam: 'VN',
  macedonia: 'MK',
};

/** The languages in which names of countries and languages are read; of a name that two share, the first counts. */
const NAMED_IN = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'sl', 'et'];

let countries: ReadonlyMap<string, string> | undefined;
let languages: ReadonlyMap<string, string> | undefined;

/** All two-letter codes by their names, from Unicode's data as this Node carries them. */
function codesByName(type: 'region' | 'language'): ReadonlyMap<string, string> {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  // Outdated codes have the same names: DD would hide DE.
  const codes = pairs
    .map((pair) => (type === 'region' ? pair.toUpperCase() : pair))
    .filter((code) => Intl.getCanonicalLocales(type === 'region' ? `und-${code}` : code)[0]?.endsWith(code));
  const found = new Map<string, string>();
  for (const language of NAMED_IN) {
    const names = new Intl.DisplayNames([language], { type, fallback: 'none' });
    for (const code of codes) {
      const key = headerKey(names.of(code) ?? '');
      if (key !== '' && !found.has(key)) found.set(key, code);
    }
  }
  return found;
}

/** The ISO code of a country given by its code or its name in one of several languages; other text as it is. */
export function readCountry(cell: string): string {
  const text = cell.trim();
  if (/^[A-Za-z]{2}$/.test(text) && text.toLowerCase() !== 'uk') return text;
  countries ??= codesByName('region');
  const key = headerKey(text);
  return COUNTRY_ALIASES[key] ?? countries.get(key) ?? text;
}

/** A language tag for a language given by its tag or its name, its region left out (`German - Austria`); other text as it is. */
export function readLanguage(cell: string): string {
  const text = cell.trim();
  const [name = ''] = text.split(/ - | \(/);
  languages ??= codesByName('language');
  return languages.get(headerKey(name)) ?? text;
}

/**
 * A telephone number without what spreadsheets leave on it: the apostrophe that keeps a number text or from being run, and
 * the `.0` of a column that was read as decimals, which would be one more digit.
 */
export function readPhoneCell(cell: string): string {
  return cell.replace(/^['’]\s*(?=[+\d(])/, '').replace(/^(\+?\d+)\.0$/, '$1');
}

/** A zone's name as it is known, also as HubSpot spells it (`america_slash_new_york`); other text as it is. */
export function readZone(cell: string): string {
  const text = cell.trim();
  if (isZone(text)) return text;
  const respelled = text.replaceAll('_slash_', '/').replace(/\s+/g, '_');
  return isZone(respelled) ? respelled : text;
}

/**
 * Names in one cell, separated by commas or semicolons; a name that holds one of them stands in quotes, as in
 * Mailchimp's tags. Blanks fall away.
 */
export function readNameList(cell: string): string[] {
  const names: string[] = [];
  for (const match of cell.matchAll(/\s*(?:"((?:[^"]|"")*)"(?=\s*(?:[,;]|$))|([^,;]*))\s*(?:[,;]|$)/g)) {
    const name = match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"');
    if (name.trim() !== '') names.push(name.trim());
  }
  return names;
}

/** A cell of the export as the value it was written from. See `writePropertyCell`. */
export function readExportedValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
