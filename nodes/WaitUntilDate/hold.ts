import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Run } from '../execution/run';
import { describeWait, WaitOutputs } from './outputs';
import { planItems } from './planned';

/**
 * Holds the whole execution until the last of its items is due. When n8n resumes it, the items that came in leave
 * through Due; what is returned here counts only where nobody has to wait.
 */
export async function holdExecution(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const outputs = new WaitOutputs(run);
  const planned = await planItems(context, run);
  for (const { index, value } of planned) {
    outputs.leave(index, 'due', value.contact, describeWait('due', value.plan, run.now));
  }
  const latest = planned.reduce((at, { value }) => Math.max(at, value.plan.dueAt), run.now);
  if (latest > run.now) await context.putExecutionToWait(new Date(latest));
  return outputs.finish();
}
