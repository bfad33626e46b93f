import {
  betaPosterior,
  differenceBelow,
  differenceQuantile,
  mergeKnots,
  quantile,
  type BetaPosterior,
} from './beta-posterior';
import { forEachPoint } from './gauss-panel';
import type { Assignment } from './split-contact';

/** What became of the contacts of a variant, or of the control group. */
export interface Tally {
  /** Null for the control group. */
  readonly variant: Assignment;
  /** How many contacts had the chance, each counted once. */
  readonly contacts: number;
  /** How many of them did what was hoped for, at most all. */
  readonly successes: number;
}

/** When an experiment has told enough. */
export interface StoppingRule {
  /** How many contacts each variant needs before anything is said. */
  readonly minimumContacts: number;
  /** The rate that may be lost on average by taking the leader now although another is better: 0.001 is a tenth of a percentage point. */
  readonly acceptableLoss: number;
}

export const USUAL_STOPPING: StoppingRule = { minimumContacts: 100, acceptableLoss: 0.001 };

/** How likely it is that a value lies between the ends of the intervals told. */
export const CREDIBILITY = 0.95;

/** What is known of a variant. Rates are shares of its contacts, from 0 to 1; a prior knows nothing: Beta(1, 1). */
export interface VariantResult extends Tally {
  /** Null without contacts. */
  readonly rate: number | null;
  readonly interval: Interval;
  /** The probability that its rate is the highest of all variants; null for the control group. */
  readonly probabilityBest: number | null;
  /** The rate that is lost on average if it is taken; null for the control group. */
  readonly expectedLoss: number | null;
  /** To the control group, or to the leader where there is none; null for that one itself. */
  readonly difference: Difference | null;
}

/** With 95 % probability between them. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How far a rate lies above another, as a difference of rates. */
export interface Difference extends Interval {
  /** The name of the variant, null for the control group. */
  readonly to: Assignment;
  readonly mean: number;
  /** The probability that it lies above at all. */
  readonly probabilityAbove: number;
}

/**
 * `tooFew`: some variant has not had enough contacts. `undecided`: the leader may cost too much. `same`: whichever is
 * taken costs no more than is acceptable. `decided`: the leader does, and others would not.
 */
export type Verdict = 'tooFew' | 'undecided' | 'same' | 'decided';

/** What an experiment has told so far. */
export interface ExperimentResult {
  /** In the order of the tallies. */
  readonly variants: readonly VariantResult[];
  /** The variant that is most likely the best of those that anybody got; null as long as nobody took part. */
  readonly leader: string | null;
  readonly verdict: Verdict;
  readonly stopping: StoppingRule;
}

/**
 * Returns what tallies tell of variants: nothing is drawn at random, the integrals are summed up to about ten digits.
 * The verdict may be asked for as often as one likes: it goes by the loss that is to be expected, not by a significance
 * that chance reaches if it is looked at often enough. Throws RangeError for fewer than two variants, for counts that
 * are no whole numbers from 0, and for more successes than contacts.
 */
export function judgeExperiment(
  tallies: readonly Tally[],
  stopping: StoppingRule = USUAL_STOPPING,
): ExperimentResult {
  for (const tally of tallies) checkTally(tally);
  const posteriors = tallies.map(({ successes, contacts }) => betaPosterior(successes, contacts));
  const places = tallies.flatMap(({ variant }, place) => (variant === null ? [] : [place]));
  if (places.length < 2) throw new RangeError(`Of ${places.length} variants none can be the better one.`);
  const tested = places.flatMap((place) => posteriors[place] ?? []);
  const { best, losses } = race(tested);
  const tried = places.flatMap((place, index) => ((tallies[place]?.contacts ?? 0) > 0 ? [index] : []));
  const leading = leaderOf(tried, best, tested);
  const leader = leading === null ? null : (places[leading] ?? null);
  const control = tallies.findIndex(({ variant }) => variant === null);
  const reference = control >= 0 ? control : leader;
  const results = tallies.map((tally, place): VariantResult => {
    const posterior = posteriors[place] ?? betaPosterior(0, 0);
    const index = places.indexOf(place);
    return {
      ...tally,
      rate: tally.contacts === 0 ? null : tally.successes / tally.contacts,
      interval: intervalOf((probability) => quantile(posterior, probability)),
      probabilityBest: best[index] ?? null,
      expectedLoss: losses[index] ?? null,
      difference:
        reference === null || reference === place
          ? null
          : differenceOf(posterior, posteriors[reference] ?? posterior, tallies[reference]?.variant ?? null),
    };
  });
  const isShort = places.some((place) => (tallies[place]?.contacts ?? 0) < stopping.minimumContacts);
  const verdict = isShort || leading === null ? 'tooFew' : verdictOf(losses, leading, stopping);
  return {
    variants: results,
    leader: leader === null ? null : (tallies[leader]?.variant ?? null),
    verdict,
    stopping,
  };
}

function checkTally({ variant, contacts, successes }: Tally): void {
  const areCounts = [contacts, successes].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (areCounts && successes <= contacts) return;
  throw new RangeError(`${variant ?? 'The control group'} cannot have ${successes} of ${contacts} contacts.`);
}

/**
 * For each rate the probability that it is the highest, ∫ f · Π F of the others, and how far the best of the others lies
 * above it on average, where it does: ∫ F · (1 − Π F of the others).
 */
function race(posteriors: readonly BetaPosterior[]): { best: number[]; losses: number[] } {
  const best = posteriors.map(() => 0);
  const losses = posteriors.map(() => 0);
  forEachPoint(mergeKnots(...posteriors.map(({ knots }) => knots)), (rate, weight) => {
    const below = posteriors.map((posterior) => posterior.below(rate));
    posteriors.forEach((posterior, index) => {
      let others = 1;
      for (let place = 0; place < below.length; place++) if (place !== index) others *= below[place] ?? 1;
      best[index] = (best[index] ?? 0) + weight * posterior.density(rate) * others;
      losses[index] = (losses[index] ?? 0) + weight * (below[index] ?? 0) * (1 - others);
    });
  });
  return { best, losses };
}

/** The most probable of those that were tried; of equals the one with the higher rate, and then the first. */
function leaderOf(
  tried: readonly number[],
  best: readonly number[],
  posteriors: readonly BetaPosterior[],
): number | null {
  let leader = tried[0] ?? null;
  for (const index of tried) {
    const ahead = (best[index] ?? 0) - (best[leader ?? index] ?? 0);
    const higher = (posteriors[index]?.mean ?? 0) > (posteriors[leader ?? index]?.mean ?? 0);
    if (ahead > EQUAL || (ahead > -EQUAL && higher)) leader = index;
  }
  return leader;
}

/** Probabilities that are summed up do not differ by less. */
const EQUAL = 1e-9;

function verdictOf(losses: readonly number[], leading: number, { acceptableLoss }: StoppingRule): Verdict {
  if ((losses[leading] ?? Infinity) > acceptableLoss) return 'undecided';
  return losses.every((loss) => loss <= acceptableLoss) ? 'same' : 'decided';
}

function intervalOf(at: (probability: number) => number): Interval {
  return { low: at((1 - CREDIBILITY) / 2), high: at((1 + CREDIBILITY) / 2) };
}

function differenceOf(one: BetaPosterior, other: BetaPosterior, to: Assignment): Difference {
  return {
    to,
    mean: one.mean - other.mean,
    probabilityAbove: 1 - differenceBelow(one, other, 0),
    ...intervalOf((probability) => differenceQuantile(one, other, probability)),
  };
}
