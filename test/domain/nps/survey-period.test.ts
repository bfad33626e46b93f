import fc from 'fast-check';
import { DateTime } from 'luxon';
import { occasionName, periodName, SURVEY_PERIODS } from '../../../src/domain/nps/survey-period';

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu');
const at = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2060, 0, 1) });

describe('the period of an answer', () => {
  it('is that of the local calendar', () => {
    fc.assert(
      fc.property(zone, at, (where, moment) => {
        const local = DateTime.fromMillis(moment, { zone: where });
        expect(SURVEY_PERIODS.map((period) => periodName(period, moment, where))).toEqual([
          null,
          local.toFormat('yyyy-MM-dd'),
          local.toFormat("kkkk-'W'WW"),
          local.toFormat('yyyy-MM'),
          local.toFormat("yyyy-'Q'q"),
          local.toFormat('yyyy'),
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('never comes before that of an earlier moment', () => {
    fc.assert(
      fc.property(zone, at, fc.nat(400 * 86_400_000), (where, moment, later) => {
        for (const period of SURVEY_PERIODS) {
          const [before, after] = [
            periodName(period, moment, where),
            periodName(period, moment + later, where),
          ];
          expect((after ?? '') >= (before ?? '')).toBe(true);
        }
      }),
    );
  });

  it('is another one on the other side of midnight, and of New Year by the week', () => {
    const newYear = Date.UTC(2026, 11, 31, 23, 30);
    expect(periodName('year', newYear, 'UTC')).toBe('2026');
    expect(periodName('year', newYear, 'Europe/Berlin')).toBe('2027');
    expect(periodName('week', newYear, 'Europe/Berlin')).toBe('2026-W53');
    expect(periodName('week', Date.UTC(2027, 0, 4), 'UTC')).toBe('2027-W01');
  });

  it('may be an occasion of the user’s own, at any moment', () => {
    expect(occasionName({ unit: 'own', id: 'order-1' }, 5, 'UTC')).toBe('order-1');
    expect(occasionName({ unit: 'ever' }, 5, 'UTC')).toBeNull();
  });
});
