import type { Transaction } from '../../store/port';
import type { LiveRules } from './live-rules';

/** Of more types than these any event is taken for one that may turn the rule. */
const MOST_TYPES = 100;

/**
 * Makes those who fit a segment at a moment its members, by SQL, and lets the timers of a rule that time turns be set page
 * by page; tells how many entered and left.
 */
export async function refreshSegment(
  tx: Transaction,
  rules: LiveRules,
  name: string,
  at: number,
  filling: 'first' | 'later',
): Promise<{ entered: number; left: number }> {
  const segment = rules.all.find((own) => own.name === name);
  if (!segment) return { entered: 0, left: 0 };
  const { id, rule, zone, needs } = segment;
  const types = [...new Set(needs.events.flatMap((need) => need.types))];
  // An event that is yet to occur will turn a rule that time alone does not.
  const [coming] =
    needs.isTimed || types.length === 0
      ? []
      : await tx.events.select({
          types: types.length > MOST_TYPES ? [] : types,
          occurredAfter: at + 1,
          limit: 1,
        });
  const moved = await tx.segments.refresh(
    { id, name },
    { rule, book: rules.book, now: at, workflowZone: zone },
    at,
    filling,
  );
  // Whom of those who wait for a segment it concerns shows when they are looked at.
  if (moved.entered + moved.left > 0) await tx.timers.wakeWatching('segment_', at);
  await tx.segments.seed([id], needs.isTimed || coming ? 0 : null);
  return moved;
}
