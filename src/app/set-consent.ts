import { hash } from 'node:crypto';
import { decideConsent, type ConsentDecision, type ConsentStatement } from '../domain/consent/consent';
import type { Contact } from '../domain/contact/contact';
import type { Store, Transaction } from '../store/port';
import { chunks } from './chunks';

/** A statement of one contact. */
export type ConsentRequest = ConsentStatement & { readonly contactId: number };

/** Records what contacts say about a channel, and returns for each where it stands now and why. */
export function setConsent(
  store: Store,
  requests: readonly ConsentRequest[],
  now: number,
): Promise<ConsentDecision[]> {
  return store.write((tx) => applyConsents(tx, requests, now));
}

/** The same within a transaction that does more. */
export async function applyConsents(
  tx: Transaction,
  requests: readonly ConsentRequest[],
  now: number,
): Promise<ConsentDecision[]> {
  const decisions: ConsentDecision[] = [];
  for (const piece of chunks(requests)) {
    const current = await tx.consents.current([...new Set(piece.map(({ contactId }) => contactId))]);
    const steps = piece.map((request) => {
      const own = current.get(request.contactId) ?? {};
      const before = Object.hasOwn(own, request.channel) ? own[request.channel] : undefined;
      const decision = decideConsent(before, request);
      current.set(request.contactId, { ...own, [request.channel]: decision.consent });
      return { request, before, decision };
    });
    await tx.consents.append(
      steps.map(({ request, decision }) => ({ ...request, changed: decision.changed })),
      now,
    );
    const moved = steps.filter(({ before, decision }) => decision.consent !== before);
    const last = new Map(moved.map((step) => [`${step.request.contactId}:${step.request.channel}`, step]));
    await tx.consents.put(
      [...last.values()].map(({ request: { contactId, channel }, decision }) => ({
        contactId,
        channel,
        ...decision.consent,
      })),
    );
    const changed = steps.filter(({ decision }) => decision.changed);
    await tx.changes.append(
      changed.map(({ request: { contactId, channel, status }, before }) => ({
        kind: 'consent_changed',
        contactId,
        at: now,
        subject: channel,
        eventId: null,
        detail: { from: before?.status ?? null, to: status },
      })),
    );
    await tx.catalogue.note(
      [...new Set(changed.map(({ request }) => request.channel))].map((name) => ({ kind: 'channel', name })),
    );
    for (const { decision } of steps) decisions.push(decision);
  }
  return decisions;
}

/** The address a channel writes to; null when the contact has none, or the channel none that is kept here. */
export function addressOf(contact: Contact, channel: string): string | null {
  if (channel === 'email') return contact.email;
  if (channel === 'sms' || channel === 'whatsapp' || channel === 'phone') return contact.phone;
  return null;
}

/** How a suppressed address is kept: it outlives the contact's erasure, so it is kept as a hash only. */
export function addressHash(channel: string, address: string): string {
  return hash('sha256', `${channel}:${address}`, 'hex');
}
