import fc from 'fast-check';
import {
  CONSENT_STATUSES,
  decideConsent,
  stricterConsent,
  type Consent,
  type ConsentStatement,
} from '../../../src/domain/consent/consent';

const status = fc.constantFrom(...CONSENT_STATUSES);
const consent: fc.Arbitrary<Consent> = fc.record({ status, at: fc.nat(5) });
const statement: fc.Arbitrary<ConsentStatement> = fc.record({
  status,
  at: fc.nat(5),
  channel: fc.constant('email'),
  source: fc.constant('form'),
  evidence: fc.constant({}),
  by: fc.constantFrom('contact' as const, 'import' as const),
});

function after(statements: readonly ConsentStatement[], current?: Consent): Consent | undefined {
  return statements.reduce<Consent | undefined>((held, next) => decideConsent(held, next).consent, current);
}

describe('laws of consent', () => {
  test('pending never takes a confirmed consent back', () => {
    fc.assert(
      fc.property(fc.nat(5), statement, (at, next) => {
        const { consent: held } = decideConsent({ status: 'opted_in', at }, { ...next, status: 'pending' });
        expect(held).toEqual({ status: 'opted_in', at });
      }),
    );
  });

  test('no number of imports brings back who opted out', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.array(statement), (at, statements) => {
        const imports = statements.map((next) => ({ ...next, by: 'import' as const }));
        expect(after(imports, { status: 'opted_out', at })?.status).toBe('opted_out');
      }),
    );
  });

  test('an older statement changes nothing', () => {
    fc.assert(
      fc.property(consent, statement, (current, next) => {
        fc.pre(next.at < current.at);
        expect(decideConsent(current, next)).toMatchObject({ consent: current, changed: false });
      }),
    );
  });

  test('an opt-out by the contact, not older than what is known, always counts', () => {
    fc.assert(
      fc.property(fc.option(consent, { nil: undefined }), statement, (current, next) => {
        fc.pre(!current || next.at >= current.at);
        expect(decideConsent(current, { ...next, status: 'opted_out' }).consent.status).toBe('opted_out');
      }),
    );
  });

  test('the same statement again changes nothing', () => {
    fc.assert(
      fc.property(fc.option(consent, { nil: undefined }), statement, (current, next) => {
        const once = decideConsent(current, next).consent;
        expect(decideConsent(once, next)).toMatchObject({ consent: once, changed: false });
      }),
    );
  });

  test('changed says whether it became another consent, and there is always a reason', () => {
    fc.assert(
      fc.property(fc.option(consent, { nil: undefined }), statement, (current, next) => {
        const decision = decideConsent(current, next);
        expect(decision.changed).toBe(decision.consent.status !== current?.status);
        if (decision.changed) expect(decision.consent).toEqual({ status: next.status, at: next.at });
        else expect(decision.consent.at).toBeGreaterThanOrEqual(current?.at ?? 0);
        expect(decision.reason).not.toBe('');
      }),
    );
  });

  test('opting in and out by the contact at different moments ends the same, whatever the order it is heard in', () => {
    const clear = fc.uniqueArray(
      statement.map((next) => ({
        ...next,
        by: 'contact' as const,
        status: next.status === 'pending' ? ('opted_in' as const) : next.status,
      })),
      { selector: ({ at }) => at, minLength: 1 },
    );
    fc.assert(
      fc.property(
        clear.chain((statements) =>
          fc.tuple(
            fc.constant(statements),
            fc.shuffledSubarray(statements, { minLength: statements.length }),
          ),
        ),
        ([statements, shuffled]) => {
          const latest = [...statements].sort((a, b) => b.at - a.at)[0];
          expect(after(shuffled)?.status).toBe(latest?.status);
        },
      ),
    );
  });
});

describe('laws of the stricter consent', () => {
  const maybe = fc.option(consent, { nil: undefined });

  test('order and grouping do not matter, and one with itself is itself', () => {
    fc.assert(
      fc.property(maybe, maybe, maybe, (a, b, c) => {
        expect(stricterConsent(a, b)).toEqual(stricterConsent(b, a));
        expect(stricterConsent(stricterConsent(a, b), c)).toEqual(stricterConsent(a, stricterConsent(b, c)));
        expect(stricterConsent(a, a)).toEqual(a);
        expect(stricterConsent(a, undefined)).toEqual(a);
      }),
    );
  });

  test('nobody is opted in who was not so in both', () => {
    fc.assert(
      fc.property(consent, consent, (a, b) => {
        const stricter = stricterConsent(a, b);
        expect(stricter?.status === 'opted_in').toBe(a.status === 'opted_in' && b.status === 'opted_in');
        expect(stricter?.status === 'opted_out').toBe(a.status === 'opted_out' || b.status === 'opted_out');
        expect([a, b]).toContainEqual(stricter);
      }),
    );
  });
});
