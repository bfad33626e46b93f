import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { SplitTest } from '../../../nodes/SplitTest/SplitTest.node';
import { recordEvents } from '../../../src/app/record-events';
import { splitter } from '../../../src/domain/experiment/split-contact';
import { createContacts, jsonOf, openedStore } from '../contact-store/store-under-test';
import { FakeExecution, useTemporaryStore, type FakeRun } from '../fake-execution';

const node = new SplitTest();
const named = (value: string) => ({ __rl: true, mode: 'name', value });
const SUBJECT = { experiment: named('subject'), controlPercent: 10 };
const HALVES = {
  name: 'subject',
  variants: [
    { name: 'A', weight: 50 },
    { name: 'B', weight: 50 },
  ],
  controlShare: 0.1,
};

const run = (parameters: IDataObject, more: Partial<FakeRun> = {}) =>
  new FakeExecution({ node, parameters: { ...SUBJECT, ...parameters }, ...more });
const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ email: `p${from + index}@example.com` }));
type Variant = { name: string | null; isControl: boolean; reasons: string[]; experiment: string };
const variantOf = ({ json }: INodeExecutionData) => json.variant as unknown as Variant;
const mails = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.email);

describe('with a store', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
  });
  afterEach(() => temporary.remove());

  const click = async (emails: readonly unknown[]) => {
    const { store } = await openedStore();
    const patch = (email: string) => ({
      identifiers: { email },
      fields: {},
      properties: {},
      tags: [],
      lists: [],
    });
    await recordEvents(
      store,
      emails.map((email) => ({
        contact: { patch: patch(String(email)), mode: 'upsert' as const },
        event: {
          type: 'email_clicked',
          occurredAt: Date.now(),
          properties: { message: 'may', machine: false },
          key: null,
        },
      })),
      Date.now(),
      { allOrNothing: true },
    );
  };

  it('lets each item out by what its contact draws, as it came, with what it got and why', async () => {
    const ids = await createContacts(...people(0, 40));
    const items = people(0, 40).map((person, own) => ({ ...person, own }));
    const outputs = await run({}, { items }).outputs();
    expect(outputs).toHaveLength(3);
    const draw = splitter(HALVES);
    outputs.forEach((output, place) => {
      for (const item of output) {
        const index = item.pairedItem as { item: number };
        const expected = draw(ids[index.item] ?? -1);
        expect(place).toBe(expected === null ? 2 : expected === 'A' ? 0 : 1);
        expect(item.json).toMatchObject({
          ...items[index.item],
          contact: { id: ids[index.item] },
          variant: { experiment: 'subject', name: expected, isControl: expected === null },
        });
      }
    });
    expect(outputs.flat()).toHaveLength(40);
    const [[a], , [control]] = outputs as [INodeExecutionData[], INodeExecutionData[], INodeExecutionData[]];
    expect(a && variantOf(a).reasons).toEqual([`drawn by the contact's id: "A" gets 45 % of contacts`]);
    expect(control && variantOf(control).reasons).toEqual([
      'drawn into the control group of 10 % of contacts',
    ]);
    const again = await run({}, { items }).outputs();
    expect(again.map(mails)).toEqual(outputs.map(mails));
    expect(again[0]?.[0] && variantOf(again[0][0]).reasons[0]).toMatch(/^got "A" at .*, and keeps it$/);
    expect(items).toEqual(people(0, 40).map((person, own) => ({ ...person, own })));
  });

  it('keeps who got what when weights change, and moves them where that is chosen', async () => {
    await createContacts(...people(0, 30));
    const before = await run({}, { items: people(0, 30) }).outputs();
    const onlyB = {
      variants: {
        variant: [
          { name: 'A', weight: 0 },
          { name: 'B', weight: 1 },
        ],
      },
    };
    const kept = await run(onlyB, { items: people(0, 30) }).outputs();
    expect(kept.map(mails)).toEqual(before.map(mails));
    const moved = await run({ ...onlyB, options: { again: 'move' } }, { items: people(0, 30) }).outputs();
    expect(moved[0]).toEqual([]);
    expect(moved[2]?.map(({ json }) => json.email)).toEqual(before[2]?.map(({ json }) => json.email));
  });

  it('keeps nothing in a test run, and says so', async () => {
    await createContacts(...people(0, 2));
    const trial = run({}, { items: people(0, 2), mode: 'manual' });
    expect((await trial.outputs()).flat()).toHaveLength(2);
    expect(trial.hints).toEqual(['Test run: nothing was kept, so that it does not count in the results.']);
    expect(await jsonOf('splitTest', 'getAll', {})).toEqual([]);
  });

  it('ends at an unknown contact before anything is kept, or lets it out with the control group as an error', async () => {
    await createContacts(...people(0, 1));
    const items = [...people(0, 1), { email: 'nobody@example.com' }, { name: 'without an address' }];
    await expect(run({}, { items }).outputs()).rejects.toThrow();
    expect(await jsonOf('splitTest', 'getAll', {})).toEqual([]);
    const outputs = await run({}, { items, continueOnFail: true }).outputs();
    const errors = outputs.flat().filter(({ json }) => json.error !== undefined);
    expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
    expect(outputs[2]).toEqual(expect.arrayContaining(errors));
  });

  it.each([
    ['no name', { experiment: named(' ') }, 'The test has no name'],
    ['one variant', { variants: { variant: [{ name: 'A', weight: 1 }] } }, 'it must be a list of 2 to 6'],
    [
      'two with one name',
      {
        variants: {
          variant: [
            { name: 'A', weight: 1 },
            { name: 'A', weight: 2 },
          ],
        },
      },
      'two variants with the name',
    ],
    [
      'no weight at all',
      {
        variants: {
          variant: [
            { name: 'A', weight: 0 },
            { name: 'B', weight: 0 },
          ],
        },
      },
      'All weights',
    ],
    [
      'a control group of everybody',
      { controlPercent: 100 },
      '"100" is no control group; use a number from 0 to 99',
    ],
    [
      'a variant called control',
      {
        variants: {
          variant: [
            { name: 'Control', weight: 1 },
            { name: 'B', weight: 1 },
          ],
        },
      },
      'what the control group is called',
    ],
  ])('refuses %s', async (_, parameters, message) => {
    await createContacts(...people(0, 1));
    await expect(run(parameters as IDataObject, { items: people(0, 1) }).outputs()).rejects.toThrow(message);
  });

  it('counts by any rule, built from lists or written, and says what is wrong with one', async () => {
    await createContacts(...people(0, 60));
    const [a = []] = await run({}, { items: people(0, 60) }).outputs();
    await click(mails(a).slice(0, 5));
    const results = async (parameters: IDataObject) => {
      const [all] = await jsonOf('splitTest', 'getResults', {
        experiment: named('subject'),
        measure: 'rule',
        ...parameters,
      } as never);
      return (all?.results as unknown as { variants: Array<{ successes: number }> }).variants.map(
        ({ successes }) => successes,
      );
    };
    const ruleJson = '{ "all": [{ "event": "email_clicked" }, { "none": [{ "tag": "vip" }] }] }';
    expect(await results({ goalBy: 'json', ruleJson })).toEqual([5, 0, 0]);
    const groups = { group: [{ match: 'all', rules: { event: [{ types: ['email_clicked'] }] } }] };
    expect(await results({ groups })).toEqual([5, 0, 0]);
    await expect(results({ goalBy: 'json', ruleJson: '{ "segment": "gone" }' })).rejects.toThrow(
      'There is no segment "gone"',
    );
    await expect(results({ goalBy: 'json', ruleJson: '{}' })).rejects.toThrow('rule');
  });

  it('tells the results in shares and words, of the message that is asked about', async () => {
    await createContacts(...people(0, 300));
    const [a = [], b = []] = await run({}, { items: people(0, 300) }).outputs();
    await click(mails(a).slice(0, 60));
    const [all] = await jsonOf('splitTest', 'getResults', {
      experiment: named('subject'),
      goalMessage: 'may',
      counting: { minimumContacts: 50 },
    });
    expect(all).toMatchObject({
      test: { name: 'subject', version: 1, winner: null, controlShare: 0.1 },
      results: {
        verdict: 'decided',
        isDecided: true,
        leader: 'A',
        variants: [
          { name: 'A', contacts: a.length, successes: 60, rate: 60 / a.length, isControl: false },
          { name: 'B', contacts: b.length, successes: 0, rate: 0 },
          { name: null, isControl: true, successes: 0 },
        ],
      },
    });
    const { variants, reasons } = all?.results as unknown as {
      variants: Array<{
        probabilityBest: number | null;
        difference: { against: string; mean: number } | null;
      }>;
      reasons: string[];
    };
    expect(variants[0]?.probabilityBest).toBeGreaterThan(0.999);
    expect(variants[0]?.difference?.against).toBe('Control Group');
    expect(reasons[0]).toMatch(/^Stop and take "A"/);
    const [other] = await jsonOf('splitTest', 'getResults', {
      experiment: named('subject'),
      goalMessage: 'june',
      counting: { minimumContacts: 50 },
    });
    expect(other).toMatchObject({
      results: { variants: [{ successes: 0 }, { successes: 0 }, { successes: 0 }] },
    });
    const [sent] = await jsonOf('splitTest', 'getResults', {
      experiment: named('subject'),
      counting: { sentOnly: true },
    });
    expect(sent).toMatchObject({
      results: {
        verdict: 'tooFew',
        variants: [{ contacts: 0 }, { contacts: 0 }, { contacts: 300 - a.length - b.length }],
      },
    });
    await expect(jsonOf('splitTest', 'getResults', { experiment: named('none') })).rejects.toThrow(
      'There is no test "none"',
    );
    expect(await jsonOf('splitTest', 'getAll', {})).toMatchObject([{ test: { name: 'subject' } }]);
  });

  it('gives the rest the winner, nothing to the control group, and lets who took part out apart', async () => {
    await createContacts(...people(0, 300));
    const [a = [], b = []] = await run({}, { items: people(0, 200) }).outputs();
    await click(mails(a).slice(0, 60));
    const take = { operation: 'takeWinner', measure: 'clicked', counting: { minimumContacts: 50 } };
    const items = [...people(200, 300), { email: mails(b)[0] }];
    const outputs = await run(take, { items }).outputs();
    expect(outputs).toHaveLength(4);
    const [winner = [], loser = [], control = [], tookPart = []] = outputs;
    expect(loser).toEqual([]);
    expect(winner.length + control.length).toBe(100);
    expect(mails(tookPart)).toEqual([mails(b)[0]]);
    expect(winner[0]?.json).toMatchObject({
      variant: { name: 'A', reasons: ['"A" did best'] },
      winner: { name: 'A' },
    });
    expect(tookPart[0] && variantOf(tookPart[0]).reasons[0]).toMatch(/^took part: got "B" since/);
    expect(await jsonOf('splitTest', 'getAll', {})).toMatchObject([{ test: { winner: 'A' } }]);
  });

  it('gives the winner to no control group of the test, and fails where it has no output for the winner', async () => {
    await createContacts(...people(0, 200));
    const [a = []] = await run({}, { items: people(0, 100) }).outputs();
    await click(mails(a));
    const take = { operation: 'takeWinner', controlPercent: 0, counting: { minimumContacts: 20 } };
    const items = people(100, 200);
    const expected = await run({}, { items, mode: 'manual' }).outputs();
    const outputs = await run(take, { items }).outputs();
    expect(expected[2]?.length).toBeGreaterThan(0);
    expect(mails(outputs[2])).toEqual(mails(expected[2]));
    const others = {
      variants: {
        variant: [
          { name: 'B', weight: 1 },
          { name: 'C', weight: 1 },
        ],
      },
    };
    await expect(run({ ...take, ...others }, { items }).outputs()).rejects.toThrow(
      '"A" won the test "subject", but is not among the variants here; add one of that name.',
    );
  });

  it('shows an output for each variant, one for the control group, and one more where the winner is taken', () => {
    const outputs = (parameters: IDataObject) =>
      new Function('$parameter', `return ${String(node.description.outputs).slice(3, -2)}`)(
        parameters,
      ) as Array<{
        displayName: string;
      }>;
    const variants = { variant: [{ name: 'Short' }, { name: '' }] };
    expect(outputs({ operation: 'split', variants }).map(({ displayName }) => displayName)).toEqual([
      'Short',
      'Variant 2',
      'Control Group',
    ]);
    expect(outputs({ operation: 'takeWinner', variants }).map(({ displayName }) => displayName)).toEqual([
      'Short',
      'Variant 2',
      'Control Group',
      'Took Part',
    ]);
    expect(outputs({})).toHaveLength(1);
  });

  it('keeps what 1,000 items got in one transaction', async () => {
    await createContacts(...people(0, 1_000));
    const { store } = await openedStore();
    const writes = jest.spyOn(store, 'write');
    const outputs = await run({}, { items: people(0, 1_000) }).outputs();
    expect(outputs.flat()).toHaveLength(1_000);
    expect(writes).toHaveBeenCalledTimes(1);
  });
});
