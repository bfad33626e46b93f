import { endStaysOf } from '../../src/app/journeys/check-stays';
import { enterJourney } from '../../src/app/journeys/enter-journey';
import { mergeAll } from '../../src/app/merge-contacts';
import type { ClaimRequest } from '../../src/app/messages/claim-messages';
import { prune, statistics, type PruneRequest } from '../../src/app/statistics';
import { LONGEST_REACH_MS } from '../../src/domain/channel/frequency-cap';
import type { Settlement } from '../../src/app/messages/settle-messages';
import { onEachDatabase } from '../store/each-database';
import {
  cap,
  channelOf,
  claim,
  claimOf,
  DAY,
  HOUR,
  idOf,
  MINUTE,
  reachable,
  settle,
  told,
} from './message-requests';
import { WHOLE } from './requests';
import { NOW } from './store-contents';

const LATER = NOW + LONGEST_REACH_MS + DAY;

onEachDatabase('pruning messages', (test) => {
  const prunedMessages = async (more: Partial<PruneRequest> = {}) => {
    const request = {
      eventsBefore: null,
      eventTypes: null,
      changesBefore: null,
      messagesBefore: LATER - LONGEST_REACH_MS,
      keyedMessages: false,
      ...more,
    };
    return (await prune(test.store, request)).messages;
  };
  const one = async (now: number, request: ClaimRequest) => (await claim(test.store, now, request))[0];
  const email = { channels: [channelOf('email')] };
  const send = async (
    id: number,
    message: string,
    more: Partial<ClaimRequest> = {},
    now = NOW,
    settlement: Settlement = { kind: 'confirm' },
  ) => {
    const messageId = idOf(await one(now, claimOf(id, { ...email, message }, more)));
    await settle(test.store, now, messageId, settlement);
  };
  const enter = async (id: number) => {
    const definition = { name: 'welcome', definition: {}, zone: 'UTC' };
    const workflow = { id: 'w', name: 'W', steps: [] };
    const entry = { contact: { id, identifiers: [] }, startedBy: null, entryKey: null };
    await enterJourney(test.store, { ...definition, workflow }, [entry], NOW, WHOLE);
  };
  const left = async () => {
    const messages = await test.read((tx) => tx.messages.select({ now: LATER, limit: 100_000 }));
    return messages.map(({ name }) => name).sort();
  };

  it('deletes what nothing needs any more, and nothing that keeps a message from being sent twice', async () => {
    const [ann, ben] = [
      await reachable(test.store, NOW, 'ann'),
      await reachable(test.store, NOW, 'ben', {}, '+442079460959'),
    ];
    await enter(ann);
    await enter(ben);
    const inStay = (enrolmentId: number) => ({ enrolmentId, occasion: `enrolment ${enrolmentId}` });
    await send(ann, 'of a stay that ended', inStay(1));
    await send(ben, 'of a stay that goes on', inStay(2));
    await endStaysOf(test.store, [{ enrolmentId: 1, reason: 'done' }], NOW, WHOLE);
    await send(ann, 'for a key', { occasion: 'key order-1' });
    await send(ann, 'for ever');
    await send(ann, 'failed for ever', {}, NOW, { kind: 'fail', error: 'x' });
    await send(ann, 'released', {}, NOW, { kind: 'fail', error: 'x' });
    await settle(test.store, NOW, 6, { kind: 'release' });
    await test.write((tx) => tx.messages.claim([uncertainOf(ann)]));
    await send(ben, 'of nobody', {}, LATER - DAY);

    expect(await prunedMessages()).toBe(2);
    const kept = ['failed for ever', 'for ever', 'of a stay that goes on', 'of nobody', 'uncertain'];
    expect(await left()).toEqual(['failed for ever', 'for a key', ...kept.slice(1)]);
    expect(await prunedMessages()).toBe(0);
    expect(await prunedMessages({ keyedMessages: true })).toBe(1);
    expect(await left()).toEqual(kept);
    expect(told(await one(LATER, claimOf(ann, { ...email, message: 'for ever' })))).toBe('unreachable');
    const again = claimOf(ann, { ...email, message: 'for a key' }, { occasion: 'key order-1' });
    expect(told(await one(LATER, again))).toBe('email');
    const ended = claimOf(ann, { ...email, message: 'of a stay that ended' }, inStay(1));
    expect(told(await one(LATER, ended))).toBe('unreachable');
  });

  it('deletes what a merge left behind, and counts for caps no longer', async () => {
    const [ann, ben] = [
      await reachable(test.store, NOW, 'ann'),
      await reachable(test.store, NOW, 'ben', {}, '+442079460959'),
    ];
    await send(ann, 'both got it');
    await send(ben, 'both got it');
    const reference = (id: number) => ({ id, identifiers: [] });
    await mergeAll(test.store, [{ survivor: reference(ann), absorbed: reference(ben) }], NOW, WHOLE);
    expect(await left()).toHaveLength(2);
    expect(await prunedMessages()).toBe(1);
    expect(await left()).toEqual(['both got it']);
  });

  it('takes nothing away that the longest cap counts', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    await enter(id);
    await send(id, 'a', { enrolmentId: 1, occasion: 'enrolment 1' });
    await endStaysOf(test.store, [{ enrolmentId: 1, reason: 'done' }], NOW, WHOLE);
    const ask = async (at: number) => {
      await prunedMessages({ messagesBefore: at - LONGEST_REACH_MS });
      const caps = [cap(1, 400, { unit: 'days', counts: 'calendarDays' })];
      return told(await one(at, claimOf(id, { ...email, message: 'b', caps })));
    };
    expect(await ask(NOW + 399 * DAY)).toBe('skipped');
    expect(await left()).toEqual(['a']);
    expect(await ask(NOW + 401 * DAY)).toBe('email');
  });

  it('goes through many in small steps, also where most are kept', async () => {
    const ids = Array.from({ length: 12_000 }, (_, n) => n + 1);
    await test.write((tx) =>
      tx.messages.claim(ids.map((id) => ({ ...uncertainOf(id), name: `m${id}`, claimedAt: NOW + id }))),
    );
    const settled = (id: number) => (id % 3 === 0 ? ('released' as const) : ('sent' as const));
    await test.write((tx) =>
      tx.messages.settle(ids.map((id) => ({ id, state: settled(id), at: NOW, error: null }))),
    );
    expect(await prunedMessages({ messagesBefore: NOW + 11_001 })).toBe(3_666);
    expect(await left()).toHaveLength(12_000 - 3_666);
  });

  it('the statistics tell how many there are, and how many are uncertain', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    await send(id, 'a');
    await one(NOW, claimOf(id, { ...email, message: 'b' }, { leaseMs: HOUR }));
    const told = async (now: number) => {
      const { messages, uncertainMessages } = await statistics(test.store, now);
      return [messages, uncertainMessages];
    };
    expect(await told(NOW + HOUR - MINUTE)).toEqual([2, 0]);
    expect(await told(NOW + HOUR)).toEqual([2, 1]);
  });
});

/** A claim whose outcome nobody tells, of a stay that ended. */
const uncertainOf = (contactId: number) => ({
  contactId,
  name: 'uncertain',
  occasion: 'enrolment 1',
  channel: 'sms',
  purpose: 'marketing' as const,
  address: '+442079460958',
  attempt: 1,
  claimedAt: NOW,
  leaseUntil: NOW + HOUR,
  enrolmentId: 1,
  journey: 'welcome',
  workflowId: 'w',
  nodeName: 'n',
});
