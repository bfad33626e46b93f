import type { ContactProfile } from '../domain/contact/contact';
import type { Problem } from '../domain/problem';
import type { Membership, Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { UNKNOWN_CONTACT } from './find-profiles';
import { loadProfiles } from './profiles';

/** One contact by its id, and the tag or list it joins or leaves. */
export interface Member {
  readonly contactId: number;
  readonly name: string;
}

/** One contact that joins or leaves a tag or list. */
export interface MembershipRequest {
  readonly contact: ContactReference;
  readonly name: string;
}

/** What became of one request; `contact` is as it is after the whole batch. */
export type MembershipResult =
  | {
      readonly outcome: 'added' | 'removed' | 'unchanged';
      readonly contact: ContactProfile;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Adds contacts to tags or lists, or takes them out; returns for each whether that changed anything. */
export function changeMembership(
  store: Store,
  kind: Membership,
  action: 'add' | 'remove',
  members: readonly Member[],
  now: number,
): Promise<boolean[]> {
  return store.write((tx) => applyMemberships(tx, kind, action, members, now));
}

/** The same for contacts as steps of a journey name them, with what became of each. Joining a list is no consent. */
export function changeMembershipByReference(
  store: Store,
  kind: Membership,
  action: 'add' | 'remove',
  requests: readonly MembershipRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<MembershipResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const ids = await findContacts(
      tx,
      requests.map(({ contact }) => contact),
    );
    const found = requests.flatMap(({ name }, index) => {
      const contactId = ids[index] ?? null;
      return contactId === null ? [] : [{ contactId, name }];
    });
    const changes = (await applyMemberships(tx, kind, action, found, now)).values();
    const profiles = await loadProfiles(
      tx,
      found.map(({ contactId }) => contactId),
    );
    const done = action === 'add' ? 'added' : 'removed';
    return ids.map((id): MembershipResult => {
      const contact = id === null ? undefined : profiles.get(id);
      if (!contact) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
      return { outcome: changes.next().value ? done : 'unchanged', contact };
    });
  });
}

/** The same within a transaction that does more; returns for each whether that changed anything. */
export async function applyMemberships(
  tx: Transaction,
  kind: Membership,
  action: 'add' | 'remove',
  members: readonly Member[],
  now: number,
): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  for (const piece of chunks(members)) {
    const present = new Map<number, Set<string>>();
    const ids = [...new Set(piece.map(({ contactId }) => contactId))];
    for (const [id, names] of await tx.contacts.members(kind, ids)) present.set(id, new Set(names));
    const changed: Member[] = [];
    for (const member of piece) {
      const names = present.get(member.contactId) ?? new Set<string>();
      present.set(member.contactId, names);
      const changes = names.has(member.name) === (action === 'remove');
      outcomes.push(changes);
      if (!changes) continue;
      if (action === 'add') names.add(member.name);
      else names.delete(member.name);
      changed.push(member);
    }
    // A batch may add and remove the same name only by one action, so the last state is the union of its steps.
    if (action === 'add') await tx.contacts.join(kind, changed, now);
    else await tx.contacts.leave(kind, changed);
    await tx.changes.append(
      changed.map(({ contactId, name }) => ({
        kind: CHANGE[kind][action],
        contactId,
        at: now,
        subject: name,
        eventId: null,
        detail: {},
      })),
    );
    if (action === 'add') {
      const names = [...new Set(changed.map(({ name }) => name))];
      await tx.catalogue.note(names.map((name) => ({ kind, name })));
    }
  }
  return outcomes;
}

const CHANGE = {
  tag: { add: 'tag_added', remove: 'tag_removed' },
  list: { add: 'list_joined', remove: 'list_left' },
} as const;
