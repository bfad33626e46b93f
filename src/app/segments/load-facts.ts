import { matchesEventType, type JudgedEvent } from '../../domain/event/event';
import type { JourneyFacts, PastValue, RuleFacts } from '../../domain/rule/rule-facts';
import { earliestNeeded, earliestPast, type RuleNeeds } from '../../domain/rule/rule-needs';
import { EARLIEST } from '../../domain/rule/event-window';
import type { JourneyStanding, JudgedEventQuery, PropertyChange, Transaction } from '../../store/port';
import { loadProfiles } from '../profiles';

/**
 * Returns what rules about contacts are judged by, at `earliest` or later, in a number of statements that does not grow
 * with the rules; contacts that are not in the store are absent. Contacts that are asked about with the same list of
 * needs share what is worked out for it. With `judgedOnly` the contacts come without those tags, lists and consents that no
 * rule reads.
 */
export async function loadFacts(
  tx: Transaction,
  asked: ReadonlyMap<number, readonly RuleNeeds[]>,
  earliest: number,
  { judgedOnly = false }: { readonly judgedOnly?: boolean } = {},
): Promise<Map<number, RuleFacts>> {
  const ids = [...asked.keys()];
  const all = [...new Set([...asked.values()].flat())];
  const patterns = all.some(({ events }) =>
    events.some(({ types }) => types.some((type) => type.endsWith('*'))),
  );
  const seen = patterns ? await tx.catalogue.list('event') : [];
  const plans = new Map<readonly RuleNeeds[], readonly NeededType[]>();
  const planOf = (needs: readonly RuleNeeds[]) => {
    const plan = plans.get(needs) ?? typesNeeded(needs, seen, earliest);
    plans.set(needs, plan);
    return plan;
  };
  const reading = (isRead: (needs: RuleNeeds) => boolean) =>
    new Set(ids.filter((id) => asked.get(id)?.some(isRead)));
  const history = all.flatMap((needs) => needs.history);
  const journeys = [...new Set(all.flatMap((needs) => [...needs.journeys]))];
  const [profiles, events, changes, standings] = await Promise.all([
    loadProfiles(
      tx,
      ids,
      judgedOnly
        ? {
            tags: reading(({ tags }) => tags.size > 0),
            lists: reading(({ lists }) => lists.size > 0),
            consent: reading(({ channels }) => channels.size > 0),
          }
        : undefined,
    ),
    tx.events.judgedSince(
      ids.flatMap((contactId) => planOf(asked.get(contactId) ?? []).map((need) => ({ contactId, ...need }))),
    ),
    history.length === 0
      ? []
      : tx.histories.since(
          ids,
          [...new Set(history.map(({ name }) => name))],
          history.reduce((at, need) => Math.min(at, earliestPast(need, earliest)), earliest),
        ),
    journeys.length === 0 ? [] : tx.enrolments.standings(ids, journeys),
  ]);
  const eventsOf = Map.groupBy(events, ({ contactId }) => contactId);
  const changesOf = Map.groupBy(changes, ({ contactId }) => contactId);
  const standingsOf = Map.groupBy(standings, ({ contactId }) => contactId);
  const facts = new Map<number, RuleFacts>();
  for (const [id, contact] of profiles) {
    facts.set(id, {
      contact,
      events: byType(eventsOf.get(id) ?? []),
      history: byName(changesOf.get(id) ?? []),
      journeys: byJourney(standingsOf.get(id) ?? []),
    });
  }
  return facts;
}

/** Events of a type that rules may count: the earliest time of occurrence that matters, and whether properties do. */
type NeededType = Omit<JudgedEventQuery, 'contactId'>;

/** The types of events that rules may count. */
function typesNeeded(
  needs: readonly RuleNeeds[],
  seen: readonly string[],
  earliest: number,
): readonly NeededType[] {
  const types = new Map<string, NeededType>();
  for (const need of needs.flatMap(({ events }) => events)) {
    const from = earliestNeeded(need, earliest);
    if (from === undefined) continue;
    for (const pattern of need.types) {
      const named = pattern.endsWith('*')
        ? seen.filter((type) => matchesEventType(pattern, type))
        : [pattern];
      for (const type of named) {
        const known = types.get(type);
        types.set(type, {
          type,
          at: Math.min(known?.at ?? Infinity, from ?? EARLIEST),
          withProperties: need.readsProperties || (known?.withProperties ?? false),
        });
      }
    }
  }
  return [...types.values()];
}

function byJourney(standings: readonly JourneyStanding[]): RuleFacts['journeys'] {
  const known = new Map<string, JourneyFacts>();
  for (const { journey, state } of standings) {
    const before = known.get(journey) ?? { isActive: false, hasCompleted: false, hasLeft: false };
    known.set(journey, {
      isActive: before.isActive || state === 'active',
      hasCompleted: before.hasCompleted || state === 'completed',
      hasLeft: before.hasLeft || state === 'left',
    });
  }
  return Object.fromEntries(known);
}

function byType(events: readonly JudgedEvent[]): ReadonlyMap<string, readonly JudgedEvent[]> {
  return Map.groupBy(events, ({ type }) => type);
}

function byName(changes: readonly PropertyChange[]): ReadonlyMap<string, readonly PastValue[]> {
  return Map.groupBy(changes, ({ name }) => name);
}
