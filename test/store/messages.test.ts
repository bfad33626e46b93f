import type { Message, NewMessage } from '../../src/domain/message/message';
import type { MessageQuery } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

const newMessage = (contactId: number, values: Partial<NewMessage> = {}): NewMessage => ({
  contactId,
  name: 'intro',
  occasion: '',
  channel: 'email',
  purpose: 'marketing',
  address: 'ann@example.com',
  attempt: 1,
  claimedAt: 100,
  leaseUntil: 200,
  enrolmentId: null,
  journey: null,
  workflowId: 'w',
  nodeName: 'N',
  ...values,
});

onEachDatabase('messages', (test) => {
  const claim = (...messages: NewMessage[]) => test.write((tx) => tx.messages.claim(messages));
  const settle = (id: number, state: 'sent' | 'failed' | 'released', at = 150, error: string | null = null) =>
    test.write((tx) => tx.messages.settle([{ id, state, at, error }]));
  const select = (query: Partial<MessageQuery> = {}) =>
    test.read((tx) => tx.messages.select({ now: 150, limit: 100, ...query }));
  const since = (at: number, ...contactIds: number[]) =>
    test.read((tx) => tx.messages.since(contactIds.map((contactId) => ({ contactId, at }))));
  const attempts = (contactId: number, name = 'intro', occasion = '') =>
    test.read((tx) => tx.messages.attempts([{ contactId, name, occasion }]));
  const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id);

  it('gives back what was claimed', async () => {
    const message = newMessage(7, {
      occasion: 'enrolment 3',
      purpose: 'transactional',
      claimedAt: 8_640_000_000_000,
      leaseUntil: 8_640_000_900_000,
      attempt: 3,
      enrolmentId: 3,
      journey: 'welcome',
    });
    expect(await claim(message, newMessage(8))).toEqual([1, 2]);
    const kept = { ...message, id: 1, state: 'claimed', settledAt: null, error: null };
    expect(await test.read((tx) => tx.messages.get([1, 99]))).toEqual(new Map([[1, kept]]));
    expect(await attempts(7, 'intro', 'enrolment 3')).toEqual([kept]);
    expect(await claim()).toEqual([]);
  });

  it('one attempt for each contact, message, occasion and channel, and none of a batch where one stands already', async () => {
    await claim(
      newMessage(1),
      newMessage(2),
      newMessage(1, { name: 'other' }),
      newMessage(1, { occasion: 'again' }),
      newMessage(1, { channel: 'sms' }),
    );
    await expect(claim(newMessage(3), newMessage(1))).rejects.toThrow();
    await settle(1, 'failed');
    await expect(claim(newMessage(1))).rejects.toThrow();
    await expect(claim(newMessage(4), newMessage(4))).rejects.toThrow();
    expect(await select()).toHaveLength(5);
  });

  it('one that was released gives up its place', async () => {
    await claim(newMessage(1), newMessage(2));
    await settle(1, 'released');
    expect(await claim(newMessage(1, { attempt: 2 }))).toEqual([3]);
    expect((await attempts(1)).map(({ id, attempt }) => [id, attempt])).toEqual([[3, 2]]);
  });

  it('attempts come as they were made, of the very message and occasion only', async () => {
    await claim(
      newMessage(1, { channel: 'sms' }),
      newMessage(1),
      newMessage(1, { occasion: 'x' }),
      newMessage(1, { name: 'other' }),
      newMessage(2),
    );
    expect(idsOf(await attempts(1))).toEqual([1, 2]);
    const both = await test.read((tx) =>
      tx.messages.attempts([newMessage(1), newMessage(1), newMessage(1, { name: 'other' })]),
    );
    expect(idsOf(both)).toEqual([1, 2, 4]);
    expect(await test.read((tx) => tx.messages.attempts([]))).toEqual([]);
  });

  it('since tells what may have arrived, from the moment on, oldest first', async () => {
    await claim(
      newMessage(1, { claimedAt: 30 }),
      newMessage(1, { claimedAt: 10, name: 'b' }),
      newMessage(1, { claimedAt: 9, name: 'c' }),
      newMessage(1, { claimedAt: 20, name: 'failed' }),
      newMessage(1, { claimedAt: 20, name: 'released' }),
      newMessage(1, { claimedAt: 20, name: 'sent' }),
      newMessage(2, { claimedAt: 20 }),
    );
    await settle(4, 'failed');
    await settle(5, 'released');
    await settle(6, 'sent');
    expect(idsOf(await since(10, 1, 1))).toEqual([2, 6, 1]);
    expect(idsOf(await since(10, 1, 2))).toEqual([2, 6, 7, 1]);
    expect(await since(10)).toEqual([]);
  });

  it('keeps how attempts ended', async () => {
    await claim(newMessage(1), newMessage(2));
    await test.write((tx) =>
      tx.messages.settle([
        { id: 1, state: 'sent', at: 150, error: null },
        { id: 2, state: 'failed', at: 160, error: '550 no such mailbox' },
        { id: 99, state: 'sent', at: 1, error: null },
      ]),
    );
    expect(await select()).toMatchObject([
      { id: 2, state: 'failed', settledAt: 160, error: '550 no such mailbox' },
      { id: 1, state: 'sent', settledAt: 150, error: null },
    ]);
    await test.write((tx) => tx.messages.settle([]));
  });

  it('a claim is uncertain from the end of its lease on', async () => {
    await claim(newMessage(1, { leaseUntil: 200 }), newMessage(2, { leaseUntil: 300 }), newMessage(3));
    await settle(3, 'sent');
    const at = async (now: number) => [
      idsOf(await select({ state: 'claimed', now })),
      idsOf(await select({ state: 'uncertain', now })),
      await test.read((tx) => tx.messages.countUncertain(now)),
    ];
    expect(await at(199)).toEqual([[2, 1], [], 0]);
    expect(await at(200)).toEqual([[2], [1], 1]);
    expect(await at(300)).toEqual([[], [2, 1], 2]);
  });

  it('selects by every condition, the newest first, page by page', async () => {
    await claim(
      newMessage(1),
      newMessage(2, { channel: 'sms' }),
      newMessage(1, { name: 'b' }),
      newMessage(3, { name: 'b' }),
    );
    expect(idsOf(await select())).toEqual([4, 3, 2, 1]);
    expect(idsOf(await select({ limit: 2 }))).toEqual([4, 3]);
    expect(idsOf(await select({ limit: 2, beforeId: 3 }))).toEqual([2, 1]);
    expect(idsOf(await select({ contactIds: [1, 2] }))).toEqual([3, 2, 1]);
    expect(idsOf(await select({ name: 'b', contactIds: [3, 9] }))).toEqual([4]);
    expect(idsOf(await select({ channel: 'sms' }))).toEqual([2]);
    expect(await select({ contactIds: [] })).toEqual([]);
  });

  it('keeps hostile texts apart and takes none', async () => {
    const texts = HOSTILE_TEXTS.map((text) =>
      newMessage(1, { name: text, occasion: text, channel: text, address: text, journey: text }),
    );
    const ids = await claim(...texts);
    for (const [index, text] of HOSTILE_TEXTS.entries()) {
      expect(await attempts(1, text, text)).toMatchObject([
        { id: ids[index], name: text, channel: text, address: text, journey: text },
      ]);
      expect(idsOf(await select({ name: text, channel: text }))).toEqual([ids[index]]);
    }
    await settle(1, 'failed', 1, HOSTILE_TEXTS.join(''));
    expect((await select({ state: 'failed' }))[0]?.error).toBe(HOSTILE_TEXTS.join(''));
  });

  it('takes 10,000 in one call', async () => {
    const messages = Array.from({ length: 10_000 }, (_, n) => newMessage(n + 1));
    const ids = await claim(...messages);
    expect(new Set(ids).size).toBe(10_000);
    await test.write((tx) =>
      tx.messages.settle(ids.map((id) => ({ id, state: 'sent', at: 150, error: null }))),
    );
    expect(await since(100, ...messages.map(({ contactId }) => contactId))).toHaveLength(10_000);
  });

  it('follow a merge: of two attempts at the same the one stands that got further, and both count', async () => {
    await test.write((tx) => tx.contacts.put([1, 2, 3, 4].map((id) => contactOf(id))));
    await claim(
      newMessage(1, { channel: 'email' }),
      newMessage(2, { channel: 'email' }),
      newMessage(3, { channel: 'email' }),
      newMessage(3, { channel: 'sms' }),
      newMessage(4),
    );
    await settle(1, 'failed');
    await settle(3, 'sent');
    await test.write((tx) =>
      tx.contacts.absorb(
        [
          { absorbedId: 2, survivorId: 3 },
          { absorbedId: 1, survivorId: 2 },
        ],
        50,
      ),
    );
    expect(idsOf(await attempts(3))).toEqual([3, 4]);
    expect(idsOf(await since(0, 3))).toEqual([2, 3, 4]);
    expect((await select({ contactIds: [3] })).map(({ id, occasion }) => [id, occasion])).toEqual([
      [4, ''],
      [3, ''],
      [2, null],
      [1, null],
    ]);
    expect(idsOf(await attempts(4))).toEqual([5]);
    await settle(2, 'sent');
    expect(await claim(newMessage(3, { occasion: 'x' }))).toEqual([6]);
  });

  it.each([false, true])('go with their contact (erase: %s)', async (erase) => {
    await test.write((tx) => tx.contacts.put([contactOf(1), contactOf(2)]));
    await claim(newMessage(1), newMessage(2));
    await test.write((tx) => tx.contacts.remove([1], { erase }));
    expect(idsOf(await select())).toEqual([2]);
  });
});
