import { LEASE } from '../../src/app/deliveries';
import { latestContactChange, watchContacts, type WatchSettings } from '../../src/app/watch-contacts';
import { mergeAll } from '../../src/app/merge-contacts';
import { removeContacts } from '../../src/app/remove-contacts';
import type { DateWatch } from '../../src/domain/change/date-watch';
import type { ContactPatch } from '../../src/domain/contact/contact';
import type { JsonObject } from '../../src/domain/json';
import type { SubscriptionKey } from '../../src/store/port';
import { DATABASES, type TestDatabase } from '../store/databases';
import { contactId, WHOLE } from './requests';
import { SimulatedClock } from './simulated-clock';
import { Executions, SimulatedProcess } from './simulated-process';

const KEY: SubscriptionKey = {
  key: 'dates',
  kind: 'dates',
  workflowId: 'w',
  workflowName: 'W',
  nodeName: 'N',
};
const DAY = 86_400_000;
const BIRTHDAY: DateWatch = {
  on: 'date_reached',
  property: 'birthday',
  yearly: true,
  offset: null,
  atTime: '09:00',
  leapDay: 'february28',
  workflowZone: 'UTC',
};
const TRIAL_END: DateWatch = { ...BIRTHDAY, property: 'trialEnd', yearly: false };

type Item = JsonObject & {
  contact: JsonObject;
  date: { at: string; property: string };
  delivery: JsonObject;
};

describe.each(DATABASES)('watching dates in $name', ({ create }) => {
  let database: TestDatabase;
  let clock: SimulatedClock;
  let executions: Executions<Item>;
  let process: SimulatedProcess;

  beforeEach(async () => {
    database = await create();
    clock = new SimulatedClock(Date.UTC(2026, 0, 1));
    executions = new Executions(clock);
    process = await SimulatedProcess.start(database, clock);
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
  });

  const watch = (wanted: DateWatch = BIRTHDAY, settings: Partial<WatchSettings> = {}) =>
    watchContacts(process, KEY, {
      watch: wanted,
      workflowZone: 'UTC',
      batchSize: 100,
      maxInFlight: 1,
      deliver: (items, claim) => executions.deliver(items as Item[], claim),
      report: executions.report,
      ...settings,
    });
  const put = async (externalId: string, properties: JsonObject, fields: ContactPatch['fields'] = {}) => {
    const id = await contactId(process.store, clock.now(), { externalId }, { properties, fields });
    await process.atRest();
    return id;
  };
  const advance = (milliseconds: number) => clock.advance(milliseconds, () => process.atRest());
  const to = (year: number, month: number, day: number, hour = 0) =>
    advance(Date.UTC(year, month - 1, day, hour) - clock.now());
  const reached = () =>
    executions.deliveries.flatMap(({ items, at }) =>
      items.map(({ contact, date }) => [contact.externalId, date.at, new Date(at).toISOString()]),
    );
  const moment = (text: string) => [text, text];

  it('finds the contacts that were there before, and those that come, at the moment itself', async () => {
    await put('before', { birthday: '1990-02-10' });
    await put('nobody', { plan: 'pro' });
    await watch();
    await put('after', { birthday: '1985-02-11' });
    await to(2026, 2, 10, 8);
    expect(reached()).toEqual([]);
    await to(2026, 2, 12);
    expect(reached()).toEqual([
      ['before', ...moment('2026-02-10T09:00:00.000Z')],
      ['after', ...moment('2026-02-11T09:00:00.000Z')],
    ]);
    expect(executions.items[0]).toMatchObject({
      date: { property: 'birthday', zone: 'UTC', reasons: expect.arrayContaining([expect.any(String)]) },
      delivery: { attempt: 1, redelivered: false },
    });
  });

  it('returns every year, in the zone of the contact, also over a 29 February', async () => {
    await put('a', { birthday: '1992-02-29' }, { timezone: 'Asia/Tokyo' });
    await watch();
    await to(2029, 1, 1);
    expect(reached().map(([, at]) => at)).toEqual([
      '2026-02-28T00:00:00.000Z',
      '2027-02-28T00:00:00.000Z',
      '2028-02-29T00:00:00.000Z',
    ]);
  });

  it('comes once where it is not yearly, with its offset, and never for what is past', async () => {
    await put('past', { trialEnd: '2025-12-31' });
    await put('coming', { trialEnd: '2026-01-10' });
    await watch({ ...TRIAL_END, offset: { amount: -3, unit: 'days' } });
    await to(2027, 12, 1);
    expect(reached().map(([id, at]) => [id, at])).toEqual([['coming', '2026-01-07T09:00:00.000Z']]);
  });

  it('moves when the date moves, follows the zone, and goes when the date is cleared', async () => {
    await watch(TRIAL_END);
    await put('a', { trialEnd: '2026-01-10' });
    await put('b', { trialEnd: '2026-01-10' });
    await put('c', { trialEnd: '2026-01-10' });
    await put('a', { trialEnd: '2026-01-20' });
    await put('b', { trialEnd: null });
    await put('c', {}, { timezone: 'Asia/Tokyo' });
    await put('c', { plan: 'pro' });
    await to(2026, 2, 1);
    expect(reached().map(([id, at]) => [id, at])).toEqual([
      ['c', '2026-01-10T00:00:00.000Z'],
      ['a', '2026-01-20T09:00:00.000Z'],
    ]);
    expect(await process.store.read((tx) => tx.timers.countByState())).toMatchObject({ waiting: 0 });
  });

  it.each(['trial.end', 'trial', '"quoted"', '__proto__', "it's"])(
    'watches a property named %s',
    async (name) => {
      await put('before', Object.fromEntries([[name, '2026-01-10']]));
      await watch({ ...TRIAL_END, property: name });
      await put('after', Object.fromEntries([[name, '2026-01-11']]));
      await put('moved', Object.fromEntries([[name, '2026-01-11']]));
      await put('moved', Object.fromEntries([[name, '2026-01-12']]));
      await to(2026, 2, 1);
      expect(reached().map(([id, at]) => [id, at])).toEqual([
        ['before', '2026-01-10T09:00:00.000Z'],
        ['after', '2026-01-11T09:00:00.000Z'],
        ['moved', '2026-01-12T09:00:00.000Z'],
      ]);
    },
  );

  it('watches a date inside a property, with or without the word properties before it', async () => {
    await put('before', { trial: { end: '2026-01-10' } });
    await watch({ ...TRIAL_END, property: 'properties.trial.end' });
    await put('before', { trial: { end: '2026-01-15' } });
    await to(2026, 2, 1);
    expect(reached().map(([id, at]) => [id, at])).toEqual([['before', '2026-01-15T09:00:00.000Z']]);
  });

  it('watches when a contact came, and when it was last changed', async () => {
    await put('before', {});
    const week = { amount: 7, unit: 'days' } as const;
    await watch({ ...TRIAL_END, property: 'updatedAt', offset: week, atTime: null });
    await put('after', {});
    await advance(DAY);
    await put('before', { plan: 'pro' });
    await to(2026, 2, 1);
    expect(reached().map(([id, at]) => [id, at])).toEqual([
      ['after', '2026-01-08T00:00:00.000Z'],
      ['before', '2026-01-09T00:00:00.000Z'],
    ]);
  });

  it('a date reached while nobody ran is delivered when somebody runs again, whatever changed meanwhile', async () => {
    await watch(TRIAL_END);
    await put('reached', { trialEnd: '2026-01-10' });
    await put('moved on', { trialEnd: '2026-01-10' });
    await put('zone', { trialEnd: '2026-01-10' });
    await process.close();
    await clock.advance(Date.UTC(2026, 0, 10, 12) - clock.now(), async () => {});
    process = await SimulatedProcess.start(database, clock);
    await contactId(
      process.store,
      clock.now(),
      { externalId: 'moved on' },
      { properties: { trialEnd: '2026-01-20' } },
    );
    await contactId(
      process.store,
      clock.now(),
      { externalId: 'zone' },
      { fields: { timezone: 'Europe/Berlin' } },
    );
    await watch(TRIAL_END);
    await process.atRest();
    expect(reached().map(([id, at]) => [id, at])).toEqual([
      ['reached', '2026-01-10T09:00:00.000Z'],
      ['moved on', '2026-01-10T09:00:00.000Z'],
      ['zone', '2026-01-10T09:00:00.000Z'],
    ]);
    await to(2026, 2, 1);
    expect(
      reached()
        .slice(3)
        .map(([id, at]) => [id, at]),
    ).toEqual([['moved on', '2026-01-20T09:00:00.000Z']]);
  });

  it('a change that is routed late counts from when it was made', async () => {
    const stop = await watch(TRIAL_END);
    await process.settled();
    stop();
    await put('a', { trialEnd: '2026-01-10' });
    await to(2026, 1, 10, 12);
    await watch(TRIAL_END);
    await process.atRest();
    expect(reached().map(([id, at]) => [id, at])).toEqual([['a', '2026-01-10T09:00:00.000Z']]);
  });

  it('a delivery that failed is kept, and a change of the date does not take it away', async () => {
    executions.behave = () => ({ ok: false, error: 'down' });
    await watch();
    await put('a', { birthday: '1990-01-10' });
    await to(2026, 1, 11);
    await put('a', { birthday: '1990-01-20' });
    const timers = await process.store.read((tx) => tx.timers.list({ limit: 9 }));
    expect(timers.map(({ state, dueAt }) => [state, new Date(dueAt).toISOString()])).toEqual([
      ['failed', '2026-01-10T09:00:00.000Z'],
      ['waiting', '2026-01-20T09:00:00.000Z'],
    ]);
  });

  it('after a crash the date comes again, marked, and the next year once', async () => {
    executions.behave = () => null;
    await watch();
    await put('a', { birthday: '1990-01-10' });
    await to(2026, 1, 10, 9);
    await process.close();
    executions.forget();
    executions.behave = () => ({ ok: true });
    process = await SimulatedProcess.start(database, clock);
    await watch();
    await advance(LEASE);
    expect(executions.items.map(({ delivery }) => delivery)).toEqual([
      { attempt: 1, redelivered: false },
      { attempt: 2, redelivered: true },
    ]);
    await to(2027, 12, 1);
    expect(reached().map(([, at]) => at)).toEqual([
      '2026-01-10T09:00:00.000Z',
      '2026-01-10T09:00:00.000Z',
      '2027-01-10T09:00:00.000Z',
    ]);
  });

  it('two who become one are told of once', async () => {
    await watch();
    const [a, b] = [await put('a', { birthday: '1990-01-10' }), await put('b', { birthday: '1990-01-10' })];
    const one = { survivor: { id: a, identifiers: [] }, absorbed: { id: b, identifiers: [] } };
    await mergeAll(process.store, [one], clock.now(), WHOLE);
    await to(2026, 2, 1);
    expect(reached()).toHaveLength(1);
  });

  it('who is gone is not told of', async () => {
    await watch();
    await removeContacts(process.store, 'erase', [await put('a', { birthday: '1990-01-10' })], clock.now());
    await to(2026, 2, 1);
    expect(reached()).toEqual([]);
  });

  it('another watch looks at everybody anew, the same watch at nobody', async () => {
    await put('a', { birthday: '1990-01-10', trialEnd: '2026-01-12' });
    await put('birthday only', { birthday: '1990-01-10' });
    const stop = await watch();
    await process.settled();
    stop();
    const { writes } = process.store;
    const stopAgain = await watch();
    await process.settled();
    expect(process.store.writes - writes).toBe(1);
    stopAgain();
    await watch(TRIAL_END);
    await process.settled();
    await to(2026, 2, 1);
    expect(reached().map(([, at]) => at)).toEqual(['2026-01-12T09:00:00.000Z']);
  });

  it('seeds page by page, and comes to rest', async () => {
    await process.store.write(async (tx) => {
      const ids = await tx.contacts.allocateIds(2_500);
      const [first] = (await tx.contacts.get([await contactIdIn(tx)])).values();
      if (!first) throw new Error('No contact');
      const properties = { birthday: '1990-01-10' };
      await tx.contacts.put(ids.map((id) => ({ ...first, id, externalId: `p${id}`, properties })));
    });
    await watch();
    await process.settled();
    expect(await process.store.read((tx) => tx.timers.countByState())).toMatchObject({ waiting: 2_500 });
    const { reads, writes } = process.store;
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([process.store.reads, process.store.writes]).toEqual([reads, writes]);
  });

  const contactIdIn = async (tx: Parameters<Parameters<typeof process.store.write>[0]>[0]) => {
    const [id = 0] = await tx.contacts.allocateIds(1);
    const { blank } = { blank: { email: null, phone: null, firstName: null, lastName: null, locale: null } };
    await tx.contacts.put([
      {
        ...blank,
        id,
        externalId: 'first',
        timezone: null,
        country: null,
        lifecycleStage: null,
        properties: {},
        createdAt: 0,
        updatedAt: 0,
      },
    ]);
    return id;
  };

  it('shows a test run somebody who has such a date', async () => {
    const sample = (wanted: DateWatch) => latestContactChange(process.store, wanted, 'UTC', clock.now());
    expect(await sample(BIRTHDAY)).toBeNull();
    const id = await put('a', { birthday: '1990-01-10' });
    expect(await sample(BIRTHDAY)).toMatchObject({
      contact: { id },
      date: { at: '2026-01-10T09:00:00.000Z' },
    });
    expect(await sample(TRIAL_END)).toBeNull();
  });
});
