import type { ContactProfile } from '../domain/contact/contact';
import { matchesEventType, toEventTravelForm, type StoredEvent } from '../domain/event/event';
import type { JsonObject } from '../domain/json';
import { matchesConditions } from '../domain/rule/match-condition';
import type { PropertyCondition } from '../domain/rule/property-condition';
import type { Transaction } from '../store/port';
import { endOfStay } from './journeys/end-stays';
import { findJourneyLeavers, type JourneyLeaver, type JourneyLeaveRule } from './leave-by-journey';
import { findSegmentLeavers, type SegmentLeaver, type SegmentRule } from './leave-by-segment';

/** What lets a contact go before its time. */
export type LeaveRule = EventRule | SegmentRule | JourneyLeaveRule;

/** An event of this type (`*` at the end for a beginning) that fits every condition. */
export interface EventRule {
  readonly type: string;
  readonly where: readonly PropertyCondition[];
}

/** Whether somebody's wait is over early; `key` names the asker's item. */
export interface LeaveQuestion {
  readonly key: number;
  readonly contact: ContactProfile;
  readonly leaveOn: readonly LeaveRule[];
  readonly sinceAt: number;
  readonly sinceEventId: number | null;
  readonly zone: string;
}

/** What let a contact go. */
export type Leaver = EventLeaver | SegmentLeaver | JourneyLeaver;

/** A contact that an event let go. */
export interface EventLeaver {
  readonly event: StoredEvent;
  readonly reasons: readonly string[];
}

/** What let a contact go, as it travels on the item. */
export function leftBy(leaver: Leaver): JsonObject {
  if ('event' in leaver) return toEventTravelForm(leaver.event);
  if ('segment' in leaver) return { segment: leaver.segment, is: leaver.is };
  const { journey, state, reason } = leaver;
  return { journey, outcome: state, reason };
}

/** The changes at which a wait is to be looked at, as timers watch them. */
export function watchedBy(leaveOn: readonly LeaveRule[]): string[] {
  const types = leaveOn.map((rule) => {
    if ('type' in rule) return rule.type;
    if ('enrolmentId' in rule) return endOfStay(rule.enrolmentId);
    return `segment_${rule.is === 'in' ? 'entered' : 'left'}:${rule.segment}`;
  });
  return [...new Set(types)];
}

/**
 * Returns for each question that something answers what let the contact go, by the question's key: the first event that
 * does, else a segment that the contact is in, or is not in, at this moment, else the end of its stay in a journey.
 */
export async function findLeavers(
  tx: Transaction,
  questions: readonly LeaveQuestion[],
  now: number,
): Promise<Map<number, Leaver>> {
  const leavers = new Map<number, Leaver>(await findEventLeavers(tx, questions, now));
  const asked = questions.flatMap(({ key, contact, leaveOn }) =>
    leavers.has(key)
      ? []
      : [{ key, contactId: contact.id, rules: leaveOn.filter((rule) => 'segment' in rule) }],
  );
  for (const [key, leaver] of await findSegmentLeavers(tx, asked, now)) leavers.set(key, leaver);
  const staying = questions.flatMap(({ key, leaveOn }) =>
    leavers.has(key) ? [] : [{ key, rules: leaveOn.filter((rule) => 'enrolmentId' in rule) }],
  );
  for (const [key, leaver] of await findJourneyLeavers(tx, staying)) leavers.set(key, leaver);
  return leavers;
}

async function findEventLeavers(
  tx: Transaction,
  questions: readonly LeaveQuestion[],
  now: number,
): Promise<Map<number, EventLeaver>> {
  const leavers = new Map<number, EventLeaver>();
  const asked = questions.flatMap(({ contact, leaveOn, sinceAt }) =>
    leaveOn.flatMap((rule) =>
      'type' in rule ? [{ contactId: contact.id, type: rule.type, at: sinceAt }] : [],
    ),
  );
  if (asked.length === 0) return leavers;
  const events = await tx.events.since(asked);
  const byContact = Map.groupBy(events, ({ contactId }) => contactId);
  for (const question of questions) {
    const own = byContact.get(question.contact.id) ?? [];
    const start = own.find(({ id }) => id === question.sinceEventId);
    for (const event of own) {
      // Shops tell time in seconds: of two alike in the same second, the one recorded later is the later one.
      const isBeforeStart =
        start?.type === event.type && start.occurredAt === event.occurredAt && event.id < start.id;
      const reasons = isBeforeStart ? null : leaves(question, event, now);
      if (reasons) {
        leavers.set(question.key, { event, reasons });
        break;
      }
    }
  }
  return leavers;
}

function leaves(question: LeaveQuestion, event: StoredEvent, now: number): string[] | null {
  if (event.id === question.sinceEventId || event.occurredAt < question.sinceAt) return null;
  for (const rule of question.leaveOn) {
    if (!('type' in rule) || !matchesEventType(rule.type, event.type)) continue;
    const { matches, reasons } = matchesConditions(rule.where, event.properties, {
      now,
      zone: question.zone,
    });
    if (matches) return [`${event.type} at ${new Date(event.occurredAt).toISOString()}`, ...reasons];
  }
  return null;
}
