import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';
import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { recordEvents } from '../../../src/app/record-events';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore } from './store-under-test';

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
  await createContacts(
    { email: 'ann@example.com', country: 'DE', tags: ['vip'] },
    { email: 'ben@example.com', country: 'AT' },
    { email: 'cid@example.com', country: 'SE', tags: ['vip'] },
  );
});
afterEach(() => temporary.remove());

const named = (name: string) => ({ segment: { __rl: true, mode: 'name', value: name } });
const byJson = (rule: unknown) => ({ defineBy: 'json', ruleJson: JSON.stringify(rule) });
const group = (rules: IDataObject, match = 'all') => ({ groups: { group: [{ match, rules }] } });
const GERMAN_SPEAKING = group({
  property: [{ property: { __rl: true, mode: 'list', value: 'country' }, op: 'in', value: 'DE, AT' }],
});
const VIPS = { tag: 'vip' };

const save = (name: string, definition: IDataObject, more: IDataObject = {}) =>
  jsonOf('segment', 'save', { ...named(name), ...definition, ...more });
const members = async (name: string, more: IDataObject = { returnAll: true }) =>
  (await jsonOf('segment', 'members', { ...named(name), ...more })).map(
    ({ contact }) => (contact as IDataObject).email,
  );

describe('Segment › Save', () => {
  it('saves what was built from lists, and says who came in', async () => {
    expect(await save('german speaking', GERMAN_SPEAKING)).toMatchObject([
      {
        segment: {
          name: 'german speaking',
          version: 1,
          members: 2,
          rule: { all: [{ property: 'country', op: 'in', value: ['DE', 'AT'] }] },
        },
        result: { outcome: 'created', entered: 2, left: 0 },
      },
    ]);
    expect(await members('german speaking')).toEqual(['ann@example.com', 'ben@example.com']);
  });

  it('gives an edited definition its next version, and the same one none', async () => {
    await save('group', GERMAN_SPEAKING);
    expect(await save('group', byJson(VIPS))).toMatchObject([
      { segment: { version: 2, members: 2 }, result: { outcome: 'changed', entered: 1, left: 1 } },
    ]);
    expect(await save('group', byJson(VIPS))).toMatchObject([
      { segment: { version: 2 }, result: { outcome: 'unchanged', entered: 0, left: 0 } },
    ]);
    expect(await members('group')).toEqual(['ann@example.com', 'cid@example.com']);
  });

  it('tells before it is saved who would enter and leave', async () => {
    await save('group', GERMAN_SPEAKING);
    expect(await save('group', byJson(VIPS), { dryRun: true })).toMatchObject([
      { result: { outcome: 'dry_run', members: 2, entered: 1, left: 1 } },
    ]);
    expect(await members('group')).toEqual(['ann@example.com', 'ben@example.com']);
  });

  it('saves once for items that say the same, and once for each that says another', async () => {
    const items = [{ name: 'a' }, { name: 'b' }, { name: 'a' }];
    const saved = await jsonOf(
      'segment',
      'save',
      { ...named('={{ $json.name }}'), ...byJson(VIPS) },
      { items },
    );
    expect(saved.map(({ segment, result }) => [(segment as IDataObject).name, result])).toEqual([
      ['a', { outcome: 'created', entered: 2, left: 0 }],
      ['b', { outcome: 'created', entered: 2, left: 0 }],
      ['a', { outcome: 'created', entered: 2, left: 0 }],
    ]);
  });

  it('names the place of what is wrong: in the panel, or the path in the JSON', async () => {
    await expect(save('x', group({ tag: [{ is: 'is', tag: '' }] }))).rejects.toThrow(/^Tag 1 › Name: /);
    await expect(save('x', byJson({ all: [{ event: 'a', within: { last: 3 } }] }))).rejects.toThrow(
      /^rule\.all\[0\]\.within\.unit: The window has no unit/,
    );
    await expect(save('x', { defineBy: 'json', ruleJson: '{ oops' })).rejects.toThrow(/is not JSON/);
    await expect(save('', byJson(VIPS))).rejects.toThrow('No segment is chosen');
    await expect(save('x', byJson(VIPS), { segmentOptions: { zone: 'Mars' } })).rejects.toThrow(
      '"Mars" is not a time zone',
    );
  });

  it('refuses a segment that there is not and one that is made of itself, by item', async () => {
    await save('vips', byJson(VIPS));
    const segmentRow = (name: string) => group({ segment: [{ is: 'is', segment: name }] });
    await save('both', segmentRow('vips'));
    await expect(save('vips', segmentRow('both'))).rejects.toThrow(
      /^Segment 1 › Name: A segment cannot be made of itself/,
    );
    const [refused, passed] = await jsonOf(
      'segment',
      'save',
      { ...named('={{ $json.name }}'), ...byJson('={{ $json.rule }}'), ruleJson: '={{ $json.rule }}' },
      {
        items: [
          { name: 'x', rule: { segment: 'nobody' } },
          { name: 'y', rule: { everyone: true } },
        ],
        continueOnFail: true,
      },
    );
    expect(refused?.error).toMatch(/^rule\.segment: There is no segment "nobody"/);
    expect(passed).toMatchObject({ result: { outcome: 'created', entered: 3 } });
  });
});

describe('Segment › Preview', () => {
  it('counts who fits and gives ten of them with the reasons, saving nothing', async () => {
    const [json] = await jsonOf('segment', 'preview', { ...GERMAN_SPEAKING }, { items: [{ own: 1 }] });
    expect(json).toMatchObject({
      own: 1,
      preview: {
        contacts: 2,
        sample: [
          {
            contact: { email: 'ann@example.com' },
            reasons: [expect.stringContaining('country is "DE"') as string],
          },
          { contact: { email: 'ben@example.com' } },
        ],
      },
    });
    expect(await jsonOf('segment', 'getAll', {})).toEqual([]);
    await createContacts(...Array.from({ length: 12 }, (_, at) => ({ email: `${at}@example.com` })));
    const [all] = await jsonOf('segment', 'preview', { ...byJson({ everyone: true }) });
    const preview = all?.preview as { contacts: number; sample: unknown[] };
    expect([preview.contacts, preview.sample.length]).toEqual([15, 10]);
  });
});

describe('Segment › Get Members', () => {
  it('gives who is in it at this moment and since when, up to a limit', async () => {
    const { store } = await openedStore();
    await save('visitors', byJson({ event: 'page_viewed' }));
    const now = Date.now();
    const visit = { type: 'page_viewed', occurredAt: now, properties: {}, key: null };
    const patch = {
      identifiers: { email: 'ben@example.com' },
      fields: {},
      properties: {},
      tags: [],
      lists: [],
    };
    await recordEvents(store, [{ contact: { patch, mode: 'upsert' }, event: visit }], now, {
      allOrNothing: true,
    });
    expect(await jsonOf('segment', 'members', named('visitors'))).toMatchObject([
      {
        contact: { email: 'ben@example.com' },
        membership: { segment: 'visitors', enteredAt: new Date(now).toISOString() },
      },
    ]);
    await save('all', byJson({ everyone: true }));
    expect(await members('all', { limit: 2 })).toEqual(['ann@example.com', 'ben@example.com']);
    await expect(members('nobody')).rejects.toThrow('There is no segment "nobody"');
  });

  it('gives everybody over several pages, each once', async () => {
    await createContacts(...Array.from({ length: 1_200 }, (_, at) => ({ email: `${at}@example.org` })));
    await save('all', byJson({ everyone: true }));
    expect(new Set(await members('all')).size).toBe(1_203);
    expect((await members('all', { limit: 1_001 })).length).toBe(1_001);
  });
});

describe('Segment › Get Many', () => {
  it('gives the segments by name with their sizes', async () => {
    await save('vips', byJson(VIPS));
    await save('all', byJson({ everyone: true }));
    const list = await jsonOf('segment', 'getAll', {});
    expect(list).toMatchObject([
      { segment: { name: 'all', members: 3 } },
      { segment: { name: 'vips', members: 2, rule: VIPS } },
    ]);
    expect(await jsonOf('segment', 'getAll', { limit: 1 })).toHaveLength(1);
  });
});

describe('Segment › Delete', () => {
  it('deletes one that nothing depends on, and says what does otherwise', async () => {
    await save('vips', byJson(VIPS));
    await save('both', byJson({ all: [{ segment: 'vips' }, { everyone: true }] }));
    const remove = (name: string) => jsonOf('segment', 'delete', named(name));
    await expect(remove('vips')).rejects.toThrow('The segment "both" is made of "vips"');
    expect(await remove('both')).toMatchObject([
      { segment: { name: 'both' }, result: { outcome: 'deleted' } },
    ]);
    expect(await remove('vips')).toMatchObject([{ result: { outcome: 'deleted' } }]);
    await expect(remove('vips')).rejects.toThrow('There is no segment "vips"');
  });
});

it('offers segments with their sizes, and every name a rule can hold', async () => {
  await save('vips', byJson(VIPS));
  await createContacts({ email: 'dan@example.com', properties: { plan: 'pro' }, lifecycleStage: 'prospect' });
  const editor = {
    getNode: () => ({ parameters: {}, credentials: undefined }),
  } as unknown as ILoadOptionsFunctions;
  const { listSearch } = new ContactStore().methods;
  expect((await listSearch.searchSegments.call(editor)).results).toEqual([
    { name: 'vips (2 contacts)', value: 'vips' },
  ]);
  const valuesOf = async (search: 'searchContactProperties' | 'searchStages', typed?: string) =>
    (await listSearch[search].call(editor, typed)).results.map(({ value }) => value);
  expect(await valuesOf('searchContactProperties')).toEqual(
    expect.arrayContaining(['country', 'createdAt', 'plan']),
  );
  expect(await valuesOf('searchContactProperties', 'COUNTRY')).toEqual(['country']);
  expect(await valuesOf('searchStages', 'p')).toEqual(['opportunity', 'prospect']);
});
