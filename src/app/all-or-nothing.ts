import type { Problem } from '../domain/problem';
import type { Store, Transaction } from '../store/port';

/** Thrown where one refused request keeps a whole batch from being written. */
export class RefusedRequest extends Error {
  /** The request's place in the batch. */
  readonly index: number;
  readonly problems: readonly Problem[];

  constructor(index: number, problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.name = 'RefusedRequest';
    this.index = index;
    this.problems = problems;
  }
}

/** What may become of one request of a batch. */
export type Outcome =
  { readonly outcome: 'refused'; readonly problems: readonly Problem[] } | { readonly outcome: string };

/** Whether one refused request keeps the whole batch from being written, or only itself. */
export interface BatchPolicy {
  readonly allOrNothing: boolean;
}

/** Writes a batch in one transaction; with `allOrNothing` throws the first refusal as a {@link RefusedRequest}. */
export function writeBatch<R extends Outcome>(
  store: Store,
  { allOrNothing }: BatchPolicy,
  work: (tx: Transaction) => Promise<R[]>,
): Promise<R[]> {
  return store.write(async (tx) => {
    const results = await work(tx);
    if (!allOrNothing) return results;
    results.forEach((result: Outcome, index) => {
      if ('problems' in result) throw new RefusedRequest(index, result.problems);
    });
    return results;
  });
}
