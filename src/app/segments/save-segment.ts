import { cleanText, jsonEquals } from '../../domain/json';
import type { Problem } from '../../domain/problem';
import type { RuleBook } from '../../domain/rule/rule-book';
import type { Explanation } from '../../domain/rule/explain-rule';
import type { ContactProfile } from '../../domain/contact/contact';
import type { Segment, Store, Transaction } from '../../store/port';
import { watchHistories } from '../property-history';
import { catchUpReaders, rejudgeReaders } from '../readers';
import { savedRules } from './live-rules';
import { judgedTo, maintain, UPKEEP } from './maintain';
import { matchIn } from './match-contacts';
import { refreshSegment } from './refresh-segment';
import { readDefinition, type ReadDefinition, type SegmentRequest } from './read-definition';

/** What became of a definition that was to be saved. `version` grows only where the definition is another one. */
export type SavedSegment =
  | {
      readonly outcome: 'created' | 'changed' | 'unchanged';
      readonly segment: Segment;
      /** How many entered and left by it. */
      readonly entered: number;
      readonly left: number;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Saves a segment under its name, in its next version where there is one already, and makes those who fit its members,
 * all in one transaction. What was to happen before it happens first. Who enters and leaves is told in the change log, also
 * of the segments that are made of this one; scores and journeys that read it judge everybody anew.
 */
export async function saveSegment(store: Store, request: SegmentRequest, now: number): Promise<SavedSegment> {
  await maintain(store, now, Infinity);
  await catchUpReaders(store, { kind: 'segment', name: cleanText(request.name).trim() }, now);
  return store.write(async (tx) => {
    const reading = readDefinition(request, (await savedRules(tx)).book);
    if (!reading.ok) return { outcome: 'refused', problems: reading.problems };
    const { name, definition, zone } = reading.value;
    const present = await tx.segments.get(name);
    if (present && present.zone === zone && jsonEquals(present.definition, definition)) {
      return { outcome: 'unchanged', segment: present, entered: 0, left: 0 };
    }
    const { subscription } = await tx.subscriptions.open(UPKEEP, {}, now);
    const at = Math.max(now, judgedTo(subscription));
    await tx.histories.watch(reading.value.needs.history.map((need) => need.name));
    await tx.segments.put({ name, definition, zone, seededTo: null }, now);
    const rules = await savedRules(tx);
    const moved = await refreshSegment(tx, rules, name, at, present ? 'later' : 'first');
    for (const other of rules.madeOf(name)) await refreshSegment(tx, rules, other.name, at, 'later');
    await rejudgeReaders(tx, { kind: 'segment', name });
    await tx.subscriptions.define(subscription.id, { ...subscription.definition, judgedTo: at });
    const segment = await tx.segments.get(name);
    if (!segment) throw new Error(`Segment ${name} vanished in its own transaction`);
    return { outcome: present ? 'changed' : 'created', segment, ...moved };
  });
}

/** What a definition would do if it were saved, and a sample of who fits it. */
export type SegmentPreview =
  | {
      readonly outcome: 'previewed';
      readonly fitting: number;
      readonly entering: number;
      readonly leaving: number;
      /** Up to ten who fit, by id, each with the reasons. */
      readonly sample: ReadonlyArray<{
        readonly contact: ContactProfile;
        readonly reasons: readonly string[];
        readonly explanation: Explanation;
      }>;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const SAMPLE = 10;
/** A name under which nothing is saved, for the preview of rules that have none yet. */
const UNNAMED = 'this segment';

/** Returns who would fit a definition at a moment, and who would enter and leave the segment of that name. Nothing is saved. */
export async function previewSegment(
  store: Store,
  request: Omit<SegmentRequest, 'name'> & { readonly name: string | null },
  now: number,
): Promise<SegmentPreview> {
  await maintain(store, now, Infinity);
  const reading = await store.read(async (tx) => {
    const { book } = await savedRules(tx);
    return readDefinition({ ...request, name: request.name ?? unusedName(book) }, book);
  });
  if (!reading.ok) return { outcome: 'refused', problems: reading.problems };
  const { needs } = reading.value;
  await watchHistories(
    store,
    needs.history.map((need) => need.name),
  );
  return store.read((tx) => preview(tx, reading.value, now));
}

function unusedName({ segments }: RuleBook): string {
  let name = UNNAMED;
  while (segments.has(name)) name += '.';
  return name;
}

async function preview(
  tx: Transaction,
  { name, rule, zone, book }: ReadDefinition,
  now: number,
): Promise<SegmentPreview> {
  const present = await tx.segments.get(name);
  const question = { rule, book, now, workflowZone: zone };
  const { fitting, staying } = await tx.segments.compare(present?.id ?? null, question);
  const ids = fitting > 0 ? await tx.rules.select(question, { limit: SAMPLE }) : [];
  const matches = await matchIn(tx, ids, rule, { now, workflowZone: zone }, book);
  return {
    outcome: 'previewed',
    fitting,
    entering: fitting - staying,
    leaving: (present?.size ?? 0) - staying,
    sample: ids.flatMap((id) => {
      const match = matches.get(id);
      return match ? [{ contact: match.contact, reasons: match.reasons, explanation: match.explain() }] : [];
    }),
  };
}
