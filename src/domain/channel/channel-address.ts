import type { Contact } from '../contact/contact';
import { readIdentifier } from '../contact/identifier';
import { readReachableNumber } from '../contact/phone-number';
import { contactValue } from '../contact/value';
import { isJsonObject, type JsonValue } from '../json';
import type { Reading } from '../problem';
import { addressKind, type Channel } from './channel';

/** Where a message to a contact goes over one channel. */
export interface ChannelAddress {
  /** The address, an E.164 number, a token; empty where the channel needs none. */
  readonly value: string;
  /** All of them where a contact has several, such as a token for each device; the first is `value`. */
  readonly all: readonly string[];
  /** Whose a telephone number is, ISO 3166-1 alpha-2; null for other addresses. */
  readonly country: string | null;
}

/**
 * Returns the address of a contact on a channel in its normal form, or why it has none: an e-mail address is held against its
 * syntax, a telephone number against the numbering plans, read in the contact's country. Other properties may hold any text,
 * number or JSON.
 */
export function addressOn(
  channel: Pick<Channel, 'name' | 'address'>,
  contact: Contact,
  pushTokens: readonly string[],
): Reading<ChannelAddress> {
  const { address } = channel;
  if (address.from === 'none') return { ok: true, value: { value: '', all: [], country: null } };
  if (address.from === 'pushToken') {
    const [first] = pushTokens;
    return first === undefined
      ? refuse('the contact has no push token')
      : { ok: true, value: { value: first, all: pushTokens, country: null } };
  }
  const isProperty = address.from === 'property';
  const text = isProperty
    ? textOf(contactValue(contact, address.property))
    : (contact[address.from]?.trim() ?? '');
  if (text === '')
    return refuse(`the contact has ${isProperty ? `nothing in ${address.property}` : NONE[address.from]}`);
  const kind = addressKind(channel);
  if (kind === 'phone') {
    const number = readReachableNumber(text, contact.country);
    return number.ok
      ? reached(number.value.e164, number.value.country)
      : refuse(...number.problems.map(({ message }) => message));
  }
  if (kind === null) return reached(text);
  const email = readIdentifier('email', text);
  return email.ok ? reached(email.value.value) : refuse(...email.problems.map(({ message }) => message));
}

const NONE = { email: 'no e-mail address', phone: 'no phone' } as const;

function refuse(...messages: readonly string[]): Reading<ChannelAddress> {
  return { ok: false, problems: messages.map((message) => ({ field: 'address', message })) };
}

function reached(value: string, country: string | null = null): Reading<ChannelAddress> {
  return { ok: true, value: { value, all: [value], country } };
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null || typeof value === 'boolean') return '';
  if (Array.isArray(value) || isJsonObject(value)) return JSON.stringify(value);
  return String(value).trim();
}
