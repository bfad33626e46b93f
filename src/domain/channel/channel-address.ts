import type { Contact } from '../contact/contact';
import { readIdentifier } from '../contact/identifier';
import { contactValue } from '../contact/value';
import { isJsonObject, type JsonValue } from '../json';
import type { Reading } from '../problem';
import type { Channel } from './channel';

/** Where a message to a contact goes over one channel. */
export interface ChannelAddress {
  /** The address, an E.164 number, a token; empty where the channel needs none. */
  readonly value: string;
  /** All of them where a contact has several, such as a token for each device; the first is `value`. */
  readonly all: readonly string[];
}

/**
 * Returns the address of a contact on a channel in its normal form, or why it has none: e-mail and phone are held against
 * their syntax, a phone is read in the contact's country. A property may hold any text, number or JSON.
 */
export function addressOn(
  { address, label }: Pick<Channel, 'address' | 'label'>,
  contact: Contact,
  pushTokens: readonly string[],
): Reading<ChannelAddress> {
  const refuse = (message: string): Reading<ChannelAddress> => ({
    ok: false,
    problems: [{ field: 'address', message }],
  });
  if (address.from === 'none') return { ok: true, value: { value: '', all: [] } };
  if (address.from === 'pushToken') {
    const [first] = pushTokens;
    return first === undefined
      ? refuse('the contact has no push token')
      : { ok: true, value: { value: first, all: pushTokens } };
  }
  if (address.from === 'property') {
    const text = textOf(contactValue(contact, address.property));
    return text === ''
      ? refuse(`the contact has nothing in ${address.property}`)
      : { ok: true, value: { value: text, all: [text] } };
  }
  const raw = contact[address.from];
  if (raw === null || raw.trim() === '') {
    return refuse(
      address.from === 'email' ? 'the contact has no e-mail address' : 'the contact has no phone',
    );
  }
  const reading = readIdentifier(address.from, raw, contact.country);
  if (!reading.ok) return refuse(reading.problems[0]?.message ?? `the address for ${label} cannot be read`);
  return { ok: true, value: { value: reading.value.value, all: [reading.value.value] } };
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null || typeof value === 'boolean') return '';
  if (Array.isArray(value) || isJsonObject(value)) return JSON.stringify(value);
  return String(value).trim();
}
