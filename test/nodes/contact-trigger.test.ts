import fc from 'fast-check';
import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { ContactTrigger } from '../../nodes/ContactTrigger/ContactTrigger.node';
import { readWatch, type Watch } from '../../nodes/ContactTrigger/watch-parameters';
import { enterJourney } from '../../src/app/journeys/enter-journey';
import { endStaysOf } from '../../src/app/journeys/check-stays';
import { recordEvents } from '../../src/app/record-events';
import { saveModel } from '../../src/app/scores/save-model';
import { scoreContacts } from '../../src/app/scores/score-contacts';
import type { Change } from '../../src/domain/change/change';
import { matchesWatch, type ChangeWatch } from '../../src/domain/change/watch';
import type { JsonObject } from '../../src/domain/json';
import { FakeExecution, useTemporaryStore } from './fake-execution';
import { createContacts, openedStore } from './contact-store/store-under-test';

const node = new ContactTrigger();
const shownBy = (parameters: IDataObject) =>
  new FakeExecution({ node, parameters }).parameters as IDataObject;

/** What a trigger with these parameters watches, the others as the editor first shows them. */
function watchOf(parameters: IDataObject): Watch {
  const all = shownBy(parameters);
  const reading = readWatch({
    getNodeParameter: (name: string) => all[name],
  } as unknown as ITriggerFunctions);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

/** Whether a trigger with these parameters starts at such a change. */
function starts(
  parameters: IDataObject,
  change: Pick<Change, 'kind' | 'subject'> & { detail: JsonObject },
): boolean {
  const whole: Change = { sequence: 1, contactId: 1, at: 0, eventId: null, ...change };
  return matchesWatch(watchOf(parameters) as ChangeWatch, whole, undefined, { now: 0, zone: 'UTC' });
}

it.each([
  [{ on: 'score_crossed' }, ['models', 'crossing', 'thresholds', 'grades']],
  [{ on: 'journey_entered' }, ['journeys']],
  [{ on: 'journey_completed' }, ['journeys']],
  [{ on: 'journey_left' }, ['journeys']],
])('shows for %j the fields %j', (parameters, names) => {
  const shown = Object.keys(shownBy(parameters));
  expect(shown.filter((name) => !['on', 'storeFrom', 'options'].includes(name))).toEqual(names);
});

describe('on a score that crossed', () => {
  const crossed = (subject: string, detail: JsonObject) => ({
    kind: 'score_crossed' as const,
    subject,
    detail,
  });
  const qualified = (direction: string) =>
    crossed('leads', {
      kind: 'threshold',
      threshold: 'qualified',
      at: 50,
      of: 'total',
      direction,
      total: 50,
    });
  const warm = (from: string, direction: string) =>
    crossed('leads', { kind: 'grade', from, to: 'Warm', direction, total: 40 });

  it('reads what is chosen: names once, without blanks, from a list or with commas', () => {
    expect(
      watchOf({
        on: 'score_crossed',
        models: ['leads', 'leads', ' fit '],
        crossing: 'both',
        thresholds: ' qualified,, hot ,qualified',
        grades: 'Hot, Warm',
      }),
    ).toEqual({
      on: 'score_crossed',
      models: ['leads', 'fit'],
      direction: 'both',
      thresholds: ['qualified', 'hot'],
      grades: ['Hot', 'Warm'],
    });
  });

  it('starts upward, at anything of any model, unless it is told otherwise', () => {
    const parameters = { on: 'score_crossed' };
    expect(watchOf(parameters)).toEqual({
      on: 'score_crossed',
      models: [],
      direction: 'up',
      thresholds: [],
      grades: [],
    });
    expect(
      [qualified('up'), warm('Cold', 'up'), crossed('fit', { direction: 'up' })].map((c) =>
        starts(parameters, c),
      ),
    ).toEqual([true, true, true]);
    expect([qualified('down'), warm('Hot', 'down')].map((c) => starts(parameters, c))).toEqual([
      false,
      false,
    ]);
  });

  it.each([
    ['another model', { models: ['fit'] }, qualified('up'), false],
    ['one of the models', { models: ['fit', 'leads'] }, qualified('up'), true],
    ['downward', { crossing: 'down' }, qualified('down'), true],
    ['upward where downward is asked', { crossing: 'down' }, qualified('up'), false],
    ['both, up', { crossing: 'both' }, qualified('up'), true],
    ['both, down', { crossing: 'both' }, warm('Hot', 'down'), true],
    ['a threshold that is named', { thresholds: 'hot, qualified' }, qualified('up'), true],
    ['a threshold that is not', { thresholds: 'hot' }, qualified('up'), false],
    ['a grade where a threshold is named', { thresholds: 'qualified' }, warm('Cold', 'up'), false],
    ['a grade that is come to', { grades: 'Warm' }, warm('Cold', 'up'), true],
    ['a grade that is left', { grades: 'Cold', crossing: 'both' }, warm('Cold', 'up'), false],
    ['a threshold where a grade is named', { grades: 'Warm' }, qualified('up'), false],
    ['either of them', { grades: 'Warm', thresholds: 'qualified' }, qualified('up'), true],
    ['another kind of change', {}, { ...qualified('up'), kind: 'segment_entered' as const }, false],
  ])('%s', (_, parameters, change, expected) => {
    expect(starts({ on: 'score_crossed', ...parameters }, change)).toBe(expected);
  });

  it('starts for both directions where it does for one of them', () => {
    const names = fc.subarray(['qualified', 'hot', 'Warm']);
    const change = fc.record({
      direction: fc.constantFrom('up', 'down'),
      threshold: fc.constantFrom('qualified', 'hot', 'other'),
      to: fc.constantFrom('Hot', 'Warm', null),
    });
    fc.assert(
      fc.property(names, names, change, (thresholds, grades, detail) => {
        const all = { on: 'score_crossed', thresholds: thresholds.join(','), grades: grades.join(', ') };
        const [up, down, both] = ['up', 'down', 'both'].map((crossing) =>
          starts({ ...all, crossing }, crossed('leads', detail)),
        );
        expect(both).toBe(up || down);
        expect(up && down).toBe(false);
      }),
    );
  });
});

describe('on a journey', () => {
  const kinds = ['journey_entered', 'journey_completed', 'journey_left'] as const;
  it.each(kinds)('%s starts at its own kind of change alone, in the journeys that are chosen', (on) => {
    const action = on.replace('journey_', '');
    expect(watchOf({ on, journeys: ['welcome', 'welcome'] })).toEqual({
      on: 'journey_changed',
      action,
      journeys: ['welcome'],
    });
    const at = (kind: (typeof kinds)[number], subject = 'welcome') => ({ kind, subject, detail: {} });
    for (const kind of kinds) {
      expect(starts({ on, journeys: ['welcome'] }, at(kind))).toBe(kind === on);
      expect(starts({ on }, at(kind, 'another'))).toBe(kind === on);
      expect(starts({ on, journeys: ['welcome'] }, at(kind, 'another'))).toBe(false);
    }
  });
});

describe('run by hand', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
  });
  afterEach(() => temporary.remove());

  /** What the button in the editor emits. */
  async function emitted(parameters: IDataObject): Promise<IDataObject[]> {
    const execution = new FakeExecution({ node, parameters, mode: 'manual' });
    const items: IDataObject[] = [];
    const context = Object.assign(Object.create(execution.context) as ITriggerFunctions, {
      getNodeParameter: (name: string) => execution.context.getNodeParameter(name, 0),
      emit: ([output = []]: Array<Array<{ json: IDataObject }>>) =>
        items.push(...output.map(({ json }) => json)),
    });
    const response = await node.trigger.call(context);
    await response?.manualTriggerFunction?.();
    return items;
  }

  it('gives the latest score that crossed as it is asked for', async () => {
    await createContacts({ email: 'ann@example.com' });
    const { store } = await openedStore();
    const now = Date.now();
    const model = {
      name: 'leads',
      rules: [{ event: 'price_viewed', points: 60, within: { last: 1, unit: 'days' } }],
      thresholds: [{ name: 'qualified', at: 50 }],
    };
    await saveModel(store, { model, zone: 'UTC' }, now - 2);
    const patch = {
      identifiers: { email: 'ann@example.com' },
      fields: {},
      properties: {},
      tags: [],
      lists: [],
    };
    const event = { type: 'price_viewed', occurredAt: now - 1, properties: {}, key: null };
    await recordEvents(store, [{ contact: { patch, mode: 'upsert' }, event }], now, { allOrNothing: true });
    const contact = { id: null, identifiers: [{ kind: 'email' as const, value: 'ann@example.com' }] };
    await scoreContacts(store, { saved: 'leads' }, [{ contact, startedBy: null }], now, {
      allOrNothing: true,
    });

    const [item, ...more] = await emitted({
      on: 'score_crossed',
      models: ['leads'],
      thresholds: 'qualified',
    });
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      contact: { email: 'ann@example.com' },
      change: {
        kind: 'score_crossed',
        subject: 'leads',
        at: new Date(now - 1).toISOString(),
        crossing: 'threshold',
        threshold: 'qualified',
        of: 'total',
        points: 50,
        direction: 'up',
        total: 60,
      },
    });
    await expect(emitted({ on: 'score_crossed', crossing: 'down' })).rejects.toThrow(
      'Nothing in the contact store',
    );
    await expect(emitted({ on: 'score_crossed', models: ['fit'] })).rejects.toThrow(
      'Nothing in the contact store',
    );
  });

  it('gives the latest stay that began, and that ended', async () => {
    const [id = 0] = await createContacts({ email: 'ann@example.com' });
    const { store } = await openedStore();
    const policy = { allOrNothing: true };
    const contact = { id, identifiers: [] };
    const journey = {
      name: 'welcome',
      definition: {},
      zone: 'UTC',
      workflow: { id: 'w', name: 'W', steps: [] },
    };
    await enterJourney(store, journey, [{ contact, startedBy: null, entryKey: null }], Date.now(), policy);
    const of = (kind: string) => ({
      contact: { email: 'ann@example.com' },
      change: { kind, subject: 'welcome' },
    });
    expect(await emitted({ on: 'journey_entered', journeys: ['welcome'] })).toMatchObject([
      of('journey_entered'),
    ]);
    await expect(emitted({ on: 'journey_left' })).rejects.toThrow('Nothing in the contact store');
    await endStaysOf(store, [{ journey: 'welcome', contact, reason: 'asked for it' }], Date.now(), policy);
    expect(await emitted({ on: 'journey_left', journeys: ['welcome'] })).toMatchObject([
      { ...of('journey_left'), change: { kind: 'journey_left', reason: 'asked for it' } },
    ]);
    await expect(emitted({ on: 'journey_completed' })).rejects.toThrow('Nothing in the contact store');
  });
});
