import type { EnrolmentState } from '../domain/journey/enrolment';
import type { Transaction } from '../store/port';

/** A contact goes as soon as its stay in a journey has ended. */
export interface JourneyLeaveRule {
  readonly enrolmentId: number;
}

/** A contact that the end of its stay let go. */
export interface JourneyLeaver {
  readonly journey: string;
  readonly state: Exclude<EnrolmentState, 'active'>;
  readonly reason: string;
  readonly reasons: readonly string[];
}

/** Which stays would let a contact go; `key` names the asker's item. */
interface JourneyQuestion {
  readonly key: number;
  readonly rules: readonly JourneyLeaveRule[];
}

/** Returns for each question the first stay that has ended, by the question's key. A stay that is gone lets nobody go. */
export async function findJourneyLeavers(
  tx: Transaction,
  questions: readonly JourneyQuestion[],
): Promise<Map<number, JourneyLeaver>> {
  const leavers = new Map<number, JourneyLeaver>();
  const ids = [...new Set(questions.flatMap(({ rules }) => rules.map(({ enrolmentId }) => enrolmentId)))];
  if (ids.length === 0) return leavers;
  const [enrolments, journeys] = await Promise.all([tx.enrolments.get(ids), tx.journeys.list()]);
  const nameOf = new Map(journeys.map(({ id, name }) => [id, name]));
  for (const { key, rules } of questions) {
    for (const { enrolmentId } of rules) {
      const stay = enrolments.get(enrolmentId);
      if (!stay || stay.state === 'active') continue;
      const journey = nameOf.get(stay.journeyId) ?? '';
      const reason = stay.reason ?? stay.state;
      const ended = stay.endedAt === null ? '' : ` at ${new Date(stay.endedAt).toISOString()}`;
      const reasons = [`its stay in the journey ${journey} ended${ended}: ${reason}`];
      leavers.set(key, { journey, state: stay.state, reason, reasons });
      break;
    }
  }
  return leavers;
}
