import type { ContactProfile } from '../../domain/contact/contact';
import { isJsonObject, type JsonObject } from '../../domain/json';
import { quote, type Problem } from '../../domain/problem';
import { directlyNamed, namedBy } from '../../domain/rule/book-entries';
import type { Segment, Store, Subscription } from '../../store/port';
import { endingRules, liveJourneys, type LiveJourneys } from '../journeys/live-journeys';
import { loadProfiles } from '../profiles';
import { savedRules } from './live-rules';
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
 * Deletes a segment with its members. Refused while something depends on it, with a problem for each: another segment
 * or a score that is made of it, or a node that names it (see {@link segmentsNamedBy}), or a journey. `regardless` of nodes
 * and journeys it is deleted though some name it, because a workflow that is gone does not say so.
 */
export function deleteSegment(
  store: Store,
  name: string,
  { regardless = false }: { readonly regardless?: boolean } = {},
): Promise<DeletedSegment> {
  return store.write(async (tx) => {
    const segment = await tx.segments.get(name);
    if (!segment) return unknown(name);
    const { book } = await savedRules(tx);
    const problems: Problem[] = namedBy({ kind: 'segment', name }, book).map((other) => ({
      field: 'segment',
      message: `The ${other.kind} ${quote(other.name)} is made of ${quote(name)}; change or delete it first.`,
    }));
    if (!regardless) {
      const using = (await tx.subscriptions.list()).filter((own) => segmentsNamedBy(own).includes(name));
      for (const { nodeName, workflowName } of using) {
        const message = `The node ${quote(nodeName)} of the workflow ${quote(workflowName)} names ${quote(name)}; take it out there first, or delete the segment regardless.`;
        problems.push({ field: 'segment', message });
      }
      problems.push(...problemsOfJourneys(await liveJourneys(tx), name));
    }
    if (problems.length > 0) return { outcome: 'refused', problems };
    await tx.segments.remove(segment.id);
    return { outcome: 'deleted', segment };
  });
}

function problemsOfJourneys({ byId }: LiveJourneys, name: string): Problem[] {
  return [...byId.values()].flatMap(({ journey, definition }): Problem[] => {
    const named = directlyNamed(endingRules(definition)).filter(({ kind }) => kind === 'segment');
    const names = [...definition.excludedSegments, ...named.map((entry) => entry.name)];
    if (!names.includes(name)) return [];
    const message = `The journey ${quote(journey.name)} names ${quote(name)}; take it out of its Journey node first, or delete the segment regardless.`;
    return [{ field: 'segment', message }];
  });
}

/** The segments that a node's subscription names: in its own list of `segments`, or in that of its watch. */
export function segmentsNamedBy({ definition }: Subscription): readonly string[] {
  const listed = ({ segments }: JsonObject) =>
    Array.isArray(segments) ? segments.filter((name) => typeof name === 'string') : [];
  return [...listed(definition), ...(isJsonObject(definition.watch) ? listed(definition.watch) : [])];
}

function unknown(name: string): { outcome: 'refused'; problems: Problem[] } {
  return {
    outcome: 'refused',
    problems: [{ field: 'segment', message: `There is no segment ${quote(name)}.` }],
  };
}
