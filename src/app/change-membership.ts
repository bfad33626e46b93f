import type { Membership, Store } from '../store/port';
import { chunks } from './chunks';

/** One contact that joins or leaves a tag or list. */
export interface MembershipRequest {
  readonly contactId: number;
  readonly name: string;
}

/** Adds contacts to tags or lists, or takes them out; returns for each whether that changed anything. */
export function changeMembership(
  store: Store,
  kind: Membership,
  action: 'add' | 'remove',
  requests: readonly MembershipRequest[],
  now: number,
): Promise<boolean[]> {
  return store.write(async (tx) => {
    const outcomes: boolean[] = [];
    for (const piece of chunks(requests)) {
      const present = new Map<number, Set<string>>();
      for (const [id, names] of await tx.contacts.members(
        kind,
        piece.map(({ contactId }) => contactId),
      )) {
        present.set(id, new Set(names));
      }
      const changed: MembershipRequest[] = [];
      for (const request of piece) {
        const names = present.get(request.contactId) ?? new Set<string>();
        present.set(request.contactId, names);
        const changes = names.has(request.name) === (action === 'remove');
        outcomes.push(changes);
        if (!changes) continue;
        if (action === 'add') names.add(request.name);
        else names.delete(request.name);
        changed.push(request);
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
      if (action === 'add') await tx.catalogue.note(changed.map(({ name }) => ({ kind, name })));
    }
    return outcomes;
  });
}

const CHANGE = {
  tag: { add: 'tag_added', remove: 'tag_removed' },
  list: { add: 'list_joined', remove: 'list_left' },
} as const;
