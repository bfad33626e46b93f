import { reasonsOf } from '../rule/explain-rule';
import { judgeRule } from '../rule/judge-rule';
import type { RuleBook } from '../rule/rule-book';
import type { RuleFacts } from '../rule/rule-facts';
import { addPeriod, periodText } from '../schedule/period';
import type { Enrolment, EnrolmentState } from './enrolment';
import type { JourneyDefinition, JourneyRule } from './journey';

/** How a stay ends. */
export interface StayEnd {
  readonly state: Exclude<EnrolmentState, 'active'>;
  /** What ended it, in a few words; it is kept with the enrolment. */
  readonly reason: string;
  readonly reasons: readonly string[];
}

/** How a stay stands at a moment. */
export interface JudgedStay {
  /** Null while it goes on. */
  readonly end: StayEnd | null;
  /** When it is to be judged again though nothing happens; null for never. */
  readonly turnsAt: number | null;
  /** What of the goal and the exit rule holds, and what not. */
  reasons(): string[];
}

/** When and by whose clock a stay is judged. */
export interface StayMoment {
  readonly now: number;
  /** The contact's zone. */
  readonly zone: string;
}

/** What of a stay decides how it goes on. */
export type Stay = Pick<Enrolment, 'enteredAt' | 'sinceAt' | 'eventId'>;

/**
 * Judges a stay at a moment: the goal comes first, then what lets contacts out, then the longest stay, which ends at its
 * own moment by the contact's clock.
 */
export function judgeStay(
  { goal, exit, longestStay }: Pick<JourneyDefinition, 'goal' | 'exit' | 'longestStay'>,
  stay: Stay,
  facts: RuleFacts,
  moment: StayMoment,
  book: RuleBook,
): JudgedStay {
  const { now, zone } = moment;
  const judge = ({ rule, isSinceEntering }: JourneyRule) =>
    judgeRule(
      rule,
      facts,
      isSinceEntering ? { now, zone, since: { at: stay.sinceAt, eventId: stay.eventId } } : { now, zone },
      book,
    );
  const ofGoal = goal && judge(goal);
  const ofExit = exit && judge(exit);
  const longestAt = longestStay && addPeriod(stay.enteredAt, longestStay, zone).at;
  const turns = [ofGoal?.turnsAt, ofExit?.turnsAt, longestAt].flatMap((at) =>
    typeof at === 'number' && at > now ? [at] : [],
  );
  const reasons = () => [
    ...(ofGoal ? told(ofGoal.holds ? 'goal reached' : 'goal not reached', reasonsOf(ofGoal)) : []),
    ...(ofExit ? told(ofExit.holds ? 'exit rule holds' : 'exit rule does not hold', reasonsOf(ofExit)) : []),
  ];
  const ended = (state: StayEnd['state'], reason: string, because: readonly string[]): JudgedStay => ({
    end: { state, reason, reasons: [reason, ...because] },
    turnsAt: null,
    reasons,
  });
  if (ofGoal?.holds) return ended('completed', 'goal reached', reasonsOf(ofGoal));
  if (ofExit?.holds) return ended('left', 'exit rule', reasonsOf(ofExit));
  if (longestStay && longestAt !== null && longestAt <= now) {
    const entered = new Date(stay.enteredAt).toISOString();
    return ended('left', 'longest stay', [`${periodText(longestStay)} since ${entered}`]);
  }
  return { end: null, turnsAt: turns.length > 0 ? Math.min(...turns) : null, reasons };
}

function told(what: string, reasons: readonly string[]): string[] {
  return reasons.map((reason) => `${what}: ${reason}`);
}
