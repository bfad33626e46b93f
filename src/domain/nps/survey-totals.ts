import { BANDS, bandOf, type Band, type Scale } from './scale';

/** How often each score was given. */
export type ScoreTally = ReadonlyMap<number, number>;

/** A figure with the interval that holds the true one with 95 % certainty. */
export interface Estimate {
  readonly value: number;
  /** Half the width of the interval before it is kept to what is possible; null where nothing is known of it. */
  readonly margin: number | null;
  readonly from: number;
  readonly to: number;
}

/** What the answers to a survey say. Figures are not rounded; they are null where nobody answered. */
export interface SurveyTotals {
  readonly answers: number;
  readonly bands: Readonly<Record<Band, number>>;
  /**
   * NPS: 100 × (share of promoters − share of detractors), -100 to 100. CSAT and own scales: the percentage that is
   * satisfied. CES: the mean score.
   */
  readonly score: Estimate | null;
  readonly mean: Estimate | null;
  /** Why the score may say nothing yet. */
  readonly warnings: readonly string[];
}

/** Counts scores; the order in which they come does not matter. */
export function tally(scores: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const score of scores) counts.set(score, (counts.get(score) ?? 0) + 1);
  return counts;
}

/**
 * Returns the totals of answers on a scale. The margin of an NPS is 1.96 × √(Var ÷ n) with Var = p + d − (p − d)²; that
 * of a share is Wilson's interval; that of a mean 1.96 standard errors, from the sample's variance. An interval never
 * reaches beyond what is possible.
 *
 * Warnings: nobody answered; fewer than 30 answers, where no margin of a mean or an NPS can be trusted; 30 or more, of which
 * fewer than 5 are outside the largest band, so that a few more would change the score by more than its margin (not
 * for CES); an NPS whose interval holds 0, so that nobody knows whether there are more promoters or detractors.
 */
export function totalsOf(counts: ScoreTally, scale: Scale): SurveyTotals {
  const bands: Record<Band, number> = { high: 0, middle: 0, low: 0 };
  let answers = 0;
  for (const [score, count] of counts) {
    bands[bandOf(score, scale)] += count;
    answers += count;
  }
  const mean = meanOf(counts, answers, scale);
  const score = scoreOf(bands, answers, mean, scale);
  return { answers, bands, score, mean, warnings: warningsOf(bands, answers, score, scale) };
}

/** The 97.5 % point of the standard normal distribution. */
const Z = 1.959963984540054;
const FEWEST_ANSWERS = 30;
const FEWEST_OUTSIDE = 5;

function scoreOf(
  bands: Readonly<Record<Band, number>>,
  answers: number,
  mean: Estimate | null,
  { kind }: Scale,
): Estimate | null {
  if (kind === 'ces') return mean;
  return kind === 'nps' ? netPromoterScore(bands.high, bands.low, answers) : percentage(bands.high, answers);
}

/**
 * The Net Promoter Score of `answers` of which so many are promoters and detractors, with its 95 % interval; null
 * without answers.
 */
export function netPromoterScore(promoters: number, detractors: number, answers: number): Estimate | null {
  if (answers === 0) return null;
  const net = (promoters - detractors) / answers;
  // Never below 0 but by rounding.
  const variance = Math.max(0, (promoters + detractors) / answers - net * net);
  const value = (100 * (promoters - detractors)) / answers;
  return around(value, 100 * Z * Math.sqrt(variance / answers), -100, 100);
}

/** How many per cent `count` of `answers` are, with Wilson's 95 % interval; null without answers. */
export function percentage(count: number, answers: number): Estimate | null {
  if (answers === 0) return null;
  const share = count / answers;
  const divisor = 1 + (Z * Z) / answers;
  const centre = (share + (Z * Z) / (2 * answers)) / divisor;
  const half = (Z / divisor) * Math.sqrt((share * (1 - share)) / answers + (Z * Z) / (4 * answers * answers));
  return {
    value: (100 * count) / answers,
    margin: 100 * half,
    // Exact at the ends, where rounding would leave a trace.
    from: count === 0 ? 0 : 100 * (centre - half),
    to: count === answers ? 100 : 100 * (centre + half),
  };
}

function meanOf(counts: ScoreTally, answers: number, { lowest, highest }: Scale): Estimate | null {
  if (answers === 0) return null;
  let sum = 0;
  let squares = 0;
  for (const [score, count] of counts) {
    sum += score * count;
    squares += score * score * count;
  }
  const mean = sum / answers;
  // Whole numbers, so that the order of the answers changes nothing. One answer tells nothing of the spread.
  const spread = answers * squares - sum * sum;
  const margin = answers === 1 ? Infinity : Z * Math.sqrt(spread / (answers * (answers - 1)) / answers);
  return { ...around(mean, margin, lowest, highest), margin: answers === 1 ? null : margin };
}

function around(value: number, margin: number, least: number, most: number): Estimate {
  return { value, margin, from: Math.max(least, value - margin), to: Math.min(most, value + margin) };
}

function warningsOf(
  bands: Readonly<Record<Band, number>>,
  answers: number,
  score: Estimate | null,
  { kind }: Scale,
): string[] {
  if (score === null) return ['Nobody has answered.'];
  if (answers < FEWEST_ANSWERS) {
    const count = answers === 1 ? '1 answer is' : `${answers} answers are`;
    return [`${count} too few to say anything; wait for ${FEWEST_ANSWERS}.`];
  }
  const warnings: string[] = [];
  const outside = answers - Math.max(...BANDS.map((band) => bands[band]));
  if (kind !== 'ces' && outside < FEWEST_OUTSIDE) {
    const others =
      outside === 0 ? 'none differs' : outside === 1 ? 'only 1 differs' : `only ${outside} differ`;
    warnings.push(`Almost all answers are alike (${others}), which makes the margin look too small.`);
  }
  if (kind === 'nps' && score.from < 0 && score.to > 0) {
    warnings.push('The margin reaches over 0: there may be more promoters or more detractors.');
  }
  return warnings;
}
