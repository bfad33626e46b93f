import type { StoredEvent } from '../event/event';
import { cleanText, type JsonObject } from '../json';
import { readAnswer, readComment } from './read-answer';
import { isNameOfScale, scaleName, type Scale } from './scale';

/** The type of the event that an answer to a survey is. */
export const SURVEY_ANSWERED = 'survey_answered';

/** What somebody answered to a survey. */
export interface SurveyAnswer {
  readonly survey: string;
  readonly score: number;
  readonly comment: string | null;
  /** Why they are content or not, in a word of the survey: price, delivery. */
  readonly reason: string | null;
  /** How they answered: email, sms, site. */
  readonly channel: string | null;
  /** When, epoch milliseconds UTC. */
  readonly answeredAt: number;
}

/** The properties of the event of an answer; what is not known is left out. `period` names what it counts once for. */
export function toAnswerProperties(answer: SurveyAnswer, scale: Scale, period: string | null): JsonObject {
  const { survey, score, comment, reason, channel } = answer;
  const known = Object.entries({ comment, reason, channel, period }).filter(([, value]) => value !== null);
  return { survey, score, scale: scaleName(scale), ...Object.fromEntries(known) };
}

/** What an event says of a survey: an answer, one on another scale, one that cannot be read, or nothing of this survey. */
export type RecordedAnswer =
  | { readonly kind: 'answer'; readonly answer: SurveyAnswer; readonly period: string | null }
  | { readonly kind: 'otherScale' | 'unreadable' }
  | { readonly kind: 'otherSurvey' };

/**
 * Reads the answer that an event holds, whoever recorded it: `score` may be text, as {@link readAnswer} takes it, and an
 * event without `scale`, or with one that has the same ends, is on the one that is asked for. Names of surveys are compared to the
 * letter.
 */
export function readRecordedAnswer(
  { type, properties, occurredAt }: Pick<StoredEvent, 'type' | 'properties' | 'occurredAt'>,
  survey: string,
  scale: Scale,
): RecordedAnswer {
  if (type !== SURVEY_ANSWERED || readWord(properties.survey) !== survey) return { kind: 'otherSurvey' };
  const name = readWord(properties.scale);
  if (name !== null && !isNameOfScale(name, scale)) return { kind: 'otherScale' };
  const reading = readAnswer(properties.score, scale);
  if (reading.score === null) return { kind: 'unreadable' };
  return {
    kind: 'answer',
    answer: {
      survey,
      score: reading.score,
      comment: readComment(properties.comment) ?? reading.comment,
      reason: readWord(properties.reason),
      channel: readWord(properties.channel),
      answeredAt: occurredAt,
    },
    period: readWord(properties.period),
  };
}

const LONGEST_WORD = 200;

/** A short text such as a reason or the name of a survey: trimmed, at most 200 characters; null where it is empty. */
export function readWord(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const word = cleanText(cleanText(String(value)).trim().slice(0, LONGEST_WORD)).trim();
  return word === '' ? null : word;
}

/**
 * What becomes of an answer where another one stands for the same survey, contact and period. `recorded`: it is the first.
 * `known`: it was recorded before. `replaced`: it takes the place of the other. `superseded`: a later one stands.
 */
export type AnswerOutcome = 'recorded' | 'known' | 'replaced' | 'superseded';

/**
 * Decides what becomes of an answer where `standing` is the one that counts so far, and returns it as it is to be recorded.
 * The one given later takes the place of the other, the one that comes later where both were given at the same
 * moment. The same score again that adds no other comment, reason or channel is known already, whenever it was given,
 * so that a delivery repeated changes nothing; the same score with something to add keeps what the other said besides.
 */
export function settleAnswer(
  standing: SurveyAnswer | null,
  answer: SurveyAnswer,
): { readonly outcome: AnswerOutcome; readonly answer: SurveyAnswer } {
  if (standing === null) return { outcome: 'recorded', answer };
  if (addsNothing(standing, answer)) return { outcome: 'known', answer: standing };
  if (answer.answeredAt < standing.answeredAt) return { outcome: 'superseded', answer: standing };
  if (answer.score !== standing.score) return { outcome: 'replaced', answer };
  const { comment, reason, channel } = answer;
  return {
    outcome: 'replaced',
    answer: {
      ...answer,
      comment: comment ?? standing.comment,
      reason: reason ?? standing.reason,
      channel: channel ?? standing.channel,
    },
  };
}

/** Whether an answer says nothing that the standing one does not say. */
export function addsNothing(standing: SurveyAnswer, answer: SurveyAnswer): boolean {
  const isSaid = (name: 'comment' | 'reason' | 'channel') =>
    answer[name] === null || answer[name] === standing[name];
  return answer.score === standing.score && isSaid('comment') && isSaid('reason') && isSaid('channel');
}
