import type { JsonObject } from '../../domain/json';
import type { SubscriptionKey, Transaction } from '../../store/port';
import type { WaitPayload } from '../park-waits';
import type { ClaimRequest } from './claim-messages';

/** A message whose contact is kept back until a moment. */
export interface HoldRequest {
  readonly request: ClaimRequest;
  readonly contactId: number;
  readonly dueAt: number;
  readonly zone: string;
  readonly reasons: readonly string[];
}

/**
 * Holds messages in the waits of the node they came to, each until its moment. The same message of a contact that is held
 * already stays as it is.
 */
export async function holdMessages(
  tx: Transaction,
  place: SubscriptionKey,
  holds: readonly HoldRequest[],
  now: number,
): Promise<void> {
  if (holds.length === 0) return;
  const { subscription } = await tx.subscriptions.open(place, {}, now);
  await tx.timers.set(
    subscription.id,
    holds.map(({ request, contactId, dueAt, zone, reasons }) => {
      const payload: WaitPayload = {
        item: request.item,
        leaveOn: [],
        reasons,
        zone,
        startedAt: request.heldSince ?? now,
        toldAs: 'hold',
      };
      return {
        contactId,
        dedupeKey: JSON.stringify([request.rules.message, request.occasion]),
        dueAt,
        sinceAt: now,
        sinceEventId: null,
        watch: null,
        payload: payload as unknown as JsonObject,
      };
    }),
    'keep',
    now,
  );
}
