import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { ContactTrigger } from '../../nodes/ContactTrigger/ContactTrigger.node';
import { readWatch } from '../../nodes/ContactTrigger/watch-parameters';
import { WaitUntilDate } from '../../nodes/WaitUntilDate/WaitUntilDate.node';
import { segmentsNamed } from '../../nodes/WaitUntilDate/wait-parameters';
import { saveSegment } from '../../src/app/segments/save-segment';
import { FakeExecution, useTemporaryStore } from './fake-execution';
import { createContacts, openedStore } from './contact-store/store-under-test';

const named = (value: string) => ({ __rl: true, mode: 'name', value });

describe('Contact Trigger on segments', () => {
  const trigger = new ContactTrigger();
  const context = (parameters: IDataObject) =>
    new FakeExecution({ node: trigger, parameters }) as unknown as { parameters: IDataObject };
  const watch = (parameters: IDataObject) => {
    const all = context(parameters).parameters;
    return readWatch({ getNodeParameter: (name: string) => all[name] } as unknown as ITriggerFunctions);
  };

  it.each([
    [{ on: 'segment_entered' }, ['segments', 'alreadyIn']],
    [{ on: 'segment_left' }, ['segments']],
    [{ on: 'tag_changed' }, ['tagAction', 'tags']],
  ])('shows for %j the fields %j', (parameters, names) => {
    const shown = Object.keys(context(parameters).parameters);
    expect(shown.filter((name) => !['on', 'storeFrom', 'options'].includes(name))).toEqual(names);
  });

  it('watches the segments that were chosen, and those already in one where that was', () => {
    expect(watch({ on: 'segment_entered', segments: ['vips', 'engaged'], alreadyIn: true })).toEqual({
      ok: true,
      value: { on: 'segment_changed', action: 'entered', segments: ['vips', 'engaged'], alreadyIn: true },
    });
    expect(watch({ on: 'segment_left', segments: ['vips'], alreadyIn: true })).toEqual({
      ok: true,
      value: { on: 'segment_changed', action: 'left', segments: ['vips'], alreadyIn: false },
    });
  });

  it('is not set up without a segment', () => {
    expect(watch({ on: 'segment_entered' })).toMatchObject({
      ok: false,
      problems: [{ field: 'segments', message: expect.stringContaining('No segment is chosen') as string }],
    });
  });
});

describe('Wait Until Date by segments', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
    await createContacts({ email: 'ann@example.com', tags: ['vip'] }, { email: 'ben@example.com' });
    const { store } = await openedStore();
    await saveSegment(store, { name: 'vips', rule: { tag: 'vip' }, zone: 'UTC' }, Date.now());
  });
  afterEach(() => temporary.remove());

  const wait = (segment: IDataObject[], continueOnFail = false) =>
    new FakeExecution({
      node: new WaitUntilDate(),
      parameters: { until: 'period', amount: 1, unit: 'days', leaveOn: { segment } },
      items: [
        { email: 'ann@example.com', segment: 'vips' },
        { email: 'ben@example.com', segment: 'nobody' },
      ],
      continueOnFail,
    }).outputs();

  it('lets out at once who is in it already, or is not, and says which and why', async () => {
    const [, entered] = await wait([{ moves: 'enters', segment: named('vips') }]);
    expect(entered).toMatchObject([
      {
        json: {
          contact: { email: 'ann@example.com' },
          wait: {
            outcome: 'left_early',
            leftBy: { segment: 'vips', is: 'in' },
            reasons: ['is in the segment vips', 'has the tag vip (tags: vip)'],
          },
        },
        pairedItem: { item: 0 },
      },
    ]);
    const [, left] = await wait([{ moves: 'leaves', segment: named('vips') }]);
    expect(left).toMatchObject([
      { json: { wait: { leftBy: { segment: 'vips', is: 'out' } } }, pairedItem: { item: 1 } },
    ]);
  });

  it('refuses a segment that is not chosen, and one that there is not, for its item', async () => {
    await expect(wait([{ moves: 'enters', segment: named('') }])).rejects.toThrow('No segment is chosen');
    const byItem = [{ moves: 'enters', segment: named('={{ $json.segment }}') }];
    await expect(wait(byItem)).rejects.toThrow('There is no segment "nobody"');
    const [errors, early] = await wait(byItem, true);
    expect(early).toMatchObject([{ pairedItem: { item: 0 } }]);
    expect(errors).toMatchObject([{ json: { error: expect.anything() as string }, pairedItem: { item: 1 } }]);
  });

  it('knows the segments that it names without an expression', () => {
    const rows = [{ segment: named('vips') }, { segment: named('={{ $json.x }}') }, { segment: named('') }];
    expect(segmentsNamed({ leaveOn: { segment: rows } })).toEqual(['vips']);
    expect(segmentsNamed({ leaveOn: {} })).toEqual([]);
    expect(segmentsNamed({})).toEqual([]);
  });
});
