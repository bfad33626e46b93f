import type { JsonObject } from '../../domain/json';
import type { Problem } from '../../domain/problem';
import type { Store } from '../../store/port';
import { maintainJourneys } from './maintain';
import { sameSteps, saveJourney, type JourneyRequest } from './save-journey';

/** A journey as its node stands in a workflow that is published. */
export type PublishedJourney = Omit<JourneyRequest, 'definition'> & {
  /** Null where it cannot be told before an item comes. */
  readonly definition: JsonObject | null;
};

/**
 * Notes what a journey that was entered before is from now on, without anybody entering: its workflow was published. Its
 * definition is saved as an entry would save it, so that an edited goal counts at once; where it is refused the one that
 * is saved stays, and only the steps are noted. Returns what is wrong with it.
 */
export async function publishJourney(
  store: Store,
  published: PublishedJourney,
  now: number,
): Promise<readonly Problem[]> {
  await maintainJourneys(store, now);
  return store.write(async (tx) => {
    const { name, definition, workflow } = published;
    const present = await tx.journeys.get(name);
    if (!present) return [];
    const saved = definition && (await saveJourney(tx, { ...published, definition }, now));
    if (saved?.ok) return [];
    if (present.workflowId !== workflow.id || !sameSteps(present.steps, workflow.steps)) {
      await tx.journeys.put(
        {
          ...present,
          workflowId: workflow.id,
          workflowName: workflow.name,
          workflowVersion: present.workflowVersion + 1,
          steps: workflow.steps,
        },
        now,
      );
    }
    return saved?.problems ?? [];
  });
}
