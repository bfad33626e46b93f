import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Run } from '../execution/run';
import { describeWait, WaitOutputs } from './outputs';
import { planItems } from './planned';

/** In a test run nobody waits: items pass with the date they would have waited for, and the run says so. */
export async function passAtOnce(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const outputs = new WaitOutputs(run);
  const planned = await planItems(context, run);
  for (const { index, value } of planned) {
    const output = value.plan.outcome === 'missed' ? 'missed' : 'due';
    outputs.leave(index, output, value.contact, describeWait(output, value.plan, run.now, { test: true }));
  }
  const latest = planned.reduce((at, { value }) => Math.max(at, value.plan.dueAt), run.now);
  if (latest > run.now) {
    context.addExecutionHints({
      message: `Test run: nobody waits. Published, the last of these items would go on at ${new Date(latest).toISOString()} (UTC); wait.dueAt tells for each.`,
      location: 'outputPane',
    });
  }
  return outputs.finish();
}
