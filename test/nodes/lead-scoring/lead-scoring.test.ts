import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { LeadScoring } from '../../../nodes/LeadScoring/LeadScoring.node';
import { recordEvents } from '../../../src/app/record-events';
import { createContacts, openedStore } from '../contact-store/store-under-test';
import { FakeExecution, useTemporaryStore, type FakeRun } from '../fake-execution';

const node = new LeadScoring();
const DAY = 86_400_000;
const named = (value: string) => ({ __rl: true, mode: 'name', value });
/** Prices 10 each, at most three times; an order 30, fading by half in 30 days; opens 1; country and stage. */
const MODEL = {
  model: named('leads'),
  eventRules: {
    rule: [
      { types: ['price_viewed'], points: 10, counts: 'most', times: 3, name: 'Looked at prices' },
      { types: ['order_placed'], points: 30, fading: 'halfLife', days: 30 },
      { types: ['email_opened'], points: 1, cap: 2 },
    ],
  },
  profileRules: {
    rule: [
      {
        match: 'all',
        rules: { property: [{ property: named('country'), op: 'in', value: 'DE, AT' }] },
        points: 15,
        name: 'From here',
      },
    ],
  },
  gradeBy: 'total',
  grades: {
    grade: [
      { name: 'Hot', from: 60 },
      { name: 'Warm', from: 20 },
      { name: 'Cold', from: 0 },
    ],
  },
  thresholds: { threshold: [{ name: 'qualified', at: 50, of: 'total', hysteresis: 5 }] },
};
const run = (parameters: IDataObject, more: Partial<FakeRun> = {}) =>
  new FakeExecution({ node, parameters: { ...MODEL, ...parameters } as IDataObject, ...more });
type Told = {
  model: string | null;
  total: number | null;
  fit: number;
  engagement: number;
  grade: string | null;
  crossings: Array<{ kind: string; direction: string; threshold?: string }>;
  rules: Array<{ name: string; points: number; events: number | null; isCapped: boolean }>;
  reasons: string[];
};
const toldBy = (item: INodeExecutionData | undefined) => item?.json.score as unknown as Told;
const mails = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.email);

describe('with a store', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
    await createContacts({ email: 'ann@example.com', country: 'DE' }, { email: 'ben@example.com' });
  });
  afterEach(() => temporary.remove());

  const happen = async (email: string, type: string, agoMs = 0, properties: IDataObject = {}) => {
    const { store } = await openedStore();
    const patch = { identifiers: { email }, fields: {}, properties: {}, tags: [], lists: [] };
    const event = { type, occurredAt: Date.now() - agoMs, properties: properties as never, key: null };
    const [recorded] = await recordEvents(
      store,
      [{ contact: { patch, mode: 'upsert' }, event }],
      Date.now(),
      {
        allOrNothing: true,
      },
    );
    return recorded;
  };
  const ann = { email: 'ann@example.com', own: 1 };
  const ben = { email: 'ben@example.com' };

  it('adds up points of events and profile, with what gave them, and a grade', async () => {
    for (const ago of [5, 4, 3, 2]) await happen('ann@example.com', 'price_viewed', ago * DAY);
    await happen('ann@example.com', 'order_placed', 30 * DAY);
    for (let count = 0; count < 3; count++) await happen('ann@example.com', 'email_opened');
    await happen('ann@example.com', 'email_opened', 0, { machine: true });
    const [items = []] = await run({}, { items: [ann, ben] }).outputs();
    const told = toldBy(items[0]);
    expect(told).toMatchObject({ model: 'leads', fit: 15, grade: 'Hot' });
    expect(told.engagement).toBeCloseTo(30 + 15 + 2, 3);
    expect(told.total).toBeCloseTo(62, 3);
    expect(told.rules).toMatchObject([
      { name: 'Looked at prices', points: 30, events: 3, isCapped: false },
      { events: 1 },
      { points: 2, events: 3, isCapped: true },
      { name: 'From here', points: 15, events: null },
    ]);
    expect(told.reasons.slice(0, 3)).toEqual(
      ['62 in total: Hot', '+30 Looked at prices from 3 events', '+15 order_placed from 1 event'].map(
        (line) => expect.stringContaining(line.split(' ')[0] ?? '') as string,
      ),
    );
    expect(items[0]).toMatchObject({
      json: { own: 1, contact: { email: 'ann@example.com', scores: { leads: { grade: 'Hot' } } } },
      pairedItem: { item: 0 },
    });
    expect(toldBy(items[1])).toMatchObject({ total: 0, grade: 'Cold', crossings: [] });
    expect(ann).toEqual({ email: 'ann@example.com', own: 1 });
  });

  it('tells what the event of the item crossed, and in which direction', async () => {
    await happen('ann@example.com', 'price_viewed', DAY);
    await happen('ann@example.com', 'price_viewed', DAY / 2);
    const recorded = await happen('ann@example.com', 'order_placed');
    const event = recorded && 'event' in recorded ? recorded.event : null;
    const item = {
      ...ann,
      event: {
        id: event?.id,
        type: 'order_placed',
        occurredAt: new Date(event?.occurredAt ?? 0).toISOString(),
      },
    };
    const [items = []] = await run({}, { items: [item] }).outputs();
    expect(toldBy(items[0]).crossings).toMatchObject([
      { kind: 'grade', from: 'Warm', to: 'Hot', direction: 'up' },
      { kind: 'threshold', threshold: 'qualified', direction: 'up' },
    ]);
  });

  it('lets contacts out by their grade', async () => {
    await happen('ann@example.com', 'price_viewed');
    const outputs = await run(
      { branch: true },
      { items: [ann, ben, { email: 'nobody@example.com' }] },
    ).outputs();
    expect(outputs.map(mails)).toEqual([
      [],
      ['ann@example.com'],
      ['ben@example.com'],
      ['nobody@example.com'],
    ]);
    expect(toldBy(outputs[3]?.[0])).toMatchObject({
      total: null,
      reasons: ['the contact is not in the store'],
    });
    const shown = new Function('$parameter', `return ${String(node.description.outputs).slice(3, -2)}`) as (
      parameters: object,
    ) => Array<{ displayName?: string }>;
    const names = (parameters: object) =>
      shown({ ...MODEL, ...parameters }).map(({ displayName }) => displayName);
    expect(names({ branch: true })).toEqual(['Hot', 'Warm', 'Cold', 'No Score']);
    expect(names({ branch: false })).toEqual([undefined]);
    expect(
      names({
        branch: true,
        gradeBy: 'grid',
        fitGrades: { grade: [{ name: 'A' }, { name: 'B' }] },
        engagementGrades: { grade: [{ name: '1' }, { name: '2' }] },
      }),
    ).toEqual(['A1', 'A2', 'B1', 'B2', 'No Score']);
  });

  it('branches by a grid in the order of its outputs', async () => {
    await happen('ann@example.com', 'price_viewed');
    const grid = {
      branch: true,
      gradeBy: 'grid',
      fitGrades: {
        grade: [
          { name: 'A', from: 10 },
          { name: 'B', from: 0 },
        ],
      },
      engagementGrades: {
        grade: [
          { name: '1', from: 10 },
          { name: '2', from: 0 },
        ],
      },
    };
    const outputs = await run(grid, { items: [ann, ben] }).outputs();
    expect(outputs.map(mails)).toEqual([['ann@example.com'], [], [], ['ben@example.com'], []]);
  });

  it('saves the model once it runs, in its next version where it differs, and takes a saved one', async () => {
    const { store } = await openedStore();
    const saved = () => store.read((tx) => tx.scores.list());
    const trial = run({}, { items: [ann], mode: 'manual' });
    expect(toldBy((await trial.outputs())[0]?.[0]).total).toBe(15);
    expect(trial.hints).toEqual(['Test run: the model is not saved, so nothing watches it yet.']);
    expect(await saved()).toEqual([]);
    await run({}, { items: [ann, ben] }).outputs();
    await run({}, { items: [ann, ben] }).outputs();
    expect(await saved()).toMatchObject([{ name: 'leads', version: 1 }]);
    await run({ limits: { totalCap: 10 } }, { items: [ann] }).outputs();
    expect(await saved()).toMatchObject([{ name: 'leads', version: 2 }]);
    const [items = []] = await run({ defineBy: 'saved' }, { items: [ann] }).outputs();
    expect(toldBy(items[0]).total).toBe(10);
    await expect(
      run({ defineBy: 'saved', model: named('none') }, { items: [ann] }).outputs(),
    ).rejects.toThrow('There is no score model "none"');
  });

  it.each([undefined, true])(
    'watches from now on, or tells who is there already: %s',
    async (tellsPresent) => {
      for (let count = 0; count < 2; count++) await happen('ann@example.com', 'order_placed');
      const modelOptions = tellsPresent === undefined ? {} : { tellsPresent };
      await run({ modelOptions }, { items: [ben] }).outputs();
      const { store } = await openedStore();
      const crossed = await store.read((tx) => tx.changes.after(0, ['score_crossed'], 9));
      const told = crossed.map(({ contactId, detail }) => [contactId, detail.threshold ?? detail.to]);
      expect(told).toEqual(
        tellsPresent
          ? [
              [1, 'Hot'],
              [1, 'qualified'],
            ]
          : [],
      );
    },
  );

  it('keeps one version where workflows of several zones define the model, and says by which it goes', async () => {
    const { store } = await openedStore();
    const saved = () => store.read((tx) => tx.scores.list());
    const from = async (timezone: string, modelOptions: IDataObject = {}) => {
      const execution = run({ modelOptions }, { items: [ann], workflow: { timezone } });
      await execution.outputs();
      return execution.hints;
    };
    expect(await from('Europe/Berlin')).toEqual([]);
    const [hint = '', ...more] = await from('Pacific/Apia');
    expect([hint, more]).toEqual([expect.stringContaining('keeps the time zone Europe/Berlin'), []]);
    expect(await from('Europe/Berlin')).toEqual([]);
    expect(await saved()).toMatchObject([{ version: 1, zone: 'Europe/Berlin' }]);
    expect(await from('Europe/Berlin', { zone: 'Asia/Tokyo' })).toEqual([]);
    expect(await saved()).toMatchObject([{ version: 2, zone: 'Asia/Tokyo' }]);
    await from('Europe/Berlin');
    await run(
      { limits: { totalCap: 10 } },
      { items: [ann], workflow: { timezone: 'Pacific/Apia' } },
    ).outputs();
    expect(await saved()).toMatchObject([{ version: 3, zone: 'Asia/Tokyo' }]);
    await expect(from('UTC', { zone: 'Berlin' })).rejects.toThrow('"Berlin" is not a time zone');
  });

  it('takes a model as JSON', async () => {
    const modelJson =
      '{ "rules": [{ "rule": { "property": "country", "op": "equals", "value": "DE" }, "points": 7 }] }';
    const [items = []] = await run({ defineBy: 'json', modelJson }, { items: [ann, ben] }).outputs();
    expect(items.map((item) => toldBy(item).total)).toEqual([7, 0]);
    expect(toldBy(items[0]).grade).toBeNull();
  });

  it.each([
    ['no name', { model: named(' ') }, 'has no name'],
    ['no rules', { eventRules: {}, profileRules: {} }, 'rules'],
    ['an event that is not named', { eventRules: { rule: [{ types: [], points: 1 }] } }, 'event'],
    ['no points', { eventRules: { rule: [{ types: ['x'], points: 0 }] } }, 'points'],
    ['a cap below nothing', { eventRules: { rule: [{ types: ['x'], points: -1, cap: -20 }] } }, '-20'],
    [
      'a group that is not there',
      { eventRules: { rule: [{ types: ['x'], points: 1, group: 'mail' }] } },
      'mail',
    ],
    [
      'grades that do not go down',
      {
        grades: {
          grade: [
            { name: 'A', from: 1 },
            { name: 'B', from: 5 },
            { name: 'C', from: 0 },
          ],
        },
      },
      'not below',
    ],
    [
      'a profile rule without a condition',
      { profileRules: { rule: [{ match: 'all', rules: {}, points: 1 }] } },
      'Who Contacts Are',
    ],
    ['what is not JSON', { defineBy: 'json', modelJson: '{' }, 'not JSON'],
  ])('refuses %s', async (_, parameters, message) => {
    await expect(run(parameters as IDataObject, { items: [ann] }).outputs()).rejects.toThrow(message);
  });

  it('gives an error for who is unknown where that is chosen', async () => {
    const items = [ann, { email: 'nobody@example.com' }];
    await expect(run({ unknownContact: 'error' }, { items }).outputs()).rejects.toThrow();
    const outputs = await run(
      { unknownContact: 'error', branch: true },
      { items, continueOnFail: true },
    ).outputs();
    expect(outputs[3]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
  });

  it('lets nobody out by a grade where the model is wrong', async () => {
    const wrong = { branch: true, eventRules: { rule: [{ types: ['x'], points: 0 }] } };
    const outputs = await run(wrong, { items: [ann, ben], continueOnFail: true }).outputs();
    expect(outputs.map((own) => own.length)).toEqual([0, 0, 0, 2]);
    expect(outputs[3]?.every(({ json }) => json.error !== undefined)).toBe(true);
  });
});
