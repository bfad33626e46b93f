import { claimMessages, type ClaimRequest, type ClaimResult } from '../../src/app/messages/claim-messages';
import { settleMessages, type Settlement } from '../../src/app/messages/settle-messages';
import { setConsent } from '../../src/app/set-consent';
import { KNOWN_CHANNELS, type Channel, type KnownChannel } from '../../src/domain/channel/channel';
import type { ChannelRules } from '../../src/domain/channel/channel-question';
import type { FrequencyCap } from '../../src/domain/channel/frequency-cap';
import type { ContactPatch } from '../../src/domain/contact/contact';
import { readDeliveryHours } from '../../src/domain/schedule/delivery-window';
import type { Store } from '../../src/store/port';
import { contactId, WHOLE } from './requests';
import { said } from './store-contents';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const PLACE = {
  key: 'instance:w:n',
  kind: 'wait',
  workflowId: 'w',
  workflowName: 'Nurture',
  nodeName: 'Reach them',
} as const;

export function channelOf(name: KnownChannel, more: Partial<Channel> = {}): Channel {
  const { label, address, consent } = KNOWN_CHANNELS[name];
  return { name, label, address: { from: address }, consent, keepsQuietHours: true, ...more };
}

export function cap(most: number, amount: number, more: Partial<FrequencyCap> = {}): FrequencyCap {
  return {
    channel: null,
    most,
    amount,
    unit: 'hours',
    counts: 'exactPeriod',
    messages: 'samePurpose',
    ...more,
  };
}

export function quietHours(from = '21:00', to = '08:00'): ChannelRules['hours'] {
  const reading = readDeliveryHours({ quietHours: { from, to } });
  if (!reading.ok) throw new Error('These are no quiet hours');
  return reading.value;
}

export const rulesOf = (more: Partial<ChannelRules> = {}): ChannelRules => ({
  message: 'intro',
  purpose: 'marketing',
  channels: [channelOf('email'), channelOf('sms')],
  order: 'fixed',
  caps: [],
  hours: { windows: null, quiet: null },
  reactionTimeMs: HOUR,
  ...more,
});

/** A message to a contact by e-mail, else by SMS, unless said otherwise. */
export const claimOf = (
  id: number,
  rules: Partial<ChannelRules> = {},
  more: Partial<ClaimRequest> = {},
): ClaimRequest => ({
  contact: { id, identifiers: [] },
  rules: rulesOf(rules),
  occasion: '',
  enrolmentId: null,
  journey: null,
  zone: { workflowZone: 'UTC' },
  whenBlocked: 'skip',
  freshForMs: 7 * DAY,
  heldSince: null,
  leaseMs: 15 * MINUTE,
  item: { contact: { id } },
  ...more,
});

/** Creates a contact that may be written to by e-mail and SMS. */
export async function reachable(
  store: Store,
  now: number,
  name: string,
  more: Partial<ContactPatch> = {},
  phone = '+442079460958',
): Promise<number> {
  const id = await contactId(store, now, { email: `${name}@example.com`, phone }, more);
  await setConsent(store, [said(id), said(id, { channel: 'sms' })], now);
  return id;
}

export const claim = (store: Store, now: number, ...requests: ClaimRequest[]): Promise<ClaimResult[]> =>
  claimMessages(store, PLACE, requests, now, WHOLE);

export async function settle(store: Store, now: number, messageId: number, settlement: Settlement) {
  const [result] = await settleMessages(store, [{ messageId, settlement }], now, WHOLE);
  if (!result) throw new Error('Nothing came of it');
  return result;
}

/** Over which channel, or why none. */
export function told(result: ClaimResult | undefined): string {
  if (result?.outcome === 'claimed') return result.decision.channel.name;
  return result?.outcome ?? 'nothing';
}

export function idOf(result: ClaimResult | undefined): number {
  if (result?.outcome === 'claimed' && result.messageId !== null) return result.messageId;
  throw new Error(`Nothing was claimed: ${told(result)}`);
}
