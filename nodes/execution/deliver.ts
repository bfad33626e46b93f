import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';
import type { DeliveryEnd } from '../../src/app/listener';

/**
 * Starts an execution of the published workflow with these items and answers when it has ended, which bounds what is in
 * flight. An execution that goes to wait counts as ended: it stands in n8n's own store by then.
 */
export async function startExecution(
  context: ITriggerFunctions,
  items: INodeExecutionData[],
  deduplicationKey: string,
): Promise<DeliveryEnd> {
  const done = context.helpers.createDeferredPromise<IRun>();
  context.emit([items], undefined, done, deduplicationKey);
  // Nothing comes back for an execution that n8n knows already by its key: it has run.
  const run = (await done.promise) as IRun | undefined;
  return run ? endOf(run) : { ok: true };
}

/** How n8n reports an execution in queue mode whose worker was killed. It gives no code, only these words. */
const WORKER_DIED = /failed to be processed too many times|job stalled more than/;

function endOf(run: IRun): DeliveryEnd {
  const error = run.data.resultData.error?.message;
  if (run.status === 'canceled') {
    return { ok: false, isFinal: true, error: error ?? 'The execution was stopped by hand.' };
  }
  if (run.status === 'crashed' || (error !== undefined && WORKER_DIED.test(error))) {
    return { ok: false, isLost: true, error: error ?? 'The process died in which the execution ran.' };
  }
  if (error !== undefined || run.status === 'error') {
    return { ok: false, error: error ?? `The execution ended as ${run.status}.` };
  }
  return { ok: true };
}
