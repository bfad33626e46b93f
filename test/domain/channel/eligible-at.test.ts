import fc from 'fast-check';
import { KNOWN_CHANNELS, type Channel } from '../../../src/domain/channel/channel';
import type { ChannelFacts, ChannelRules } from '../../../src/domain/channel/channel-question';
import { chooseChannel } from '../../../src/domain/channel/choose-channel';
import type { Message, Purpose } from '../../../src/domain/message/message';
import { readDeliveryHours } from '../../../src/domain/schedule/delivery-window';
import { resolveZone } from '../../../src/domain/schedule/zone';
import {
  HOUR,
  inEveryZone,
  intlReading,
  MINUTE,
  momentIn,
  timeOfDay,
  valueOf,
  ZONES,
} from '../schedule/every-zone';
import { isQuietByDefinition } from '../schedule/opening-by-definition';
import { calendarCap, countByDefinition, exactCap } from './cap-by-definition';

const NAMES = ['email', 'sms'] as const;
const messageOf = (more: Pick<Message, 'name' | 'channel' | 'claimedAt'> & Partial<Message>): Message => ({
  id: 1,
  contactId: 1,
  occasion: '',
  purpose: 'marketing',
  address: 'x',
  state: 'sent',
  attempt: 1,
  leaseUntil: more.claimedAt + HOUR,
  settledAt: more.claimedAt,
  error: null,
  enrolmentId: null,
  journey: null,
  workflowId: 'w',
  nodeName: 'n',
  ...more,
});

const caps = fc.array(
  fc.record({
    cap: fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
        .map((own) => calendarCap(...own)),
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })).map((own) => exactCap(...own)),
    ),
    channel: fc.constantFrom(null, ...NAMES),
    messages: fc.constantFrom('samePurpose' as const, 'allPurposes' as const),
  }),
  { maxLength: 3 },
);

/** Rules that may keep somebody back, what the contact got in the days before, and perhaps an attempt that it may react to. */
const situation = fc.record({
  quietHours: fc.option(fc.record({ from: timeOfDay, to: timeOfDay }).filter(({ from, to }) => from !== to)),
  keepsQuietHours: fc.tuple(fc.boolean(), fc.boolean()),
  caps,
  purpose: fc.constantFrom<Purpose>('marketing', 'transactional'),
  recent: fc.array(
    fc.record({
      minutesAgo: fc.nat(4 * 24 * 60),
      channel: fc.constantFrom(...NAMES),
      purpose: fc.constantFrom<Purpose>('marketing', 'transactional'),
    }),
    { maxLength: 6 },
  ),
  attemptMinutesAgo: fc.option(fc.nat(200)),
  reactionMinutes: fc.nat(300),
});

describe('when a contact may be reached, in every zone', () => {
  it('is never in its quiet hours nor over a cap, and at the first moment that is neither', () => {
    inEveryZone(6, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        situation,
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 6 }),
        (_, now, own, between) => {
          const channels = NAMES.map((name, at): Channel => {
            const { label, address, consent } = KNOWN_CHANNELS[name];
            const keepsQuietHours = own.keepsQuietHours[at] ?? true;
            return { name, label, address: { from: address }, consent, keepsQuietHours };
          });
          const attempts =
            own.attemptMinutesAgo === null
              ? []
              : [
                  messageOf({
                    name: 'intro',
                    channel: 'email',
                    purpose: own.purpose,
                    claimedAt: now - own.attemptMinutesAgo * MINUTE,
                  }),
                ];
          const rules: ChannelRules = {
            message: 'intro',
            purpose: own.purpose,
            channels,
            order: 'fixed',
            caps: own.caps.map(({ cap, channel, messages }) => ({ ...cap, channel, messages })),
            hours: valueOf(readDeliveryHours({ quietHours: own.quietHours })),
            reactionTimeMs: own.reactionMinutes * MINUTE,
          };
          const facts: ChannelFacts = {
            zone: valueOf(resolveZone({ contactZone: zone, workflowZone: 'UTC' }, now)),
            consents: Object.fromEntries(NAMES.map((name) => [name, { status: 'opted_in' as const, at: 1 }])),
            addresses: new Map(
              NAMES.map((name) => [name, { ok: true, value: { value: name, all: [name], country: null } }]),
            ),
            suppressions: new Map(),
            attempts,
            recent: [
              ...own.recent.map(({ minutesAgo, ...more }) =>
                messageOf({ name: 'news', claimedAt: now - minutesAgo * MINUTE, ...more }),
              ),
              ...attempts,
            ].sort((a, b) => a.claimedAt - b.claimedAt),
            events: [],
          };
          const isAllowed = ({ name, keepsQuietHours }: Channel, at: number): boolean =>
            !attempts.some(({ channel }) => channel === name) &&
            attempts.every(({ claimedAt }) => claimedAt + rules.reactionTimeMs <= at) &&
            !(keepsQuietHours && isQuietByDefinition(own, intlReading(zone, at))) &&
            rules.caps
              .filter(({ channel }) => channel === null || channel === name)
              .every((cap) => countByDefinition(cap, facts.recent, own.purpose, zone, at) < cap.most);
          const first = (at: number) => channels.find((channel) => isAllowed(channel, at))?.name;

          const decision = chooseChannel(rules, facts, now);
          if (decision.outcome === 'chosen') return expect(first(now)).toBe(decision.channel.name);
          if (decision.outcome !== 'blocked') throw new Error(decision.outcome);
          const { eligibleAt } = decision;
          expect(eligibleAt).toBeGreaterThan(now);
          const then = chooseChannel(rules, facts, eligibleAt);
          expect(then.outcome === 'chosen' && then.channel.name).toBe(first(eligibleAt));
          for (const share of [0, ...between]) {
            expect(first(now + Math.floor(share * (eligibleAt - now)))).toBeUndefined();
          }
          expect(first(eligibleAt - 1)).toBeUndefined();
        },
      ),
    );
  });
});

describe('a contact whose zone is unknown', () => {
  it('is never reached while it is quiet in any of the zones that it may have', () => {
    const hours = { quietHours: { from: '21:00', to: '08:00' } };
    const [email] = NAMES;
    const { label, address, consent } = KNOWN_CHANNELS[email];
    const rules: ChannelRules = {
      message: 'intro',
      purpose: 'transactional',
      channels: [{ name: email, label, address: { from: address }, consent, keepsQuietHours: true }],
      order: 'fixed',
      caps: [],
      hours: valueOf(readDeliveryHours(hours)),
      reactionTimeMs: 0,
    };
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...ZONES), { minLength: 1, maxLength: 3 }),
        fc
          .integer({ min: 0, max: 2 * 365 * 24 * 60 })
          .map((minutes) => Date.UTC(2026, 0, 1) + minutes * MINUTE),
        (unknownZones, now) => {
          const zone = valueOf(resolveZone({ contactZone: null, workflowZone: 'UTC', unknownZones }, now));
          const facts: ChannelFacts = {
            zone,
            consents: {},
            addresses: new Map([[email, { ok: true, value: { value: 'x', all: ['x'], country: null } }]]),
            suppressions: new Map(),
            attempts: [],
            recent: [],
            events: [],
          };
          const isQuiet = (at: number) =>
            unknownZones.some((own) => isQuietByDefinition(hours, intlReading(own, at)));
          const decision = chooseChannel(rules, facts, now);
          if (decision.outcome === 'chosen') return expect(isQuiet(now)).toBe(false);
          // Zones on opposite sides of the world may leave no moment between them.
          if (decision.outcome !== 'blocked') return expect(unknownZones.length).toBeGreaterThan(1);
          expect(isQuiet(decision.eligibleAt)).toBe(false);
          for (let at = now; at < decision.eligibleAt; at += 30 * MINUTE) expect(isQuiet(at)).toBe(true);
          expect(isQuiet(decision.eligibleAt - 1)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
