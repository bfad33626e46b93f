import type { ContactProfile } from '../domain/contact/contact';
import { matchesEventType, type StoredEvent } from '../domain/event/event';
import { matchesConditions } from '../domain/rule/match-condition';
import type { PropertyCondition } from '../domain/rule/property-condition';
import type { Transaction } from '../store/port';

/** Events that let a contact go before its time: one of this type (`*` at the end for a beginning) that fits every condition. */
export interface LeaveRule {
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
export interface Leaver {
  readonly event: StoredEvent;
  readonly reasons: readonly string[];
}

/** Returns for each question that something answers what let the contact go first, by the question's key. */
export async function findLeavers(
  tx: Transaction,
  questions: readonly LeaveQuestion[],
  now: number,
): Promise<Map<number, Leaver>> {
  const leavers = new Map<number, Leaver>();
  if (questions.length === 0) return leavers;
  const events = await tx.events.since(
    questions.flatMap(({ contact, leaveOn, sinceAt }) =>
      leaveOn.map(({ type }) => ({ contactId: contact.id, type, at: sinceAt })),
    ),
  );
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
    if (!matchesEventType(rule.type, event.type)) continue;
    const { matches, reasons } = matchesConditions(rule.where, event.properties, {
      now,
      zone: question.zone,
    });
    if (matches) return [`${event.type} at ${new Date(event.occurredAt).toISOString()}`, ...reasons];
  }
  return null;
}
