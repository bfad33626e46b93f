import { parsePhoneNumberFromString, isSupportedCountry, type CountryCode } from 'libphonenumber-js';
import { cleanText } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import type { Identifier, IdentifierKind } from './contact';

/** The longest identifier taken; an e-mail address has at most 254 characters (RFC 5321). */
const LONGEST = { email: 254, phone: 40, externalId: 255, anonymousId: 255, pushToken: 1024 } as const;

/**
 * One mailbox as addresses are used in practice: a dot-atom local part (letters of any script, RFC 6531),
 * `@`, and a host name of at least two labels. Linear in the length of its input.
 */
const EMAIL =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?)+$/u;

/**
 * Returns an identifier in its normal form: e-mail trimmed and in lower case, phone in E.164 (a number without
 * `+` is read in `country`, ISO 3166-1 alpha-2), the others trimmed. Refuses what is empty, too long, no address or no
 * possible number.
 */
export function readIdentifier(
  kind: IdentifierKind,
  value: unknown,
  country?: string | null,
): Reading<Identifier> {
  const refuse = (message: string): Reading<Identifier> => ({
    ok: false,
    problems: [{ field: kind, message }],
  });
  if (typeof value !== 'string' && typeof value !== 'number') {
    return refuse(`${kind} is ${quote(value)}; it must be text.`);
  }
  const text = cleanText(String(value)).trim();
  if (text === '') return refuse(`${kind} is empty.`);
  if (text.length > LONGEST[kind]) {
    return refuse(
      `${kind} ${quote(text)} has ${text.length} characters; at most ${LONGEST[kind]} are taken.`,
    );
  }
  if (kind === 'email') return readEmail(text);
  if (kind === 'phone') return readPhone(text, country);
  return { ok: true, value: { kind, value: text } };
}

function readEmail(text: string): Reading<Identifier> {
  const address = text.normalize('NFC').toLowerCase();
  const local = address.slice(0, address.lastIndexOf('@'));
  if (!EMAIL.test(address) || local.length > 64) {
    return refusal('email', `${quote(text)} is not an e-mail address; one looks like name@example.com.`);
  }
  return { ok: true, value: { kind: 'email', value: address } };
}

function readPhone(text: string, country?: string | null): Reading<Identifier> {
  const region = country && isSupportedCountry(country.toUpperCase()) ? country.toUpperCase() : undefined;
  const international = text.startsWith('00') ? `+${text.slice(2)}` : text;
  const parsed = parsePhoneNumberFromString(international, region as CountryCode | undefined);
  if (!parsed?.isPossible()) {
    const hint = region
      ? `read as a number of ${region}`
      : 'write it with its country code, as in +44 20 7946 0958, or give the contact a country';
    return refusal('phone', `${quote(text)} is not a telephone number (${hint}).`);
  }
  return { ok: true, value: { kind: 'phone', value: parsed.number } };
}

function refusal(field: string, message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ field, message }] };
}

/** The key under which an identifier stands in look-up tables. */
export function identifierKey(identifier: Identifier): string {
  return `${identifier.kind}:${identifier.value}`;
}
