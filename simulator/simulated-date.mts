const RealDate = Date;

/** The real time, whatever `Date` answers at the moment. */
export const realNow = (): number => RealDate.now();

/**
 * Makes `Date.now()`, `new Date()` and `Date()` answer with the given clock in this whole process, and with them
 * Luxon in every copy, until the returned function is called. Real timers (`setTimeout`) are left alone.
 * Dates stay ordinary dates: same prototype, `instanceof` works both ways.
 */
export function replaceDate(now: () => number): () => void {
  const simulated = simulatedDate(now);
  globalThis.Date = simulated;
  RealDate.prototype.constructor = simulated;
  return () => {
    globalThis.Date = RealDate;
    RealDate.prototype.constructor = RealDate;
  };
}

/** A `Date` of its own, for a `vm` context: refuses to be frozen, since a frozen proxy may not answer as it likes. */
export function simulatedDate(now: () => number): DateConstructor {
  const answers: Record<PropertyKey, unknown> = { now: () => now() };
  return new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key in answers ? answers[key] : Reflect.get(target, key, receiver)),
    preventExtensions: () => false,
    defineProperty: () => false,
  });
}
