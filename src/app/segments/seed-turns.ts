import type { Segment, Subscription, Transaction } from '../../store/port';
import { judgeSegment } from './contact-walk';
import type { LiveRules } from './live-rules';
import { loadFacts } from './load-facts';
import { setTurns, turnsOf } from './turn-timers';

/** Contacts that are looked at in one transaction when a definition is new. */
const PAGE = 1_000;

/**
 * Sets, for the next page of contacts, the timers of the segments whose definition is new; tells whether there is more
 * to do. The members themselves are right since the definition was saved: each contact is judged as of that moment, so
 * that a turn since then is due at once. Segments that are at the same page share it, and those behind catch up first.
 */
export async function seedTurns(
  tx: Transaction,
  subscription: Subscription,
  rules: LiveRules,
  segments: readonly Segment[],
  now: number,
): Promise<boolean> {
  const unseeded = segments.filter(({ seededTo }) => seededTo !== null);
  if (unseeded.length === 0) return false;
  const from = Math.min(...unseeded.map(({ seededTo }) => seededTo ?? Infinity));
  const group = unseeded.filter(({ seededTo }) => seededTo === from);
  const ahead = Math.min(
    ...unseeded.map(({ seededTo }) => (seededTo === from ? Infinity : (seededTo ?? Infinity))),
  );
  const everyone = { rule: { kind: 'everyone' }, book: rules.book, now, workflowZone: 'UTC' } as const;
  const page = await tx.rules.select(everyone, { limit: PAGE, afterId: from });
  const ids = page.filter((id) => id <= ahead);
  const live = group.flatMap(({ id, refreshedAt }) => {
    const segment = rules.byId.get(id);
    return segment ? [{ segment, refreshedAt }] : [];
  });
  const needs = live.map(({ segment }) => segment.needs);
  const [facts, timers] = await Promise.all([
    loadFacts(
      tx,
      new Map(ids.map((id) => [id, needs])),
      Math.min(now, ...live.map(({ refreshedAt }) => refreshedAt)),
      { judgedOnly: true },
    ),
    tx.timers.ofContacts(subscription.id, ids),
  ]);
  const timersOf = Map.groupBy(timers, ({ contactId }) => contactId);
  await setTurns(
    tx,
    subscription.id,
    [...facts].map(([contactId, known]) => {
      const own = timersOf.get(contactId) ?? [];
      const turns = new Map(turnsOf(own));
      for (const { segment, refreshedAt } of live) {
        const { turnsAt } = judgeSegment(segment, known, rules, refreshedAt);
        // A change may have been judged since, and have set its own.
        if (turnsAt !== null) turns.set(segment.id, Math.min(turnsAt, turns.get(segment.id) ?? Infinity));
      }
      return { contactId, timers: own, turns };
    }),
    now,
  );
  const isEnd = page.length < PAGE && ids.length === page.length;
  const seededTo = isEnd ? null : ids.length < page.length ? ahead : (ids.at(-1) ?? null);
  await tx.segments.seed(
    group.map(({ id }) => id),
    seededTo,
  );
  return true;
}
