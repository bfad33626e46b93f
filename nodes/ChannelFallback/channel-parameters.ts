import type { IDataObject } from 'n8n-workflow';
import type { ClaimRequest } from '../../src/app/messages/claim-messages';
import {
  isKnownChannel,
  KNOWN_CHANNELS,
  type AddressSource,
  type Channel,
} from '../../src/domain/channel/channel';
import { readFrequencyCap, type FrequencyCap } from '../../src/domain/channel/frequency-cap';
import { isJsonObject, toJsonObject } from '../../src/domain/json';
import { OCCASIONS } from '../../src/domain/message/message';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import { readDeliveryHours } from '../../src/domain/schedule/delivery-window';
import { DAY_MS, MINUTE_MS } from '../../src/domain/schedule/zone-clock';
import { contactOfItem } from '../execution/contact-of-item';
import type { Parameters } from '../execution/parameters';

type Row = Readonly<Record<string, unknown>>;

const ADDRESSES = ['email', 'phone', 'pushToken', 'none'] as const;
const OWN_NAME = /^[a-z0-9]\w{0,63}$/i;
const LONGEST_NAME = 200;

/** Reads everything that decides on an item's message. */
export function readClaimRequest(
  parameters: Parameters,
  index: number,
  json: IDataObject,
  place: { readonly workflowZone: string; readonly heldSince: number | null },
): Reading<ClaimRequest> {
  const problems: Problem[] = [];
  const keep = <T>(reading: Reading<T>): T | undefined => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return undefined;
  };
  const contact = keep(contactOfItem(parameters, index, json));
  const message = keep(readName(parameters.value('message', index)));
  const channels = keep(readChannels(parameters.rows('channels', 'channel', index)));
  const caps = keep(readCaps(parameters.rows('caps', 'cap', index)));
  const occasion = keep(readOccasion(parameters, index, json));
  const hours = keep(
    readDeliveryHours({
      quietHours: parameters.boolean('quietHours', index)
        ? { from: parameters.text('quietFrom', index), to: parameters.text('quietTo', index) }
        : null,
    }),
  );
  const fresh = keep(readAmount(parameters, 'staleAfterDays', 7, index));
  const reaction = keep(readAmount(parameters, 'options.reactionMinutes', 60, index));
  const lease = keep(readAmount(parameters, 'options.uncertainMinutes', 60, index));
  if (
    !contact ||
    !message ||
    !channels ||
    !caps ||
    !occasion ||
    !hours ||
    fresh === undefined ||
    reaction === undefined ||
    lease === undefined
  ) {
    return { ok: false, problems };
  }
  const whenBlocked = parameters.value('whenBlocked', index);
  return {
    ok: true,
    value: {
      contact,
      rules: {
        message,
        purpose: parameters.value('purpose', index) === 'transactional' ? 'transactional' : 'marketing',
        channels,
        order: parameters.value('order', index) === 'answers' ? 'answers' : 'fixed',
        caps,
        hours,
        reactionTimeMs: reaction * MINUTE_MS,
      },
      ...occasion,
      zone: {
        workflowZone: place.workflowZone,
        unknownZones: parameters
          .text('options.unknownZones', index)
          .split(',')
          .map((zone) => zone.trim())
          .filter((zone) => zone !== ''),
      },
      whenBlocked: whenBlocked === 'skip' || whenBlocked === 'drop' ? whenBlocked : 'hold',
      freshForMs: fresh * DAY_MS,
      heldSince: place.heldSince,
      leaseMs: Math.max(1, lease * MINUTE_MS),
      item: toJsonObject(json),
    },
  };
}

/** How many channels the node has, and so which outputs are the last two. */
export function countChannels(parameters: IDataObject): number {
  const { channels } = parameters;
  const rows = isJsonObject(channels) ? channels.channel : undefined;
  return Array.isArray(rows) ? rows.length : 0;
}

function readName(value: unknown): Reading<string> {
  const name = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  if (name !== '' && name.length <= LONGEST_NAME) return { ok: true, value: name };
  const message =
    name === ''
      ? 'The message has no name; give it one, such as intro. Reactions are found by it.'
      : `The message's name ${quote(name)} has ${name.length} characters; at most ${LONGEST_NAME} are taken.`;
  return { ok: false, problems: [{ field: 'message', message }] };
}

function readChannels(rows: readonly Row[]): Reading<Channel[]> {
  const problems: Problem[] = [];
  const channels = rows.flatMap((row, at): Channel[] => {
    const field = `channels[${at}]`;
    const name = readChannelName(row, field);
    const address = readAddress(row, field);
    if (!name.ok) problems.push(...name.problems);
    if (!address.ok) problems.push(...address.problems);
    if (!name.ok || !address.ok) return [];
    const consent = String(row.consent ?? '').trim();
    const { value } = name;
    const known = isKnownChannel(value) ? KNOWN_CHANNELS[value] : undefined;
    return [
      {
        name: value,
        label: known?.label ?? value,
        address: address.value,
        consent: consent === '' ? (known?.consent ?? value) : consent,
        keepsQuietHours: row.keepQuietHours !== false,
      },
    ];
  });
  const twice = channels.find(({ name }, at) => channels.findIndex((own) => own.name === name) < at);
  if (twice) {
    const message = `The channel ${quote(twice.label)} is listed twice; each has one place in the order.`;
    problems.push({ field: 'channels', message });
  }
  if (rows.length === 0) {
    problems.push({ field: 'channels', message: 'No channel is listed; add one, such as E-Mail.' });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: channels };
}

function readChannelName(row: Row, field: string): Reading<string> {
  const channel = String(row.channel ?? 'email');
  if (isKnownChannel(channel)) return { ok: true, value: channel };
  const own = String(row.ownName ?? '').trim();
  if (channel === 'own' && OWN_NAME.test(own) && !isKnownChannel(own)) return { ok: true, value: own };
  const message =
    channel !== 'own'
      ? `${quote(channel)} is no channel; choose one from the list.`
      : `${quote(own)} cannot be the name of an own channel; use letters, digits and underscores, and none of the names in the list.`;
  return { ok: false, problems: [{ field: `${field}.ownName`, message }] };
}

function readAddress(row: Row, field: string): Reading<AddressSource> {
  const from = String(row.addressFrom ?? 'usual');
  if (from === 'usual') {
    const channel = String(row.channel ?? 'email');
    return { ok: true, value: { from: isKnownChannel(channel) ? KNOWN_CHANNELS[channel].address : 'none' } };
  }
  const plain = ADDRESSES.find((known) => known === from);
  if (plain) return { ok: true, value: { from: plain } };
  const property = String(row.addressProperty ?? '').trim();
  if (from === 'property' && property !== '') return { ok: true, value: { from: 'property', property } };
  const message =
    from === 'property'
      ? 'The property that holds the address is not named; give its name, such as telegramChatId.'
      : `${quote(from)} is no place for an address; choose one from the list.`;
  return { ok: false, problems: [{ field: `${field}.addressFrom`, message }] };
}

function readCaps(rows: readonly Row[]): Reading<FrequencyCap[]> {
  const problems: Problem[] = [];
  const caps = rows.flatMap((row, at): FrequencyCap[] => {
    const field = `caps[${at}]`;
    const channel = row.channel === undefined || row.channel === 'all' ? null : readChannelName(row, field);
    const { most = 3, amount = 7, unit = 'days', counts = 'exactPeriod', messages } = row;
    const cap = readFrequencyCap(
      { channel: channel?.ok ? channel.value : null, most, amount, unit, counts, messages },
      field,
    );
    if (channel && !channel.ok) problems.push(...channel.problems);
    if (!cap.ok) problems.push(...cap.problems);
    return cap.ok ? [cap.value] : [];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: caps };
}

/** What the message is sent once for. The journey's name goes with it in any case, because reports ask for it. */
function readOccasion(
  parameters: Parameters,
  index: number,
  { journey }: IDataObject,
): Reading<Pick<ClaimRequest, 'occasion' | 'enrolmentId' | 'journey'>> {
  const carried = isJsonObject(journey) ? journey : {};
  const id = Number(carried.enrolmentId);
  const enrolmentId = Number.isSafeInteger(id) && id > 0 ? id : null;
  const name = typeof carried.name === 'string' && carried.name !== '' ? carried.name : null;
  const give = (occasion: string) => ({
    ok: true as const,
    value: { occasion, enrolmentId, journey: name },
  });
  const onceFor = parameters.value('onceFor', index);
  if (onceFor === 'ever') return give('');
  if (onceFor !== 'key') return give(enrolmentId === null ? '' : `${OCCASIONS.enrolment}${enrolmentId}`);
  const key = parameters.text('occasionKey', index).trim();
  if (key !== '') return give(`${OCCASIONS.key}${key}`);
  const message =
    'The key that the message is sent once for is empty. Give an expression that has a value for this item, or choose Ever.';
  return { ok: false, problems: [{ field: 'occasionKey', message }] };
}

function readAmount(parameters: Parameters, name: string, usual: number, index: number): Reading<number> {
  const value = parameters.value(name, index) ?? usual;
  const amount = Number(value);
  if (Number.isFinite(amount) && amount >= 0) return { ok: true, value: amount };
  const message = `${name} is ${quote(value)}; it must be a number from 0.`;
  return { ok: false, problems: [{ field: name, message }] };
}
