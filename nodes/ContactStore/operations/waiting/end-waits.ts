import { endWaitsOf } from '../../../../src/app/waiting';
import type { Run } from '../../../execution/run';
import { readWaitingRequest } from './waiting-filters';

/** Ends the waits that each item means and passes the item on with how many they were. */
export async function endWaits(run: Run, action: 'release' | 'cancel'): Promise<void> {
  const read = run.read((index) => readWaitingRequest(run, index));
  const results = await run.batch(read, (requests, policy) =>
    endWaitsOf(run.store, action, requests, run.now, policy),
  );
  for (const { index, value } of results) {
    run.pass(index, { result: { outcome: value.outcome, count: value.count } });
  }
}
