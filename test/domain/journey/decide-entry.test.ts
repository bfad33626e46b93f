import fc from 'fast-check';
import { decideEntry, type EarlierStay } from '../../../src/domain/journey/decide-entry';
import type { Reentry } from '../../../src/domain/journey/journey';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 2);

/** Stays one after the other, of which only the last may be active. */
const stays: fc.Arbitrary<EarlierStay[]> = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 40 }),
      pause: fc.integer({ min: 1, max: 40 }),
      goal: fc.boolean(),
    }),
    {
      maxLength: 4,
    },
  )
  .chain((list) =>
    fc.boolean().map((isActive) => {
      let at = NOW - list.reduce((sum, { length, pause }) => sum + (length + pause) * DAY, 0);
      return list.map(({ length, pause, goal }, index): EarlierStay => {
        const enteredAt = at;
        at += (length + pause) * DAY;
        const isLast = isActive && index === list.length - 1;
        return {
          id: index + 1,
          state: isLast ? 'active' : goal ? 'completed' : 'left',
          enteredAt,
          endedAt: isLast ? null : enteredAt + length * DAY,
          entryKey: `k${index}`,
        };
      });
    }),
  );
const reentries: fc.Arbitrary<Reentry> = fc.oneof(
  fc.constantFrom<Reentry>({ kind: 'once' }, { kind: 'afterLeaving' }, { kind: 'always' }),
  fc.integer({ min: 1, max: 120 }).map((days): Reentry => ({ kind: 'afterDays', days })),
);
const runs = { numRuns: 1_000 };

describe('entering a journey', () => {
  it('is for everybody who was never in it', () => {
    fc.assert(
      fc.property(reentries, fc.option(fc.string()), (reentry, key) => {
        expect(decideEntry([], reentry, key, NOW)).toMatchObject({ kind: 'enters', replaces: null });
      }),
      runs,
    );
  });

  it('by the same thing is the same entry, whatever the journey says', () => {
    fc.assert(
      fc.property(stays, reentries, (own, reentry) => {
        for (const { entryKey, id } of own) {
          expect(decideEntry(own, reentry, entryKey, NOW)).toMatchObject({ kind: 'same', id });
        }
      }),
      runs,
    );
  });

  it('leaves nobody in it twice at a time', () => {
    fc.assert(
      fc.property(stays, reentries, (own, reentry) => {
        const decision = decideEntry(own, reentry, null, NOW);
        const active = own.find(({ state }) => state === 'active');
        if (decision.kind !== 'enters') return;
        expect(decision.replaces).toBe(active?.id ?? null);
        if (active) expect(reentry.kind).toBe('always');
      }),
      runs,
    );
  });

  it('is as the journey says: once, after leaving, after so many days, always', () => {
    fc.assert(
      fc.property(stays, reentries, (own, reentry) => {
        const last = own.at(-1);
        if (!last) return;
        const isActive = last.state === 'active';
        const isLongAgo = reentry.kind === 'afterDays' && NOW >= last.enteredAt + reentry.days * DAY;
        const expected = {
          once: false,
          afterLeaving: !isActive,
          afterDays: !isActive && isLongAgo,
          always: true,
        }[reentry.kind];
        expect(decideEntry(own, reentry, null, NOW).kind).toBe(expected ? 'enters' : 'refused');
      }),
      runs,
    );
  });

  it('is possible at the moment that a refusal tells, and not before', () => {
    fc.assert(
      fc.property(stays, reentries, (own, reentry) => {
        const decision = decideEntry(own, reentry, null, NOW);
        if (decision.kind !== 'refused' || decision.eligibleAt === null) return;
        expect(decideEntry(own, reentry, null, decision.eligibleAt).kind).toBe('enters');
        expect(decideEntry(own, reentry, null, decision.eligibleAt - 1).kind).toBe('refused');
      }),
      runs,
    );
  });
});
