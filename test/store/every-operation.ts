import { EMPTY_BOOK } from '../../src/domain/rule/rule-book';
import type { ScoreModel } from '../../src/domain/scoring/score-model';
import type { KeptStanding, Transaction } from '../../src/store/port';
import { modelOf } from '../domain/scoring/random-models';
import { contactOf } from './each-database';

/** Every operation that takes many, by name, asked for the contacts, timers and events with these ids. */
export const OPERATIONS: Readonly<
  Record<string, (tx: Transaction, ids: readonly number[]) => Promise<unknown>>
> = {
  allocateIds: (tx, ids) => tx.contacts.allocateIds(ids.length),
  owners: (tx, ids) => tx.contacts.owners(ids.map(emailOf)),
  resolve: (tx, ids) => tx.contacts.resolve(ids),
  'contacts.get': (tx, ids) => tx.contacts.get(ids),
  identifiers: (tx, ids) => tx.contacts.identifiers(ids),
  'members of tags': (tx, ids) => tx.contacts.members('tag', ids),
  'members of lists': (tx, ids) => tx.contacts.members('list', ids),
  'contacts.select by identifiers': (tx, ids) =>
    tx.contacts.select({ identifiers: ids.map(emailOf), limit: 100 }),
  'contacts.put': (tx, ids) => tx.contacts.put(ids.map((id) => contactOf(id))),
  putIdentifiers: (tx, ids) =>
    tx.contacts.putIdentifiers(ids.map((id) => ({ ...emailOf(id), contactId: id }))),
  join: (tx, ids) => tx.contacts.join('tag', named(ids), 1),
  leave: (tx, ids) => tx.contacts.leave('list', named(ids)),
  'consents.current': (tx, ids) => tx.consents.current(ids),
  'consents.statementsOf': (tx, ids) => tx.consents.statementsOf(ids),
  'consents.put': (tx, ids) => tx.consents.put(ids.map((id) => ({ ...SAID, contactId: id }))),
  'consents.append': (tx, ids) =>
    tx.consents.append(
      ids.map((id) => ({ ...SAID, source: 's', evidence: {}, by: 'contact', contactId: id, changed: true })),
      1,
    ),
  suppressed: (tx, ids) => tx.consents.suppressed(ids.map(addressOf)),
  suppress: (tx, ids) =>
    tx.consents.suppress(
      ids.map((id) => ({ ...addressOf(id), reason: 'r' })),
      1,
    ),
  unsuppress: (tx, ids) => tx.consents.unsuppress(ids.map(addressOf)),
  'events.append': (tx, ids) =>
    tx.events.append(
      ids.map((id) => ({ contactId: id, type: 'x', occurredAt: 1, properties: {}, key: `again ${id}` })),
      1,
    ),
  'events.get': (tx, ids) => tx.events.get(ids),
  'events.select of contacts': (tx, ids) =>
    tx.events.select({ contactIds: ids, types: ['page_*', 'x'], occurredAfter: 1, limit: 10 }),
  'events.since': (tx, ids) => tx.events.since(ids.map((id) => ({ contactId: id, type: 'page_*', at: 1 }))),
  'events.judgedSince': (tx, ids) =>
    tx.events.judgedSince(
      ids.flatMap((contactId) =>
        ['x', 'page_viewed'].map((type) => ({ contactId, type, at: 1, withProperties: type === 'x' })),
      ),
    ),
  'events.remove': (tx, ids) => tx.events.remove(ids),
  'changes.append': (tx, ids) =>
    tx.changes.append(
      ids.map((id) => ({ kind: 'tag_added', contactId: id, at: 1, subject: 't', eventId: null, detail: {} })),
    ),
  'timers.set with restart': (tx, ids) => tx.timers.set(1, ids.map(timerOf), 'restart', 1),
  'timers.set with keep': (tx, ids) => tx.timers.set(1, ids.map(timerOf), 'keep', 1),
  'timers.replace': (tx, ids) =>
    tx.timers.replace(
      2,
      ids.map((id) => ({ ...timerOf(id), id: null })),
      1,
    ),
  'timers.list': (tx, ids) => tx.timers.list({ contactIds: ids, limit: 100 }),
  wake: (tx, ids) =>
    tx.timers.wake(
      ids.map((id) => ({ contactId: id, type: 'order_placed' })),
      1,
    ),
  wakeContacts: (tx, ids) => tx.timers.wakeContacts(ids, 1),
  removeFor: (tx, ids) =>
    tx.timers.removeFor(
      1,
      ids.map((id) => ({ contactId: id, dueAfter: 0 })),
    ),
  claim: (tx, ids) => tx.timers.claim(ids, 'c', 900),
  postpone: (tx, ids) => tx.timers.postpone(ids),
  reschedule: (tx, ids) => tx.timers.reschedule(ids.map((id) => ({ id, dueAt: 5 }))),
  release: (tx, ids) => tx.timers.release(ids, 1),
  nextLook: (tx, ids) => tx.timers.nextLook(ids),
  'timers.remove': (tx, ids) => tx.timers.remove(ids),
  'catalogue.note': (tx, ids) => tx.catalogue.note(ids.map((id) => ({ kind: 'tag', name: `t${id}` }))),
  dropIdentifiers: (tx, ids) => tx.contacts.dropIdentifiers(ids.map(emailOf)),
  absorb: (tx, ids) =>
    tx.contacts.absorb(
      ids.map((id) => ({ absorbedId: id, survivorId: 1_000_000 })),
      1,
    ),
  'timers.ofContacts': (tx, ids) => tx.timers.ofContacts(1, ids),
  'segments.of': (tx, ids) => tx.segments.of(ids),
  'segments.members of contacts': (tx, ids) =>
    tx.segments.members({ segmentId: 1, contactIds: ids, limit: 100 }),
  'segments.seed': (tx, ids) => tx.segments.seed(ids, 5),
  'segments.move': (tx, ids) => {
    const moves = ids.map((contactId) => ({ segmentId: 1, contactId, at: 2 }));
    return tx.segments.move(moves, moves);
  },
  'scoring.totals': (tx, ids) =>
    tx.scoring.totals(
      { model: MODEL, book: EMPTY_BOOK, now: 9, workflowZone: 'UTC' },
      { limit: 100, contactIds: ids },
    ),
  'histories.append': (tx, ids) =>
    tx.histories.append(ids.map((contactId) => ({ contactId, name: 'properties.plan', at: 1, before: 'x' }))),
  'histories.since': (tx, ids) => tx.histories.since(ids, ['properties.plan', 'firstName'], 1),
  'messages.claim': (tx, ids) => tx.messages.claim(ids.map((id) => messageOf(id, 'again'))),
  'messages.get': (tx, ids) => tx.messages.get(ids),
  'messages.attempts': (tx, ids) => tx.messages.attempts(ids.map((id) => messageOf(id))),
  'messages.since': (tx, ids) => tx.messages.since(ids.map((contactId) => ({ contactId, at: 1 }))),
  'messages.settle': (tx, ids) =>
    tx.messages.settle(ids.map((id) => ({ id, state: 'sent', at: 1, error: null }))),
  'messages.select of contacts': (tx, ids) =>
    tx.messages.select({ state: 'sent', contactIds: ids, now: 1, limit: 10 }),
  'experiments.assigned': (tx, ids) => tx.experiments.assigned(1, ids),
  'experiments.assign': (tx, ids) =>
    tx.experiments.assign(
      1,
      ids.map((contactId) => ({ contactId, variant: null, at: 2 })),
    ),
  'experiments.times': (tx, ids) => tx.experiments.times(1, { afterId: 0, limit: ids.length }),
  'scores.standings': (tx, ids) => tx.scores.standings(ids),
  'scores.keep': (tx, ids) => tx.scores.keep(ids.map(standingOf)),
  'scores.seed': (tx, ids) => tx.scores.seed(ids, 5),
  'enrolments.enter': (tx, ids) => tx.enrolments.enter(ids.map((id) => enrolmentOf(id, 2))),
  'enrolments.end': (tx, ids) =>
    tx.enrolments.end(ids.map((id) => ({ id, state: 'left', at: 1, reason: 'r' }))),
  'enrolments.get': (tx, ids) => tx.enrolments.get(ids),
  'enrolments.of': (tx, ids) => tx.enrolments.of(1, ids),
  'enrolments.active': (tx, ids) => tx.enrolments.active(ids),
  'enrolments.standings': (tx, ids) => tx.enrolments.standings(ids, ['welcome']),
  'enrolments.select of contacts': (tx, ids) =>
    tx.enrolments.select({ contactIds: ids, state: 'active', limit: 10 }),
  'timers.transfer': (tx, ids) => tx.timers.transfer(ids, 2),
  'contacts.remove': (tx, ids) => tx.contacts.remove(ids, { erase: false }),
  'contacts.remove by erasure': (tx, ids) => tx.contacts.remove(ids, { erase: true }),
};

/** A model of each way in which a rule gives points. */
const MODEL: ScoreModel = modelOf({
  name: 'lead',
  rules: [
    { event: 'page_*', points: 1, halfLifeDays: 1 },
    { event: 'page_viewed', points: 1, halfLifeDays: 1, times: 2 },
    { event: 'page_viewed', points: 1, within: { last: 1, unit: 'calendarDays' } },
    { event: 'page_viewed', points: 1, where: [{ property: 'url', op: 'regex', value: 'a' }] },
    { rule: { tag: 'vip' }, points: 1 },
    { rule: { event: 'page_viewed', count: { op: 'gte', n: 2 } }, points: 1 },
  ],
});

const SAID = { channel: 'email', status: 'opted_in', at: 1 } as const;
const emailOf = (id: number) => ({ kind: 'email', value: `p${id}@example.com` }) as const;
const addressOf = (id: number) => ({ channel: 'email', hash: `h${id}` });
const named = (ids: readonly number[]) => ids.map((contactId) => ({ contactId, name: 'vip' }));
const timerOf = (contactId: number) => ({
  contactId,
  dedupeKey: '',
  dueAt: 100,
  sinceAt: 1,
  sinceEventId: null,
  watch: ['order_*'],
  payload: {},
});

const messageOf = (contactId: number, occasion = '') => ({
  contactId,
  name: 'intro',
  occasion,
  channel: 'email',
  purpose: 'marketing' as const,
  address: `p${contactId}@example.com`,
  attempt: 1,
  claimedAt: contactId,
  leaseUntil: 900,
  enrolmentId: null,
  journey: null,
  workflowId: 'w',
  nodeName: 'N',
});

const standingOf = (contactId: number): KeptStanding => ({
  contactId,
  modelId: 1,
  version: 1,
  standing: { levels: { total: 'A' }, above: ['hot'] },
  points: { total: 80, fit: 20, engagement: 60 },
  grade: 'A',
  at: 1,
  crossedAt: null,
  stoodBefore: { levels: { total: 'B' }, above: [] },
});

const enrolmentOf = (contactId: number, journeyId = 1) => ({
  journeyId,
  contactId,
  enteredAt: 1,
  sinceAt: 1,
  eventId: null,
  entryKey: `k${contactId}`,
  isControl: false,
  workflowId: 'w',
  workflowVersion: 1,
});

/** Fills an empty store with contacts of these ids and everything that hangs on them. */
export async function fill(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx.contacts.put(ids.map((id) => contactOf(id)));
  await tx.contacts.putIdentifiers(ids.map((id) => ({ ...emailOf(id), contactId: id })));
  await tx.contacts.join('tag', named(ids), 1);
  await tx.contacts.join('list', named(ids), 1);
  await tx.consents.put(ids.map((id) => ({ ...SAID, contactId: id })));
  await tx.consents.append(
    ids.map((id) => ({ ...SAID, source: 's', evidence: {}, by: 'contact', contactId: id, changed: true })),
    1,
  );
  await tx.consents.suppress(
    ids.map((id) => ({ ...addressOf(id), reason: 'r' })),
    1,
  );
  await tx.events.append(
    ids.map((id) => ({ contactId: id, type: 'page_viewed', occurredAt: id, properties: {}, key: `k${id}` })),
    1,
  );
  await tx.changes.append(
    ids.map((id) => ({ kind: 'tag_added', contactId: id, at: 1, subject: 't', eventId: null, detail: {} })),
  );
  const segment = await tx.segments.put(
    { name: 's', definition: { everyone: true }, zone: 'UTC', seededTo: null },
    1,
  );
  await tx.segments.move(
    ids.map((contactId) => ({ segmentId: segment.id, contactId, at: 1 })),
    [],
  );
  await tx.histories.append(
    ids.map((contactId) => ({ contactId, name: 'properties.plan', at: 1, before: null })),
  );
  await tx.messages.claim(ids.map((id) => messageOf(id)));
  const experiment = await tx.experiments.put('subject', {}, 1);
  await tx.experiments.assign(
    experiment.id,
    ids.map((contactId) => ({ contactId, variant: 'A', at: 1 })),
  );
  await tx.scores.put(
    { name: 'default', definition: {}, zone: 'UTC', tellsPresent: false, watchesSince: 0 },
    1,
  );
  await tx.scores.keep(ids.map(standingOf));
  await tx.journeys.put(
    {
      name: 'welcome',
      version: 1,
      definition: {},
      zone: 'UTC',
      workflowId: 'w',
      workflowName: 'W',
      workflowVersion: 1,
      steps: [],
      seededTo: null,
    },
    1,
  );
  await tx.enrolments.enter(ids.map((id) => enrolmentOf(id)));
  const wait = { key: 'w', kind: 'wait', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;
  const { subscription } = await tx.subscriptions.open(wait, {}, 1);
  await tx.timers.set(subscription.id, ids.map(timerOf), 'keep', 1);
}
