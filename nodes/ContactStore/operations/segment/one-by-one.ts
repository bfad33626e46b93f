import type { JsonObject } from '../../../../src/domain/json';
import type { Problem } from '../../../../src/domain/problem';
import { toNodeError } from '../../../execution/open-contact-store';
import type { ForItem, Run } from '../../../execution/run';

/** What comes of one request: what its items gain, the items it gives, or why it is refused. */
export type Answer =
  | { readonly json: JsonObject }
  | { readonly items: readonly JsonObject[] }
  | { readonly problems: readonly Problem[] };

/** Answers each item's request, in order; items that ask the same, as they do without expressions, share one answer. */
export async function oneByOne<T>(
  run: Run,
  read: ReadonlyArray<ForItem<T>>,
  answer: (request: T) => Promise<Answer>,
): Promise<void> {
  const answers = new Map<string, Answer>();
  for (const { index, value } of read) {
    const key = JSON.stringify(value);
    const known = answers.get(key) ?? (await answerOf(run, value, answer));
    answers.set(key, known);
    if ('json' in known) run.pass(index, known.json);
    else if ('items' in known) for (const json of known.items) run.emit(index, { json });
    else run.refuse(index, known.problems);
  }
}

async function answerOf<T>(run: Run, request: T, answer: (request: T) => Promise<Answer>): Promise<Answer> {
  try {
    return await answer(request);
  } catch (error) {
    throw toNodeError(run.context.getNode(), error);
  }
}
