import fc from 'fast-check';
import { SCALES } from '../../../src/domain/nps/scale';
import {
  readRecordedAnswer,
  readWord,
  settleAnswer,
  SURVEY_ANSWERED,
  toAnswerProperties,
  type SurveyAnswer,
} from '../../../src/domain/nps/survey-answer';

const answerOf = (values: Partial<SurveyAnswer> = {}): SurveyAnswer => ({
  survey: 'nps',
  score: 9,
  comment: null,
  reason: null,
  channel: null,
  answeredAt: 1_000,
  ...values,
});

const word = fc.option(fc.constantFrom('price', 'late', 'kind'));
const answer: fc.Arbitrary<SurveyAnswer> = fc
  .record({ score: fc.nat(10), comment: word, reason: word, channel: word, answeredAt: fc.nat(5_000) })
  .map(answerOf);

const settleAll = (answers: readonly SurveyAnswer[]) =>
  answers.reduce<SurveyAnswer | null>((standing, next) => settleAnswer(standing, next).answer, null);

describe('the answer that stands', () => {
  it('is the one given last, whatever the order they come in, where no score or moment comes twice', () => {
    const several = fc.uniqueArray(answer, { minLength: 1, maxLength: 8, selector: ({ score }) => score });
    const orders = several
      .map((answers) => answers.map((each, index) => ({ ...each, answeredAt: index * 10 })))
      .chain((answers) => fc.shuffledSubarray(answers, { minLength: answers.length }));
    fc.assert(
      fc.property(orders, (answers) => {
        const last = answers.toSorted((a, b) => b.answeredAt - a.answeredAt)[0];
        expect(settleAll(answers)).toEqual(last);
      }),
    );
  });

  it('does not change when an answer comes again', () => {
    fc.assert(
      fc.property(fc.array(answer), answer, fc.nat(9_000), (before, next, later) => {
        const standing = settleAll([...before, next]);
        if (standing?.score !== next.score) return;
        const again = settleAnswer(standing, { ...next, answeredAt: later });
        const isSaidAlready = (['comment', 'reason', 'channel'] as const).every(
          (name) => next[name] === null || next[name] === standing[name],
        );
        if (isSaidAlready) expect(again).toEqual({ outcome: 'known', answer: standing });
      }),
    );
  });

  it.each<[string, Partial<SurveyAnswer>, string, Partial<SurveyAnswer>]>([
    ['another score', { score: 3, answeredAt: 2_000 }, 'replaced', { score: 3, comment: null }],
    ['another score at the same moment', { score: 3 }, 'replaced', { score: 3 }],
    ['another score before', { score: 3, answeredAt: 500 }, 'superseded', { score: 9, comment: 'fast' }],
    ['the same again', { answeredAt: 2_000 }, 'known', { answeredAt: 1_000, comment: 'fast' }],
    ['the same with a reason', { reason: 'price' }, 'replaced', { comment: 'fast', reason: 'price' }],
    ['the same with another comment', { comment: 'kind' }, 'replaced', { comment: 'kind' }],
  ])('of 9 with a comment, after %s', (_, next, outcome, stands) => {
    const settled = settleAnswer(answerOf({ comment: 'fast' }), answerOf(next));
    expect(settled).toMatchObject({ outcome, answer: stands });
  });
});

describe('a short text', () => {
  it('is one that both databases hold, at most 200 characters long, and the same when it is read again', () => {
    const unit = fc.constantFrom('a', ' ', '\u0000', '\ud83d', '\ude00', '😀', '\n', 'é');
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit, maxLength: 12 }), fc.string({ unit, minLength: 190 })),
        (text) => {
          const read = readWord(text);
          if (read === null) return;
          expect(read.length).toBeLessThanOrEqual(200);
          expect([read.isWellFormed(), read.includes('\u0000')]).toEqual([true, false]);
          expect(readWord(read)).toBe(read);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('an answer as an event', () => {
  const event = (properties: Record<string, unknown>, type = SURVEY_ANSWERED) =>
    ({ type, occurredAt: 1_000, properties }) as Parameters<typeof readRecordedAnswer>[0];

  it('is read as it was recorded', () => {
    const scaled = fc.constantFrom(SCALES.nps, SCALES.csat, SCALES.ces);
    fc.assert(
      fc.property(answer, scaled, word, (given, scale, period) => {
        const said = { ...given, score: Math.min(scale.highest, Math.max(scale.lowest, given.score)) };
        const properties = toAnswerProperties(said, scale, period);
        expect(Object.values(properties)).not.toContain(null);
        const recorded = readRecordedAnswer(
          { ...event(properties), occurredAt: said.answeredAt },
          'nps',
          scale,
        );
        expect(recorded).toEqual({ kind: 'answer', answer: said, period });
      }),
    );
  });

  it('is read as others record it: the score as text, no scale', () => {
    const recorded = readRecordedAnswer(event({ survey: ' nps ', score: '9/10 – fast' }), 'nps', SCALES.nps);
    expect(recorded).toMatchObject({ kind: 'answer', answer: { score: 9, comment: 'fast' } });
  });

  it('is read on another scale with the same ends', () => {
    const recorded = readRecordedAnswer(event({ survey: 'nps', score: 9, scale: '0-10' }), 'nps', SCALES.nps);
    expect(recorded).toMatchObject({ kind: 'answer', answer: { score: 9 } });
  });

  it.each<[string, Parameters<typeof readRecordedAnswer>[0]]>([
    ['otherSurvey', event({ survey: 'csat', score: 9 })],
    ['otherSurvey', event({ score: 9 })],
    ['otherSurvey', event({ survey: 'nps', score: 9 }, 'order_placed')],
    ['otherScale', event({ survey: 'nps', score: 4, scale: 'csat' })],
    ['unreadable', event({ survey: 'nps', score: 'great' })],
    ['unreadable', event({ survey: 'nps' })],
  ])('is %s: %j', (kind, recorded) => {
    expect(readRecordedAnswer(recorded, 'nps', SCALES.nps)).toEqual({ kind });
  });
});
