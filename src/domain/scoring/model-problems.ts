import { isJsonObject, type JsonValue } from '../json';
import type { Problem } from '../problem';
import { namedIn, problemsOfEntry, type NamedEntry } from '../rule/book-entries';
import type { RuleBook } from '../rule/rule-book';
import { savedScore } from './saved-score';
import type { ScoreModel } from './score-model';

/**
 * Returns what keeps a model, read from its JSON without problems, from being saved beside what is saved already:
 * rules that name a segment or score that does not exist, a score that is worked out from itself, also through
 * segments and other scores, and a model that is too large with them, or makes what reads it too large.
 */
export function problemsOfModel(
  model: ScoreModel,
  json: JsonValue,
  saved: RuleBook,
  path = 'model',
): Problem[] {
  // In which zone it counts keeps no model from being saved.
  const book = { ...saved, scores: new Map(saved.scores).set(model.name, savedScore(model, 'UTC')) };
  return problemsOfEntry({ kind: 'score', name: model.name }, namedInModel(json, path), path, book);
}

function namedInModel(json: JsonValue, path: string): NamedEntry[] {
  const rules = isJsonObject(json) && Array.isArray(json.rules) ? json.rules : [];
  return rules.flatMap((rule, index) =>
    isJsonObject(rule) ? namedIn(rule.rule, `${path}.rules[${index}].rule`) : [],
  );
}
