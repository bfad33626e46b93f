import { joined } from '../schedule/wording';
import { CREDIBILITY, type ExperimentResult, type VariantResult } from './judge-experiment';

/**
 * What an experiment has told, in sentences: whether to stop and what to take, how the leader does, and what it does
 * for contacts in comparison with the control group.
 */
export function experimentWords(result: ExperimentResult): string[] {
  const leader = result.variants.find(({ variant }) => variant !== null && variant === result.leader);
  if (!leader) return ['Nobody has taken part yet.'];
  const control = result.verdict === 'tooFew' ? [] : controlWords(leader);
  return [verdictWords(result, leader), rateSentence(result, leader), ...control];
}

function verdictWords({ variants, verdict, stopping }: ExperimentResult, leader: VariantResult): string {
  const { minimumContacts, acceptableLoss } = stopping;
  const name = quoted(leader);
  const limit = points(acceptableLoss);
  if (verdict !== 'tooFew' && leader.difference?.to === null && leader.difference.high < 0) {
    return `Stop and take none: ${name}, the best of them, does worse than the control group, which gets nothing.`;
  }
  switch (verdict) {
    case 'tooFew': {
      const short = variants.filter(
        ({ variant, contacts }) => variant !== null && contacts < minimumContacts,
      );
      const missing = short.map((variant) => `${quoted(variant)} has ${variant.contacts}`);
      return `Too early to say: each variant needs ${minimumContacts} contacts, ${joined(missing, 'and')}.`;
    }
    case 'undecided':
      return `Go on: taking ${name} now would lose ${points(leader.expectedLoss ?? 0)} on average, more than the ${limit} that are acceptable.`;
    case 'same':
      return `Stop: there is no difference worth waiting for. Whichever is taken loses no more than ${limit} on average.`;
    case 'decided':
      return `Stop and take ${name}: if another is better after all, that loses ${points(leader.expectedLoss ?? 0)} on average, no more than the ${limit} that are acceptable.`;
  }
}

function rateSentence({ variants, verdict }: ExperimentResult, leader: VariantResult): string {
  const tested = variants.filter(({ variant }) => variant !== null);
  const rates = (listed: readonly VariantResult[]) =>
    joined(
      listed.map((own) => `${quoted(own)} ${rateWords(own)}`),
      'and',
    );
  // Of a few contacts a probability says more about what was believed before.
  if (verdict === 'tooFew') return `So far, ${rates(tested)}.`;
  const chance = percent(leader.probabilityBest ?? 0);
  const others = tested.filter((own) => own !== leader);
  return `${rates([leader, ...others])}; ${quoted(leader)} is the best with a probability of ${chance}.`;
}

function controlWords({ difference, variant }: VariantResult): string[] {
  if (!difference || difference.to !== null) return [];
  const { low, high, mean } = difference;
  const probable = `with ${Math.round(CREDIBILITY * 100)} % probability`;
  const span = (from: number, to: number) => `between ${decimals(from * 100)} and ${points(to)} ${probable}`;
  if (low > 0) return [`Against the control group it gains ${points(mean)}, ${span(low, high)}.`];
  if (high < 0) return [`Against the control group it loses ${points(-mean)}, ${span(-high, -low)}.`];
  return [
    `It is not certain that "${variant ?? ''}" does anything: its difference from the control group lies ${span(low, high)}.`,
  ];
}

function quoted({ variant }: VariantResult): string {
  return `"${variant ?? ''}"`;
}

function rateWords({ rate, successes, contacts }: VariantResult): string {
  return rate === null ? 'had nobody yet' : `reached ${percent(rate)} (${successes} of ${contacts})`;
}

/** A share in percent, with as many decimals as it takes to see it; never 100 % or 0 % of what is not. */
function percent(share: number): string {
  const hundredth = share * 100;
  if (share > 0 && hundredth < 0.005) return 'less than 0.01 %';
  if (share < 1 && hundredth > 99.95) return 'more than 99.9 %';
  return `${decimals(hundredth)} %`;
}

/** A difference of shares, in percentage points. */
function points(difference: number): string {
  if (Math.abs(difference) < 0.000_005) return 'less than 0.001 percentage points';
  const text = decimals(difference * 100);
  return `${text} percentage ${text === '1' ? 'point' : 'points'}`;
}

function decimals(value: number): string {
  const digits = Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 3;
  // Number takes away the zeros at the end, and the sign of a zero.
  return String(Number(value.toFixed(digits)) + 0);
}
