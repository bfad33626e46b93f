import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { NpsBranch } from '../../../nodes/NpsBranch/NpsBranch.node';
import { saveSegment } from '../../../src/app/segments/save-segment';
import { FakeExecution, useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
});
afterEach(() => temporary.remove());

const survey = (value = 'nps') => ({ __rl: true, mode: 'name', value });
const answered = async (replies: readonly unknown[], more: IDataObject = {}) => {
  const items = replies.map((reply, at) => ({ email: `p${at}@example.com`, reply }) as IDataObject);
  await new FakeExecution({
    node: new NpsBranch(),
    parameters: { answer: '={{ $json.reply }}', ...more },
    items,
  }).outputs();
};
const totals = async (parameters: IDataObject = {}) =>
  (await jsonOf('survey', 'getTotals', { survey: survey(), ...parameters })).map(
    (json) => json.totals as IDataObject,
  );
const times = <T>(value: T, count: number) => Array<T>(count).fill(value);

it('gives the totals of the worked example on the page', async () => {
  const file = path.join(__dirname, '../../../docs/nodes/nps-branch.md');
  const page = await readFile(file, 'utf8');
  const example = /```json\n([^`]*)```/.exec(page)?.[1] ?? '';
  const replies = [...times('10', 70), ...times('8', 20), ...times('3', 10), ...times('fine', 5)];
  await answered(replies, { more: { answeredAt: '2026-03-07T10:00:00Z' } });
  expect(await totals()).toEqual([JSON.parse(example)]);
  // What the page says of it in words.
  expect(page).toContain('70 promoters, 20 passives and 10 detractors');
  expect(page).toContain('NPS is 60, with a margin of 13.0 points');
});

it('rounds nothing, and names the counts in the words of the scale', async () => {
  await answered([5, 4, 1], { scale: 'csat' });
  const [csat] = await totals({ scale: 'csat' });
  expect(csat).toMatchObject({
    scale: 'csat',
    counts: { satisfied: 2, neutral: 0, dissatisfied: 1 },
    measure: 'percentage that is satisfied',
    score: 200 / 3,
    mean: 10 / 3,
    warnings: ['3 answers are too few to say anything; wait for 30.'],
  });
  const [nps] = await totals();
  expect(nps).toMatchObject({
    answers: 0,
    score: null,
    leftOut: { otherScale: 3 },
    warnings: ['Nobody has answered.'],
  });
  const [own] = await totals({
    scale: 'own',
    lowest: 1,
    highest: 5,
    satisfiedFrom: 4,
    survey: survey('other'),
  });
  expect(Object.keys(own?.counts ?? {})).toEqual(['satisfied', 'dissatisfied']);
});

it('gives an item for each period or segment', async () => {
  await answered([9, 3], { more: { answeredAt: '2026-03-07T10:00:00Z' } });
  await answered([10], { oncePer: 'month', more: { answeredAt: '2026-04-01T10:00:00Z' } });
  const months = await totals({ groupBy: 'month' });
  expect(months.map(({ period, score }) => [period, score])).toEqual([
    ['2026-03', 0],
    ['2026-04', 100],
  ]);
  expect(await totals({ counted: 'every' })).toMatchObject([{ answers: 3 }]);
  expect(await totals({ surveyFilters: { before: '2026-04-01' } })).toMatchObject([{ answers: 2 }]);

  await createContacts({ email: 'p0@example.com', tags: ['vip'] });
  const { store } = await openedStore();
  await saveSegment(store, { name: 'vips', rule: { tag: 'vip' }, zone: 'UTC' }, Date.now());
  const segments = await totals({ groupBy: 'segment', surveySegments: ['vips'] });
  expect(segments).toMatchObject([{ segment: 'vips', answers: 1, score: 100 }]);
  const both = await totals({ groupBy: 'month', surveyFilters: { inSegments: ['vips'] } });
  expect(both.map(({ period, answers, score }) => [period, answers, score])).toEqual([
    ['2026-03', 1, 100],
    ['2026-04', 1, 100],
  ]);
});

it('refuses a survey without a name and a segment that is not saved, and pairs what it gives', async () => {
  const run = { items: [{ name: '' }, { name: 'nps' }], continueOnFail: true };
  const output = await operate('survey', 'getTotals', { survey: survey('={{ $json.name }}') }, run);
  expect(output).toMatchObject([
    { json: { error: expect.stringContaining('no name') as string }, pairedItem: { item: 0 } },
    { json: { totals: { survey: 'nps' } }, pairedItem: { item: 1 } },
  ]);
  await expect(totals({ groupBy: 'segment', surveySegments: ['gone'] })).rejects.toThrow('no segment "gone"');
});

it('shows the segments only where they are asked for', () => {
  const shown = (parameters: IDataObject) =>
    Object.keys(
      new FakeExecution({
        node: new ContactStore(),
        parameters: { resource: 'survey', operation: 'getTotals', ...parameters } as IDataObject,
      }).parameters,
    ).filter((name) => !['resource', 'operation', 'storeFrom'].includes(name));
  expect(shown({})).toEqual(['survey', 'scale', 'counted', 'groupBy', 'surveyFilters']);
  expect(shown({ groupBy: 'segment', scale: 'own' })).toEqual([
    'survey',
    'scale',
    'lowest',
    'highest',
    'satisfiedFrom',
    'neutralFrom',
    'counted',
    'groupBy',
    'surveySegments',
    'surveyFilters',
  ]);
});
