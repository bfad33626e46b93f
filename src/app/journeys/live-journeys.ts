import type { Change } from '../../domain/change/change';
import { readJourney, type JourneyDefinition } from '../../domain/journey/journey';
import type { RuleBook } from '../../domain/rule/rule-book';
import type { Rule } from '../../domain/rule/rule';
import { isAffected, needsOfAll, type RuleNeeds } from '../../domain/rule/rule-needs';
import { isCalendarUnit } from '../../domain/schedule/period';
import type { Journey, Transaction } from '../../store/port';
import { likeness, savedRules } from '../segments/live-rules';

/** A journey whose definition is read. */
export interface LiveJourney {
  readonly journey: Journey;
  readonly definition: JourneyDefinition;
  /** What its goal and its exit rule read. */
  readonly needs: RuleNeeds;
}

/** The rules by which stays in a journey end. */
export function endingRules({ goal, exit }: Pick<JourneyDefinition, 'goal' | 'exit'>): Rule[] {
  return [goal, exit].flatMap((own) => own?.rule ?? []);
}

/** The journeys of a store with their rules, and what these may name. */
export class LiveJourneys {
  readonly book: RuleBook;
  /** Journeys whose definition this version of the package cannot read are absent. */
  readonly byId: ReadonlyMap<number, LiveJourney>;
  private readonly touched = new Map<string, ReadonlySet<number>>();

  constructor(journeys: readonly Journey[], book: RuleBook) {
    this.book = book;
    this.byId = new Map(
      journeys.flatMap((journey) => {
        const reading = readJourney(journey.definition);
        if (!reading.ok) return [];
        const definition = reading.value;
        return [[journey.id, { journey, definition, needs: needsOfStay(definition, book) }] as const];
      }),
    );
  }

  /** The journeys whose stays a change of the contact may end. Changes alike give the same set. */
  touchedBy(change: Change): ReadonlySet<number> {
    const key = likeness(change);
    let touched = this.touched.get(key);
    if (!touched) {
      const all = [...this.byId].filter(([, { needs }]) => isAffected(needs, change));
      touched = new Set(all.map(([id]) => id));
      if (this.touched.size >= MOST_REMEMBERED) this.touched.clear();
      this.touched.set(key, touched);
    }
    return touched;
  }
}

/** How many sets of changed fields are remembered with the journeys they touch. */
const MOST_REMEMBERED = 10_000;

/** Returns what decides how stays in a journey go on; a stay of days ends by the contact's clock. */
export function needsOfStay(definition: JourneyDefinition, book: RuleBook): RuleNeeds {
  const needs = needsOfAll(endingRules(definition), book);
  const { longestStay } = definition;
  return longestStay && isCalendarUnit(longestStay.unit) ? { ...needs, isZoned: true } : needs;
}

let kept: { readonly key: string; readonly book: RuleBook; readonly live: LiveJourneys } | undefined;

/** Returns the journeys with their rules; read anew only when one of them, or what they may name, has changed. */
export async function liveJourneys(tx: Transaction): Promise<LiveJourneys> {
  const [journeys, book] = await Promise.all([tx.journeys.list(), savedBook(tx)]);
  const key = JSON.stringify(
    journeys.map(({ id, version, zone, definition }) => [id, version, zone, definition]),
  );
  if (kept?.key === key && kept.book === book) return kept.live;
  const live = new LiveJourneys(journeys, book);
  kept = { key, book, live };
  return live;
}

/** Returns what rules may name. */
export async function savedBook(tx: Transaction): Promise<RuleBook> {
  return (await savedRules(tx)).book;
}
