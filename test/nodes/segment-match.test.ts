import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { SegmentMatch } from '../../nodes/SegmentMatch/SegmentMatch.node';
import { recordEvents } from '../../src/app/record-events';
import { saveSegment } from '../../src/app/segments/save-segment';
import type { Store, Transaction } from '../../src/store/port';
import { FakeExecution, useTemporaryStore, type FakeRun } from './fake-execution';
import { createContacts, openedStore } from './contact-store/store-under-test';

const node = new SegmentMatch();
const DAY = 86_400_000;

const run = (parameters: IDataObject, more: Partial<FakeRun> = {}) =>
  new FakeExecution({ node, parameters, ...more });
const byJson = (rule: unknown) => ({ defineBy: 'json', ruleJson: JSON.stringify(rule) });
const chosen = (value: string) => ({ __rl: true, mode: 'list', value });
const emails = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.email);
const mails = (...names: string[]) => names.map((name) => ({ email: `${name}@example.com` }));

describe('with a store', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
    await createContacts(
      { email: 'ann@example.com', country: 'DE', tags: ['vip'] },
      { email: 'ben@example.com', country: 'AT' },
      { email: 'cid@example.com', country: 'SE', lifecycleStage: 'customer' },
    );
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await temporary.remove();
  });

  const save = async (name: string, rule: unknown) => {
    const { store } = await openedStore();
    const saved = await saveSegment(store, { name, rule, zone: 'UTC' }, Date.now());
    expect(saved.outcome).toBe('created');
  };
  const happen = async (email: string, type: string, at: number, properties: IDataObject = {}) => {
    const { store } = await openedStore();
    const patch = { identifiers: { email }, fields: {}, properties: {}, tags: [], lists: [] };
    const event = { type, occurredAt: at, properties: properties as never, key: null };
    await recordEvents(store, [{ contact: { patch, mode: 'upsert' }, event }], Date.now(), {
      allOrNothing: true,
    });
  };

  it.each([
    [
      '200 groups',
      `${'{"all":['.repeat(200)}{"tag":"vip"}${']}'.repeat(200)}`,
      'Groups stand more than 50 deep',
    ],
    ['100,000 groups', `${'{"all":['.repeat(1e5)}${']}'.repeat(1e5)}`, 'Groups stand more than 50 deep'],
    ['100,000 brackets', `{"all":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, 'is no rule'],
    ['5,000 rules', JSON.stringify({ any: Array(5_000).fill({ tag: 'vip' }) }), 'more than 1000 rules'],
  ])('refuses %s with their place', async (_, ruleJson, message) => {
    await expect(run({ defineBy: 'json', ruleJson }, { items: mails('ann') }).outputs()).rejects.toThrow(
      message,
    );
  });

  it('lets each item out through Match or No Match, as it came, with its contact and why', async () => {
    await save('vips', { tag: 'vip' });
    const items = mails('ben', 'ann').map((item, at) => ({ ...item, own: at }));
    const [match, noMatch] = await run({ defineBy: 'segment', segment: chosen('vips') }, { items }).outputs();
    expect(match).toEqual([
      {
        json: {
          email: 'ann@example.com',
          own: 1,
          contact: expect.objectContaining({ email: 'ann@example.com', tags: ['vip'] }) as object,
          match: {
            matches: true,
            segment: 'vips',
            reasons: ['is in the segment vips (in it)', 'has the tag vip (tags: vip)'],
            nextTurnAt: null,
          },
        },
        pairedItem: { item: 1 },
      },
    ]);
    expect(noMatch).toMatchObject([
      {
        json: {
          own: 0,
          match: {
            matches: false,
            reasons: ['not: is in the segment vips (not in it)', 'not: has the tag vip (no tags)'],
          },
        },
        pairedItem: { item: 0 },
      },
    ]);
    expect(items[0]).toEqual({ email: 'ben@example.com', own: 0 });
  });

  it('judges rules that were built from lists: 3 mails opened or clicked in 30 days, Germany or Austria, no customer', async () => {
    const now = Date.now();
    for (const [email, mailsOpened] of [
      ['ann@example.com', ['a', 'b', 'c']],
      ['ben@example.com', ['a', 'a', 'a']],
      ['cid@example.com', ['a', 'b', 'c']],
    ] as const) {
      for (const [at, message] of mailsOpened.entries()) {
        await happen(email, at === 1 ? 'email_clicked' : 'email_opened', now - (at + 1) * DAY, { message });
      }
    }
    await happen('ben@example.com', 'email_opened', now - DAY, { message: 'b', machine: true });
    const rules = {
      engagement: [
        {
          reaction: 'either',
          channel: 'email',
          measure: 'messages',
          op: 'gte',
          n: 3,
          during: 'last',
          lastAmount: 30,
          lastUnit: 'days',
        },
      ],
      property: [{ property: chosen('country'), op: 'in', value: 'DE, AT' }],
      stage: [{ is: 'isNot', stage: chosen('customer') }],
    };
    const parameters = { defineBy: 'rules', groups: { group: [{ match: 'all', rules }] } };
    const [match, noMatch] = await run(parameters, { items: mails('ann', 'ben', 'cid') }).outputs();
    expect(emails(match)).toEqual(['ann@example.com']);
    expect(emails(noMatch)).toEqual(['ben@example.com', 'cid@example.com']);
    const turn = (match?.[0]?.json.match as IDataObject).nextTurnAt;
    expect(turn).toBe(new Date(now - 3 * DAY + 30 * DAY + 1).toISOString());
  });

  it('takes the rule from the item, and judges items that ask the same together', async () => {
    const rule = '={{ ({ property: "country", op: "equals", value: $json.of }) }}';
    const items = [
      { ...mails('ann')[0], of: 'DE' },
      { ...mails('ben')[0], of: 'DE' },
      { ...mails('cid')[0], of: 'SE' },
    ];
    const [match, noMatch] = await run({ defineBy: 'json', ruleJson: rule }, { items }).outputs();
    expect(emails(match)).toEqual(['ann@example.com', 'cid@example.com']);
    expect(emails(noMatch)).toEqual(['ben@example.com']);
  });

  it('lets contacts nobody knows out through No Match and says so, or makes them errors', async () => {
    const items = [...mails('ann', 'zoe'), { other: 1 }];
    const execution = run(byJson({ everyone: true }), { items });
    const [match, noMatch] = await execution.outputs();
    expect(emails(match)).toEqual(['ann@example.com']);
    const unknown = { matches: false, reasons: ['the contact is not in the store'], nextTurnAt: null };
    expect(noMatch).toMatchObject([
      { json: { email: 'zoe@example.com', match: unknown }, pairedItem: { item: 1 } },
      { json: { other: 1, match: unknown }, pairedItem: { item: 2 } },
    ]);
    expect(execution.hints).toEqual(['2 items name no contact of the store and left through No Match.']);

    const strict = { ...byJson({ everyone: true }), unknownContact: 'error' };
    await expect(run(strict, { items }).outputs()).rejects.toThrow('names no contact');
    const [known, refused] = await run(strict, { items, continueOnFail: true }).outputs();
    expect(emails(known)).toEqual(['ann@example.com']);
    expect(refused).toMatchObject([
      { json: { error: expect.stringContaining('not in the store') as string }, pairedItem: { item: 1 } },
      { json: { error: expect.stringContaining('names no contact') as string }, pairedItem: { item: 2 } },
    ]);
  });

  it('asks of the contact that was chosen', async () => {
    const parameters = {
      ...byJson({ tag: 'vip' }),
      contactFrom: 'chosen',
      contact: { __rl: true, mode: 'email', value: '={{ $json.whom }}' },
    };
    const [match] = await run(parameters, {
      items: [{ whom: 'ANN@example.com', email: 'ben@example.com' }],
    }).outputs();
    expect(match).toMatchObject([
      { json: { email: 'ben@example.com', contact: { email: 'ann@example.com' } } },
    ]);
  });

  it('refuses a rule that is wrong and a segment that there is not; nobody leaves through Match by mistake', async () => {
    const items = mails('ann', 'ben');
    await expect(run({ segment: chosen('nobody') }, { items }).outputs()).rejects.toThrow(
      'There is no segment "nobody"',
    );
    await expect(run({}, { items }).outputs()).rejects.toThrow('No segment is chosen');
    const [match, noMatch] = await run(byJson({ tag: '' }), { items, continueOnFail: true }).outputs();
    expect(match).toEqual([]);
    expect(noMatch?.map(({ json, pairedItem }) => [Object.keys(json), pairedItem])).toEqual([
      [['error', 'details'], { item: 0 }],
      [['error', 'details'], { item: 1 }],
    ]);
  });

  it('asks the store by the hundreds, not by the item', async () => {
    const { store } = await openedStore();
    await save('busy', { event: 'page_viewed', count: { op: 'gte', n: 2 } });
    const names = Array.from({ length: 10_000 }, (_, at) => `p${at}`);
    await createContacts(...mails(...names));
    const asked = countQuestions(store);
    const [, noMatch] = await run({ segment: chosen('busy') }, { items: mails(...names) }).outputs();
    expect(noMatch).toHaveLength(10_000);
    expect(asked()).toBeGreaterThan(4);
    expect(asked()).toBeLessThan(200);
  });
});

/** Counts what is asked of the tables of a store from now on. */
function countQuestions(store: Store): () => number {
  let count = 0;
  const { read } = store;
  const counting = <T extends object>(table: T): T =>
    new Proxy(table, {
      get(target, name) {
        count++;
        return Reflect.get(target, name) as unknown;
      },
    });
  jest
    .spyOn(store, 'read')
    .mockImplementation(
      (work) =>
        read.call(store, (tx) =>
          work(
            Object.fromEntries(
              Object.entries(tx).map(([name, table]) => [name, counting(table as object)]),
            ) as unknown as Transaction,
          ),
        ) as never,
    );
  return () => count;
}

describe('the panel', () => {
  const visible = (parameters: IDataObject) =>
    Object.keys(run(parameters).parameters).filter((name) => !['storeFrom', 'defineBy'].includes(name));

  it.each<[IDataObject, string[]]>([
    [{}, ['segment', 'contactFrom', 'unknownContact']],
    [{ defineBy: 'rules' }, ['combine', 'groups', 'contactFrom', 'unknownContact']],
    [{ defineBy: 'json' }, ['ruleJson', 'contactFrom', 'unknownContact']],
    [{ contactFrom: 'chosen' }, ['segment', 'contactFrom', 'contact', 'unknownContact']],
  ])('shows for %j the fields %j', (parameters, names) => {
    expect(visible({ ...parameters }).sort()).toEqual([...names].sort());
  });

  const all = everyParameter(node.description.properties);

  it('says of every parameter what it does, in whole words, and of booleans whether', () => {
    const lacking = all.filter(({ description = '', type, placeholder = 'e.g.' }) => {
      if (description.length < 10) return true;
      if (type === 'boolean' && !description.startsWith('Whether')) return true;
      return type === 'string' && !placeholder.startsWith('e.g.');
    });
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  it('asks only for lists that the node can give', () => {
    const asked = all.flatMap(({ typeOptions, modes }) => [
      ...(typeOptions?.loadOptionsMethod ? [String(typeOptions.loadOptionsMethod)] : []),
      ...(modes ?? []).flatMap((mode) => mode.typeOptions?.searchListMethod ?? []),
    ]);
    const given = [...Object.keys(node.methods.listSearch), ...Object.keys(node.methods.loadOptions)];
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !given.includes(name))).toEqual([]);
  });

  it('may be used as a tool, has two named outputs, and is found by the words people use', async () => {
    expect(node.description).toMatchObject({ usableAsTool: true, outputNames: ['Match', 'No Match'] });
    expect(node.description.outputs).toHaveLength(2);
    const folder = path.join(__dirname, '../../nodes/SegmentMatch');
    const codex = JSON.parse(
      await readFile(path.join(folder, 'SegmentMatch.node.json'), 'utf8'),
    ) as IDataObject;
    expect(codex.node).toBe('n8n-nodes-marketing-automation.segmentMatch');
    expect(codex.alias).toEqual(expect.arrayContaining(['segment', 'audience', 'filter']));
    for (const icon of ['segmentMatch.svg', 'segmentMatch.dark.svg']) {
      expect(await readFile(path.join(folder, icon), 'utf8')).toContain('viewBox="0 0 60 60"');
    }
  });
});

/** Every parameter of a description, those inside collections too. */
function everyParameter(properties: readonly INodeProperties[]): INodeProperties[] {
  return properties.flatMap((property) => [
    property,
    ...(property.options ?? []).flatMap((option) =>
      'values' in option ? everyParameter(option.values) : [],
    ),
  ]);
}
