import { toJsonValue, type JsonValue } from '../../domain/json';
import { quote, type Problem, type Reading } from '../../domain/problem';
import { DEEPEST_RULE } from '../../domain/rule/parse-rule';
import type { RuleBook } from '../../domain/rule/rule-book';
import { isZone } from '../../domain/schedule/zone';
import { problemsOfModel } from '../../domain/scoring/model-problems';
import { parseScoreModel } from '../../domain/scoring/parse-score-model';
import { savedScore } from '../../domain/scoring/saved-score';
import type { ScoreModel } from '../../domain/scoring/score-model';

/** What somebody wants to score contacts by. */
export interface ModelRequest {
  /** The model in its JSON; see `parseScoreModel`. */
  readonly model: unknown;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
  /** Whether somebody chose the zone; else a model that is saved keeps the one it has. */
  readonly isZoneChosen?: boolean;
}

/** The zone that a model is to have: that which it was saved with stays, unless another one is chosen. */
export function zoneOfModel(
  { zone, isZoneChosen = false }: ModelRequest,
  present: { readonly zone: string } | null | undefined,
): string {
  return present && !isZoneChosen ? present.zone : zone;
}

/** A model that may be saved and scored by. */
export interface ReadModel {
  readonly definition: JsonValue;
  readonly zone: string;
  readonly model: ScoreModel;
  /** What is saved as it would be with it. */
  readonly book: RuleBook;
}

const LONGEST_NAME = 100;
/** A rule of a model lies three levels below it. */
const DEEPEST_MODEL = DEEPEST_RULE + 3;

/**
 * Reads a model against what is saved. Refused, each with its path: what `parseScoreModel` refuses, a name longer than
 * 100 characters, a zone that does not exist, a segment or score that does not exist, a model that is made of itself,
 * also through segments, and one that is too large with what it is made of.
 */
export function readModel(request: ModelRequest, saved: RuleBook): Reading<ReadModel> {
  const problems: Problem[] = [];
  if (!isZone(request.zone)) {
    const wanted = 'use an IANA name such as Europe/Berlin';
    problems.push({ field: 'zone', message: `${quote(request.zone)} is not a time zone; ${wanted}.` });
  }
  const definition = toJsonValue(request.model, DEEPEST_MODEL);
  const reading = parseScoreModel(definition);
  if (!reading.ok) return { ok: false, problems: [...problems, ...reading.problems] };
  const model = reading.value;
  const { name } = model;
  if (name.length > LONGEST_NAME) {
    const wanted = `it must have at most ${LONGEST_NAME} characters`;
    problems.push({ field: 'model.name', message: `The model's name is ${quote(name)}; ${wanted}.` });
  }
  const book = { ...saved, scores: new Map(saved.scores).set(name, savedScore(model, request.zone)) };
  problems.push(...problemsOfModel(model, definition, saved));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { definition, zone: request.zone, model, book } };
}
