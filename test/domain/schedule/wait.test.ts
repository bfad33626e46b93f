import fc from 'fast-check';
import { readDeliveryHours, type DeliveryHoursSetting } from '../../../src/domain/schedule/delivery-window';
import type { PeriodUnit } from '../../../src/domain/schedule/period';
import { planWait, type WaitOptions, type WaitPlan, type WaitRule } from '../../../src/domain/schedule/wait';
import { resolveZone } from '../../../src/domain/schedule/zone';
import {
  inEveryZone,
  intlReading,
  messagesOf,
  MINUTE,
  momentIn,
  timeOfDay,
  utc,
  utcText,
  valueOf,
} from './every-zone';
import { isOpenByDefinition } from './opening-by-definition';

const HOURS: DeliveryHoursSetting = {
  windows: [
    { weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
    { weekdays: [6], from: '22:00', to: '02:00' },
  ],
  quietHours: { from: '12:00', to: '13:00' },
};

const optionsOf = (contactZone: string, more: Partial<WaitOptions> = {}): WaitOptions => ({
  zone: valueOf(resolveZone({ contactZone, workflowZone: 'UTC' }, 0)),
  ...more,
});

const atTime = fc.option(timeOfDay, { nil: undefined });
const unit = fc.constantFrom<PeriodUnit>('minutes', 'hours', 'days', 'weeks', 'months', 'years');
const offset = fc.option(fc.record({ amount: fc.integer({ min: -9, max: 9 }), unit }), { nil: undefined });
const optional = <T>(key: string, value: T | undefined): Record<string, T> =>
  value === undefined ? {} : { [key]: value };

/** Any rule, its dates within some weeks of `now`. */
const ruleNear = (now: number): fc.Arbitrary<WaitRule> => {
  const value = fc.integer({ min: -90 * 24 * 60, max: 90 * 24 * 60 }).chain((minutes) => {
    const text = new Date(now + minutes * MINUTE).toISOString();
    return fc.constantFrom(text, text.slice(0, 19), text.slice(0, 10), now + minutes * MINUTE);
  });
  const period = fc.record({ amount: fc.nat(9), unit });
  const parts = fc.record({
    value,
    period,
    atTime,
    time: timeOfDay,
    offset,
    weekday: fc.integer({ min: 1, max: 7 }),
  });
  return parts.chain((part): fc.Arbitrary<WaitRule> => {
    const when = {
      value: part.value,
      ...optional('offset', part.offset),
      ...optional('atTime', part.atTime),
    };
    return fc.constantFrom<WaitRule>(
      { kind: 'period', period: part.period, ...optional('atTime', part.atTime) },
      { kind: 'date', ...when },
      { kind: 'contactDate', property: 'renewal', ...when },
      { kind: 'anniversary', ...when },
      { kind: 'weekday', weekdays: [part.weekday], atTime: part.time },
    );
  });
};

const nowAndRule = (zone: string): fc.Arbitrary<[number, WaitRule]> =>
  momentIn(zone).chain((now) => fc.tuple(fc.constant(now), ruleNear(now)));

describe('laws in every zone', () => {
  const hours = valueOf(readDeliveryHours(HOURS));

  test('never before now unless missed; waits until later, is due now, was missed earlier; open when due', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        nowAndRule(zone),
        fc.constantFrom('pass' as const, 'missed' as const),
        fc.nat(100_000),
        (_, [now, rule], pastDates, graceMinutes) => {
          const options = optionsOf(zone, { hours, pastDates, graceMinutes });
          const { outcome, dueAt, targetAt } = valueOf(planWait(rule, options, now));
          expect(Math.sign(dueAt - now)).toBe({ wait: 1, due: 0, missed: -1 }[outcome]);
          expect(dueAt).toBeGreaterThanOrEqual(targetAt);
          expect(isOpenByDefinition(HOURS, intlReading(zone, dueAt))).toBe(true);
          if (outcome === 'missed') {
            expect(pastDates).toBe('missed');
            expect(now - dueAt).toBeGreaterThan(graceMinutes * MINUTE);
          } else if (pastDates === 'missed') {
            expect(now - targetAt).toBeLessThanOrEqual(graceMinutes * MINUTE + 8 * 24 * 60 * MINUTE);
          }
        },
      ),
    );
  });

  test('a date, asked for again when it is due, is due; asked for later, it never comes earlier', () => {
    inEveryZone(10, (zone) =>
      fc.property(fc.constant(zone), nowAndRule(zone), fc.nat(20_000), (_, [now, rule], later) => {
        fc.pre(rule.kind === 'date' || rule.kind === 'contactDate');
        const options = optionsOf(zone, { hours });
        const { dueAt } = valueOf(planWait(rule, options, now));
        expect(valueOf(planWait(rule, options, dueAt))).toMatchObject({ outcome: 'due', dueAt });
        expect(valueOf(planWait(rule, options, now + later * MINUTE)).dueAt).toBeGreaterThanOrEqual(dueAt);
      }),
    );
  });

  test('anniversaries and weekdays lie ahead, and when due the next one is another', () => {
    inEveryZone(10, (zone) =>
      fc.property(fc.constant(zone), nowAndRule(zone), (_, [now, rule]) => {
        fc.pre(rule.kind === 'anniversary' || rule.kind === 'weekday');
        const options = optionsOf(zone, { pastDates: 'missed' });
        const { outcome, dueAt } = valueOf(planWait(rule, options, now));
        expect(outcome).toBe('wait');
        expect(valueOf(planWait(rule, options, dueAt)).dueAt).toBeGreaterThan(dueAt);
      }),
    );
  });

  test('every plan names its zone, where that comes from, and a reason with both', () => {
    inEveryZone(3, (zone) =>
      fc.property(fc.constant(zone), nowAndRule(zone), (_, [now, rule]) => {
        const plan = valueOf(planWait(rule, optionsOf(zone), now));
        expect(plan).toMatchObject({ zone, zoneSource: 'contact' });
        expect(plan.reasons[0]?.endsWith(` in ${zone} (contact's time zone)`)).toBe(true);
      }),
    );
  });
});

describe('examples', () => {
  const NOW = utc('2026-03-07T15:00');
  const NEW_YORK = optionsOf('America/New_York');
  const plan = (rule: WaitRule, options: WaitOptions = NEW_YORK, now = NOW): WaitPlan =>
    valueOf(planWait(rule, options, now));
  const told = (rule: WaitRule, options?: WaitOptions, now?: number): string[] => {
    const { outcome, dueAt, reasons } = plan(rule, options, now);
    return [`${outcome} ${utcText(dueAt)}`, ...reasons];
  };
  const quiet = valueOf(readDeliveryHours({ quietHours: { from: '21:00', to: '08:00' } }));

  test('two days on at 09:00, across the change to summer time', () => {
    expect(told({ kind: 'period', period: { amount: 2, unit: 'days' }, atTime: '09:00' })).toEqual([
      'wait 2026-03-09T13:00',
      "2 days after 2026-03-07 10:00 at 09:00 in America/New_York (contact's time zone)",
    ]);
  });

  test('a day on at a time that does not exist', () => {
    expect(told({ kind: 'period', period: { amount: 1, unit: 'days' }, atTime: '02:30' })).toEqual([
      'wait 2026-03-08T07:00',
      "1 day after 2026-03-07 10:00 at 02:30 in America/New_York (contact's time zone)",
      '02:30 does not exist on 2026-03-08 in America/New_York; moved to 03:00',
    ]);
  });

  test('hours are exact, and with a time of day run until it next comes', () => {
    expect(told({ kind: 'period', period: { amount: 24, unit: 'hours' } })[0]).toBe('wait 2026-03-08T15:00');
    expect(told({ kind: 'period', period: { amount: 24, unit: 'hours' }, atTime: '10:00' })).toEqual([
      'wait 2026-03-09T14:00',
      "the first 10:00 from 24 hours after 2026-03-07 10:00 in America/New_York (contact's time zone)",
    ]);
    expect(told({ kind: 'period', period: { amount: 1, unit: 'hours' }, atTime: '11:00' })[0]).toBe(
      'wait 2026-03-07T16:00',
    );
  });

  test('no time at all is due at once; today at a time that is past is a past date', () => {
    expect(told({ kind: 'period', period: { amount: 0, unit: 'days' } })[0]).toBe('due 2026-03-07T15:00');
    const today: WaitRule = { kind: 'period', period: { amount: 0, unit: 'days' }, atTime: '09:00' };
    expect(plan(today)).toMatchObject({ outcome: 'due', dueAt: NOW, targetAt: utc('2026-03-07T14:00') });
    expect(plan(today, { ...NEW_YORK, pastDates: 'missed' }).outcome).toBe('missed');
  });

  test('quiet hours move a moment to their end', () => {
    const rule: WaitRule = { kind: 'period', period: { amount: 12, unit: 'hours' } };
    expect(told(rule, { ...NEW_YORK, hours: quiet }, utc('2026-03-09T14:10'))).toEqual([
      'wait 2026-03-10T12:00',
      "12 hours after 2026-03-09 10:10 in America/New_York (contact's time zone)",
      'moved from Mon 2026-03-09 22:10 to the next opening Tue 2026-03-10 08:00 (quiet hours 21:00–08:00)',
    ]);
  });

  test('a date of the contact, some days before, at a local time', () => {
    const rule: WaitRule = {
      kind: 'contactDate',
      property: 'renewal_date',
      value: '2026-05-01',
      offset: { amount: -7, unit: 'days' },
      atTime: '09:00',
    };
    expect(told(rule)).toEqual([
      'wait 2026-04-24T13:00',
      "7 days before the contact's renewal_date 2026-05-01 at 09:00 in America/New_York (contact's time zone)",
    ]);
  });

  test('a birthday on 29 February', () => {
    const rule: WaitRule = { kind: 'anniversary', property: 'birthday', value: '--02-29', atTime: '10:00' };
    expect(told(rule)).toEqual([
      'wait 2027-02-28T15:00',
      "the next anniversary of the contact's birthday 02-29 at 10:00 in America/New_York (contact's time zone)",
      '2027 has no 29 February; 28 February is taken',
    ]);
    expect(told({ ...rule, leapDay: 'march1' })[0]).toBe('wait 2027-03-01T15:00');
  });

  test('next Saturday 10:00, asked on Saturday at 10:00, is in a week', () => {
    expect(told({ kind: 'weekday', weekdays: [6], atTime: '10:00' })).toEqual([
      'wait 2026-03-14T14:00',
      "next Saturday 10:00 after 2026-03-07 10:00 in America/New_York (contact's time zone)",
    ]);
    expect(told({ kind: 'weekday', weekdays: [3, 1], atTime: '10:00' })[1]).toContain(
      'next Monday or Wednesday 10:00',
    );
  });

  describe('a date already past', () => {
    const yesterday: WaitRule = { kind: 'date', value: '2026-03-06T10:00' };

    test('passes at once, or at the next opening', () => {
      expect(told(yesterday)).toEqual([
        'due 2026-03-07T15:00',
        "the date 2026-03-06 10:00 in America/New_York (contact's time zone)",
        '2026-03-06 10:00 is past, so it passes on',
      ]);
      expect(told(yesterday, { ...NEW_YORK, hours: quiet }, utc('2026-03-07T03:00'))).toEqual([
        'wait 2026-03-07T13:00',
        "the date 2026-03-06 10:00 in America/New_York (contact's time zone)",
        '2026-03-06 10:00 is past, so it passes on',
        'moved from Fri 2026-03-06 22:00 to the next opening Sat 2026-03-07 08:00 (quiet hours 21:00–08:00)',
      ]);
    });

    test('or is missed, at the moment it was', () => {
      expect(told(yesterday, { ...NEW_YORK, pastDates: 'missed' })).toEqual([
        'missed 2026-03-06T15:00',
        "the date 2026-03-06 10:00 in America/New_York (contact's time zone)",
        '2026-03-06 10:00 is past, so it is missed',
      ]);
    });

    test('with grace only when more than so many minutes past', () => {
      const missed = (graceMinutes: number): string[] =>
        told(yesterday, { ...NEW_YORK, pastDates: 'missed', graceMinutes });
      expect(missed(24 * 60)[0]).toBe('due 2026-03-07T15:00');
      expect(missed(24 * 60 - 1)[0]).toBe('missed 2026-03-06T15:00');
      expect(missed(24 * 60 - 1)[2]).toBe(
        '2026-03-06 10:00 is past by more than 1439 minutes, so it is missed',
      );
    });

    test('is not past while the quiet hours after it last', () => {
      const late: WaitRule = { kind: 'date', value: '2026-03-06T22:00' };
      const options: WaitOptions = { ...NEW_YORK, hours: quiet, pastDates: 'missed' };
      expect(told(late, options, utc('2026-03-07T12:59'))).toEqual([
        'wait 2026-03-07T13:00',
        "the date 2026-03-06 22:00 in America/New_York (contact's time zone)",
        'moved from Fri 2026-03-06 22:00 to the next opening Sat 2026-03-07 08:00 (quiet hours 21:00–08:00)',
      ]);
      expect(told(late, options, utc('2026-03-07T13:01'))[0]).toBe('missed 2026-03-07T13:00');
    });
  });

  test("an invalid zone of the contact is told, and the workflow's taken", () => {
    const zone = valueOf(resolveZone({ contactZone: 'Mars/Olympus', workflowZone: 'Europe/Berlin' }, NOW));
    expect(told({ kind: 'date', value: '2026-05-01', atTime: '09:00' }, { zone })).toEqual([
      'wait 2026-05-01T07:00',
      "the date 2026-05-01 at 09:00 in Europe/Berlin (workflow's time zone)",
      `the contact's time zone "Mars/Olympus" is not an IANA zone and is not used`,
    ]);
  });

  test('an empty time of day is none', () => {
    expect(told({ kind: 'date', value: '2026-05-01', atTime: '' })[0]).toBe('wait 2026-05-01T04:00');
  });
});

describe('what is refused', () => {
  const refusals = (rule: WaitRule, options = optionsOf('UTC')): string[] =>
    messagesOf(planWait(rule, options, 0));

  test('a contact without the date', () => {
    expect(refusals({ kind: 'contactDate', property: 'renewal', value: ' ' })).toEqual([
      'renewal: The contact has no date in "renewal"; filter such contacts out before, or fill it in.',
    ]);
  });

  test('a wait that goes back', () => {
    expect(refusals({ kind: 'period', period: { amount: -1, unit: 'days' } })).toEqual([
      'period: A wait of -1 days would end before it began; give a positive amount.',
    ]);
  });

  test('all that is wrong with a rule, at once', () => {
    const rule: WaitRule = {
      kind: 'anniversary',
      property: 'birthday',
      value: '02-30',
      offset: { amount: 0.5, unit: 'days' },
      atTime: '9',
    };
    expect(refusals(rule).map((message) => message.split(': ')[0])).toEqual(['atTime', 'offset', 'birthday']);
    expect(
      refusals({ kind: 'weekday', weekdays: [], atTime: '' }).map((message) => message.split(': ')[0]),
    ).toEqual(['weekdays', 'atTime']);
    expect(refusals({ kind: 'date', value: 'soon' })[0]).toContain('date: "soon" is not taken as a date');
  });

  test('hours that never open', () => {
    const windows = [{ weekdays: [1], from: '22:00', to: '23:00' }];
    const hours = valueOf(readDeliveryHours({ windows, quietHours: { from: '21:00', to: '08:00' } }));
    const rule: WaitRule = { kind: 'period', period: { amount: 1, unit: 'days' } };
    expect(refusals(rule, { ...optionsOf('UTC'), hours })[0]).toContain('Nothing is ever open in UTC');
  });
});
