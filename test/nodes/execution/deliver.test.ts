import type { IRun, ITriggerFunctions } from 'n8n-workflow';
import { startExecution } from '../../../nodes/execution/deliver';

interface Ended {
  readonly status: string;
  readonly message?: string;
}

/** A trigger whose executions end as told; for one that n8n knows already nothing comes back. */
function triggerOf(ended: Ended | undefined): ITriggerFunctions {
  const error = ended?.message === undefined ? {} : { error: { message: ended.message } };
  const run = ended && { status: ended.status, data: { resultData: error } };
  return {
    helpers: {
      createDeferredPromise: () => {
        let resolve: (value: IRun | undefined) => void = () => {};
        const promise = new Promise<IRun | undefined>((settle) => (resolve = settle));
        return { promise, resolve, reject: () => {} };
      },
    },
    emit: (_items: unknown, _response: unknown, done: { resolve(value: unknown): void }) => done.resolve(run),
  } as unknown as ITriggerFunctions;
}

const endOf = (ended?: Ended) => startExecution(triggerOf(ended), [], 'key');

const WORKER_DIED =
  'This execution failed to be processed too many times and will no longer retry. To allow this execution to complete, please break down your workflow or scale up your workers or adjust your worker settings.';

it.each<[string, Ended, object]>([
  ['went well', { status: 'success' }, { ok: true }],
  ['went to wait', { status: 'waiting' }, { ok: true }],
  ['failed', { status: 'error', message: 'no such mailbox' }, { ok: false, error: 'no such mailbox' }],
  ['failed without a word', { status: 'error' }, { ok: false, error: 'The execution ended as error.' }],
  ['was stopped by hand', { status: 'canceled' }, { ok: false, isFinal: true, error: expect.any(String) }],
  ['crashed', { status: 'crashed' }, { ok: false, isLost: true, error: expect.any(String) }],
  [
    'was lost with its worker',
    { status: 'error', message: WORKER_DIED },
    { ok: false, isLost: true, error: WORKER_DIED },
  ],
])('tells of an execution that %s', async (_title, ended, end) => {
  await expect(endOf(ended)).resolves.toEqual(end);
});

it('takes an execution that n8n knows already for one that has run', async () => {
  await expect(endOf()).resolves.toEqual({ ok: true });
});
