import { cleanText, jsonEquals, type JsonObject } from '../../domain/json';
import type { JourneyStep } from '../../domain/journey/enrolment';
import { readJourney } from '../../domain/journey/journey';
import { quote, type Problem, type Reading } from '../../domain/problem';
import type { RuleBook } from '../../domain/rule/rule-book';
import { RuleSizes, sizeProblem } from '../../domain/rule/rule-size';
import { isZone } from '../../domain/schedule/zone';
import type { Transaction } from '../../store/port';
import { LiveJourneys, needsOfStay, savedBook, type LiveJourney } from './live-journeys';
import { JOURNEY_UPKEEP } from './maintain';

/** A journey as a node describes it, and the workflow that it stands in. */
export interface JourneyRequest {
  readonly name: string;
  /** See `readJourney`. */
  readonly definition: JsonObject;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
  readonly workflow: JourneyWorkflow;
}

/** A workflow, as far as a node of it sees it. */
export interface JourneyWorkflow {
  readonly id: string;
  readonly name: string;
  /** The steps that follow the node, by name. */
  readonly steps: readonly JourneyStep[];
}

const LONGEST_NAME = 100;

/** Reads the name of a journey. */
export function readJourneyName(value: string): Reading<string> {
  const name = cleanText(value).trim();
  if (name !== '' && name.length <= LONGEST_NAME) return { ok: true, value: name };
  const message = `The journey's name is ${quote(value)}; choose one, or write text of 1 to ${LONGEST_NAME} characters.`;
  return { ok: false, problems: [{ field: 'journey', message }] };
}

/**
 * Saves a journey under its name where it is new or differs, in its next version where its definition does; contacts who
 * are in it go by the new one, and those whose goal it lets be reached complete it. Refused: what `readJourney` refuses,
 * and rules that name what is not saved.
 */
export async function saveJourney(
  tx: Transaction,
  { name, definition, zone, workflow }: JourneyRequest,
  now: number,
): Promise<Reading<{ readonly live: LiveJourney; readonly journeys: LiveJourneys }>> {
  const [present, book] = await Promise.all([tx.journeys.get(name), savedBook(tx)]);
  const isSame = present?.zone === zone && jsonEquals(present.definition, definition);
  if (!isSame) {
    const problems = problemsOf(definition, zone, book);
    if (problems.length > 0) return { ok: false, problems };
  }
  let journey = present;
  const isSeen = present?.workflowId === workflow.id && sameSteps(present.steps, workflow.steps);
  if (!present || !isSame || !isSeen || present.workflowName !== workflow.name) {
    journey = await tx.journeys.put(
      {
        name,
        definition,
        zone,
        version: (present?.version ?? 0) + (isSame ? 0 : 1),
        workflowId: workflow.id,
        workflowName: workflow.name,
        workflowVersion: (present?.workflowVersion ?? 0) + (isSeen ? 0 : 1),
        steps: workflow.steps,
        seededTo: present && !isSame ? 0 : (present?.seededTo ?? null),
      },
      now,
    );
  }
  const journeys = new LiveJourneys(journey ? [journey] : [], book);
  const live = journeys.byId.get(journey?.id ?? 0);
  if (!live) return { ok: false, problems: [unknownJourney(name)] };
  if (!isSame) {
    await tx.subscriptions.open(JOURNEY_UPKEEP, {}, now);
    await tx.histories.watch(live.needs.history.map((need) => need.name));
  }
  return { ok: true, value: { live, journeys } };
}

/** What is said of a journey that nobody ever entered. */
export function unknownJourney(name: string): Problem {
  const advice = 'It begins when a Journey node lets the first contact enter.';
  return { field: 'journey', message: `There is no journey ${quote(name)}. ${advice}` };
}

function problemsOf(definition: JsonObject, zone: string, book: RuleBook): Problem[] {
  const reading = readJourney(definition);
  const problems: Problem[] = reading.ok ? [] : [...reading.problems];
  if (!isZone(zone)) {
    const message = `${quote(zone)} is not a time zone; use an IANA name such as Europe/Berlin.`;
    problems.push({ field: 'zone', message });
  }
  if (!reading.ok) return problems;
  const { value } = reading;
  const needs = needsOfStay(value, book);
  const missing = (
    kind: 'segment' | 'score',
    names: Iterable<string>,
    known: ReadonlyMap<string, unknown>,
  ) => {
    for (const own of names) {
      if (known.has(own)) continue;
      problems.push({ field: 'journey', message: `There is no ${kind} ${quote(own)}.` });
    }
  };
  missing('segment', new Set([...needs.segments, ...value.excludedSegments]), book.segments);
  missing('score', needs.scores, book.scores);
  const sizes = new RuleSizes(book);
  for (const [field, own] of [
    ['goal', value.goal],
    ['exit', value.exit],
  ] as const) {
    const tooLarge = own && sizeProblem('this rule', sizes.of(own.rule), field);
    if (tooLarge) problems.push(tooLarge);
  }
  return problems;
}

/** Whether a workflow is the same to those who are on their way in it. */
export function sameSteps(one: readonly JourneyStep[], other: readonly JourneyStep[]): boolean {
  return (
    one.length === other.length &&
    one.every((step, at) => {
      const own = other[at];
      return (
        own?.name === step.name &&
        own.type === step.type &&
        own.isDisabled === step.isDisabled &&
        own.settings === step.settings &&
        own.after.length === step.after.length &&
        own.after.every((name, place) => name === step.after[place])
      );
    })
  );
}
