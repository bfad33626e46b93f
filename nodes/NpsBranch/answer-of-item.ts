import type { IDataObject } from 'n8n-workflow';
import type { AnswerRequest } from '../../src/app/surveys/record-answers';
import type { ContactPatch, IdentifierKind } from '../../src/domain/contact/contact';
import { readEvent } from '../../src/domain/event/read-event';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import { readAnswer, readComment } from '../../src/domain/nps/read-answer';
import { isNameOfScale, type Scale } from '../../src/domain/nps/scale';
import { readWord, SURVEY_ANSWERED, type SurveyAnswer } from '../../src/domain/nps/survey-answer';
import { SURVEY_PERIODS, type SurveyOccasion } from '../../src/domain/nps/survey-period';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import { contactOfItem } from '../execution/contact-of-item';
import type { Run } from '../execution/run';
import { readScale, readSurveyName } from '../execution/survey-scale';

/** What an item says about a survey: an answer, or why there is none. */
export interface ItemAnswer {
  readonly survey: string;
  readonly scale: Scale;
  readonly given:
    { readonly answer: SurveyAnswer } | { readonly reason: string; readonly comment: string | null };
}

/** Reads the answer of an item. What is wrong with the node's parameters is a problem, what is wrong with the answer is not. */
export function readItemAnswer(run: Run, index: number): Reading<ItemAnswer> {
  const { parameters } = run;
  const problems: Problem[] = [];
  const take = <T>(reading: Reading<T>): T | null => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return null;
  };
  const survey = take(readSurveyName(parameters.value('survey', index)));
  const scale = take(readScale(parameters, index));
  const isEvent = parameters.value('answerFrom', index) === 'event';
  const event = eventOf(run.items[index]?.json ?? {});
  const source = isEvent ? sourceFromEvent(event) : sourceFromFields(run, index);
  const answeredAt = take(readAnsweredAt(source.answeredAt, run));
  if (survey === null || scale === null || answeredAt === null) return { ok: false, problems };

  const comment = readComment(source.comment);
  // What cannot be read as a score is still what they said.
  const said = typeof source.answer === 'string' ? readComment(source.answer) : null;
  const none = (reason: string): Reading<ItemAnswer> => ({
    ok: true,
    value: { survey, scale, given: { reason, comment: comment ?? said } },
  });
  if (isEvent && !event) return none(`the item has no event ${SURVEY_ANSWERED}`);
  const other = isEvent ? readWord(event?.properties.survey) : null;
  if (other !== null && other !== survey) return none(`the item's event answers the survey ${quote(other)}`);
  const otherScale = isEvent ? readWord(event?.properties.scale) : null;
  if (otherScale !== null && !isNameOfScale(otherScale, scale)) {
    return none(
      `the item's event answers on the scale ${quote(otherScale)}, not on ${scale.lowest} to ${scale.highest}`,
    );
  }
  const reading = readAnswer(source.answer, scale);
  if (reading.score === null) return none(reading.reason);
  const answer: SurveyAnswer = {
    survey,
    score: reading.score,
    comment: comment ?? reading.comment,
    reason: readWord(source.reason),
    channel: readWord(source.channel),
    answeredAt,
  };
  return { ok: true, value: { survey, scale, given: { answer } } };
}

/** Where the parts of an answer come from, as they were given. */
interface AnswerSource {
  readonly answer: unknown;
  readonly comment: unknown;
  readonly reason: unknown;
  readonly channel: unknown;
  readonly answeredAt: unknown;
}

function sourceFromFields({ parameters }: Run, index: number): AnswerSource {
  const { comment, reason, channel, answeredAt } = parameters.object('more', index);
  return { answer: parameters.value('answer', index), comment, reason, channel, answeredAt };
}

function sourceFromEvent(event: SurveyEvent | null): AnswerSource {
  const { score, comment, reason, channel } = event?.properties ?? {};
  return { answer: score, comment, reason, channel, answeredAt: event?.occurredAt };
}

/** The answer that an item's event is. */
interface SurveyEvent {
  readonly id: number | null;
  readonly occurredAt: unknown;
  readonly properties: JsonObject;
}

function eventOf(json: IDataObject): SurveyEvent | null {
  const { event } = json;
  if (!isJsonObject(event) || event.type !== SURVEY_ANSWERED) return null;
  const { id, occurredAt, properties } = event;
  return {
    id: typeof id === 'number' ? id : null,
    occurredAt,
    properties: isJsonObject(properties) ? properties : {},
  };
}

function readAnsweredAt(value: unknown, run: Run): Reading<number> {
  const options = { now: run.now, zone: run.context.getTimezone() };
  const reading = readEvent({ type: SURVEY_ANSWERED, occurredAt: value }, options);
  if (reading.ok) return { ok: true, value: reading.value.occurredAt };
  const problems = reading.problems.map(({ message }) => ({
    field: 'answeredAt',
    message: message.replace(/^occurredAt/, 'Answered At'),
  }));
  return { ok: false, problems };
}

/** What is to be recorded of an item's answer, and of whom. */
export function readAnswerRequest(
  run: Run,
  index: number,
  { scale }: ItemAnswer,
  answer: SurveyAnswer,
): Reading<AnswerRequest> {
  const { parameters } = run;
  const json = run.items[index]?.json ?? {};
  const contact = contactOfItem(parameters, index, json);
  const occasion = readOccasion(run, index);
  const second = parameters.value('second', index) === 'keepBoth' ? 'keepBoth' : 'replace';
  if (!contact.ok) return contact;
  if (!occasion.ok) return occasion;
  const identifiers: Partial<Record<IdentifierKind, string>> = {};
  // The first of a kind is the one on the item's contact.
  for (const { kind, value } of contact.value.identifiers) identifiers[kind] ??= value;
  const patch: ContactPatch = { identifiers, fields: {}, properties: {}, tags: [], lists: [] };
  return {
    ok: true,
    value: {
      reference: contact.value,
      patch,
      answer,
      scale,
      occasion: occasion.value,
      second,
      eventId: eventOf(json)?.id ?? null,
    },
  };
}

function readOccasion({ parameters }: Run, index: number): Reading<SurveyOccasion> {
  const oncePer = parameters.value('oncePer', index);
  if (oncePer !== 'own') {
    return { ok: true, value: { unit: SURVEY_PERIODS.find((unit) => unit === oncePer) ?? 'ever' } };
  }
  const id = readWord(parameters.value('occasion', index));
  if (id !== null) return { ok: true, value: { unit: 'own', id } };
  const message = 'Which One is empty; give what the answer is about, such as the number of the order.';
  return { ok: false, problems: [{ field: 'occasion', message }] };
}
