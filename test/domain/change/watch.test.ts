import fc from 'fast-check';
import { CHANGE_KINDS, type Change } from '../../../src/domain/change/change';
import {
  changedFields,
  kindsOf,
  matchesWatch,
  type ChangeWatch,
  type ScoreWatch,
} from '../../../src/domain/change/watch';
import type { JsonObject } from '../../../src/domain/json';

const MOMENT = { now: 0, zone: 'UTC' };
const subjects = fc.constantFrom('vip', 'news', 'email', 'customer', 'order_placed');
const change: fc.Arbitrary<Change> = fc.record({
  sequence: fc.nat(),
  kind: fc.constantFrom(...CHANGE_KINDS),
  contactId: fc.constant(1),
  at: fc.constant(0),
  subject: fc.option(subjects),
  eventId: fc.constant(null),
  detail: fc.constantFrom<JsonObject>({}, { fields: { plan: [1, 2] } }, { from: null, to: 'opted_out' }),
});
const names = fc.uniqueArray(subjects, { maxLength: 3 });
const watch: fc.Arbitrary<ChangeWatch> = fc.oneof(
  fc.record({ on: fc.constant('contact_created' as const) }),
  fc.record({
    on: fc.constant('contact_updated' as const),
    fields: fc.uniqueArray(fc.constantFrom('plan', 'email')),
  }),
  fc.record({ on: fc.constant('stage_changed' as const), stages: names }),
  fc.record({
    on: fc.constant('tag_changed' as const),
    action: fc.constantFrom('added' as const, 'removed' as const, 'both' as const),
    tags: names,
  }),
  fc.record({
    on: fc.constant('list_changed' as const),
    action: fc.constantFrom('joined' as const, 'left' as const, 'both' as const),
    lists: names,
  }),
  fc.record({
    on: fc.constant('consent_changed' as const),
    channels: names,
    statuses: fc.uniqueArray(fc.constantFrom('opted_in' as const, 'opted_out' as const)),
  }),
);

describe('laws of watches', () => {
  test('what matches is of a kind that the watch looks at', () => {
    fc.assert(
      fc.property(watch, change, (wanted, happened) => {
        if (matchesWatch(wanted, happened, undefined, MOMENT))
          expect(kindsOf(wanted)).toContain(happened.kind);
        for (const kind of kindsOf(wanted)) expect(CHANGE_KINDS).toContain(kind);
      }),
    );
  });

  test('naming nothing means any, and naming more never matches less', () => {
    fc.assert(
      fc.property(names, names, change, (some, more, happened) => {
        const matches = (tags: readonly string[]) =>
          matchesWatch({ on: 'tag_changed', action: 'both', tags }, happened, undefined, MOMENT);
        const isTag = happened.kind === 'tag_added' || happened.kind === 'tag_removed';
        expect(matches([])).toBe(isTag);
        if (some.length > 0 && matches(some)) expect(matches([...some, ...more])).toBe(true);
      }),
    );
  });

  test('added and removed together are both', () => {
    fc.assert(
      fc.property(names, change, (tags, happened) => {
        const matches = (action: 'added' | 'removed' | 'both') =>
          matchesWatch({ on: 'tag_changed', action, tags }, happened, undefined, MOMENT);
        expect(matches('both')).toBe(matches('added') || matches('removed'));
      }),
    );
  });

  test('an event that is pruned is told to nobody', () => {
    const happened: Change = {
      sequence: 1,
      kind: 'event_recorded',
      contactId: 1,
      at: 0,
      subject: 'x',
      eventId: 9,
      detail: {},
    };
    const any: ChangeWatch = { on: 'event_recorded', types: [], where: [] };
    expect(matchesWatch(any, happened, undefined, MOMENT)).toBe(false);
  });

  test('crossings are told by model and direction, and only of the thresholds and grades that are named', () => {
    const crossed = (detail: JsonObject): Change => ({
      sequence: 1,
      kind: 'score_crossed',
      contactId: 1,
      at: 0,
      subject: 'default',
      eventId: null,
      detail,
    });
    const hot = crossed({ kind: 'threshold', threshold: 'hot', direction: 'up' });
    const toA = crossed({ kind: 'grade', from: 'B', to: 'A', direction: 'up' });
    const across = crossed({ kind: 'grade', from: 'A2', to: 'B1', direction: 'across' });
    const any: ScoreWatch = {
      on: 'score_crossed',
      models: [],
      direction: 'both',
      thresholds: [],
      grades: [],
    };
    const told = (values: Partial<ScoreWatch>) =>
      [hot, toA, across].map((one) => matchesWatch({ ...any, ...values }, one, undefined, MOMENT));
    expect(told({})).toEqual([true, true, true]);
    expect(told({ models: ['default'] })).toEqual([true, true, true]);
    expect(told({ models: ['other'] })).toEqual([false, false, false]);
    expect(told({ direction: 'up' })).toEqual([true, true, false]);
    expect(told({ direction: 'down' })).toEqual([false, false, false]);
    expect(told({ thresholds: ['hot'] })).toEqual([true, false, false]);
    expect(told({ grades: ['A'] })).toEqual([false, true, false]);
    expect(told({ thresholds: ['hot'], grades: ['B1'] })).toEqual([true, false, true]);
    expect(told({ thresholds: ['warm'] })).toEqual([false, false, false]);
  });

  test('the changed fields are named as they were', () => {
    const detail = {
      fields: Object.fromEntries([
        ['properties.__proto__', [null, 1]],
        ['email', [null, 'a']],
      ]),
    };
    const happened = {
      sequence: 1,
      kind: 'contact_updated',
      contactId: 1,
      at: 0,
      subject: null,
      eventId: null,
      detail,
    } as const;
    expect(changedFields(happened)).toEqual(['properties.__proto__', 'email']);
    expect(changedFields({ ...happened, detail: { fields: null } })).toEqual([]);
  });
});
