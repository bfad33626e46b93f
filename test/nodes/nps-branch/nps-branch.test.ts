import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NpsBranch } from '../../../nodes/NpsBranch/NpsBranch.node';
import type { Store, Transaction } from '../../../src/store/port';
import { createContacts, openedStore } from '../contact-store/store-under-test';
import { FakeExecution, useTemporaryStore, type FakeRun } from '../fake-execution';

const node = new NpsBranch();
const run = (parameters: IDataObject, more: Partial<FakeRun> = {}) =>
  new FakeExecution({ node, parameters, ...more });
const named = (value: string) => ({ __rl: true, mode: 'name', value });
const REPLIES = { answer: '={{ $json.reply }}' };
const npsOf = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.nps as IDataObject);
const emails = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.email);

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await temporary.remove();
});

const answers = async () => {
  const { store } = await openedStore();
  const events = await store.read((tx) => tx.events.select({ types: ['survey_answered'], limit: 1_000 }));
  return events.map(({ properties }) => properties);
};

it('lets each item out by its score, as it came, with its contact, the answer and why', async () => {
  const [ann] = await createContacts({ email: 'ann@example.com', tags: ['vip'] });
  const items = [
    { email: 'dan@example.com', reply: "I'd say 9" },
    { email: 'ann@example.com', reply: '9 – great service', own: 1 },
    { email: 'ben@example.com', reply: ' 7/10' },
    { email: 'cid@example.com', reply: 0 },
  ];
  const execution = run(REPLIES, { items });
  const [promoter, passive, detractor, noScore, ...more] = await execution.outputs();
  expect(promoter).toEqual([
    {
      json: {
        email: 'ann@example.com',
        reply: '9 – great service',
        own: 1,
        contact: expect.objectContaining({ id: ann, email: 'ann@example.com', tags: ['vip'] }) as object,
        nps: {
          score: 9,
          band: 'promoter',
          comment: 'great service',
          reason: null,
          survey: 'nps',
          scale: 'nps',
          answeredAt: expect.stringMatching(/^20\d\d-/) as string,
          recorded: 'recorded',
          period: null,
          reasons: ['9 on the scale of 0 to 10: promoter is 9 or 10', 'recorded as the answer'],
        },
      },
      pairedItem: { item: 1 },
    },
  ]);
  expect(passive).toMatchObject([{ json: { nps: { score: 7, band: 'passive' } }, pairedItem: { item: 2 } }]);
  expect(detractor).toMatchObject([
    { json: { nps: { score: 0, band: 'detractor' } }, pairedItem: { item: 3 } },
  ]);
  expect(noScore).toEqual([
    {
      json: {
        email: 'dan@example.com',
        reply: "I'd say 9",
        nps: {
          score: null,
          band: null,
          comment: "I'd say 9",
          reason: null,
          survey: 'nps',
          scale: 'nps',
          recorded: 'no',
          period: null,
          reasons: [`"I'd say 9" does not begin with a number`],
        },
      },
      pairedItem: { item: 0 },
    },
  ]);
  expect(more).toEqual([]);
  expect(execution.hints).toEqual([expect.stringContaining('1 answer could not be read')]);
  expect((await answers()).map(({ score }) => score).sort()).toEqual([0, 7, 9]);
});

it('creates no contact for who gave no score, and takes no notice of items without any answer', async () => {
  const execution = run(REPLIES, {
    items: [{ email: 'ann@example.com' }, { email: 'ben@example.com', reply: '' }],
  });
  const [, , , noScore] = await execution.outputs();
  expect(npsOf(noScore).map(({ reasons }) => reasons)).toEqual([
    ['there is no answer'],
    ['there is no answer'],
  ]);
  expect(execution.hints).toEqual([]);
  const { store } = await openedStore();
  expect(await store.read((tx) => tx.contacts.count({}))).toBe(0);
});

it('keeps the comment, reason and channel that are given apart from the answer', async () => {
  const more = {
    comment: '={{ $json.text }}',
    reason: 'delivery',
    channel: 'sms',
    answeredAt: '2026-03-07T10:00:00Z',
  };
  const items = [
    { email: 'ann@example.com', reply: '3 too late', text: 'Three weeks!' },
    { email: 'ben@example.com', reply: '3 too late' },
  ];
  const [, , detractor] = await run({ ...REPLIES, more }, { items }).outputs();
  expect(npsOf(detractor)).toMatchObject([
    { comment: 'Three weeks!', reason: 'delivery', answeredAt: '2026-03-07T10:00:00.000Z' },
    { comment: 'too late' },
  ]);
  expect(await answers()).toContainEqual({
    survey: 'nps',
    score: 3,
    scale: 'nps',
    comment: 'Three weeks!',
    reason: 'delivery',
    channel: 'sms',
  });
});

it.each<[string, IDataObject, Array<number | string>, string[]]>([
  [
    'CSAT',
    { scale: 'csat' },
    [5, 3, 2, '4/5', 6],
    ['satisfied', 'neutral', 'dissatisfied', 'satisfied', 'null'],
  ],
  ['CES', { scale: 'ces' }, [7, 4, 1, 5, 0], ['easy', 'neutral', 'difficult', 'easy', 'null']],
  [
    'its own, satisfied from 7',
    { scale: 'own', lowest: 0, highest: 10, satisfiedFrom: 7 },
    [7, 10, 6, 0, 11],
    ['satisfied', 'satisfied', 'dissatisfied', 'dissatisfied', 'null'],
  ],
  [
    'its own with a middle',
    { scale: 'own', lowest: 1, highest: 6, satisfiedFrom: 5, neutralFrom: '4' },
    [6, 4, 3],
    ['satisfied', 'neutral', 'dissatisfied'],
  ],
])('branches on the scale %s', async (_, scale, replies, bands) => {
  const items = replies.map((reply) => ({ reply }));
  const outputs = await run({ ...REPLIES, ...scale, record: false }, { items }).outputs();
  const seen = outputs.flatMap((items, output) =>
    items.map(({ json, pairedItem }) => ({
      at: (pairedItem as { item: number }).item,
      output,
      band: String((json.nps as IDataObject).band),
    })),
  );
  expect(seen.toSorted((a, b) => a.at - b.at).map(({ band }) => band)).toEqual(bands);
  const places: Record<string, number> = {
    satisfied: 0,
    easy: 0,
    neutral: 1,
    dissatisfied: 2,
    difficult: 2,
    null: 3,
  };
  for (const { output, band } of seen) expect(output).toBe(places[band]);
});

it('records nothing and needs no contact where it is told so', async () => {
  const [promoter] = await run({ ...REPLIES, record: false }, { items: [{ reply: 10 }] }).outputs();
  expect(npsOf(promoter)).toMatchObject([{ score: 10, recorded: 'no' }]);
  expect(promoter?.[0]?.json).not.toHaveProperty('contact');
  expect(await answers()).toEqual([]);
});

describe('an answer that comes again', () => {
  const first = { email: 'ann@example.com', reply: '3 late', order: 'o-1' };
  const again = { email: 'ann@example.com', reply: '9', order: 'o-1' };
  const both = async (parameters: IDataObject, items: IDataObject[] = [first, again]) => {
    const told: unknown[] = [];
    for (const item of items) {
      const outputs = await run({ ...REPLIES, ...parameters }, { items: [item] }).outputs();
      told.push(
        ...npsOf(outputs.flat()).map(({ recorded, reasons }) => [recorded, (reasons as string[])[1]]),
      );
    }
    return told;
  };

  it('takes the place of the other', async () => {
    expect(await both({})).toEqual([
      ['recorded', 'recorded as the answer'],
      ['replaced', expect.stringMatching(/^recorded as the answer in the place of 3 of 20/)],
    ]);
    expect(await answers()).toMatchObject([{ score: 9 }]);
  });

  it('is another one of another period, which the reasons name', async () => {
    const more = { answeredAt: '={{ $json.at }}' };
    const items = [
      { ...first, at: '2026-03-31T23:00:00Z' },
      { ...again, at: '2026-04-01T01:00:00Z' },
    ];
    await createContacts({ email: 'ann@example.com', timezone: 'Europe/London' });
    expect(await both({ oncePer: 'quarter', more }, items)).toEqual([
      ['recorded', 'recorded as the answer of 2026-Q2'],
      ['replaced', expect.stringContaining('of 2026-Q2 in the place of 3 of 2026-03-31T23:00:00.000Z')],
    ]);
  });

  it('is another one of another order', async () => {
    const parameters = { oncePer: 'own', occasion: '={{ $json.order }}' };
    const items = [first, { ...again, order: 'o-2' }, { ...again, reply: '5' }];
    expect((await both(parameters, items)).map((told) => (told as string[])[0])).toEqual([
      'recorded',
      'recorded',
      'replaced',
    ]);
    expect(await answers()).toMatchObject([{ period: 'o-1', score: 5 }, { period: 'o-2' }]);
  });

  it('stands beside the other where both count', async () => {
    expect(await both({ second: 'keepBoth' })).toEqual([
      ['recorded', 'recorded as the answer'],
      ['recorded', expect.stringMatching(/^recorded beside the answer 3 of 20/)],
    ]);
    expect(await answers()).toHaveLength(2);
  });

  it('is known where it says the same, and superseded where it was given before', async () => {
    expect(await both({}, [again, again])).toMatchObject([
      ['recorded', 'recorded as the answer'],
      ['known', 'recorded before, as the answer'],
    ]);
    const more = { answeredAt: '2020-01-01T00:00:00Z' };
    expect(await both({ more }, [first])).toEqual([
      ['superseded', expect.stringMatching(/^not recorded: the answer 9 of 20.* was given later and stands/)],
    ]);
  });
});

describe('an answer that starts the workflow', () => {
  const event = async (properties: IDataObject) => {
    const { store } = await openedStore();
    const [contactId = 0] = await createContacts({ email: 'ann@example.com' });
    const happened = {
      type: 'survey_answered',
      occurredAt: 1_700_000_000_000,
      properties,
      key: null,
      contactId,
    };
    const [stored] = await store.write((tx) => tx.events.append([happened as never], 1_700_000_000_000));
    return {
      contact: { id: contactId },
      event: {
        id: stored?.event.id ?? 0,
        type: 'survey_answered',
        occurredAt: '2023-11-14T22:13:20.000Z',
        properties,
      },
    };
  };

  it('is read from its event and recorded no second time', async () => {
    const item = await event({ survey: 'nps', score: '9/10', comment: 'fast', reason: 'price' });
    const [promoter] = await run({ answerFrom: 'event' }, { items: [item] }).outputs();
    expect(npsOf(promoter)).toMatchObject([
      {
        score: 9,
        comment: 'fast',
        reason: 'price',
        recorded: 'known',
        answeredAt: '2023-11-14T22:13:20.000Z',
      },
    ]);
    expect(await answers()).toHaveLength(1);
  });

  it('is recorded no second time either where its score is given as a field', async () => {
    const item = await event({ survey: 'nps', score: 4 });
    const parameters = { answer: '={{ $json.event.properties.score }}', second: 'keepBoth' };
    const [, , detractor] = await run(parameters, { items: [item] }).outputs();
    expect(npsOf(detractor)).toMatchObject([{ score: 4, recorded: 'known' }]);
    expect(await answers()).toHaveLength(1);
  });

  it('has no score where it is of another survey, or the item has no such event', async () => {
    const other = await event({ survey: 'csat', score: 9 });
    const order = { event: { type: 'order_placed', properties: { score: 9 } } };
    const [, , , noScore] = await run({ answerFrom: 'event' }, { items: [other, order, {}] }).outputs();
    expect(npsOf(noScore).map(({ reasons }) => reasons)).toEqual([
      ['the item\'s event answers the survey "csat"'],
      ['the item has no event survey_answered'],
      ['the item has no event survey_answered'],
    ]);
  });
});

describe('an answer that is an event on another scale', () => {
  const answerOn = (scale: string): IDataObject => ({
    contact: { id: 1 },
    event: { id: 7, type: 'survey_answered', properties: { survey: 'nps', score: 5, scale } },
  });

  it('has no score where the ends differ: 5 of 5 is not 5 of 10', async () => {
    const parameters = { answerFrom: 'event', record: false };
    const [, , , noScore] = await run(parameters, { items: [answerOn('csat'), answerOn('stars')] }).outputs();
    expect(npsOf(noScore).map(({ score, reasons }) => [score, reasons])).toEqual([
      [null, ['the item\'s event answers on the scale "csat", not on 0 to 10']],
      [null, ['the item\'s event answers on the scale "stars", not on 0 to 10']],
    ]);
  });

  it('is read where the ends are the same: an NPS by a limit of your own', async () => {
    const parameters = { answerFrom: 'event', record: false, scale: 'own', satisfiedFrom: 5 };
    const [satisfied] = await run(parameters, { items: [answerOn('nps'), answerOn('0-10')] }).outputs();
    expect(npsOf(satisfied)).toMatchObject([{ score: 5, band: 'satisfied' }, { score: 5 }]);
  });
});

describe('what is wrong', () => {
  it.each<[string, IDataObject, string]>([
    ['the survey has no name', { survey: named(' ') }, 'no name'],
    ['its own scale leaves nobody dissatisfied', { scale: 'own', satisfiedFrom: 0 }, 'Satisfied From is 0'],
    ['its own scale has no number', { scale: 'own', neutralFrom: 'x' }, 'Neutral From is "x"'],
    ['there is no occasion', { oncePer: 'own', occasion: '={{ $json.none }}' }, 'Which One is empty'],
    ['the moment is none', { more: { answeredAt: 'soon' } }, 'Answered At'],
    ['the moment lies ahead', { more: { answeredAt: '2999-01-01' } }, 'lies ahead'],
    ['nobody is named', { answer: 9 }, 'names no contact'],
  ])('ends the run with the item where %s', async (what, parameters, message) => {
    const items = [what.startsWith('nobody') ? {} : { email: 'ann@example.com', reply: '9' }];
    await expect(run({ ...REPLIES, ...parameters }, { items }).outputs()).rejects.toThrow(message);
    await expect(run({ ...REPLIES, ...parameters }, { items }).outputs()).rejects.toMatchObject({
      context: { itemIndex: 0 },
    });
    expect(await answers()).toEqual([]);
  });

  it('writes nothing at all where one item ends the run', async () => {
    const items = [{ email: 'ann@example.com', reply: '9' }, { reply: '9' }];
    await expect(run(REPLIES, { items }).outputs()).rejects.toThrow('names no contact');
    expect(await answers()).toEqual([]);
  });

  it('leaves through No Score as an error item where the node goes on, paired with where it came from', async () => {
    const items = [{ reply: '9' }, { email: 'ann@example.com', reply: '9' }];
    const [promoter, , , noScore] = await run(REPLIES, { items, continueOnFail: true }).outputs();
    expect(emails(promoter)).toEqual(['ann@example.com']);
    expect(noScore).toEqual([
      {
        json: {
          error: expect.stringContaining('names no contact') as string,
          details: expect.any(Array) as [],
        },
        pairedItem: { item: 0 },
      },
    ]);
  });

  it('is every item’s error through No Score where the store cannot be opened', async () => {
    const before = process.env.CONTACT_STORE_URL;
    process.env.CONTACT_STORE_URL = 'nowhere://';
    const outputs = await run(REPLIES, { items: [{}, {}], continueOnFail: true }).outputs();
    process.env.CONTACT_STORE_URL = before;
    expect(outputs.map(({ length }) => length)).toEqual([0, 0, 0, 2]);
  });
});

it('may ask something else of each item', async () => {
  const items = [
    { email: 'ann@example.com', reply: '9', survey: 'a' },
    { email: 'ann@example.com', reply: '6', survey: 'b' },
  ];
  const [promoter, , detractor] = await run(
    { ...REPLIES, survey: { ...named('={{ $json.survey }}') } },
    { items },
  ).outputs();
  expect([npsOf(promoter), npsOf(detractor)]).toMatchObject([[{ survey: 'a' }], [{ survey: 'b' }]]);
});

describe('many items', () => {
  async function operationsOf(count: number, from: number): Promise<number> {
    const { store } = await openedStore();
    let operations = 0;
    const counting = <T extends object>(table: T): T =>
      new Proxy(table, {
        get(target, name) {
          operations++;
          return Reflect.get(target, name) as unknown;
        },
      });
    const watched = (work: (tx: Transaction) => Promise<unknown>) => (tx: Transaction) =>
      work(new Proxy(tx, { get: (target, table: keyof Transaction) => counting(target[table]) }));
    const { read, write } = store;
    jest
      .spyOn(store, 'read')
      .mockImplementation(((work: never) => read.call(store, watched(work))) as Store['read']);
    jest
      .spyOn(store, 'write')
      .mockImplementation(((work: never) => write.call(store, watched(work))) as Store['write']);
    const items = Array.from({ length: count }, (_, at) => ({
      email: `p${from + at}@example.com`,
      reply: at % 11,
    }));
    const outputs = await run(REPLIES, { items }).outputs();
    jest.restoreAllMocks();
    expect(outputs.flat()).toHaveLength(count);
    return operations;
  }

  it('of one piece cost as many operations as ten', async () => {
    const few = await operationsOf(10, 0);
    expect(await operationsOf(400, 100)).toBe(few);
  });

  it('keep each its own answer', async () => {
    const items = Array.from({ length: 1_201 }, (_, at) => ({
      email: `p${at}@example.com`,
      reply: at % 11,
      at,
    }));
    const outputs = await run(REPLIES, { items }).outputs();
    for (const { json, pairedItem } of outputs.flat()) {
      const { score } = json.nps as IDataObject;
      expect([score, (pairedItem as { item: number }).item]).toEqual([Number(json.at) % 11, json.at]);
    }
  });
});

describe('the description', () => {
  const outputNames = (scale?: string) => {
    const expression = String(node.description.outputs)
      .replace(/^=\{\{/, '')
      .replace(/\}\}$/, '');
    const names = new Function('$parameter', `return (${expression})`) as (parameters: object) => Array<{
      displayName: string;
    }>;
    return names(scale ? { scale } : {}).map(({ displayName }) => displayName);
  };

  it.each([
    ['nps', ['Promoter', 'Passive', 'Detractor', 'No Score']],
    ['csat', ['Satisfied', 'Neutral', 'Dissatisfied', 'No Score']],
    ['ces', ['Easy', 'Neutral', 'Difficult', 'No Score']],
    ['own', ['Satisfied', 'Neutral', 'Dissatisfied', 'No Score']],
    [undefined, ['Promoter', 'Passive', 'Detractor', 'No Score']],
  ])('names the outputs in the words of the scale %s', (scale, names) => {
    expect(outputNames(scale)).toEqual(names);
  });

  it.each<[IDataObject, string[]]>([
    [{}, ['answerFrom', 'answer', 'more', 'record', 'oncePer', 'second', 'contactFrom']],
    [{ answerFrom: 'event' }, ['answerFrom', 'record', 'oncePer', 'second', 'contactFrom']],
    [{ record: false }, ['answerFrom', 'answer', 'more', 'record']],
    [
      { oncePer: 'own', answerFrom: 'event', contactFrom: 'chosen' },
      ['answerFrom', 'record', 'oncePer', 'occasion', 'second', 'contactFrom', 'contact'],
    ],
    [
      { scale: 'own', record: false, answerFrom: 'event' },
      ['lowest', 'highest', 'satisfiedFrom', 'neutralFrom', 'answerFrom', 'record'],
    ],
  ])('with %j shows %j', (parameters, names) => {
    const shown = Object.keys(run(parameters).parameters);
    expect(shown.filter((name) => !['survey', 'scale', 'storeFrom'].includes(name))).toEqual(names);
  });

  it('says of every field what happens, and offers choices by name', () => {
    const every = (properties: readonly INodeProperties[]): INodeProperties[] =>
      properties.flatMap((property) => [
        property,
        ...every((property.options ?? []).filter((option): option is INodeProperties => 'type' in option)),
      ]);
    for (const property of every(node.description.properties)) {
      expect([property.name, property.description ?? '']).toEqual([
        property.name,
        expect.stringMatching(/^.{10,}/s),
      ]);
      if (property.type === 'boolean') expect(property.description).toMatch(/^Whether /);
      // Whose contact it is stands in the same words in every node.
      if (property.type !== 'options' || property.name === 'contactFrom') continue;
      const names = (property.options ?? []).map(({ name }) => name);
      expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
    }
  });

  it('has icons, a codex file with its page, and its place in the package', async () => {
    const folder = path.join(__dirname, '../../../nodes/NpsBranch');
    const codex = JSON.parse(await readFile(path.join(folder, 'NpsBranch.node.json'), 'utf8')) as {
      node: string;
      resources: { primaryDocumentation: [{ url: string }] };
    };
    expect(codex.node).toBe('n8n-nodes-marketing-automation.npsBranch');
    expect(codex.resources.primaryDocumentation[0].url).toMatch(/docs\/nodes\/nps-branch\.md$/);
    const { light, dark } = node.description.icon as { light: string; dark: string };
    for (const icon of [light, dark]) {
      expect(await readFile(path.join(folder, icon.replace('file:', '')), 'utf8')).toContain('<svg');
    }
    const manifest = await readFile(path.join(__dirname, '../../../package.json'), 'utf8');
    expect(manifest).toContain('dist/nodes/NpsBranch/NpsBranch.node.js');
  });
});
