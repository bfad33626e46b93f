import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { ChannelFallback } from '../../../nodes/ChannelFallback/ChannelFallback.node';
import { setConsent } from '../../../src/app/set-consent';
import { createContacts, jsonOf, openedStore } from '../contact-store/store-under-test';
import { FakeExecution, useTemporaryStore, type FakeRun } from '../fake-execution';

const node = new ChannelFallback();
const INTRO = { message: 'intro', quietHours: false };
const run = (parameters: IDataObject, more: Partial<FakeRun> = {}) =>
  new FakeExecution({ node, parameters: { ...INTRO, ...parameters }, ...more });
type Told = {
  message: { id: number | string | null; channel: string | null; address?: string; state: string | null };
  channel: { outcome: string; reasons: string[]; eligibleAt: string | null; tried: unknown[] };
};
const toldBy = (item: INodeExecutionData | undefined) => item?.json as unknown as Told & IDataObject;
const mails = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.email);

describe('with a store', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
    const ids = await createContacts(
      { email: 'ann@example.com', phone: '+442079460958' },
      { email: 'ben@example.com', phone: '+442079460959' },
      { email: 'cid@example.com' },
    );
    const say = (contactId: number, channel: string) => ({
      contactId,
      channel,
      status: 'opted_in' as const,
      at: 1,
      source: 'form',
      evidence: {},
      by: 'contact' as const,
    });
    const { store } = await openedStore();
    const [ann = 0, ben = 0] = ids;
    await setConsent(store, [say(ann, 'email'), say(ann, 'sms'), say(ben, 'sms')], 1);
  });
  afterEach(() => temporary.remove());

  const items = [
    { email: 'ann@example.com', own: 1 },
    { email: 'ben@example.com' },
    { email: 'cid@example.com' },
  ];

  it('lets each item out over the first channel that may reach its contact, as it came, with the claim and why', async () => {
    const outputs = await run({}, { items }).outputs();
    expect(outputs.map(mails)).toEqual([['ann@example.com'], ['ben@example.com'], [], ['cid@example.com']]);
    const [[ann], [ben], , [cid]] = outputs as [
      INodeExecutionData[],
      INodeExecutionData[],
      unknown,
      INodeExecutionData[],
    ];
    expect(ann).toMatchObject({
      json: {
        own: 1,
        contact: { email: 'ann@example.com' },
        message: {
          id: 1,
          name: 'intro',
          channel: 'email',
          address: 'ann@example.com',
          attempt: 1,
          state: 'claimed',
        },
        channel: { outcome: 'claimed', channel: 'email', tried: [] },
      },
      pairedItem: { item: 0 },
    });
    expect(toldBy(ben).message).toMatchObject({ id: 2, channel: 'sms', address: '+442079460959' });
    expect(toldBy(ben).channel.reasons[0]).toBe('email: consent email: none on record');
    expect(toldBy(cid).channel).toMatchObject({ outcome: 'unreachable', eligibleAt: null });
    expect(items[0]).toEqual({ email: 'ann@example.com', own: 1 });
  });

  it('names an output for each channel, and two more', () => {
    const outputs = (parameters: IDataObject) =>
      new Function('$parameter', `return ${String(node.description.outputs).slice(3, -2)}`)(
        parameters,
      ) as Array<{
        displayName: string;
      }>;
    const names = (channel: IDataObject[]) =>
      outputs({ channels: { channel } }).map(({ displayName }) => displayName);
    expect(names([{ channel: 'email' }, { channel: 'own', ownName: 'telegram' }])).toEqual([
      'E-Mail',
      'telegram',
      'Answered',
      'Unreachable',
    ]);
    expect(outputs({}).map(({ displayName }) => displayName)).toEqual(['Answered', 'Unreachable']);
  });

  it('goes to the next channel once a message failed, and to none once it is uncertain or sent', async () => {
    await run({}, { items: items.slice(0, 1) }).outputs();
    const [failed] = await jsonOf('message', 'fail', { messageId: 1, error: 'Mailbox full' });
    expect(failed).toMatchObject({
      message: { state: 'failed', error: 'Mailbox full' },
      result: { outcome: 'failed' },
    });
    const [, sms] = await run({}, { items: items.slice(0, 1) }).outputs();
    expect(toldBy(sms?.[0]).message).toMatchObject({ id: 2, channel: 'sms', attempt: 2 });
    const [confirmed] = await jsonOf('message', 'confirm', {}, { items: [sms?.[0]?.json ?? {}] });
    expect(confirmed).toMatchObject({ message: { state: 'sent' }, result: { outcome: 'sent' } });
    const events = await jsonOf('event', 'getAll', {}, { items: items.slice(0, 1) });
    expect(events).toMatchObject([
      { event: { type: 'sms_sent', properties: { message: 'intro', channel: 'sms' } } },
    ]);
    const again = await run({ whenBlocked: 'skip' }, { items: items.slice(0, 1) }).outputs();
    expect(again.map((own) => own.length)).toEqual([0, 0, 0, 1]);
    expect(toldBy(again[3]?.[0]).channel.outcome).toBe('skipped');
    const [listed] = await jsonOf('message', 'getAll', { messageFilters: { state: 'failed' } });
    expect(listed).toMatchObject({ message: { id: 1, state: 'failed' } });
  });

  it('keeps to caps: holds, skips or drops, and says when there is room', async () => {
    const caps = {
      caps: { cap: [{ channel: 'all', most: 1, amount: 1, unit: 'hours', counts: 'exactPeriod' }] },
    };
    const ann = { items: items.slice(0, 1) };
    await run(caps, ann).outputs();
    const news = { ...caps, message: 'news' };
    const skipped = await run({ ...news, whenBlocked: 'skip' }, ann).outputs();
    const { outcome, eligibleAt } = toldBy(skipped[3]?.[0]).channel;
    expect(outcome).toBe('skipped');
    expect(Date.parse(eligibleAt ?? '')).toBeGreaterThan(Date.now() + 50 * 60_000);
    const dropping = run({ ...news, whenBlocked: 'drop' }, ann);
    expect((await dropping.outputs()).flat()).toEqual([]);
    expect(dropping.hints[0]).toMatch(/^1 contact was dropped/);
    const holding = run({ ...news, whenBlocked: 'hold' }, ann);
    expect((await holding.outputs()).flat()).toEqual([]);
    expect(holding.hints[0]).toMatch(
      /^1 contact was held in the contact store; the first is judged anew at /,
    );
    expect(await jsonOf('waiting', 'getAll', { waitsOf: 'everyone' })).toHaveLength(1);
  });

  it('counts transactional messages where a cap says so', async () => {
    const ann = { items: items.slice(0, 1) };
    await run({ message: 'receipt', purpose: 'transactional' }, ann).outputs();
    const outcomeUnder = async (messages: string) => {
      const cap = { channel: 'all', most: 1, amount: 1, unit: 'hours', counts: 'exactPeriod', messages };
      const parameters = { message: messages, caps: { cap: [cap] }, whenBlocked: 'skip' };
      return toldBy((await run(parameters, ann).outputs()).flat()[0]).channel;
    };
    expect(await outcomeUnder('allPurposes')).toMatchObject({
      outcome: 'skipped',
      reasons: expect.arrayContaining([
        expect.stringMatching(/^email: 1 of 1 message in 1 hour over all channels; there is room at /),
      ]),
    });
    expect(await outcomeUnder('samePurpose')).toMatchObject({ outcome: 'claimed' });
  });

  it('decides in a test run, claims nothing and holds nobody', async () => {
    const trial = run({}, { items, mode: 'manual' });
    const outputs = await trial.outputs();
    expect(toldBy(outputs[0]?.[0]).message).toMatchObject({ id: 'test', state: 'test' });
    expect(trial.hints[0]).toMatch(/^Test run: nothing is claimed/);
    expect(await jsonOf('message', 'getAll', {})).toEqual([]);
    const [confirmed] = await jsonOf('message', 'confirm', {}, { items: [outputs[0]?.[0]?.json ?? {}] });
    expect(confirmed).toMatchObject({ message: { id: 'test' }, result: { outcome: 'unchanged' } });
  });

  it('refuses to hold anybody in a workflow that is not published', async () => {
    const unpublished = { items, workflow: { active: false } };
    await expect(run({}, unpublished).outputs()).rejects.toThrow(/not published/);
    expect((await run({ whenBlocked: 'skip' }, unpublished).outputs()).flat()).toHaveLength(3);
  });

  it('ends at an unknown contact before anything is claimed, or lets it out through Unreachable as an error', async () => {
    const withNobody = [...items, { email: 'nobody@example.com' }];
    await expect(run({}, { items: withNobody }).outputs()).rejects.toThrow();
    expect(await jsonOf('message', 'getAll', {})).toEqual([]);
    const outputs = await run({}, { items: withNobody, continueOnFail: true }).outputs();
    expect(outputs[3]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 2 }, { item: 3 }]);
    expect(outputs[3]?.[1]?.json.error).toBeDefined();
  });

  it.each([
    ['no name', { message: ' ' }, 'has no name'],
    ['no channel', { channels: { channel: [] } }, 'No channel is listed'],
    ['a channel twice', { channels: { channel: [{ channel: 'sms' }, { channel: 'sms' }] } }, 'listed twice'],
    [
      'an own channel without a name',
      { channels: { channel: [{ channel: 'own', ownName: 'a b' }] } },
      'own channel',
    ],
    [
      'an address in a property that is not named',
      { channels: { channel: [{ channel: 'chat', addressFrom: 'property' }] } },
      'is not named',
    ],
    [
      'a cap of nothing',
      { caps: { cap: [{ channel: 'all', most: 0, amount: 1, unit: 'days' }] } },
      'whole number from 1',
    ],
    ['an hour that is none', { quietHours: true, quietFrom: '25:00', quietTo: '08:00' }, '25:00'],
    ['an empty key', { onceFor: 'key', occasionKey: '' }, 'is empty'],
  ])('refuses %s', async (_, parameters, message) => {
    await expect(run(parameters as IDataObject, { items: items.slice(0, 1) }).outputs()).rejects.toThrow(
      message,
    );
  });

  it('sends once for each enrolment, or for each key, or ever', async () => {
    const claimed = async (parameters: IDataObject, item: IDataObject) => {
      const outputs = await run(
        {
          ...parameters,
          whenBlocked: 'skip',
          channels: { channel: [{ channel: 'email' }] },
          options: { reactionMinutes: 0 },
        },
        { items: [{ email: 'ann@example.com', ...item }] },
      ).outputs();
      const id = toldBy(outputs[0]?.[0])?.message.id;
      if (typeof id === 'number') await jsonOf('message', 'confirm', { messageId: id });
      return typeof id === 'number';
    };
    const enrolled = (enrolmentId: number) => ({ journey: { name: 'welcome', enrolmentId } });
    expect(await claimed({}, enrolled(1))).toBe(true);
    expect(await claimed({}, enrolled(1))).toBe(false);
    expect(await claimed({}, enrolled(2))).toBe(true);
    expect(await claimed({ onceFor: 'ever', message: 'hello' }, enrolled(1))).toBe(true);
    expect(await claimed({ onceFor: 'ever', message: 'hello' }, enrolled(2))).toBe(false);
    const key = { onceFor: 'key', occasionKey: '={{ $json.order }}', message: 'receipt' };
    expect(await claimed(key, { order: 'a' })).toBe(true);
    expect(await claimed(key, { order: 'a' })).toBe(false);
    expect(await claimed(key, { order: 'b' })).toBe(true);
  });
});
