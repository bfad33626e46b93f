import fc from 'fast-check';
import type { Change } from '../../../src/domain/change/change';
import { movesDate, nextReached, type DateWatch } from '../../../src/domain/change/date-watch';
import type { Contact } from '../../../src/domain/contact/contact';

const watch: fc.Arbitrary<DateWatch> = fc.record({
  on: fc.constant('date_reached' as const),
  property: fc.constantFrom('birthday', 'properties.birthday', 'createdAt'),
  yearly: fc.boolean(),
  offset: fc.constantFrom(null, { amount: -3, unit: 'days' as const }, { amount: 2, unit: 'hours' as const }),
  atTime: fc.constantFrom(null, '09:00', '02:30'),
  leapDay: fc.constantFrom('february28' as const, 'march1' as const),
  workflowZone: fc.constantFrom('UTC', 'Europe/Berlin'),
});
const value = fc.constantFrom(
  '1990-02-29',
  '1992-02-29',
  '2026-03-29',
  '2026-10-25T02:30',
  '2026-06-01T10:00:00Z',
  '--06-15',
  'soon',
  '',
  null,
  0,
  [],
  { a: 1 },
);
const contact: fc.Arbitrary<Contact> = fc
  .record({
    birthday: value,
    timezone: fc.constantFrom(null, 'America/New_York', 'Pacific/Apia', 'Mars/Phobos'),
  })
  .map(({ birthday, timezone }) => ({
    id: 1,
    email: null,
    phone: null,
    externalId: null,
    firstName: null,
    lastName: null,
    locale: null,
    timezone,
    country: null,
    lifecycleStage: null,
    properties: { birthday },
    createdAt: Date.UTC(2025, 5, 1),
    updatedAt: Date.UTC(2025, 5, 1),
  }));
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });

describe('laws of watched dates', () => {
  test('a date is next reached strictly later, with the zone and why', () => {
    fc.assert(
      fc.property(watch, contact, moment, (wanted, whose, after) => {
        const reached = nextReached(wanted, whose, after);
        if (!reached) return;
        expect(reached.at).toBeGreaterThan(after);
        expect(reached.zone).not.toBe('');
        expect(reached.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('looked at later, it is the same moment until it is reached, and never an earlier one', () => {
    fc.assert(
      fc.property(watch, contact, moment, moment, (wanted, whose, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        const [first, second] = [nextReached(wanted, whose, early), nextReached(wanted, whose, late)];
        if (first && first.at > late) expect(second?.at).toBe(first.at);
        if (first && second) expect(second.at).toBeGreaterThanOrEqual(first.at);
        if (!first) expect(second).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  test('a yearly date returns within little more than a year', () => {
    fc.assert(
      fc.property(watch, contact, moment, (wanted, whose, after) => {
        const yearly = { ...wanted, yearly: true };
        const reached = nextReached(yearly, whose, after);
        const isAhead = reached && reached.at < Date.UTC(2029, 0, 1);
        if (isAhead && after > Date.UTC(2027, 0, 1)) {
          expect(reached.at - after).toBeLessThan(370 * 86_400_000);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is no date is never reached', () => {
    const [whose] = fc.sample(contact, 1);
    for (const birthday of ['soon', '', null, [], {}, true]) {
      const nobody = { ...(whose as Contact), properties: { birthday } };
      fc.assert(
        fc.property(watch, moment, (wanted, after) => {
          expect(nextReached({ ...wanted, property: 'birthday' }, nobody, after)).toBeNull();
          expect(nextReached({ ...wanted, property: 'unknown' }, nobody, after)).toBeNull();
        }),
        { numRuns: 20 },
      );
    }
  });
});

describe('what may move a watched date', () => {
  const updated = (...fields: string[]): Change => ({
    sequence: 1,
    kind: 'contact_updated',
    contactId: 1,
    at: 0,
    subject: null,
    eventId: null,
    detail: { fields: Object.fromEntries(fields.map((name) => [name, [null, 1]])) },
  });
  const [any] = fc.sample(watch, 1);
  const on = (property: string): DateWatch => ({ ...(any as DateWatch), property });

  test.each([
    ['birthday', 'properties.birthday', true],
    ['properties.birthday', 'properties.birthday', true],
    ['trial.end', 'properties.trial', true],
    ['trial.end', 'properties.trial.end', true],
    ['properties.trial.end', 'properties.trial', true],
    ['properties.trial.end', 'properties.trial.end', true],
    ['birthday', 'timezone', true],
    ['birthday', 'country', true],
    ['updatedAt', 'firstName', true],
    ['birthday', 'firstName', false],
    ['birthday', 'properties.birth', false],
    ['trial.end', 'properties.end', false],
  ])('%s, when %s changes: %s', (property, field, expected) => {
    expect(movesDate(on(property), updated(field))).toBe(expected);
  });

  test('a new or merged contact always may, a tag never', () => {
    expect(movesDate(on('birthday'), { ...updated(), kind: 'contact_created' })).toBe(true);
    expect(movesDate(on('birthday'), { ...updated(), kind: 'contact_merged' })).toBe(true);
    expect(movesDate(on('birthday'), { ...updated('timezone'), kind: 'tag_added' })).toBe(false);
  });
});
