import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { recordAnswers, type AnswerRequest, type AnswerResult } from '../../src/app/surveys/record-answers';
import { toTravelForm } from '../../src/domain/contact/contact';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import { bandOf, bandRange, bandWord, scaleName, type Band } from '../../src/domain/nps/scale';
import type { SurveyAnswer } from '../../src/domain/nps/survey-answer';
import { Run, type ForItem } from '../execution/run';
import { readAnswerRequest, readItemAnswer, type ItemAnswer } from './answer-of-item';
import { split } from './outputs';

type Recorded = Exclude<AnswerResult, { outcome: 'refused' }>;

/** Reads every item's answer, records those that are to be kept in one transaction, and lets each item out by its score. */
export async function branchItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const bands = new Map<number, Band>();
  const answers = new Map<number, ItemAnswer>();
  const requests: Array<ForItem<AnswerRequest>> = [];
  for (const { index, value } of run.read((item) => readItemAnswer(run, item))) {
    answers.set(index, value);
    if (!('answer' in value.given)) {
      run.pass(index, { nps: withoutScore(value, value.given) });
    } else if (!run.parameters.boolean('record', index)) {
      bands.set(index, bandOf(value.given.answer.score, value.scale));
      run.pass(index, { nps: withScore(value, value.given.answer, null) });
    } else {
      const request = readAnswerRequest(run, index, value, value.given.answer);
      if (request.ok) requests.push({ index, value: request.value });
      else run.refuse(index, request.problems);
    }
  }
  const moment = { now: run.now, workflowZone: context.getTimezone() };
  const results = await run.batch(requests, (batch, policy) =>
    recordAnswers(run.store, batch, moment, policy),
  );
  for (const { index, value } of results) {
    const answer = answers.get(index);
    if (!answer || !('answer' in answer.given)) continue;
    bands.set(index, bandOf(answer.given.answer.score, answer.scale));
    const before = run.items[index]?.json.contact;
    run.pass(index, {
      contact: { ...(isJsonObject(before) ? before : {}), ...toTravelForm(value.contact) },
      nps: withScore(answer, answer.given.answer, value),
    });
  }
  const unread = [...answers.values()].filter(({ given }) => 'reason' in given && given.reason !== NO_ANSWER);
  if (unread.length > 0) {
    const what = unread.length === 1 ? '1 answer' : `${unread.length} answers`;
    const message = `${what} could not be read as a score and left through No Score; nps.reasons says why.`;
    context.addExecutionHints({ message, location: 'outputPane' });
  }
  return split(run.finish(), bands);
}

const NO_ANSWER = 'there is no answer';

function withoutScore(
  { survey, scale }: ItemAnswer,
  { reason, comment }: { readonly reason: string; readonly comment: string | null },
): JsonObject {
  return {
    score: null,
    band: null,
    comment,
    reason: null,
    survey,
    scale: scaleName(scale),
    recorded: 'no',
    period: null,
    reasons: [reason],
  };
}

function withScore(
  { survey, scale }: ItemAnswer,
  { score, comment, reason, answeredAt }: SurveyAnswer,
  recorded: Recorded | null,
): JsonObject {
  const band = bandOf(score, scale);
  const word = bandWord(band, scale);
  const reasons = [
    `${score} on the scale of ${scale.lowest} to ${scale.highest}: ${word} is ${bandRange(band, scale)}`,
  ];
  if (recorded) reasons.push(wordsOf(recorded));
  return {
    score,
    band: word,
    comment,
    reason,
    survey,
    scale: scaleName(scale),
    answeredAt: new Date(answeredAt).toISOString(),
    recorded: recorded?.outcome ?? 'no',
    period: recorded?.period ?? null,
    reasons,
  };
}

/** What became of an answer, in words. */
function wordsOf({ outcome, period, before }: Recorded): string {
  const within = period === null ? '' : ` of ${period}`;
  const other = before && `${before.score} of ${new Date(before.answeredAt).toISOString()}`;
  switch (outcome) {
    case 'recorded':
      return other === null ? `recorded as the answer${within}` : `recorded beside the answer ${other}`;
    case 'replaced':
      return `recorded as the answer${within} in the place of ${other}`;
    case 'known':
      return `recorded before, as the answer${within}`;
    case 'superseded':
      return `not recorded: the answer ${other} was given later and stands`;
  }
}
