import fc from 'fast-check';
import { KNOWN_CHANNELS, type Channel, type KnownChannel } from '../../../src/domain/channel/channel';
import type { ChannelFacts, ChannelRules } from '../../../src/domain/channel/channel-question';
import { chooseChannel } from '../../../src/domain/channel/choose-channel';
import type { FrequencyCap } from '../../../src/domain/channel/frequency-cap';
import type { Message } from '../../../src/domain/message/message';
import { readDeliveryHours } from '../../../src/domain/schedule/delivery-window';
import { resolveZone } from '../../../src/domain/schedule/zone';

const NOW = Date.UTC(2026, 2, 4, 12);
const HOUR = 3_600_000;
const NAMES = ['email', 'sms', 'web_push', 'chat'] as const;
const channelOf = (name: KnownChannel): Channel => {
  const { label, address, consent } = KNOWN_CHANNELS[name];
  return { name, label, address: { from: address }, consent, keepsQuietHours: true };
};
const rulesOf = (more: Partial<ChannelRules> = {}): ChannelRules => ({
  message: 'intro',
  purpose: 'marketing',
  channels: NAMES.map(channelOf),
  order: 'fixed',
  caps: [],
  hours: { windows: null, quiet: null },
  reactionTimeMs: 0,
  ...more,
});

/** What is true of each channel for somebody. */
interface Somebody {
  readonly reachable: readonly boolean[];
  readonly agreed: readonly boolean[];
  readonly suppressed: readonly boolean[];
  readonly failed: readonly boolean[];
  readonly sentHoursAgo: readonly number[];
  readonly zone: string;
}
const flags = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
const somebody: fc.Arbitrary<Somebody> = fc.record({
  reachable: flags,
  agreed: flags,
  suppressed: flags,
  failed: flags,
  sentHoursAgo: fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }),
  zone: fc.constantFrom(
    'Europe/Berlin',
    'Pacific/Apia',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
  ),
});

const messageOf = (channel: string, name: string, at: number, state: Message['state']): Message => ({
  id: 1,
  contactId: 1,
  name,
  occasion: '',
  channel,
  purpose: 'marketing',
  address: 'x',
  state,
  attempt: 1,
  claimedAt: at,
  leaseUntil: at + HOUR,
  settledAt: at,
  error: null,
  enrolmentId: null,
  journey: null,
  workflowId: 'w',
  nodeName: 'n',
});

function factsOf(own: Somebody): ChannelFacts {
  const zone = resolveZone({ contactZone: own.zone, workflowZone: 'UTC' }, NOW);
  if (!zone.ok) throw new Error('no zone');
  const listed = NAMES.map((name, at) => ({ name, at }));
  return {
    zone: zone.value,
    consents: Object.fromEntries(
      listed
        .filter(({ at }) => own.agreed[at])
        .map(({ name }) => [KNOWN_CHANNELS[name].consent, { status: 'opted_in' as const, at: 1 }]),
    ),
    addresses: new Map(
      listed.map(({ name, at }) => [
        name,
        own.reachable[at]
          ? { ok: true as const, value: { value: `to ${name}`, all: [`to ${name}`], hashes: [] } as never }
          : { ok: false as const, problems: [{ field: name, message: 'there is none' }] },
      ]),
    ),
    suppressions: new Map(
      listed.filter(({ at }) => own.suppressed[at]).map(({ name }) => [name, { reason: 'bounced', at: 1 }]),
    ),
    attempts: listed
      .filter(({ at }) => own.failed[at])
      .map(({ name }) => messageOf(name, 'intro', NOW - 300 * HOUR, 'failed')),
    recent: own.sentHoursAgo
      .toSorted((a, b) => b - a)
      .map((ago) => messageOf('email', 'news', NOW - ago * HOUR, 'sent')),
    events: [],
  };
}

const isOpen = (own: Somebody, at: number) =>
  own.reachable[at] && own.agreed[at] && !own.suppressed[at] && !own.failed[at];
const cap = (most: number, hours: number): FrequencyCap => ({
  channel: null,
  most,
  amount: hours,
  unit: 'hours',
  counts: 'exactPeriod',
  messages: 'samePurpose',
});
const runs = { numRuns: 500 };

describe('choosing a channel', () => {
  it('takes the first of the list that is open, whoever it is', () => {
    fc.assert(
      fc.property(somebody, (own) => {
        const decision = chooseChannel(rulesOf(), factsOf(own), NOW);
        const expected = NAMES.find((_, at) => isOpen(own, at));
        expect(decision.outcome).toBe(expected ? 'chosen' : 'unreachable');
        if (decision.outcome === 'chosen') expect(decision.channel.name).toBe(expected);
      }),
      runs,
    );
  });

  it('needs no consent for what is transactional, and everything else all the same', () => {
    fc.assert(
      fc.property(somebody, (own) => {
        const asked = (agreed: boolean) =>
          chooseChannel(
            rulesOf({ purpose: 'transactional' }),
            factsOf({ ...own, agreed: NAMES.map(() => agreed) }),
            NOW,
          );
        const [with_, without] = [asked(true), asked(false)];
        expect(without.outcome).toBe(with_.outcome);
        if (without.outcome === 'chosen' && with_.outcome === 'chosen') {
          expect(without.channel.name).toBe(with_.channel.name);
        }
      }),
      runs,
    );
  });

  it('lets nobody out above a cap, and tells the moment at which there is room again', () => {
    fc.assert(
      fc.property(
        somebody,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 150 }),
        (own, most, hours) => {
          const rules = rulesOf({ caps: [cap(most, hours)] });
          const facts = factsOf(own);
          const counted = (at: number) =>
            facts.recent.filter(({ claimedAt }) => claimedAt > at - hours * HOUR && claimedAt <= at).length;
          const decision = chooseChannel(rules, facts, NOW);
          if (decision.outcome === 'chosen') expect(counted(NOW)).toBeLessThan(most);
          if (decision.outcome !== 'blocked') return;
          expect(counted(NOW)).toBeGreaterThanOrEqual(most);
          expect(decision.eligibleAt).toBeGreaterThan(NOW);
          expect(counted(decision.eligibleAt)).toBeLessThan(most);
          expect(counted(decision.eligibleAt - 1)).toBeGreaterThanOrEqual(most);
          expect(chooseChannel(rules, facts, decision.eligibleAt).outcome).toBe('chosen');
        },
      ),
      runs,
    );
  });

  it('sends nothing in the quiet hours of a contact, and something at the moment that it tells', () => {
    const hours = readDeliveryHours({ quietHours: { from: '21:00', to: '08:00' } });
    if (!hours.ok) throw new Error('no hours');
    fc.assert(
      fc.property(somebody, fc.integer({ min: 0, max: 365 * 24 * 4 }), (own, quarters) => {
        const now = NOW + (quarters * HOUR) / 4;
        const rules = rulesOf({ hours: hours.value });
        const facts = factsOf({ ...own, sentHoursAgo: [] });
        const hourOf = (at: number) =>
          Number(
            new Intl.DateTimeFormat('en-GB', {
              hour: '2-digit',
              hourCycle: 'h23',
              timeZone: own.zone,
            }).format(at),
          );
        const isQuiet = (at: number) => hourOf(at) >= 21 || hourOf(at) < 8;
        const decision = chooseChannel(rules, facts, now);
        if (decision.outcome === 'chosen') expect(isQuiet(now)).toBe(false);
        if (decision.outcome !== 'blocked') return;
        expect(isQuiet(now)).toBe(true);
        expect(isQuiet(decision.eligibleAt)).toBe(false);
        expect(isQuiet(decision.eligibleAt - 1)).toBe(true);
        expect(chooseChannel(rules, facts, decision.eligibleAt).outcome).toBe('chosen');
      }),
      runs,
    );
  });

  it('lets one lucky answer decide nothing', () => {
    const own: Somebody = {
      reachable: [true, true, true, true],
      agreed: [true, true, true, true],
      suppressed: [false, false, false, false],
      failed: [false, false, false, false],
      sentHoursAgo: [],
      zone: 'Europe/Berlin',
    };
    const facts = {
      ...factsOf(own),
      recent: [messageOf('sms', 'news', NOW - 50 * HOUR, 'sent')],
      events: [
        {
          id: 1,
          contactId: 1,
          type: 'sms_clicked',
          occurredAt: NOW - 49 * HOUR,
          recordedAt: NOW - 49 * HOUR,
          properties: { message: 'news' },
          key: null,
        },
      ],
    };
    const decision = chooseChannel(rulesOf({ order: 'answers' }), facts, NOW);
    expect(decision.outcome === 'chosen' && decision.channel.name).toBe('email');
  });
});
