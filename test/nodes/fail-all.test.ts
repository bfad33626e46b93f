import { WaitUntilDate } from '../../nodes/WaitUntilDate/WaitUntilDate.node';
import { FakeExecution } from './fake-execution';

const UNPUBLISHED = {
  node: new WaitUntilDate(),
  parameters: { until: 'period', amount: 1, unit: 'hours' },
  items: [{ email: 'ann@example.com' }, { email: 'bob@example.com' }],
  workflow: { active: false },
  mode: 'trigger',
} as const;

describe('a node that can do nothing for any item', () => {
  it('ends the run where it does not continue on fail', async () => {
    await expect(new FakeExecution(UNPUBLISHED).outputs()).rejects.toThrow('not published');
  });

  it('gives each item as an error where it does, and lets nobody through', async () => {
    const [due, ...others] = await new FakeExecution({ ...UNPUBLISHED, continueOnFail: true }).outputs();
    const error = expect.stringContaining('not published') as string;
    expect(due).toEqual([
      { json: { error }, pairedItem: { item: 0 } },
      { json: { error }, pairedItem: { item: 1 } },
    ]);
    expect(others).toEqual([[], []]);
  });
});
