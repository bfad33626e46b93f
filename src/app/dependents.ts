import { isJsonObject, type JsonObject } from '../domain/json';
import { quote, type Problem } from '../domain/problem';
import { directlyNamed, namedBy, type BookEntry } from '../domain/rule/book-entries';
import type { Subscription, Transaction } from '../store/port';
import { endingRules, liveJourneys, type LiveJourneys } from './journeys/live-journeys';

/**
 * Returns what keeps a segment or score from being deleted, with a problem for each: another segment or score that is made
 * of it, a node that names it (see {@link namesHeldBy}), or a journey. `regardless` of nodes and journeys there is none
 * for these, because a workflow that is gone does not say so.
 */
export async function problemsOfDependents(
  tx: Transaction,
  entry: BookEntry,
  { regardless }: { readonly regardless: boolean },
): Promise<Problem[]> {
  const { kind, name } = entry;
  const journeys = await liveJourneys(tx);
  const problems = namedBy(entry, journeys.book).map((other): Problem => ({
    field: kind,
    message: `The ${other.kind} ${quote(other.name)} is made of ${quote(name)}; change or delete it first.`,
  }));
  if (regardless) return problems;
  const using = (await tx.subscriptions.list()).filter((own) => namesHeldBy(own, kind).includes(name));
  for (const { nodeName, workflowName } of using) {
    const message = `The node ${quote(nodeName)} of the workflow ${quote(workflowName)} names ${quote(name)}; take it out there first, or delete the ${kind} regardless.`;
    problems.push({ field: kind, message });
  }
  return [...problems, ...problemsOfJourneys(journeys, entry)];
}

function problemsOfJourneys({ byId }: LiveJourneys, { kind, name }: BookEntry): Problem[] {
  return [...byId.values()].flatMap(({ journey, definition }): Problem[] => {
    const named = directlyNamed(endingRules(definition)).filter((own) => own.kind === kind);
    const names = named.map((own) => own.name);
    if (kind === 'segment') names.push(...definition.excludedSegments);
    if (!names.includes(name)) return [];
    const message = `The journey ${quote(journey.name)} names ${quote(name)}; take it out of its Journey node first, or delete the ${kind} regardless.`;
    return [{ field: kind, message }];
  });
}

/** The segments or scores that a node's subscription names: in its own list of them, or in that of its watch. */
export function namesHeldBy({ definition }: Subscription, kind: BookEntry['kind']): readonly string[] {
  const key = kind === 'segment' ? 'segments' : 'models';
  const listed = ({ [key]: names }: JsonObject) =>
    Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  return [...listed(definition), ...(isJsonObject(definition.watch) ? listed(definition.watch) : [])];
}
