import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber as Parsed,
} from 'libphonenumber-js/max';
import { quote, type Reading } from '../problem';

/** The most digits that E.164 has room for. */
const MOST_DIGITS = 15;
const TOO_LONG = `is not a telephone number: it has more than ${MOST_DIGITS} digits.`;

/** A telephone number as it is kept. */
export interface PhoneNumber {
  /** In E.164: `+442079460958`. */
  readonly e164: string;
  /** Whose numbering plan knows it, ISO 3166-1 alpha-2; null where none does, and for numbers of no one country (+800). */
  readonly country: string | null;
  /** Whether the numbering plan of its country knows it, so that a message can arrive. */
  readonly isValid: boolean;
}

/**
 * Returns the number that a text writes; one without `+` is read in `country` (ISO 3166-1 alpha-2), with that country's own
 * prefix for calls abroad or `00`. Digits of other scripts, brackets, dots and dashes are read as people write them. Refused:
 * words, several numbers, an extension (E.164 has no place for it), and what is too short or too long for its country. What
 * only has the right length is given as not valid, because numbering plans change: it is kept, and nothing is sent to it.
 */
export function readPhoneNumber(text: string, country?: string | null): Reading<PhoneNumber> {
  const refuse = (message: string): Reading<PhoneNumber> => ({
    ok: false,
    problems: [{ field: 'phone', message: `${quote(text)} ${message}` }],
  });
  const written = plain(text);
  const region = regionOf(country);
  const number = best(written, region);
  if (!number) return refuse(whyUnread(written, region));
  if (number.ext !== undefined) {
    return refuse('is a telephone number with an extension, which no message can be sent to; leave it away.');
  }
  if (!number.isPossible()) return refuse(wrongLength(number));
  if (number.number.length > MOST_DIGITS + 1) return refuse(TOO_LONG);
  const isValid = number.isValid();
  // What no plan knows may be another number the next time, or none: zeros get lost, and Canada knows seven digits of its own.
  const again = isValid ? number : parsePhoneNumberFromString(number.number, { extract: false });
  if (again?.number !== number.number) {
    return refuse(`is not a telephone number of ${placeOf(number)}: no number there begins like it.`);
  }
  if (!again.isPossible()) return refuse(wrongLength(again));
  return {
    ok: true,
    value: {
      e164: number.number,
      country: isValid ? (number.country ?? null) : null,
      isValid,
    },
  };
}

/** Returns a number that a message can be sent to, or what is wrong with it; see {@link readPhoneNumber}. */
export function readReachableNumber(text: string, country?: string | null): Reading<PhoneNumber> {
  const reading = readPhoneNumber(text, country);
  if (!reading.ok || reading.value.isValid) return reading;
  const read = reading.value.e164 === text ? '' : `, read as ${reading.value.e164},`;
  const message = `${quote(text)}${read} is not a valid telephone number: no numbering plan knows it.`;
  return { ok: false, problems: [{ field: 'phone', message }] };
}

/** Without what cannot be seen (marks of writing direction come along from address books), `tel:` and the bracket of `(+44)`. */
function plain(text: string): string {
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Zs}\t]/gu, ' ')
    .replace(/^ ?tel:/i, '')
    .replace(/^[ (]+(?=[+＋])/u, '')
    .replace(/^＋/u, '+')
    .trim();
}

function regionOf(country?: string | null): CountryCode | undefined {
  const upper = country?.trim().toUpperCase() ?? '';
  return isSupportedCountry(upper) ? upper : undefined;
}

/** The reading that is valid, else the one that is possible, else any; the country's own way to dial goes before `00`. */
function best(written: string, region: CountryCode | undefined): Parsed | undefined {
  const parse = (text: string) =>
    parsePhoneNumberFromString(text, {
      extract: false,
      ...(region === undefined ? {} : { defaultCountry: region }),
    });
  const readings = [parse(written), written.startsWith('00') ? parse(`+${written.slice(2)}`) : undefined];
  const numbers = readings.filter((number) => number !== undefined);
  return (
    numbers.find((number) => number.isValid()) ?? numbers.find((number) => number.isPossible()) ?? numbers[0]
  );
}

function whyUnread(written: string, region: CountryCode | undefined): string {
  const digits = /^\+?[\p{Nd}\p{P} ]*$/u.test(written) ? (written.match(/\p{Nd}/gu)?.length ?? 0) : 0;
  if (digits > MOST_DIGITS) return TOO_LONG;
  return digits > 1 && !region && !/^(\+|00)/.test(written)
    ? 'cannot be read as a telephone number without a country: write it with its country code, as in +44 20 7946 0958, or give the contact a country.'
    : 'is not a telephone number: give one number in digits, as in +44 20 7946 0958, and nothing else.';
}

function wrongLength(number: Parsed): string {
  return `is not a telephone number of ${placeOf(number)}: it has too few or too many digits.`;
}

function placeOf({ country, countryCallingCode }: Parsed): string {
  return country ?? `the calling code +${countryCallingCode}`;
}
