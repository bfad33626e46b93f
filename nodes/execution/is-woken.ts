import type { IExecuteFunctions } from 'n8n-workflow';
import { isWaitKnown } from '../../src/app/watch-wait';
import { openContactStore } from './open-contact-store';
import { subscriptionKeyOf } from './subscription';

/**
 * Whether anything wakes who waits here. n8n takes a sub-workflow for published that stands in the parameters of its
 * caller, where it never can be; the retry of an execution for unpublished, and so on a worker in queue mode every
 * workflow. There the store knows.
 */
export async function isWoken(context: IExecuteFunctions): Promise<boolean> {
  const { active } = context.getWorkflow();
  const mode = context.getMode();
  const isOnWorker = process.env.EXECUTIONS_MODE === 'queue' && !active;
  const isDoubtful = isOnWorker || mode === 'retry' || (mode === 'integrated' && active);
  if (!isDoubtful) return active;
  const { store } = await openContactStore(context);
  return await isWaitKnown(store, subscriptionKeyOf(context, 'wait'));
}
