import { CHANGE_KINDS, type ChangeKind, type NewChange } from '../../domain/change/change';
import type { Store, SubscriptionKey, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import type { Upkeep } from '../listener';
import { loadFacts } from '../segments/load-facts';
import { judgedTo } from '../segments/maintain';
import { nextBatch } from '../segments/next-batch';
import { setTurns, turnsOf } from '../segments/turn-timers';
import { liveModels, modelsTouchedBy, type LiveModel, type LiveModels } from './live-models';
import { walkScore, type ScoreOccasion } from './walk-score';

/** Contacts that are scored in one transaction when a definition is new. */
const PAGE = 1_000;
/** Contacts whose facts are read together. */
const PIECE = 250;

/** Under what the store keeps how far its scores are maintained; it is there as soon as there is a model. */
export const SCORE_UPKEEP: SubscriptionKey = {
  key: 'scores',
  kind: 'scores',
  workflowId: '',
  workflowName: '',
  nodeName: 'Scores',
};

/** The kinds of change that may move a score. */
const KINDS: readonly ChangeKind[] = CHANGE_KINDS.filter(
  (kind) =>
    kind !== 'contact_deleted' &&
    kind !== 'segment_entered' &&
    kind !== 'segment_left' &&
    kind !== 'score_crossed',
);

async function upkeepState(tx: Transaction) {
  const subscription = await tx.subscriptions.get(SCORE_UPKEEP.key);
  if (!subscription) return { isBehind: false, nextAt: null };
  const [last, nextAt, models] = await Promise.all([
    tx.changes.lastSequence(),
    tx.timers.nextLook([subscription.id]),
    tx.scores.list(),
  ]);
  const isBehind = subscription.cursor < last || models.some(({ seededTo }) => seededTo !== null);
  return { isBehind, nextAt };
}

/** Tells of crossed thresholds and changed grades as soon as it happens, also where points only fade. */
export const scoreUpkeep: Upkeep = {
  state: upkeepState,
  next: maintainScoresOnce,
  // The pump tries again; a store that cannot be written says so to everybody who uses it.
  report: () => {},
};

/** Does everything that is to be done at a moment, so that the standings read then are right. */
export async function maintainScores(store: Store, now: number): Promise<void> {
  for (;;) {
    const { isBehind, nextAt } = await store.read(upkeepState);
    if (!isBehind && (nextAt === null || nextAt > now)) return;
    await store.write((tx) => maintainScoresOnce(tx, now), { isDerived: true });
  }
}

/**
 * Takes the next changes of the log and the contacts whose points are about to fade below a limit, in the order of time,
 * then the next page of those whom a new definition has not scored yet; tells whether there is more to do. Everything is
 * done in the transaction that moves the cursor: once, in order, whichever process does it.
 */
export async function maintainScoresOnce(tx: Transaction, now: number): Promise<boolean> {
  const subscription = await tx.subscriptions.get(SCORE_UPKEEP.key);
  if (!subscription) return false;
  const floor = judgedTo(subscription);
  const [models, { batch, isMoreLogged, isMoreRipe, last }] = await Promise.all([
    liveModels(tx),
    nextBatch(tx, subscription, KINDS, floor, now),
  ]);
  const occasions = new Map<number, Map<LiveModel, ScoreOccasion[]>>(
    batch.ripe.map(({ contactId }) => [contactId, new Map()]),
  );
  batch.changes.forEach((change, index) => {
    const at = batch.moments[index] ?? batch.until;
    const own = occasions.get(change.contactId) ?? new Map<LiveModel, ScoreOccasion[]>();
    for (const model of modelsTouchedBy(change, models.all)) {
      const { kind, eventId } = change;
      const occasion = { at, isCreation: kind === 'contact_created', eventId };
      const list = own.get(model);
      if (list) list.push(occasion);
      else own.set(model, [occasion]);
    }
    if (own.size > 0) occasions.set(change.contactId, own);
  });
  const isMore = isMoreLogged || isMoreRipe;
  const page = isMore ? null : await unseededPage(tx, models, now);
  for (const id of page?.ids ?? []) if (!occasions.has(id)) occasions.set(id, new Map());
  const first = Math.max(
    floor,
    Math.min(batch.moments[0] ?? batch.until, batch.ripe[0]?.dueAt ?? batch.until),
  );
  // Whom a new definition has not scored yet it scores as of when it was saved.
  const begun = models.all.flatMap(({ saved }) => (saved.seededTo === null ? [] : [saved.updatedAt]));
  const time = { earliest: Math.min(first, ...begun), floor, until: batch.until, now };
  const judgedAt = await judgeScores(tx, subscription.id, models, { occasions, page }, time);
  if (page) await tx.scores.seed(page.modelIds, page.seededTo);
  const cursor = isMoreLogged
    ? (batch.changes.at(-1)?.sequence ?? subscription.cursor)
    : judgedAt === null
      ? last
      : await tx.changes.lastSequence();
  await tx.subscriptions.advance(subscription.id, cursor);
  if (judgedAt !== null && judgedAt > floor) {
    await tx.subscriptions.define(subscription.id, { ...subscription.definition, judgedTo: judgedAt });
  }
  return isMore || page !== null;
}

/** Contacts whom models are to score though nothing happened to them. */
interface Page {
  readonly ids: readonly number[];
  readonly modelIds: readonly number[];
  /** How far the models are then; null for to the end. */
  readonly seededTo: number | null;
}

/** The next contacts that the model furthest behind has not scored yet; null where every model has scored all. */
async function unseededPage(tx: Transaction, { book, all }: LiveModels, now: number): Promise<Page | null> {
  const unseeded = all.filter(({ saved }) => saved.seededTo !== null);
  const [first] = unseeded;
  if (!first) return null;
  const afterId = first.saved.seededTo ?? 0;
  const everyone = { rule: { kind: 'everyone' }, book, now, workflowZone: 'UTC' } as const;
  const ids = await tx.rules.select(everyone, { limit: PAGE, afterId });
  return {
    ids,
    modelIds: unseeded.filter(({ saved }) => saved.seededTo === afterId).map(({ saved }) => saved.id),
    seededTo: ids.length < PAGE ? null : (ids.at(-1) ?? null),
  };
}

/** Between which moments contacts are scored, all of them epoch milliseconds UTC. */
interface JudgedTime {
  /** Nothing is worked out as of an earlier moment. */
  readonly earliest: number;
  /** Nothing that happens is told as of an earlier moment. */
  readonly floor: number;
  readonly until: number;
  readonly now: number;
}

/** Whom models are to score: those to whom something happened, and a page of all. */
interface Occasions {
  readonly occasions: ReadonlyMap<number, ReadonlyMap<LiveModel, readonly ScoreOccasion[]>>;
  readonly page: Page | null;
}

/** Scores contacts, writes where they stand and when they are to be looked at again, and tells what was crossed. */
async function judgeScores(
  tx: Transaction,
  subscriptionId: number,
  { book, all }: LiveModels,
  { occasions, page }: Occasions,
  { earliest, floor, until, now }: JudgedTime,
): Promise<number | null> {
  const needs = all.map((model) => model.needs);
  const crossed: NewChange[] = [];
  let judgedAt: number | null = null;
  const paged = new Set(page?.ids);
  for (const ids of chunks([...occasions.keys()], PIECE)) {
    const [facts, standings, timers] = await Promise.all([
      loadFacts(tx, new Map(ids.map((id) => [id, needs])), earliest, { judgedOnly: true }),
      tx.scores.standings(ids),
      tx.timers.ofContacts(subscriptionId, ids),
    ]);
    const kept = new Map(standings.map((own) => [`${own.contactId} ${own.modelId}`, own]));
    const timersOf = Map.groupBy(timers, ({ contactId }) => contactId);
    const written: Array<(typeof standings)[number]> = [];
    const turned: Array<Parameters<typeof setTurns>[2][number]> = [];
    for (const contactId of ids) {
      const own = timersOf.get(contactId) ?? [];
      const present = turnsOf(own);
      const turns = new Map<number, number>();
      const known = facts.get(contactId);
      for (const model of known ? all : []) {
        if (!known) continue;
        const { id, version } = model.saved;
        const before = kept.get(`${contactId} ${id}`) ?? null;
        // What the model reads is another one; who is new to it is scored as of when it was saved.
        const isAgain = before?.version === version && paged.has(contactId) && page?.modelIds.includes(id);
        const happened = occasions.get(contactId)?.get(model) ?? [];
        const walked = walkScore(
          model,
          { contactId, kept: before, turnsAt: present.get(id) ?? null },
          isAgain ? [...happened, { at: until, isCreation: false, eventId: null }] : happened,
          known,
          book,
          { judgedTo: floor, until },
        );
        if (walked.kept) written.push(walked.kept);
        if (walked.turnsAt !== null) turns.set(id, walked.turnsAt);
        if (walked.judgedAt !== null) judgedAt = Math.max(judgedAt ?? 0, walked.judgedAt);
        for (const { crossing, score } of walked.crossings) {
          const { total, fit, engagement, grade, at } = score;
          const detail = { ...crossing, total, fit, engagement, grade };
          crossed.push({
            kind: 'score_crossed',
            contactId,
            at,
            subject: model.saved.name,
            eventId: null,
            detail,
          });
        }
      }
      turned.push({ contactId, timers: own, turns });
    }
    await setTurns(tx, subscriptionId, turned, now);
    await tx.scores.keep(written);
  }
  crossed.sort((a, b) => a.at - b.at);
  if (crossed.length > 0) await tx.changes.append(crossed);
  return judgedAt;
}
