import type { ContactProfile } from '../../domain/contact/contact';
import { quote, type Problem } from '../../domain/problem';
import type { Segment, Store } from '../../store/port';
import { problemsOfDependents } from '../dependents';
import { loadProfiles } from '../profiles';
import { maintain } from './maintain';

/** How old the members of a segment may be for a reader while it is seeded, in milliseconds. */
const FRESH = 60_000;

/** Returns the saved segments, by name, with the sizes they have at a moment. */
export async function listSegments(store: Store, now: number): Promise<Segment[]> {
  await maintain(store, now, FRESH);
  return store.read((tx) => tx.segments.list());
}

/** A contact in a segment. */
export interface SegmentMember {
  readonly contact: ContactProfile;
  /** When it entered, epoch milliseconds UTC. */
  readonly enteredAt: number;
}

export type SegmentMembers =
  | { readonly outcome: 'listed'; readonly segment: Segment; readonly members: readonly SegmentMember[] }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const PAGE = 1_000;

/** Returns who is in a segment at a moment, by id ascending after `afterId`; what is to happen until then happens first. */
export async function segmentMembers(
  store: Store,
  name: string,
  page: { readonly limit: number; readonly afterId?: number },
  now: number,
): Promise<SegmentMembers> {
  await maintain(store, now, FRESH);
  return store.read(async (tx) => {
    const segment = await tx.segments.get(name);
    if (!segment) return unknown(name);
    const members: SegmentMember[] = [];
    for (let afterId = page.afterId ?? 0; members.length < page.limit;) {
      const limit = Math.min(PAGE, page.limit - members.length);
      const moves = await tx.segments.members({ segmentId: segment.id, afterId, limit });
      const profiles = await loadProfiles(
        tx,
        moves.map(({ contactId }) => contactId),
      );
      for (const { contactId, at } of moves) {
        const contact = profiles.get(contactId);
        if (contact) members.push({ contact, enteredAt: at });
      }
      const last = moves.at(-1);
      if (!last || moves.length < limit) break;
      afterId = last.contactId;
    }
    return { outcome: 'listed', segment, members };
  });
}

/** What became of a segment that was to be deleted. */
export type DeletedSegment =
  | { readonly outcome: 'deleted'; readonly segment: Segment }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Deletes a segment with its members. Refused while something depends on it, or, `regardless` of nodes and journeys, while
 * something is made of it; see {@link problemsOfDependents}.
 */
export function deleteSegment(
  store: Store,
  name: string,
  { regardless = false }: { readonly regardless?: boolean } = {},
): Promise<DeletedSegment> {
  return store.write(async (tx) => {
    const segment = await tx.segments.get(name);
    if (!segment) return unknown(name);
    const problems = await problemsOfDependents(tx, { kind: 'segment', name }, { regardless });
    if (problems.length > 0) return { outcome: 'refused', problems };
    await tx.segments.remove(segment.id);
    return { outcome: 'deleted', segment };
  });
}

function unknown(name: string): { outcome: 'refused'; problems: Problem[] } {
  return {
    outcome: 'refused',
    problems: [{ field: 'segment', message: `There is no segment ${quote(name)}.` }],
  };
}
