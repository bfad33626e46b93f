import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NewChange } from '../../domain/change/change';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { mayTurn, type RuleNeeds } from '../../domain/rule/rule-needs';
import type { DueTimer, SegmentMove, Timer, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import { walk, type Crossing, type Occasion } from './contact-walk';
import type { LiveRules, LiveSegment } from './live-rules';
import { loadFacts } from './load-facts';
import type { Batch } from './next-batch';
import { setTurns, turnsOf } from './turn-timers';

/** Contacts whose facts are read while those before them are judged. */
const PIECE = 100;
/** Pieces that are being read while one is judged, so that the database never waits for it. */
const AHEAD = 2;
/** Contacts after which the event loop is free for others. */
const BREATH = 50;

/**
 * Judges the contacts of a batch, each as of the moments of what happened to it, and writes who entered and left and when
 * each is to be looked at again; gives the last moment as of which one was judged, null if nobody was.
 */
export async function judgeBatch(
  tx: Transaction,
  subscriptionId: number,
  rules: LiveRules,
  batch: Batch,
  now: number,
): Promise<number | null> {
  const occasions = occasionsOf(batch, rules);
  const contactIds = [...new Set([...occasions.keys(), ...batch.ripe.map(({ contactId }) => contactId)])];
  if (contactIds.length === 0) return null;
  const reader = new Reader(tx, subscriptionId, rules, batch, occasions);
  const pieces = [...chunks(contactIds, PIECE)];
  const crossings: ContactCrossing[] = [];
  const writes: Array<Promise<void>> = [];
  let judgedAt: number | null = null;
  let count = 0;
  const ahead: Array<Promise<Known>> = [];
  const readAhead = async (piece: readonly number[] | undefined) => {
    if (!piece) return;
    ahead.push(reader.read(piece));
    // Sent now, and by itself: what is sent together is answered together.
    await nextTurn();
  };
  for (const piece of pieces.slice(0, AHEAD)) await readAhead(piece);
  for (let index = 0; index < pieces.length; index++) {
    const { facts, members, timersOf } = (await ahead.shift()) ?? NOTHING_KNOWN;
    await readAhead(pieces[index + AHEAD]);
    const moved: MovedContact[] = [];
    const turned: Array<Parameters<typeof setTurns>[2][number]> = [];
    for (const contactId of pieces[index] ?? []) {
      const timers = timersOf.get(contactId) ?? [];
      const known = facts.get(contactId);
      if (!known) {
        // A contact that was removed, or merged after this was logged: its survivor has a change of its own.
        turned.push({ contactId, timers, turns: new Map() });
        continue;
      }
      const wasIn = members.get(contactId) ?? NONE;
      const standing = { memberOf: wasIn, turns: turnsOf(timers) };
      const result = walk(standing, occasions.get(contactId) ?? [], known, rules, {
        judgedTo: batch.floor,
        until: batch.until,
      });
      turned.push({ contactId, timers, turns: result.turns });
      if (result.crossings.length > 0) moved.push({ contactId, wasIn, crossings: result.crossings });
      if (result.judgedAt !== null) judgedAt = Math.max(judgedAt ?? 0, result.judgedAt);
      if (++count % BREATH === 0) await nextTurn();
    }
    for (const { contactId, crossings: own } of moved) {
      for (const crossing of own) crossings.push({ contactId, ...crossing });
    }
    // Written while the next are judged.
    const written = writePiece(tx, subscriptionId, moved, turned, now);
    written.catch(() => {});
    writes.push(written);
  }
  await Promise.all([...writes, tell(tx, crossings, now)]);
  return judgedAt;
}

type ContactCrossing = Crossing & { readonly contactId: number };

/** A contact that entered or left segments, and those it was in before. */
interface MovedContact {
  readonly contactId: number;
  readonly wasIn: ReadonlySet<number>;
  readonly crossings: readonly Crossing[];
}

const NONE: ReadonlySet<number> = new Set();

function occasionsOf({ changes, moments, until }: Batch, rules: LiveRules): Map<number, Occasion[]> {
  const occasions = new Map<number, Occasion[]>();
  changes.forEach((change, index) => {
    const segments = rules.touchedBy(change);
    if (segments.length === 0) return;
    const own = occasions.get(change.contactId);
    const occasion = { at: moments[index] ?? until, change, segments };
    if (own) own.push(occasion);
    else occasions.set(change.contactId, [occasion]);
  });
  return occasions;
}

/** What is to be known of some contacts of a batch. */
interface Known {
  readonly facts: ReadonlyMap<number, RuleFacts>;
  readonly members: ReadonlyMap<number, ReadonlySet<number>>;
  readonly timersOf: ReadonlyMap<number, readonly DueTimer[]>;
}

const NOTHING_KNOWN: Known = { facts: new Map(), members: new Map(), timersOf: new Map() };

/** Reads what is to be known of the contacts of a batch, piece by piece. */
class Reader {
  private readonly tx: Transaction;
  private readonly subscriptionId: number;
  private readonly rules: LiveRules;
  private readonly until: number;
  private readonly occasions: ReadonlyMap<number, readonly Occasion[]>;
  private readonly ripeOf: ReadonlyMap<number, readonly Timer[]>;
  private readonly earliest: number;
  private readonly lists = new SharedLists();

  constructor(
    tx: Transaction,
    subscriptionId: number,
    rules: LiveRules,
    { until, floor, moments, ripe }: Batch,
    occasions: ReadonlyMap<number, readonly Occasion[]>,
  ) {
    this.tx = tx;
    this.subscriptionId = subscriptionId;
    this.rules = rules;
    this.until = until;
    this.occasions = occasions;
    this.ripeOf = Map.groupBy(ripe, ({ contactId }) => contactId);
    const first = ripe.reduce((at, { dueAt }) => Math.min(at, dueAt), moments[0] ?? until);
    this.earliest = Math.max(floor, Math.min(first, until));
  }

  read(contactIds: readonly number[]): Promise<Known> {
    const known = this.load(contactIds);
    // Awaited when the piece before it has been judged.
    known.catch(() => {});
    return known;
  }

  private async load(contactIds: readonly number[]): Promise<Known> {
    const asked = new Map(contactIds.map((id) => [id, this.needsOf(id, this.ripeOf.get(id) ?? [])]));
    // A ripe timer may hold the turns of segments that are gone, and nothing else.
    const timed = contactIds.filter((id) => this.ripeOf.has(id) || asked.get(id)?.some(mayTurn));
    const [facts, members, timers] = await Promise.all([
      loadFacts(this.tx, asked, this.earliest, { judgedOnly: true }),
      this.tx.segments.of(contactIds),
      this.tx.timers.ofContacts(this.subscriptionId, timed),
    ]);
    const timersOf = Map.groupBy(timers, ({ contactId }) => contactId);
    const unforeseen = this.unforeseen(timersOf, asked);
    if (unforeseen.size > 0) {
      const others = await loadFacts(this.tx, unforeseen, this.earliest, { judgedOnly: true });
      for (const [id, known] of others) facts.set(id, known);
    }
    return { facts, members, timersOf };
  }

  /** Contacts with a turn that is due though none of the ripe timers said so: as many are ripe as are taken at once. */
  private unforeseen(
    timersOf: ReadonlyMap<number, readonly DueTimer[]>,
    asked: ReadonlyMap<number, readonly RuleNeeds[]>,
  ): Map<number, readonly RuleNeeds[]> {
    const needs = new Map<number, readonly RuleNeeds[]>();
    for (const [id, timers] of timersOf) {
      if (timers.every(({ dueAt }) => dueAt > this.until)) continue;
      const own = this.needsOf(id, timers);
      if (own.some((need) => !asked.get(id)?.includes(need))) needs.set(id, own);
    }
    return needs;
  }

  /** What the rules read that this contact may be judged by in this batch. */
  private needsOf(contactId: number, timers: readonly DueTimer[]): readonly RuleNeeds[] {
    const occasions = this.occasions.get(contactId) ?? [];
    const due = [...turnsOf(timers)].flatMap(([id, at]) =>
      at <= this.until ? (this.rules.byId.get(id) ?? []) : [],
    );
    const [only, ...others] = occasions;
    if (only && others.length === 0 && due.length === 0) return this.lists.needsOf(only.segments);
    const all = new Set([...occasions.flatMap(({ segments }) => segments), ...due]);
    return [...all].map(({ needs }) => needs);
  }
}

/** Gives the same list of needs for the same list of segments, so that what follows from it is worked out once. */
class SharedLists {
  private readonly known = new Map<readonly LiveSegment[], readonly RuleNeeds[]>();

  needsOf(segments: readonly LiveSegment[]): readonly RuleNeeds[] {
    let list = this.known.get(segments);
    if (!list) {
      list = segments.map(({ needs }) => needs);
      this.known.set(segments, list);
    }
    return list;
  }
}

async function writePiece(
  tx: Transaction,
  subscriptionId: number,
  moved: readonly MovedContact[],
  turned: Parameters<typeof setTurns>[2],
  now: number,
): Promise<void> {
  const entered: SegmentMove[] = [];
  const left: SegmentMove[] = [];
  for (const { contactId, wasIn, crossings } of moved) {
    const last = new Map(crossings.map((crossing) => [crossing.segment.id, crossing]));
    for (const [segmentId, { at, kind }] of last) {
      const move = { contactId, segmentId, at };
      if (kind === 'entered') entered.push(move);
      // Who was in it and crossed has left it, though it may have come back.
      if (wasIn.has(segmentId)) left.push(move);
    }
  }
  await Promise.all([setTurns(tx, subscriptionId, turned, now), tx.segments.move(entered, left)]);
}

/** Tells of who entered and left in the order of time: in the log, and those waits that are for it. */
async function tell(tx: Transaction, crossings: ContactCrossing[], now: number): Promise<void> {
  if (crossings.length === 0) return;
  crossings.sort((a, b) => a.at - b.at);
  await Promise.all([
    tx.changes.append(crossings.map(toChange)),
    tx.timers.wake(
      crossings.map(({ contactId, segment, kind }) => ({
        contactId,
        type: `segment_${kind}:${segment.name}`,
      })),
      now,
    ),
  ]);
}

function toChange({ contactId, segment, at, kind }: ContactCrossing): NewChange {
  return { kind: `segment_${kind}`, contactId, at, subject: segment.name, eventId: null, detail: {} };
}
