import type { IDataObject, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';
import { Journey } from '../../../nodes/Journey/Journey.node';
import { recordEvents } from '../../../src/app/record-events';
import { createContacts, jsonOf, openedStore } from '../contact-store/store-under-test';
import { FakeExecution, useTemporaryStore, type FakeRun } from '../fake-execution';

const node = new Journey();
const named = (value: string) => ({ __rl: true, mode: 'name', value });
const WELCOME = { journey: named('welcome') };
const ORDERED = { goalBy: 'json', ruleJson: '{ "event": "order_placed" }' };

/** The context of n8n, which also tells the steps that follow a node. */
class JourneyExecution extends FakeExecution {
  constructor(run: FakeRun) {
    super(run);
    Object.assign(this.context, {
      getChildNodes: () => [{ name: 'Wait', type: 'wait', typeVersion: 1, disabled: false, parameters: {} }],
      getParentNodes: () => [{ name: 'Journey' }, { name: 'Elsewhere' }],
    });
  }

  /** What n8n does when the workflow is published; returns what was logged. */
  async publish(): Promise<string[]> {
    const warnings: string[] = [];
    const context = Object.assign(Object.create(this.context) as ITriggerFunctions, {
      getNodeParameter: (name: string) => this.context.getNodeParameter(name, 0),
      logger: { warn: (message: string) => warnings.push(message) },
    });
    await node.trigger.call(context);
    return warnings;
  }
}
const run = (parameters: IDataObject, more: Partial<FakeRun> = {}) =>
  new JourneyExecution({ node, parameters: { ...WELCOME, ...ORDERED, ...parameters }, ...more });
type Told = {
  name: string;
  enrolmentId: number | null;
  state: string | null;
  isControl: boolean;
  entry?: string;
  reason: string | null;
  reasons: string[];
  eligibleAt?: string | null;
};
const toldBy = (item: INodeExecutionData | undefined) => item?.json.journey as unknown as Told;
const mails = (items: INodeExecutionData[] = []) => items.map(({ json }) => json.email);
const people = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ email: `p${from + index}@example.com` }));

describe('with a store', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
  });
  afterEach(() => temporary.remove());

  const order = async (email: string, agoMs = 0) => {
    const { store } = await openedStore();
    const patch = { identifiers: { email }, fields: {}, properties: {}, tags: [], lists: [] };
    const event = { type: 'order_placed', occurredAt: Date.now() - agoMs, properties: {}, key: null };
    await recordEvents(store, [{ contact: { patch, mode: 'upsert' }, event }], Date.now(), {
      allOrNothing: true,
    });
  };

  it('lets contacts in once, each with its enrolment and why', async () => {
    await createContacts(...people(0, 2));
    const items = people(0, 2).map((person, own) => ({ ...person, own }));
    const [first = [], left = []] = await run({}, { items }).outputs();
    expect(mails(first)).toEqual(['p0@example.com', 'p1@example.com']);
    expect(left).toEqual([]);
    expect(first[0]).toMatchObject({
      json: {
        own: 0,
        contact: { email: 'p0@example.com' },
        journey: {
          name: 'welcome',
          enrolmentId: 1,
          isControl: false,
          state: 'active',
          entry: 'entered',
          reasons: ['it has never been in this journey'],
        },
      },
      pairedItem: { item: 0 },
    });
    const [again = [], refused = []] = await run({}, { items }).outputs();
    expect(again).toEqual([]);
    expect(toldBy(refused[0])).toMatchObject({ enrolmentId: 1, entry: 'refused' });
    expect(items[0]).toEqual({ email: 'p0@example.com', own: 0 });
  });

  it('takes the same event, or the same key, for the same entry, and lets it go on', async () => {
    await createContacts(...people(0, 1));
    const item = { ...people(0, 1)[0], event: { id: 7, type: 'x', occurredAt: new Date().toISOString() } };
    await run({}, { items: [item] }).outputs();
    const [again = []] = await run({}, { items: [item, item] }).outputs();
    expect(again.map((own) => toldBy(own).entry)).toEqual(['same', 'same']);
    const keyed = { reentry: 'always', entryOptions: { entryKey: '={{ $json.order }}' } };
    const [one = []] = await run(keyed, { items: [{ ...people(0, 1)[0], order: 'a' }] }).outputs();
    const [two = []] = await run(keyed, { items: [{ ...people(0, 1)[0], order: 'a' }] }).outputs();
    expect([toldBy(one[0]).entry, toldBy(two[0]).entry]).toEqual(['entered', 'same']);
    expect(toldBy(two[0]).enrolmentId).toBe(toldBy(one[0]).enrolmentId);
  });

  it('takes the same crossing for the same entry, and another of the same moment for another', async () => {
    await createContacts(...people(0, 1));
    const at = '2026-03-02T09:00:00.000Z';
    const crossing = (threshold: string) => ({
      ...people(0, 1)[0],
      change: { kind: 'score_crossed', subject: 'leads', at, crossing: 'threshold', threshold },
    });
    const entries: unknown[] = [];
    // PostgreSQL takes no NUL: the entry is known by the text without it.
    for (const threshold of ['warm', 'warm', 'hot', 'hot\u0000', 'warm']) {
      const [items = []] = await run({ reentry: 'always' }, { items: [crossing(threshold)] }).outputs();
      entries.push(...items.map((own) => toldBy(own).entry));
    }
    expect(entries.slice(0, 4)).toEqual(['entered', 'same', 'entered', 'same']);
    const stays = await jsonOf('journey', 'getAll', { stayState: 'any' });
    expect(stays).toHaveLength(2);
  });

  it('lets in again as it is set: after so many days, who has left, or always', async () => {
    await createContacts(...people(0, 1));
    const enter = async (parameters: IDataObject) =>
      (await run(parameters, { items: people(0, 1) }).outputs()).map(toldFirst);
    await enter({});
    const [, days] = await enter({ reentry: 'afterDays', reentryDays: 3 });
    expect(days).toMatchObject({ entry: 'refused' });
    expect((await enter({ reentry: 'afterLeaving' }))[1]).toMatchObject({ entry: 'refused' });
    await run({ operation: 'leave', reason: 'enough' }, { items: people(0, 1) }).outputs();
    const [, tooEarly] = await enter({ reentry: 'afterDays', reentryDays: 3 });
    expect(Date.parse(tooEarly?.eligibleAt ?? '')).toBeGreaterThan(Date.now() + 2.9 * 86_400_000);
    expect((await enter({ reentry: 'afterLeaving' }))[0]).toMatchObject({ entry: 'entered', enrolmentId: 2 });
    expect((await enter({ reentry: 'always' }))[0]).toMatchObject({ entry: 'entered', enrolmentId: 3 });
  });

  it('notices the goal since entering, not before, and lets nobody go on who reached it', async () => {
    await createContacts(...people(0, 3));
    await order('p0@example.com', 60_000);
    await run({}, { items: people(0, 3) }).outputs();
    await order('p1@example.com', -1);
    const check = { operation: 'check' };
    const [going = [], left = []] = await run(check, { items: people(0, 3) }).outputs();
    expect(mails(going)).toEqual(['p0@example.com', 'p2@example.com']);
    expect(toldBy(left[0])).toMatchObject({ state: 'completed', reason: 'goal reached' });
    const [gone = []] = await run({ operation: 'leave', reason: 'all mails sent' }, { items: people(2, 3) })
      .outputs()
      .then(([, own = []]) => [own]);
    expect(toldBy(gone[0])).toMatchObject({ state: 'left', reason: 'all mails sent' });
  });

  it('does not let in who is beyond the goal, where events of before count', async () => {
    await createContacts(...people(0, 1));
    await order('p0@example.com', 60_000);
    const [, left = []] = await run({ goalSince: false }, { items: people(0, 1) }).outputs();
    expect(toldBy(left[0])).toMatchObject({ entry: 'refused', enrolmentId: null });
  });

  it('lets out by events since entering, or by all of them', async () => {
    await createContacts(...people(0, 1));
    await order('p0@example.com', 60_000);
    const exit = { goalBy: 'none', exitBy: 'json', exitJson: '{ "event": "order_placed" }' };
    const [, refused = []] = await run({ ...exit, exitSince: false }, { items: people(0, 1) }).outputs();
    expect(toldBy(refused[0])).toMatchObject({ entry: 'refused', reasons: ['exit rule', expect.anything()] });
    const [entered = []] = await run(exit, { items: people(0, 1) }).outputs();
    expect(toldBy(entered[0])).toMatchObject({ entry: 'entered' });
    await order('p0@example.com', -1);
    const [, left = []] = await run({ operation: 'check' }, { items: people(0, 1) }).outputs();
    expect(toldBy(left[0])).toMatchObject({ state: 'left', reason: 'exit rule' });
  });

  it('begins again with the last of several items of one run, also where they are delivered again', async () => {
    await createContacts(...people(0, 2));
    const cart = (id: number, who: IDataObject | undefined) => ({
      ...who,
      event: { id, type: 'cart_updated', occurredAt: new Date().toISOString() },
    });
    const [ann, ben] = people(0, 2);
    const items = [cart(1, ann), cart(2, ben), cart(3, ann), cart(2, ben), cart(4, ann)];
    for (const entry of ['entered', 'same']) {
      const [going = [], left = []] = await run({ reentry: 'always' }, { items }).outputs();
      expect(going.map(({ pairedItem, json }) => [pairedItem, (json.journey as IDataObject).entry])).toEqual([
        [{ item: 1 }, entry],
        [{ item: 3 }, 'same'],
        [{ item: 4 }, entry],
      ]);
      expect(left.map((own) => toldBy(own).reasons)).toEqual(
        Array(2).fill(['it begins again with a later item of this run']),
      );
    }
    expect(await jsonOf('journey', 'getAll', { stayState: 'any' })).toHaveLength(2);
  });

  it('enrols a control group that gets nothing, always the same contacts', async () => {
    await createContacts(...people(0, 60));
    const parameters = { entryOptions: { controlPercent: 50 } };
    const [going = [], left = []] = await run(parameters, { items: people(0, 60) }).outputs();
    expect(going.length + left.length).toBe(60);
    expect(left.length).toBeGreaterThan(15);
    expect(left.every((own) => toldBy(own).isControl && toldBy(own).state === 'active')).toBe(true);
    const [checked = []] = await run({ operation: 'check' }, { items: people(0, 60) }).outputs();
    expect(mails(checked)).toEqual(mails(going));
  });

  it('keeps nothing in a test run, and says so', async () => {
    await createContacts(...people(0, 1));
    const trial = run({}, { items: people(0, 1), mode: 'manual' });
    const [going = []] = await trial.outputs();
    expect(toldBy(going[0])).toMatchObject({ name: 'welcome', enrolmentId: null });
    expect(trial.hints).toEqual(['Test run: nobody enters the journey, and nobody leaves it.']);
    expect(await jsonOf('journey', 'getAll', {})).toEqual([]);
  });

  it.each([
    ['no name', { journey: named('') }, 'The journey’s name'.replace('’', "'")],
    ['a goal that is no rule', { ruleJson: '{ "wat": 1 }' }, 'Goal: '],
    ['a goal that is not JSON', { ruleJson: '{' }, 'is not JSON'],
    ['an exit rule that is not JSON', { exitBy: 'json', exitJson: '{' }, 'The exit rule'],
    ['a goal without rules', { goalBy: 'rules' }, 'Goal: The group has no rules'],
    ['a segment that is not there', { ruleJson: '{ "segment": "nope" }' }, 'There is no segment "nope"'],
    ['too large a control group', { entryOptions: { controlPercent: 101 } }, '0 to 100 percent'],
  ])('refuses %s', async (_, parameters, message) => {
    await createContacts(...people(0, 1));
    await expect(run(parameters as IDataObject, { items: people(0, 1) }).outputs()).rejects.toThrow(message);
  });

  it('ends at an unknown contact before anybody enters, or lets it out through Left as an error', async () => {
    await createContacts(...people(0, 1));
    const items = [...people(0, 1), { email: 'nobody@example.com' }];
    await expect(run({}, { items }).outputs()).rejects.toThrow();
    expect(await jsonOf('journey', 'getAll', {})).toEqual([]);
    const [going = [], left = []] = await run({}, { items, continueOnFail: true }).outputs();
    expect(mails(going)).toEqual(['p0@example.com']);
    expect(left.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
  });

  it('is listed, ended and moved by the Contact Store', async () => {
    await createContacts(...people(0, 2));
    await run({}, { items: people(0, 2) }).outputs();
    const listed = await jsonOf('journey', 'getAll', WELCOME);
    expect(listed).toMatchObject([
      {
        contact: { email: 'p0@example.com' },
        journey: { enrolmentId: 1, state: 'active', waits: [], isOldVersion: false },
      },
      { journey: { enrolmentId: 2 } },
    ]);
    const [ended] = await jsonOf(
      'journey',
      'end',
      { ...WELCOME, endReason: 'asked for it' },
      { items: people(0, 1) },
    );
    expect(ended).toMatchObject({
      journey: { state: 'left', reason: 'asked for it' },
      result: { outcome: 'ended' },
    });
    expect(await jsonOf('journey', 'getAll', { stayState: 'left' })).toHaveLength(1);
    expect(
      await jsonOf('journey', 'getAll', { stayState: 'any', staysOf: 'contact' }, { items: people(1, 2) }),
    ).toMatchObject([{ journey: { enrolmentId: 2 } }]);
    await expect(
      jsonOf('journey', 'move', { ...WELCOME, step: 'Nowhere' }, { items: people(1, 2) }),
    ).rejects.toThrow('has no waiting step "Nowhere"');
    await expect(jsonOf('journey', 'getAll', { journey: named('other') })).rejects.toThrow(
      'There is no journey "other"',
    );
  });

  it('takes over an edited goal when the workflow is published', async () => {
    await createContacts({ email: 'p0@example.com' });
    const { store } = await openedStore();
    const saved = async () => (await store.read((tx) => tx.journeys.list()))[0];
    const entryOptions = { entryKey: '={{ $json.key }}', controlPercent: 0 };
    await run({ entryOptions }, { items: people(0, 1) }).outputs();
    const [before] = [await saved()];
    expect(before).toMatchObject({
      version: 1,
      workflowVersion: 1,
      steps: [{ name: 'Wait', after: ['Journey'] }],
    });
    // Nothing is edited: the definition is the same as an entry saves it.
    expect(await run({ entryOptions }).publish()).toEqual([]);
    expect(await saved()).toEqual(before);
    expect(await run({ entryOptions, ruleJson: '{ "event": "booked" }' }).publish()).toEqual([]);
    expect(await saved()).toMatchObject({ version: 2, definition: { goal: { rule: { event: 'booked' } } } });
    const wrong = run({ entryOptions, ruleJson: '{ "segment": "gone" }' });
    expect(await wrong.publish()).toEqual([
      'The journey welcome keeps its goal and rules: There is no segment "gone".',
    ]);
    // What items make up is known when they come.
    expect(await run({ ruleJson: '={{ $json.goal }}' }).publish()).toEqual([]);
    expect(await saved()).toMatchObject({ version: 2 });
  });
});

function toldFirst(items: INodeExecutionData[]): Told | undefined {
  return toldBy(items[0]);
}
