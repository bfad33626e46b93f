import { cleanText } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import type { Identifier, IdentifierKind } from './contact';
import { readPhoneNumber } from './phone-number';

/** The longest identifier taken; an e-mail address has at most 254 characters (RFC 5321). */
const LONGEST = { email: 254, phone: 40, externalId: 255, anonymousId: 255, pushToken: 1024 } as const;

/** The most octets of the part before the `@` (RFC 5321). */
const LONGEST_LOCAL = 64;

/**
 * One mailbox as addresses are used in practice: a dot-atom local part (letters of any script, RFC 6531),
 * `@`, and a host name of at least two labels whose last one is no number. Linear in the length of its input.
 */
const EMAIL =
  /^[\p{L}\p{M}\p{Nd}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{Nd}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}-]{0,61}[\p{L}\p{M}\p{Nd}])?\.)+(?!\p{Nd}+$)[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}-]{0,61}[\p{L}\p{M}\p{Nd}])?$/u;

/** What programs, databases and spreadsheets write where there is nothing: no id of anybody, and the same for many. */
const NOTHING = /^(?:undefined|null|nan|none|n\/a|#n\/a|\\n|-+|\[object \w+\])$/i;

/**
 * Returns an identifier in its normal form: e-mail trimmed and in lower case, phone in E.164 (a number without
 * `+` is read in `country`, ISO 3166-1 alpha-2), the others trimmed. Refuses what is empty, too long, no address, no
 * possible number, or an id such as `undefined`.
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
  if (kind === 'phone') {
    const isNumber = typeof value !== 'number' || (Number.isSafeInteger(value) && value > 0);
    if (!isNumber) return refuse(`${quote(value)} is not a telephone number: it must be a whole number.`);
    const reading = readPhoneNumber(text, country);
    return reading.ok ? { ok: true, value: { kind, value: reading.value.e164 } } : reading;
  }
  if (NOTHING.test(text)) {
    return refuse(
      `${kind} is ${quote(text)}, which programs write for nothing; everybody would be one contact.`,
    );
  }
  return { ok: true, value: { kind, value: text } };
}

function readEmail(text: string): Reading<Identifier> {
  const address = text
    .replace(/^[\p{Cf}\s]+|[\p{Cf}\s]+$/gu, '')
    .toLowerCase()
    .normalize('NFC');
  const local = address.slice(0, address.lastIndexOf('@'));
  if (!EMAIL.test(address)) {
    return refusal('email', `${quote(text)} is not an e-mail address; one looks like name@example.com.`);
  }
  if (Buffer.byteLength(local) > LONGEST_LOCAL || Buffer.byteLength(address) > LONGEST.email) {
    return refusal('email', `${quote(text)} is too long for an e-mail address.`);
  }
  return { ok: true, value: { kind: 'email', value: address } };
}

function refusal(field: string, message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ field, message }] };
}

/** The key under which an identifier stands in look-up tables. */
export function identifierKey(identifier: Identifier): string {
  return `${identifier.kind}:${identifier.value}`;
}
