import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store, Transaction } from '../store/port';

/** How an item leaves a wait that it came from. */
export type WokenOutcome = 'due' | 'left_early';

/** The key with which a store signs the tickets of items that leave a wait. */
export function ticketSecret(tx: Transaction): Promise<string> {
  return tx.catalogue.secret('wait-ticket', () => randomBytes(32).toString('hex'));
}

/** A ticket by which the wait lets an item out again; see ADR 5. */
export function signTicket(
  secret: string,
  subscriptionKey: string,
  timerId: number,
  outcome: WokenOutcome,
): string {
  const text = `${timerId}.${outcome}`;
  const signature = createHmac('sha256', secret).update(`${subscriptionKey} ${text}`).digest('base64url');
  return `${text}.${signature}`;
}

/** How each item may leave this wait, by its ticket; see {@link readTicket}. */
export function readTickets(
  store: Store,
  subscriptionKey: string,
  tickets: readonly unknown[],
): Promise<Array<WokenOutcome | null>> {
  return store.write(async (tx) => {
    const secret = await ticketSecret(tx);
    return tickets.map((ticket) => readTicket(secret, subscriptionKey, ticket));
  });
}

/**
 * Returns how the item may leave this wait, if its ticket was made by this very wait; null for an item that comes
 * to it. A ticket is taken off when it has been used, so that a loop waits again.
 */
function readTicket(secret: string, subscriptionKey: string, ticket: unknown): WokenOutcome | null {
  if (typeof ticket !== 'string') return null;
  const [id, outcome] = ticket.split('.');
  if (outcome !== 'due' && outcome !== 'left_early') return null;
  const expected = Buffer.from(signTicket(secret, subscriptionKey, Number(id), outcome));
  const given = Buffer.from(ticket);
  return given.length === expected.length && timingSafeEqual(given, expected) ? outcome : null;
}
