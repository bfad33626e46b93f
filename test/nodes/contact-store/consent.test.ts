import type { IDataObject } from 'n8n-workflow';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
let ann: number;
beforeEach(async () => {
  temporary = await useTemporaryStore();
  [ann = 0] = await createContacts(
    { email: 'ann@example.com', phone: '+442079460958' },
    { email: 'bob@example.com' },
  );
});
afterEach(() => temporary.remove());

const ANN = { items: [{ email: 'ann@example.com' }] };
const channel = (value: string) => ({ channel: { __rl: true, mode: 'name', value } });

async function consentOfAnn(): Promise<IDataObject> {
  const [json] = await jsonOf('consent', 'get', {}, ANN);
  return json?.consent as IDataObject;
}

describe('a consent set', () => {
  it('is kept with its evidence, whether it changed anything or not', async () => {
    const opted = {
      status: 'opted_in',
      source: 'footer form',
      consentOptions: { evidence: '{"ip":"203.0.113.7"}', at: '2026-01-02T03:04:05Z' },
    };
    expect(await jsonOf('consent', 'set', opted, ANN)).toMatchObject([
      {
        email: 'ann@example.com',
        contact: { id: ann, consent: { email: 'opted_in' } },
        result: { outcome: 'changed', status: 'opted_in', reason: 'opted_in by footer form' },
      },
    ]);
    expect(await jsonOf('consent', 'set', { status: 'pending', source: 'form again' }, ANN)).toMatchObject([
      { contact: { consent: { email: 'opted_in' } }, result: { outcome: 'unchanged', status: 'opted_in' } },
    ]);
    expect(await consentOfAnn()).toMatchObject({
      channels: { email: { status: 'opted_in', at: '2026-01-02T03:04:05.000Z', suppressed: null } },
      statements: [
        {
          status: 'opted_in',
          source: 'footer form',
          by: 'contact',
          evidence: { ip: '203.0.113.7' },
          changed: true,
        },
        { status: 'pending', source: 'form again', evidence: {}, changed: false },
      ],
    });
  });

  it('taken over from elsewhere brings back nobody who opted out', async () => {
    await operate('consent', 'set', { status: 'opted_out', source: 'link' }, ANN);
    const imported = { status: 'opted_in', source: 'old system', consentOptions: { by: 'import' } };
    expect(await jsonOf('consent', 'set', imported, ANN)).toMatchObject([
      { result: { outcome: 'unchanged', status: 'opted_out' } },
    ]);
  });

  it('counts for its channel only, also one of your own', async () => {
    await operate('consent', 'set', { ...channel('Post'), source: 'letter' }, ANN);
    expect(Object.keys((await consentOfAnn()).channels as IDataObject)).toEqual(['post']);
  });

  it('keeps several statements of one batch in their order', async () => {
    const items = ['opted_in', 'opted_out', 'opted_in'].map((status) => ({
      email: 'ann@example.com',
      status,
    }));
    const results = await jsonOf('consent', 'set', { status: '={{ $json.status }}', source: 'x' }, { items });
    expect(results.map(({ result }) => result)).toMatchObject(
      items.map(({ status }) => ({ outcome: 'changed', status })),
    );
    expect((await consentOfAnn()).statements).toHaveLength(3);
  });

  it.each([
    ['source', {}],
    ['status', { source: 'x', status: 'yes' }],
    ['channel', { source: 'x', ...channel('a b') }],
    ['evidence', { source: 'x', consentOptions: { evidence: 'ip=1' } }],
    ['ahead', { source: 'x', consentOptions: { at: '2999-01-01' } }],
  ])('is refused with what is wrong: %s', async (word, parameters) => {
    await expect(operate('consent', 'set', parameters, ANN)).rejects.toThrow(word);
    expect(await consentOfAnn()).toEqual({ channels: {}, statements: [] });
  });

  it('is refused for an unknown contact, and then for nobody else either', async () => {
    const items = [{ email: 'ann@example.com' }, { email: 'eve@example.com' }];
    await expect(operate('consent', 'set', { source: 'x' }, { items })).rejects.toMatchObject({
      message: expect.stringContaining('not in the store') as string,
      context: { itemIndex: 1 },
    });
    expect((await consentOfAnn()).statements).toEqual([]);

    const output = await operate('consent', 'set', { source: 'x' }, { items, continueOnFail: true });
    expect(output).toMatchObject([
      { json: { result: { outcome: 'changed' } }, pairedItem: { item: 0 } },
      { json: { error: expect.any(String) as string }, pairedItem: { item: 1 } },
    ]);
  });
});

describe('a consent asked for', () => {
  it('is given without its evidence where that is not wanted', async () => {
    await operate('consent', 'set', { source: 'x' }, ANN);
    const [json] = await jsonOf('consent', 'get', { includeEvidence: false }, ANN);
    expect(json?.consent).toEqual({
      channels: { email: { status: 'opted_in', at: expect.any(String) as string, suppressed: null } },
    });
  });

  it('is refused for an unknown contact', async () => {
    await expect(operate('consent', 'get', {}, { items: [{ email: 'eve@example.com' }] })).rejects.toThrow(
      'not in the store',
    );
  });
});

describe('a suppressed address', () => {
  it('is kept as a hash only, with its first reason', async () => {
    expect(await jsonOf('consent', 'suppress', {}, ANN)).toMatchObject([
      { contact: { id: ann }, result: { outcome: 'suppressed', optedOut: false } },
    ]);
    expect(await jsonOf('consent', 'suppress', { reason: 'other' }, ANN)).toMatchObject([
      { result: { outcome: 'unchanged' } },
    ]);
    expect(await consentOfAnn()).toMatchObject({
      channels: { email: { status: null, suppressed: { reason: 'hard_bounce' } } },
      statements: [],
    });
    const { store } = await openedStore();
    const raw = await store.read((tx) =>
      tx.consents.suppressed([{ channel: 'email', hash: 'ann@example.com' }]),
    );
    expect(raw.size).toBe(0);
  });

  it.each([
    ['hard_bounce', false],
    ['other', false],
    ['complaint', true],
    ['request', true],
  ])('for the reason %s opts the contact out: %s', async (reason, optedOut) => {
    await operate('consent', 'set', { source: 'form' }, ANN);
    expect(await jsonOf('consent', 'suppress', { reason }, ANN)).toMatchObject([
      {
        result: { outcome: 'suppressed', optedOut },
        contact: { consent: { email: optedOut ? 'opted_out' : 'opted_in' } },
      },
    ]);
  });

  it('may be written down, and may be nobody’s', async () => {
    const written = { addressFrom: 'address', address: '={{ $json.to }}', reason: 'complaint' };
    const items = [{ to: ' ANN@example.com ' }, { to: 'eve@example.com' }];
    const results = await jsonOf('consent', 'suppress', written, { items });
    expect(results).toMatchObject([
      { contact: { id: ann }, result: { outcome: 'suppressed', optedOut: true } },
      { to: 'eve@example.com', result: { outcome: 'suppressed', optedOut: false } },
    ]);
    expect(results[1]).not.toHaveProperty('contact');
    await createContacts({ email: 'eve@example.com' });
    const [eve] = await jsonOf('consent', 'get', {}, { items: [{ email: 'eve@example.com' }] });
    expect(eve?.consent).toMatchObject({ channels: { email: { suppressed: { reason: 'complaint' } } } });
  });

  it('stays suppressed when its contact is erased and comes back', async () => {
    await operate('consent', 'suppress', {}, ANN);
    await operate('contact', 'erase', {}, ANN);
    await createContacts({ email: 'ann@example.com' });
    expect(await consentOfAnn()).toMatchObject({
      channels: { email: { suppressed: { reason: 'hard_bounce' } } },
    });
  });

  it('is one of its channel only', async () => {
    await operate('consent', 'suppress', channel('sms'), ANN);
    expect(Object.keys((await consentOfAnn()).channels as IDataObject)).toEqual(['sms']);
  });

  it.each([
    ['No addresses are kept', { ...channel('push') }],
    ['telephone number', { ...channel('sms'), addressFrom: 'address', address: 'hello' }],
    ['Reason', { reason: '={{ "boredom" }}' }],
  ])('is refused where it cannot be one: %s', async (words, parameters) => {
    await expect(operate('consent', 'suppress', parameters, ANN)).rejects.toThrow(words);
  });

  it('is refused for a contact without an address on the channel', async () => {
    const run = { items: [{ email: 'bob@example.com' }] };
    await expect(operate('consent', 'suppress', channel('sms'), run)).rejects.toThrow(
      'no address on the channel sms',
    );
  });

  it('may be written to again afterwards, while the consent stays as it is', async () => {
    await operate('consent', 'suppress', { reason: 'complaint' }, ANN);
    const twice = { items: [{ email: 'ann@example.com' }, { email: 'ann@example.com' }] };
    expect(await jsonOf('consent', 'unsuppress', {}, twice)).toMatchObject([
      { contact: { id: ann }, result: { outcome: 'unsuppressed' } },
      { result: { outcome: 'unchanged' } },
    ]);
    expect(await consentOfAnn()).toMatchObject({
      channels: { email: { status: 'opted_out', suppressed: null } },
    });
  });
});
