import { changeMembership } from '../../src/app/change-membership';
import { mergeAll } from '../../src/app/merge-contacts';
import { removeContacts } from '../../src/app/remove-contacts';
import { setConsent } from '../../src/app/set-consent';
import { latestContactChange, watchContacts } from '../../src/app/watch-contacts';
import type { ChangeWatch } from '../../src/domain/change/watch';
import type { JsonObject } from '../../src/domain/json';
import { DATABASES, type TestDatabase } from '../store/databases';
import { contactId, eventOf, record, WHOLE } from './requests';
import { SimulatedClock } from './simulated-clock';
import { Executions, SimulatedProcess } from './simulated-process';

const KEY = { kind: 'changes', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;

const WATCHES = {
  anyEvent: { on: 'event_recorded', types: [], where: [] },
  bigOrders: {
    on: 'event_recorded',
    types: ['order_*'],
    where: [{ property: 'total', op: 'gte', value: 50 }],
  },
  created: { on: 'contact_created' },
  updated: { on: 'contact_updated', fields: [] },
  planUpdated: { on: 'contact_updated', fields: ['properties.plan', 'firstName'] },
  stage: { on: 'stage_changed', stages: [] },
  customers: { on: 'stage_changed', stages: ['customer'] },
  tagAdded: { on: 'tag_changed', action: 'added', tags: ['vip'] },
  tagRemoved: { on: 'tag_changed', action: 'removed', tags: [] },
  lists: { on: 'list_changed', action: 'both', lists: [] },
  listLeft: { on: 'list_changed', action: 'left', lists: ['news'] },
  consent: { on: 'consent_changed', channels: [], statuses: [] },
  emailOptOut: { on: 'consent_changed', channels: ['email'], statuses: ['opted_out'] },
} as const satisfies Record<string, ChangeWatch>;
type Name = keyof typeof WATCHES;

describe.each(DATABASES)('watching changes in $name', ({ create }) => {
  let database: TestDatabase;
  let clock: SimulatedClock;
  let process: SimulatedProcess;
  let told: Map<Name, Executions<JsonObject>>;

  beforeEach(async () => {
    database = await create();
    clock = new SimulatedClock();
    process = await SimulatedProcess.start(database, clock);
    told = new Map();
    for (const [name, watch] of Object.entries(WATCHES)) {
      const executions = new Executions<JsonObject>(clock);
      told.set(name as Name, executions);
      await watchContacts(
        process,
        { ...KEY, key: name },
        {
          watch,
          workflowZone: 'UTC',
          batchSize: 10,
          maxInFlight: 1,
          deliver: (items, claim) => executions.deliver(items, claim),
          report: executions.report,
        },
      );
    }
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
  });

  /** Which watches were told of something by this, and of what. */
  const tells = async (work: () => Promise<unknown>): Promise<Record<string, JsonObject[]>> => {
    for (const executions of told.values()) executions.deliveries.length = 0;
    await work();
    await process.settled();
    for (const [name, { problems }] of told) expect([name, problems]).toEqual([name, []]);
    return Object.fromEntries(
      [...told].filter(([, { items }]) => items.length > 0).map(([name, { items }]) => [name, items]),
    );
  };
  const put = (more: Parameters<typeof contactId>[3]) =>
    contactId(process.store, clock.now(), { externalId: 'a' }, more);

  it('a new contact is created, not updated, and comes as it is', async () => {
    const heard = await tells(() => put({ fields: { firstName: 'Ann' }, properties: { plan: 'pro' } }));
    expect(Object.keys(heard)).toEqual(['created']);
    expect(heard.created).toEqual([
      {
        contact: expect.objectContaining({ externalId: 'a', firstName: 'Ann' }),
        change: {
          kind: 'contact_created',
          subject: null,
          at: new Date(clock.now()).toISOString(),
          fields: { externalId: [null, 'a'], firstName: [null, 'Ann'], 'properties.plan': [null, 'pro'] },
        },
        delivery: { attempt: 1, redelivered: false },
      },
    ]);
  });

  it('an update tells those who watch its fields, once, with before and after', async () => {
    await put({ properties: { plan: 'free' } });
    await process.settled();
    expect(await tells(() => put({ properties: { plan: 'free' } }))).toEqual({});
    const heard = await tells(() => put({ properties: { plan: 'pro', seats: 3 } }));
    expect(Object.keys(heard)).toEqual(['updated', 'planUpdated']);
    expect(heard.updated?.[0]?.change).toMatchObject({ fields: { 'properties.plan': ['free', 'pro'] } });
    expect(Object.keys(await tells(() => put({ properties: { seats: 4 } })))).toEqual(['updated']);
    expect(Object.keys(await tells(() => put({ properties: { plan: null } })))).toEqual([
      'updated',
      'planUpdated',
    ]);
  });

  it('a stage', async () => {
    const created = await tells(() => put({ fields: { lifecycleStage: 'lead' } }));
    expect(Object.keys(created)).toEqual(['created', 'stage']);
    const heard = await tells(() => put({ fields: { lifecycleStage: 'customer' } }));
    expect(Object.keys(heard)).toEqual(['updated', 'stage', 'customers']);
    expect(heard.customers?.[0]?.change).toMatchObject({ subject: 'customer', from: 'lead', to: 'customer' });
    expect(Object.keys(await tells(() => put({ fields: { lifecycleStage: null } })))).toEqual([
      'updated',
      'stage',
    ]);
  });

  it('tags and lists, added and removed, only when that changed something', async () => {
    const id = await put({});
    await process.settled();
    const change = (kind: 'tag' | 'list', action: 'add' | 'remove', name: string) => () =>
      changeMembership(process.store, kind, action, [{ contactId: id, name }], clock.now());
    expect(Object.keys(await tells(() => put({ tags: ['vip'] })))).toEqual(['tagAdded']);
    expect(await tells(change('tag', 'add', 'vip'))).toEqual({});
    expect(await tells(change('tag', 'add', 'other'))).toEqual({});
    const removed = await tells(change('tag', 'remove', 'other'));
    expect(removed).toMatchObject({ tagRemoved: [{ change: { kind: 'tag_removed', subject: 'other' } }] });
    expect(await tells(change('tag', 'remove', 'other'))).toEqual({});
    expect(Object.keys(await tells(change('list', 'add', 'news')))).toEqual(['lists']);
    expect(Object.keys(await tells(change('list', 'remove', 'news')))).toEqual(['lists', 'listLeft']);
  });

  it('consent, by channel and status', async () => {
    const id = await put({});
    await process.settled();
    const say = (channel: string, status: 'opted_in' | 'opted_out') => () =>
      setConsent(
        process.store,
        [{ contactId: id, channel, status, at: clock.now(), source: 'form', evidence: {}, by: 'contact' }],
        clock.now(),
      );
    expect(Object.keys(await tells(say('email', 'opted_in')))).toEqual(['consent']);
    expect(await tells(say('email', 'opted_in'))).toEqual({});
    expect(Object.keys(await tells(say('sms', 'opted_out')))).toEqual(['consent']);
    const heard = await tells(say('email', 'opted_out'));
    expect(Object.keys(heard)).toEqual(['consent', 'emailOptOut']);
    expect(heard.emailOptOut?.[0]).toMatchObject({
      change: { subject: 'email', from: 'opted_in', to: 'opted_out' },
      contact: { consent: { email: 'opted_out', sms: 'opted_out' } },
    });
  });

  it('events, by type and properties, each once though it is recorded again', async () => {
    await put({});
    await process.settled();
    const order =
      (total: number, key: string | null = null) =>
      () =>
        record(process.store, clock.now(), eventOf('a', 'order_placed', clock.now(), { total }, key));
    expect(Object.keys(await tells(order(49)))).toEqual(['anyEvent']);
    const heard = await tells(order(50, 'order-1'));
    expect(Object.keys(heard)).toEqual(['anyEvent', 'bigOrders']);
    expect(heard.bigOrders?.[0]).toMatchObject({
      event: { type: 'order_placed', properties: { total: 50 } },
    });
    expect(await tells(order(50, 'order-1'))).toEqual({});
  });

  it('says nothing of contacts that are gone, and tells of merged ones under their new id', async () => {
    const id = await put({});
    const other = await contactId(process.store, clock.now(), { email: 'b@example.com' });
    await process.settled();
    const heard = await tells(async () => {
      await put({ tags: ['vip'] });
      const one = { survivor: { id: other, identifiers: [] }, absorbed: { id, identifiers: [] } };
      await mergeAll(process.store, [one], clock.now(), WHOLE);
    });
    expect(heard.tagAdded).toMatchObject([{ contact: { id: expect.any(Number) } }]);
    expect(await tells(() => removeContacts(process.store, 'delete', [other], clock.now()))).toEqual({});
  });

  it.each(['event_recorded', 'contact_created', 'tag_changed'] as const)(
    'shows a test run the latest %s that fits',
    async (on) => {
      const watches: Record<typeof on, ChangeWatch> = {
        event_recorded: WATCHES.bigOrders,
        contact_created: WATCHES.created,
        tag_changed: WATCHES.tagAdded,
      };
      const latest = () => latestContactChange(process.store, watches[on], 'UTC', clock.now());
      expect(await latest()).toBeNull();
      for (const n of [1, 2, 3]) {
        await contactId(
          process.store,
          clock.now(),
          { externalId: `c${n}` },
          { tags: [n === 3 ? 'other' : 'vip'] },
        );
        await record(
          process.store,
          clock.now(),
          eventOf(`c${n}`, 'order_placed', clock.now(), { total: n === 3 ? 1 : 99 }),
        );
      }
      const expected = on === 'contact_created' ? 'c3' : 'c2';
      expect(await latest()).toMatchObject({ contact: { externalId: expected } });
    },
  );
});
