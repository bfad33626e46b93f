import type { NewChange } from '../../domain/change/change';
import type { Enrolment } from '../../domain/journey/enrolment';
import type { StayEnd } from '../../domain/journey/judge-stay';
import type { Transaction } from '../../store/port';

/** A stay that ends, and when. */
export interface EndedStay {
  readonly enrolment: Pick<Enrolment, 'id' | 'contactId' | 'isControl'>;
  readonly journey: string;
  readonly at: number;
  readonly end: Pick<StayEnd, 'state' | 'reason'>;
}

/** What wakes the waits of contacts in a journey when their stay ends, as timers watch it. */
export function endOfStay(enrolmentId: number): string {
  return `journey_ended:${enrolmentId}`;
}

/** Ends stays that are active: in the store, in the change log in the order of time, and for those who wait in them. */
export async function endStays(tx: Transaction, ended: readonly EndedStay[], now: number): Promise<void> {
  if (ended.length === 0) return;
  const inOrder = [...ended].sort((a, b) => a.at - b.at);
  await Promise.all([
    tx.enrolments.end(inOrder.map(({ enrolment, at, end }) => ({ id: enrolment.id, at, ...end }))),
    tx.changes.append(inOrder.map(toChange)),
    tx.timers.wake(
      inOrder.map(({ enrolment }) => ({
        contactId: enrolment.contactId,
        type: endOfStay(enrolment.id),
      })),
      now,
    ),
  ]);
}

/**
 * Logs which of these stays, active before a merge of their contacts, it ended: of two in one journey the later one ends. Its
 * waits go through the merge's own waking of whoever waits.
 */
export async function logStaysEndedByMerge(
  tx: Transaction,
  before: readonly Enrolment[],
  now: number,
): Promise<void> {
  if (before.length === 0) return;
  const [after, journeys] = await Promise.all([
    tx.enrolments.get(before.map(({ id }) => id)),
    tx.journeys.list(),
  ]);
  const nameOf = new Map(journeys.map(({ id, name }) => [id, name]));
  const ended = before.flatMap(({ id }): EndedStay[] => {
    const enrolment = after.get(id);
    if (!enrolment || enrolment.state === 'active') return [];
    const { state, reason } = enrolment;
    const journey = nameOf.get(enrolment.journeyId) ?? '';
    return [{ enrolment, journey, at: now, end: { state, reason: reason ?? '' } }];
  });
  await tx.changes.append(ended.map(toChange));
}

function toChange({ enrolment, journey, at, end }: EndedStay): NewChange {
  return {
    kind: `journey_${end.state}`,
    contactId: enrolment.contactId,
    at,
    subject: journey,
    eventId: null,
    detail: { enrolmentId: enrolment.id, isControl: enrolment.isControl, reason: end.reason },
  };
}
