import { claimMessages, type ClaimRequest } from '../../src/app/messages/claim-messages';
import type { FrequencyCap } from '../../src/domain/channel/frequency-cap';
import type { Store } from '../../src/store/port';
import { onEachDatabase } from '../store/each-database';
import {
  cap,
  channelOf,
  claim,
  claimOf,
  DAY,
  HOUR,
  PLACE,
  reachable,
  settle,
  told,
} from './message-requests';
import { WHOLE } from './requests';
import { NOW } from './store-contents';

onEachDatabase('caps', (test) => {
  const one = async (now: number, request: ClaimRequest, store: Store = test.store) =>
    (await claim(store, now, request))[0];
  const stored = () => test.read((tx) => tx.messages.select({ now: NOW, limit: 100_000 }));
  let sent = 0;
  /** Whether a message of its own reaches the contact, from a workflow and a journey of their own. */
  const reaches = async (
    id: number,
    caps: readonly FrequencyCap[],
    more: Partial<ClaimRequest['rules']> = {},
  ) => {
    const name = `m${++sent}`;
    const request = claimOf(
      id,
      { message: name, channels: [channelOf('email')], caps, ...more },
      { journey: `journey ${sent}`, occasion: `enrolment ${sent}` },
    );
    const place = { ...PLACE, key: `instance:w${sent}:n`, workflowId: `w${sent}`, nodeName: `n${sent}` };
    return told((await claimMessages(test.store, place, [request], NOW, WHOLE))[0]) !== 'skipped';
  };

  it('caps count claimed, sent and uncertain ones of the same purpose, not those that failed', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const channels = [channelOf('email')];
    const message = (name: string, more = {}) =>
      claimOf(id, { message: name, channels, caps: [cap(2, 24)], ...more });
    const results = [];
    for (const name of ['a', 'b', 'c']) results.push(told(await one(NOW, message(name))));
    expect(results).toEqual(['email', 'email', 'skipped']);
    expect(await one(NOW + HOUR, message('c'))).toMatchObject({ eligibleAt: NOW + DAY });
    expect(told(await one(NOW, message('receipt', { purpose: 'transactional' })))).toBe('email');
    await settle(test.store, NOW, 1, { kind: 'fail', error: 'x' });
    expect(told(await one(NOW + HOUR, message('c')))).toBe('email');
    expect(told(await one(NOW + DAY - 1, message('d')))).toBe('skipped');
    expect(told(await one(NOW + DAY, message('d')))).toBe('email');
  });

  it('over all channels a cap counts whatever workflow, journey and channel a message came from', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const other = await reachable(test.store, NOW, 'bob', {}, '+442079460959');
    const sms = { channels: [channelOf('sms')] };
    expect(await reaches(id, [])).toBe(true);
    expect(await reaches(id, [], sms)).toBe(true);
    expect(await reaches(id, [cap(2, 24)])).toBe(false);
    expect(await reaches(id, [cap(2, 24)], sms)).toBe(false);
    expect(await reaches(other, [cap(2, 24)])).toBe(true);
    expect(await reaches(id, [cap(3, 24)])).toBe(true);
  });

  it('for one channel it counts, and holds back, that one only', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const caps = [cap(1, 24, { channel: 'email' }), cap(3, 24)];
    const both = { channels: [channelOf('email'), channelOf('sms')] };
    const channels = [];
    for (let n = 0; n < 4; n++) {
      const request = claimOf(id, { message: `b${n}`, caps, ...both });
      channels.push(told((await claim(test.store, NOW, request))[0]));
    }
    expect(channels).toEqual(['email', 'sms', 'sms', 'skipped']);
  });

  it('transactional messages neither count nor are held back, unless a cap says so', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const receipt = { purpose: 'transactional' as const };
    const most = (n: number, messages: FrequencyCap['messages'] = 'samePurpose') => [
      cap(n, 24, { messages }),
    ];
    expect(await reaches(id, [], receipt)).toBe(true);
    expect(await reaches(id, [], receipt)).toBe(true);
    expect(await reaches(id, most(1))).toBe(true);
    expect(await reaches(id, most(1))).toBe(false);
    expect(await reaches(id, [], receipt)).toBe(true);
    expect(await reaches(id, most(4, 'allPurposes'))).toBe(false);
    expect(await reaches(id, most(4, 'allPurposes'), receipt)).toBe(false);
    expect(await reaches(id, most(4), receipt)).toBe(true);
    expect(await reaches(id, most(4), receipt)).toBe(false);
    expect(await reaches(id, most(6, 'allPurposes'))).toBe(true);
  });

  it.each([
    ['Europe/Berlin', Date.UTC(2026, 9, 24, 22), 25],
    ['Europe/Berlin', Date.UTC(2026, 2, 28, 23), 23],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 13), 24.5],
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 13, 30), 23.5],
    ['America/Sao_Paulo', Date.UTC(2018, 10, 4, 3), 23],
    ['Pacific/Apia', Date.UTC(2011, 11, 29, 10), 24],
  ])('in %s a calendar day from %d on has %d hours', async (timezone, from, hours) => {
    const id = await reachable(test.store, from, 'ann', { fields: { timezone } });
    const caps = [cap(1, 1, { unit: 'days', counts: 'calendarDays' })];
    const ask = async (at: number, message: string) => one(at, claimOf(id, { message, caps }));
    const end = from + hours * HOUR;
    expect(told(await ask(from, 'a'))).toBe('email');
    expect(await ask(from, 'b')).toMatchObject({ outcome: 'skipped', eligibleAt: end });
    expect(told(await ask(end - 1, 'b'))).toBe('skipped');
    expect(told(await ask(end, 'b'))).toBe('email');
  });

  it('50 claims at the same moment, from two processes, never exceed a cap', async () => {
    const ids = [
      await reachable(test.store, NOW, 'ann'),
      await reachable(test.store, NOW, 'bob', {}, '+442079460959'),
    ];
    const other = await test.openAgain();
    const claims = Array.from({ length: 50 }, (_, n) =>
      claim(
        n % 2 ? other : test.store,
        NOW,
        ...ids.map((id) => claimOf(id, { message: `m${n}`, caps: [cap(3, 24)] })),
      ),
    );
    const results = (await Promise.all(claims)).flat().map(told);
    expect(results.filter((own) => own !== 'skipped')).toHaveLength(6);
    const kept = await stored();
    for (const id of ids) expect(kept.filter(({ contactId: own }) => own === id)).toHaveLength(3);
  });

  it('50 claims of the same message at the same moment make one', async () => {
    const id = await reachable(test.store, NOW, 'ann');
    const other = await test.openAgain();
    const claims = Array.from({ length: 50 }, (_, n) => claim(n % 2 ? other : test.store, NOW, claimOf(id)));
    const results = (await Promise.all(claims)).flat().map(told);
    expect(results.filter((own) => own === 'email')).toHaveLength(1);
    expect(results.filter((own) => own === 'skipped')).toHaveLength(49);
    expect(await stored()).toHaveLength(1);
  });
});
