import type { Contact, ContactProfile } from '../domain/contact/contact';
import type { KnownContacts, UpsertPlan, UpsertRequest, UpsertResult } from '../domain/contact/upsert';
import type { ConsentStatus } from '../domain/consent/consent';
import type { Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { presentProfiles } from './present-profiles';
import { applyUpserts, type BatchListener } from './upsert-contacts';

/** What became of a request, with the contact as the whole batch leaves it. */
export type ProfileResult =
  | (Exclude<UpsertResult, { outcome: 'refused' }> & { readonly profile: ContactProfile })
  | Extract<UpsertResult, { outcome: 'refused' }>;

/** Creates or updates contacts, all in one transaction, and returns what became of each request with its contact. */
export function upsertProfiles(
  store: Store,
  requests: readonly UpsertRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<ProfileResult[]> {
  return writeBatch(store, policy, (tx) => applyUpsertsWithProfiles(tx, requests, now));
}

/** The same within a transaction that does more. */
export async function applyUpsertsWithProfiles(
  tx: Transaction,
  requests: readonly UpsertRequest[],
  now: number,
): Promise<ProfileResult[]> {
  const batch = new BatchContacts();
  const results = await applyUpserts(tx, requests, now, batch);
  const ids = results.flatMap((result) => (result.outcome === 'refused' ? [] : [result.contactId]));
  const profiles = batch.hasMerges ? await presentProfiles(tx, ids) : await batch.profiles(tx, ids);
  return results.map((result) => {
    if (result.outcome === 'refused') return result;
    const profile = profiles.get(result.contactId);
    if (!profile) throw new Error(`Contact ${result.contactId} is gone within its own transaction`);
    return { ...result, contactId: profile.id, profile };
  });
}

/**
 * The contacts of a batch as its pieces leave them. What was just planned need not be read back: for 10,000 contacts that
 * costs as much as writing them.
 */
class BatchContacts implements BatchListener {
  hasMerges = false;
  private readonly contacts = new Map<number, Contact>();
  private readonly created = new Map<number, { tags: string[]; lists: string[] }>();

  read(known: KnownContacts): void {
    for (const [id, contact] of known.contacts) this.contacts.set(id, contact);
  }

  planned(plan: UpsertPlan): void {
    if (plan.merges.length > 0) this.hasMerges = true;
    for (const contact of plan.contacts) this.contacts.set(contact.id, contact);
    for (const result of plan.results) {
      if (result.outcome === 'created') this.created.set(result.contactId, { tags: [], lists: [] });
    }
    for (const { contactId, name } of plan.tags) this.created.get(contactId)?.tags.push(name);
    for (const { contactId, name } of plan.lists) this.created.get(contactId)?.lists.push(name);
  }

  async profiles(tx: Transaction, ids: readonly number[]): Promise<Map<number, ContactProfile>> {
    const profiles = new Map<number, ContactProfile>();
    for (const [id, { tags, lists }] of this.created) {
      const contact = this.contacts.get(id);
      if (contact) profiles.set(id, { ...contact, tags: tags.sort(), lists: lists.sort(), consent: {} });
    }
    const others = [...new Set(ids)].filter((id) => !profiles.has(id));
    for (const piece of chunks(others)) {
      const [tags, lists, consents] = await Promise.all([
        tx.contacts.members('tag', piece),
        tx.contacts.members('list', piece),
        tx.consents.current(piece),
      ]);
      for (const id of piece) {
        const contact = this.contacts.get(id);
        if (!contact) continue;
        const consent: Record<string, ConsentStatus> = {};
        for (const [channel, { status }] of Object.entries(consents.get(id) ?? {})) consent[channel] = status;
        profiles.set(id, { ...contact, tags: tags.get(id) ?? [], lists: lists.get(id) ?? [], consent });
      }
    }
    return profiles;
  }
}
