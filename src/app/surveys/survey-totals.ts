import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Contact } from '../../domain/contact/contact';
import type { StoredEvent } from '../../domain/event/event';
import type { Scale } from '../../domain/nps/scale';
import { readRecordedAnswer, SURVEY_ANSWERED, type RecordedAnswer } from '../../domain/nps/survey-answer';
import { periodName, type SurveyPeriod } from '../../domain/nps/survey-period';
import { totalsOf, type SurveyTotals } from '../../domain/nps/survey-totals';
import { quote, type Problem } from '../../domain/problem';
import { resolveZone } from '../../domain/schedule/zone';
import type { Store, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import { listSegments } from '../segments/saved-segments';

/** Which answers are counted, and in which groups. */
export interface TotalsRequest {
  readonly survey: string;
  readonly scale: Scale;
  /** Epoch milliseconds UTC: from the first on, before the second. */
  readonly from: number | null;
  readonly before: number | null;
  /** Of each contact in each group only the answer given last, or every one. */
  readonly counted: 'latest' | 'every';
  readonly groupBy: 'none' | Exclude<SurveyPeriod, 'ever'> | 'segment';
  /** With `groupBy` segment: which segments; none names all of them. */
  readonly segments: readonly string[];
  /** Only contacts that are in one of these segments now; none names everybody. */
  readonly inSegments: readonly string[];
}

/** The totals of one group. */
export interface GroupTotals {
  /** The name of the period or segment; null where there are no groups. */
  readonly group: string | null;
  readonly totals: SurveyTotals;
  /** When the last of them was given, epoch milliseconds UTC. */
  readonly lastAnswerAt: number | null;
  /** Answers that do not count, because they are on another scale or cannot be read. */
  readonly leftOut: { readonly otherScale: number; readonly unreadable: number };
}

/** The totals of each group, by name; periods in the order of time. */
export type TotalsResult =
  | { readonly outcome: 'counted'; readonly groups: readonly GroupTotals[] }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Answers that are read at once. */
const PAGE = 2_000;

/**
 * Counts the answers to a survey, page by page in flat memory but for one number for each contact. Periods are those of the
 * contact's calendar. A contact that is in several segments counts in each of them; segments are those of now. A segment
 * without answers has a group of its own, a period without any has none. `inSegments` with a period gives both at once. Refused: a
 * segment that is not saved.
 */
export async function surveyTotals(
  store: Store,
  request: TotalsRequest,
  { now, workflowZone }: { readonly now: number; readonly workflowZone: string },
): Promise<TotalsResult> {
  const groups = new Map<string | null, Group>();
  const { groupBy, inSegments } = request;
  const segments = groupBy === 'segment' ? request.segments : [];
  const saved = groupBy === 'segment' || inSegments.length > 0 ? await listSegments(store, now) : [];
  const missing = [...segments, ...inSegments].filter((name) => !saved.some((own) => own.name === name));
  if (missing.length > 0) return { outcome: 'refused', problems: missing.map(unknownSegment) };
  const namesOf = (chosen: readonly string[]) =>
    new Map(saved.filter(({ name }) => chosen.includes(name)).map(({ id, name }) => [id, name]));
  const grouped = segments.length === 0 ? namesOf(saved.map(({ name }) => name)) : namesOf(segments);
  const counted = namesOf(inSegments);
  if (groupBy === 'none') groups.set(null, new Group());
  if (groupBy === 'segment') for (const name of grouped.values()) groups.set(name, new Group());
  const groupsOf = async (tx: Transaction, events: readonly StoredEvent[]): Promise<GroupsOf> => {
    if (groupBy === 'none') return () => [null];
    if (groupBy === 'segment') return segmentsOf(tx, events, grouped);
    return periodsOf(tx, events, groupBy, { now, workflowZone });
  };
  const countedGroupsOf = async (tx: Transaction, events: readonly StoredEvent[]): Promise<GroupsOf> => {
    const own = await groupsOf(tx, events);
    if (counted.size === 0) return own;
    const isIn = await segmentsOf(tx, events, counted);
    return (event) => (isIn(event).length > 0 ? own(event) : []);
  };
  for await (const page of pagesOf(store, request, countedGroupsOf)) {
    for (const { event, groups: own } of page) {
      const reading = readRecordedAnswer(event, request.survey, request.scale);
      if (reading.kind === 'otherSurvey') continue;
      for (const name of own) {
        const group = groups.get(name) ?? new Group();
        groups.set(name, group);
        group.take(event.contactId, reading, request.counted);
      }
    }
    await nextTurn();
  }
  const named = [...groups].sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
  return {
    outcome: 'counted',
    groups: named.map(([group, own]) => own.totals(group, request.scale)),
  };
}

type GroupsOf = (event: StoredEvent) => ReadonlyArray<string | null>;

/** Every event that may be an answer, the newest first, each with the groups it belongs to. */
async function* pagesOf(
  store: Store,
  { from, before }: TotalsRequest,
  groupsOf: (tx: Transaction, events: readonly StoredEvent[]) => Promise<GroupsOf>,
): AsyncGenerator<ReadonlyArray<{ event: StoredEvent; groups: ReadonlyArray<string | null> }>> {
  let last: StoredEvent | undefined;
  for (;;) {
    const page = await store.read(async (tx) => {
      const events = await tx.events.select({
        types: [SURVEY_ANSWERED],
        limit: PAGE,
        ...(from === null ? {} : { occurredAfter: from }),
        ...(before === null ? {} : { occurredBefore: before }),
        ...(last ? { olderThan: last } : {}),
      });
      const groups = await groupsOf(tx, events);
      return events.map((event) => ({ event, groups: groups(event) }));
    });
    yield page;
    last = page.at(-1)?.event;
    if (page.length < PAGE) return;
  }
}

async function segmentsOf(
  tx: Transaction,
  events: readonly StoredEvent[],
  names: ReadonlyMap<number, string>,
): Promise<GroupsOf> {
  const own = new Map<number, string[]>();
  for (const ids of chunks([...new Set(events.map(({ contactId }) => contactId))])) {
    for (const [contactId, segments] of await tx.segments.of(ids)) {
      own.set(
        contactId,
        [...segments.keys()].flatMap((id) => names.get(id) ?? []),
      );
    }
  }
  return ({ contactId }) => own.get(contactId) ?? [];
}

async function periodsOf(
  tx: Transaction,
  events: readonly StoredEvent[],
  period: SurveyPeriod,
  { now, workflowZone }: { readonly now: number; readonly workflowZone: string },
): Promise<GroupsOf> {
  const contacts = new Map<number, Contact>();
  for (const ids of chunks([...new Set(events.map(({ contactId }) => contactId))])) {
    for (const [id, contact] of await tx.contacts.get(ids)) contacts.set(id, contact);
  }
  return ({ contactId, occurredAt }) => {
    const contact = contacts.get(contactId);
    const zone = resolveZone(
      { contactZone: contact?.timezone ?? null, country: contact?.country ?? null, workflowZone },
      now,
    );
    return [periodName(period, occurredAt, zone.ok ? zone.value.zone : 'UTC')];
  };
}

/** The answers of one group. They come in the newest first. */
class Group {
  private readonly counts = new Map<number, number>();
  private readonly seen = new Set<number>();
  private readonly leftOut = { otherScale: 0, unreadable: 0 };
  private lastAnswerAt: number | null = null;

  take(
    contactId: number,
    reading: Exclude<RecordedAnswer, { kind: 'otherSurvey' }>,
    counted: TotalsRequest['counted'],
  ): void {
    if (reading.kind !== 'answer') {
      this.leftOut[reading.kind]++;
      return;
    }
    if (counted === 'latest') {
      if (this.seen.has(contactId)) return;
      this.seen.add(contactId);
    }
    const { score, answeredAt } = reading.answer;
    this.counts.set(score, (this.counts.get(score) ?? 0) + 1);
    this.lastAnswerAt ??= answeredAt;
  }

  totals(group: string | null, scale: Scale): GroupTotals {
    const { counts, lastAnswerAt, leftOut } = this;
    return { group, totals: totalsOf(counts, scale), lastAnswerAt, leftOut };
  }
}

function unknownSegment(name: string): Problem {
  return { field: 'segments', message: `There is no segment ${quote(name)}.` };
}
