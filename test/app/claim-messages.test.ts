import { endStaysOf } from '../../src/app/journeys/check-stays';
import { enterJourney } from '../../src/app/journeys/enter-journey';
import { mergeAll } from '../../src/app/merge-contacts';
import { claimMessages, previewMessages, type ClaimRequest } from '../../src/app/messages/claim-messages';
import { listMessages } from '../../src/app/messages/list-messages';
import { settleMessages } from '../../src/app/messages/settle-messages';
import { setConsent } from '../../src/app/set-consent';
import { suppress } from '../../src/app/suppress';
import type { Store } from '../../src/store/port';
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
  PLACE,
  reachable,
  settle,
  told,
} from './message-requests';
import { contactId, eventOf, record, SINGLY, upsertOf, WHOLE } from './requests';
import { NOW, said } from './store-contents';

onEachDatabase('claiming messages', (test) => {
  const one = async (now: number, request: ClaimRequest, store: Store = test.store) =>
    (await claim(store, now, request))[0];
  const stored = () => test.read((tx) => tx.messages.select({ now: NOW, limit: 100_000 }));
  const opened = (id: number, at: number, message: string | number = 'intro', machine = false) =>
    record(test.store, at, {
      contact: { ...upsertOf({}), contactId: id },
      event: { type: 'email_opened', occurredAt: at, properties: { message, machine }, key: null },
    });

  it('claims nothing for who is not in its journey any more, or in its control group', async () => {
    const [ann, ben] = [
      await reachable(test.store, NOW, 'ann'),
      await reachable(test.store, NOW, 'ben', {}, '+442079460959'),
    ];
    const enter = (name: string, id: number, controlShare: number) =>
      enterJourney(
        test.store,
        { name, definition: { controlShare }, zone: 'UTC', workflow: { id: 'w', name: 'W', steps: [] } },
        [{ contact: { id, identifiers: [] }, startedBy: null, entryKey: null }],
        NOW,
        WHOLE,
      );
    await enter('welcome', ann, 0);
    await enter('quiet', ben, 1);
    const asked = (id: number, enrolmentId: number) =>
      one(NOW, claimOf(id, {}, { enrolmentId, occasion: `enrolment ${enrolmentId}` }));
    expect(told(await asked(ann, 1))).toBe('email');
    expect(await asked(ben, 2)).toMatchObject({
      outcome: 'unreachable',
      decision: { reasons: ['it belongs to the control group of its journey'] },
    });
    await endStaysOf(test.store, [{ enrolmentId: 1, reason: 'all mails sent' }], NOW, WHOLE);
    expect(await asked(ann, 1)).toMatchObject({
      outcome: 'unreachable',
      decision: { reasons: ['its stay in the journey has ended: all mails sent'] },
    });
  });

  it('claims the first channel that passes, and tells everything about it', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const result = await one(
      NOW,
      claimOf(id, {}, { journey: 'welcome', enrolmentId: 4, occasion: 'enrolment 4' }),
    );
    expect(result).toMatchObject({
      outcome: 'claimed',
      messageId: 1,
      contact: { id },
      decision: { attempt: 1, address: { value: 'ann@example.com' }, channel: { name: 'email' } },
    });
    expect(await stored()).toMatchObject([
      {
        contactId: id,
        name: 'intro',
        occasion: 'enrolment 4',
        channel: 'email',
        address: 'ann@example.com',
        state: 'claimed',
        claimedAt: NOW,
        leaseUntil: NOW + 15 * MINUTE,
        enrolmentId: 4,
        journey: 'welcome',
        workflowId: 'w',
        nodeName: 'Reach them',
      },
    ]);
  });

  it('what fails lets the next channel have its turn at once; what was sent, once there was time to react', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    await settle(test.store, NOW, idOf(await one(NOW, claimOf(id))), { kind: 'fail', error: '550 unknown' });
    const second = await one(NOW + 1, claimOf(id));
    expect([told(second), second]).toMatchObject([
      'sms',
      { decision: { attempt: 2, tried: [{ channel: 'email', state: 'failed' }] } },
    ]);
    expect(second).toHaveProperty(
      'decision.reasons',
      expect.arrayContaining([expect.stringMatching(/550 unknown/)]),
    );

    const bob = await reachable(test.store, NOW, 'bob', {}, '+442079460959');
    await settle(test.store, NOW + 5, idOf(await one(NOW, claimOf(bob))), { kind: 'confirm' });
    expect(await one(NOW + HOUR, claimOf(bob))).toMatchObject({
      outcome: 'skipped',
      eligibleAt: NOW + HOUR + 5,
    });
    expect(told(await one(NOW + HOUR + 5, claimOf(bob)))).toBe('sms');
    await settle(test.store, NOW + 2 * HOUR, 4, { kind: 'fail', error: 'x' });
    expect(told(await one(NOW + 9 * HOUR, claimOf(bob)))).toBe('unreachable');
  });

  it('while an attempt is under way nothing else is tried; uncertain ones stand for sent ones', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    await one(NOW, claimOf(id));
    const lease = NOW + 15 * MINUTE;
    expect(await one(lease - 1, claimOf(id))).toMatchObject({ outcome: 'skipped', eligibleAt: lease });
    expect(await one(lease, claimOf(id))).toMatchObject({
      outcome: 'skipped',
      eligibleAt: NOW + HOUR,
      decision: { tried: [{ channel: 'email', state: 'uncertain' }] },
    });
    expect(told(await one(NOW + HOUR, claimOf(id)))).toBe('sms');
    expect(await test.read((tx) => tx.messages.countUncertain(lease))).toBe(1);
  });

  it('a reaction of a person ends it, that of a machine or to another message does not', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    await opened(id, NOW - 1);
    await settle(test.store, NOW, idOf(await one(NOW, claimOf(id))), { kind: 'confirm' });
    await opened(id, NOW + 1, 'intro', true);
    await opened(id, NOW + 2, 'other');
    expect(told(await one(NOW + 2, claimOf(id)))).toBe('skipped');
    await opened(id, NOW + 3);
    expect(await one(NOW + 3, claimOf(id))).toMatchObject({
      outcome: 'answered',
      decision: { channel: 'email', event: { occurredAt: NOW + 3 } },
    });
    expect(told(await one(NOW + 3, claimOf(id, {}, { occasion: 'another' })))).toBe('email');
    // A name of digits is a number to whoever writes the event.
    const numbered = () => claimOf(id, { message: '2026' });
    await settle(test.store, NOW + 4, idOf(await one(NOW + 4, numbered())), { kind: 'confirm' });
    await opened(id, NOW + 5, 2026);
    expect(told(await one(NOW + 5, numbered()))).toBe('answered');
  });

  it('asks for consent and heeds suppression; transactional messages need no consent', async () => {
    const id = await contactId(test.store, NOW, { email: 'ann@example.com', phone: '+442079460958' });
    expect(told(await one(NOW, claimOf(id)))).toBe('unreachable');
    await setConsent(test.store, [said(id, { status: 'pending' }), said(id, { channel: 'sms' })], NOW);
    expect(told(await one(NOW, claimOf(id)))).toBe('sms');
    const receipt = (name: string) => claimOf(id, { message: name, purpose: 'transactional' });
    expect(told(await one(NOW, receipt('a')))).toBe('email');
    const target = { address: 'ann@example.com' };
    await suppress(test.store, [{ channel: 'email', target, reason: 'hard_bounce' }], NOW, WHOLE);
    const now = await one(NOW, receipt('b'));
    expect(told(now)).toBe('sms');
    expect(now).toHaveProperty(
      'decision.reasons',
      expect.arrayContaining([expect.stringMatching(/suppressed/)]),
    );
  });

  it('takes a push token, a property, or no address', async () => {
    const id = await contactId(
      test.store,
      NOW,
      { email: 'a@example.com', pushToken: 'token-1' },
      { properties: { telegram: 4711 } },
    );
    await setConsent(test.store, [said(id, { channel: 'push' }), said(id, { channel: 'chat' })], NOW);
    const telegram = channelOf('chat', {
      name: 'telegram',
      address: { from: 'property', property: 'telegram' },
    });
    const addresses = [];
    for (const own of [channelOf('web_push'), telegram, channelOf('chat')]) {
      const result = await one(NOW, claimOf(id, { channels: [own], message: own.name }));
      addresses.push(result?.outcome === 'claimed' ? result.decision.address.value : told(result));
    }
    expect(addresses).toEqual(['token-1', '4711', '']);
  });

  it('items of one contact in one batch count each other, over pieces too', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const others = await Promise.all(
      Array.from({ length: 3 }, (_, n) => reachable(test.store, NOW, `other${n}`, {}, `+44207946000${n}`)),
    );
    const requests = [
      ...Array.from({ length: 5 }, (_, n) => claimOf(id, { message: `m${n}`, caps: [cap(2, 24)] })),
      ...Array.from({ length: 600 }, (_, n) => claimOf(others[n % 3] ?? 0, { message: 'same' })),
      claimOf(id, { message: 'last', caps: [cap(2, 24)] }),
      claimOf(id, { message: 'm0', caps: [] }),
    ];
    const results = (await claim(test.store, NOW, ...requests)).map(told);
    expect(results.slice(0, 5)).toEqual(['email', 'email', 'skipped', 'skipped', 'skipped']);
    expect(results.slice(5, 605).filter((own) => own === 'email')).toHaveLength(3);
    expect(results.slice(605)).toEqual(['skipped', 'skipped']);
    const before = await stored();
    const preview = await previewMessages(test.store, requests, NOW + 100 * DAY, WHOLE);
    expect(
      preview
        .map(told)
        .slice(5, 605)
        .filter((own) => own === 'sms'),
    ).toHaveLength(3);
    expect(await stored()).toEqual(before);
  });

  it('a preview decides as a claim does, within one batch too, and writes nothing', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const requests = [...'abc'].map((message) =>
      claimOf(id, { message, caps: [cap(2, 24)] }, { whenBlocked: 'hold' }),
    );
    const before = await test.read((tx) => tx.timers.countByState());
    const preview = await previewMessages(test.store, requests, NOW, WHOLE);
    expect(preview.map(told)).toEqual(['email', 'email', 'held']);
    expect(preview[0]).toMatchObject({ messageId: null });
    expect(await stored()).toEqual([]);
    expect(await test.read((tx) => tx.timers.countByState())).toEqual(before);
    expect((await claim(test.store, NOW, ...requests)).map(told)).toEqual(preview.map(told));
  });

  it('what is blocked is held, skipped or dropped', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const blocked = (whenBlocked: ClaimRequest['whenBlocked'], more: Partial<ClaimRequest> = {}) =>
      one(NOW, claimOf(id, { message: whenBlocked, caps: [cap(1, 48)] }, { whenBlocked, ...more }));
    await one(NOW, claimOf(id, { message: 'first' }));
    expect(await blocked('skip')).toMatchObject({ outcome: 'skipped', eligibleAt: NOW + 2 * DAY });
    expect(told(await blocked('drop'))).toBe('dropped');
    expect(await blocked('hold', { freshForMs: 2 * DAY })).toMatchObject({ outcome: 'stale' });
    expect(await test.read((tx) => tx.timers.list({ limit: 9 }))).toEqual([]);
    expect(await blocked('hold', { freshForMs: 2 * DAY + 1 })).toMatchObject({ outcome: 'held' });
    expect(await blocked('hold')).toMatchObject({ outcome: 'held' });
    expect(await test.read((tx) => tx.timers.list({ limit: 9 }))).toMatchObject([
      {
        contactId: id,
        dueAt: NOW + 2 * DAY,
        payload: { toldAs: 'hold', startedAt: NOW },
      },
    ]);
    expect(await stored()).toHaveLength(1);
  });

  it('refuses unknown contacts and zones, each for itself or all together', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const requests = [claimOf(id), claimOf(99), claimOf(id, {}, { zone: { workflowZone: 'Mars/Base' } })];
    await expect(claimMessages(test.store, PLACE, requests, NOW, WHOLE)).rejects.toThrow(/not in the store/);
    expect(await stored()).toEqual([]);
    const results = await claimMessages(test.store, PLACE, requests, NOW, SINGLY);
    expect(results.map(told)).toEqual(['email', 'refused', 'refused']);
    expect(await stored()).toHaveLength(1);
  });

  it('asks first on the channel that the contact answers to', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const smsFirst = { channels: [channelOf('sms'), channelOf('email')] };
    for (let n = 0; n < 3; n++) {
      await settle(
        test.store,
        NOW,
        idOf(await one(NOW + n, claimOf(id, { message: `m${n}`, ...smsFirst }))),
        {
          kind: 'confirm',
        },
      );
      await record(test.store, NOW + n, {
        contact: { ...upsertOf({}), contactId: id },
        event: { type: 'sms_replied', occurredAt: NOW + n, properties: { message: `m${n}` }, key: null },
      });
      const order = { message: `next ${n}`, order: 'answers' as const };
      const preview = await previewMessages(test.store, [claimOf(id, order)], NOW + n, WHOLE);
      expect([n, told(preview[0])]).toEqual([n, n === 0 ? 'email' : 'sms']);
    }
  });

  it('after a merge the survivor does not get again what the other got', async () => {
    const [a, b] = [
      await reachable(test.store, NOW, 'ann'),
      await reachable(test.store, NOW, 'bob', {}, '+442079460959'),
    ];
    await settle(test.store, NOW, idOf(await one(NOW, claimOf(b))), { kind: 'confirm' });
    const reference = (id: number) => ({ id, identifiers: [] });
    await mergeAll(test.store, [{ survivor: reference(a), absorbed: reference(b) }], NOW, WHOLE);
    expect(told(await one(NOW + DAY, claimOf(b)))).toBe('sms');
  });

  it('takes 10,000 in one call', async () => {
    const ids = await test.write((tx) => tx.contacts.allocateIds(10_000));
    await test.write(async (tx) => {
      await tx.contacts.put(
        ids.map((id) => ({
          id,
          email: `p${id}@example.com`,
          phone: null,
          externalId: null,
          firstName: null,
          lastName: null,
          locale: null,
          timezone: 'Europe/Berlin',
          country: null,
          lifecycleStage: null,
          properties: {},
          createdAt: NOW,
          updatedAt: NOW,
        })),
      );
      await tx.consents.put(
        ids.map((id) => ({ contactId: id, channel: 'email', status: 'opted_in', at: NOW })),
      );
    });
    const requests = ids.map((id) => claimOf(id, { caps: [cap(1, 24)] }));
    expect((await claim(test.store, NOW, ...requests)).every((own) => told(own) === 'email')).toBe(true);
    const settled = await settleMessages(
      test.store,
      ids.map((_, index) => ({ messageId: index + 1, settlement: { kind: 'confirm' } })),
      NOW,
      WHOLE,
    );
    expect(settled.every(({ outcome }) => outcome === 'sent')).toBe(true);
    expect(await test.read((tx) => tx.events.count())).toBe(10_000);
  });
});

onEachDatabase('settling messages', (test) => {
  const claimed = async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const [result] = await claim(test.store, NOW, claimOf(id, {}, { journey: 'welcome' }));
    return { id, messageId: idOf(result) };
  };
  const events = () => test.read((tx) => tx.events.select({ types: ['*'], limit: 10 }));

  it('confirming records what was sent, once', async () => {
    const { id, messageId } = await claimed();
    expect(await settle(test.store, NOW + 5, messageId, { kind: 'confirm' })).toMatchObject({
      outcome: 'sent',
      contact: { id },
      message: { state: 'sent', settledAt: NOW + 5 },
    });
    expect(await settle(test.store, NOW + 9, messageId, { kind: 'confirm' })).toMatchObject({
      outcome: 'unchanged',
      message: { settledAt: NOW + 5 },
    });
    expect(await events()).toMatchObject([
      {
        contactId: id,
        type: 'email_sent',
        occurredAt: NOW + 5,
        properties: { message: 'intro', journey: 'welcome', channel: 'email', messageId },
      },
    ]);
  });

  it('failing keeps why, once; the last word counts', async () => {
    const { messageId } = await claimed();
    const fail = { kind: 'fail', error: '550 no such mailbox' } as const;
    expect(await settle(test.store, NOW + 1, messageId, fail)).toMatchObject({
      outcome: 'failed',
      message: { error: '550 no such mailbox', settledAt: NOW + 1 },
    });
    expect(await settle(test.store, NOW + 2, messageId, { ...fail, error: 'other' })).toMatchObject({
      outcome: 'unchanged',
      message: { error: '550 no such mailbox' },
    });
    expect(await events()).toEqual([]);
    expect(await settle(test.store, NOW + 3, messageId, { kind: 'confirm' })).toMatchObject({
      outcome: 'sent',
      message: { error: null },
    });
    expect(await events()).toHaveLength(1);
    expect(await settle(test.store, NOW + 4, messageId, fail)).toMatchObject({ outcome: 'failed' });
    await settle(test.store, NOW + 5, messageId, { kind: 'confirm' });
    expect(await events()).toHaveLength(1);
  });

  it('a claim that became uncertain may still be confirmed or fail', async () => {
    const { messageId } = await claimed();
    expect(await settle(test.store, NOW + DAY, messageId, { kind: 'confirm' })).toMatchObject({
      outcome: 'sent',
    });
  });

  it('by hand, uncertain ones are marked as sent or released, and only then', async () => {
    const { id, messageId } = await claimed();
    for (const kind of ['markAsSent', 'release'] as const) {
      await expect(settle(test.store, NOW, messageId, { kind })).rejects.toThrow(
        /is being sent; it is uncertain from 2026/,
      );
    }
    const later = NOW + HOUR;
    expect(await settle(test.store, later, messageId, { kind: 'release' })).toMatchObject({
      outcome: 'released',
    });
    expect(await settle(test.store, later, messageId, { kind: 'release' })).toMatchObject({
      outcome: 'unchanged',
    });
    await expect(settle(test.store, later, messageId, { kind: 'markAsSent' })).rejects.toThrow(/is released/);
    const [again] = await claim(test.store, later, claimOf(id));
    expect(again).toMatchObject({ messageId: 2, decision: { attempt: 2, channel: { name: 'email' } } });
    await expect(settle(test.store, later, messageId, { kind: 'confirm' })).rejects.toThrow(/no message 1/);
    expect(await settle(test.store, later + HOUR, 2, { kind: 'markAsSent' })).toMatchObject({
      outcome: 'sent',
    });
    expect(await settle(test.store, later + HOUR, 2, { kind: 'markAsSent' })).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await events()).toMatchObject([{ type: 'email_sent', occurredAt: later }]);
    await expect(settle(test.store, later + HOUR, 2, { kind: 'release' })).rejects.toThrow(/is sent/);
  });

  it('a failed one may be released, so that its channel has another turn', async () => {
    const { id, messageId } = await claimed();
    await settle(test.store, NOW, messageId, { kind: 'fail', error: 'gateway down' });
    await settle(test.store, NOW, messageId, { kind: 'release' });
    expect((await claim(test.store, NOW, claimOf(id))).map(told)).toEqual(['email']);
  });

  it('refuses unknown ids, each for itself or all together', async () => {
    const { messageId } = await claimed();
    const requests = [99, messageId].map((own) => ({
      messageId: own,
      settlement: { kind: 'confirm' } as const,
    }));
    await expect(settleMessages(test.store, requests, NOW, WHOLE)).rejects.toThrow(/no message 99/);
    const results = await settleMessages(test.store, requests, NOW, SINGLY);
    expect(results.map(({ outcome }) => outcome)).toEqual(['refused', 'sent']);
  });

  it('lists by state, contact and name, uncertain ones too', async () => {
    const { id, messageId } = await claimed();
    const bob = await reachable(test.store, NOW, 'bob', {}, '+442079460959');
    const [other] = await claim(test.store, NOW, claimOf(bob, { message: 'other' }));
    await settle(test.store, NOW, idOf(other), { kind: 'confirm' });
    const everyone = { contact: null, filter: {}, limit: 9 };
    const of = (contact: number) => ({ contact: { id: contact, identifiers: [] }, filter: {}, limit: 9 });
    const results = await listMessages(
      test.store,
      [
        everyone,
        { ...everyone, limit: 1 },
        of(id),
        of(bob),
        of(99),
        { ...everyone, filter: { state: 'uncertain' } },
        { ...everyone, filter: { name: 'other', channel: 'email' } },
        { ...of(id), filter: { state: 'sent' } },
      ],
      NOW + DAY,
    );
    const ids = results.map((result) =>
      result.outcome === 'listed'
        ? result.messages.map(({ message }) => (message as { id: number }).id)
        : null,
    );
    expect(ids).toEqual([[2, 1], [2], [1], [2], null, [1], [2], []]);
    expect(results[2]).toMatchObject({
      messages: [
        {
          contact: { id },
          message: {
            id: messageId,
            state: 'uncertain',
            name: 'intro',
            uncertainAt: '2026-01-01T00:15:00.000Z',
          },
        },
      ],
    });
  });

  it('an event of the contact is no message of somebody else', async () => {
    await record(test.store, NOW, eventOf('x', 'email_opened', NOW, { message: 'intro' }));
    const { id } = await claimed();
    expect((await claim(test.store, NOW, claimOf(id))).map(told)).toEqual(['skipped']);
  });
});
