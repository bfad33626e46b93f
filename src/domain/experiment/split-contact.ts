import type { Experiment } from './experiment';
import { asFraction, hashNumber, hashText, type Words } from './stable-hash';

/** Any fixed key does; these are the first 64 bits after the point of pi. */
const KEY: Words = [0x243f6a88, 0x85a308d3];

/** What a contact gets: the name of a variant, or null in the control group, which gets nothing. */
export type Assignment = string | null;

/**
 * Returns what splits contacts for an experiment: by their id, the experiment's name and the names of its variants
 * alone, so that a contact gets the same for ever, on every machine, and experiments know nothing of each other.
 *
 * Each variant draws its own number for a contact, `-ln(1 − u) / weight`, and the smallest wins: variants win in
 * proportion to their weights, and a contact moves from one to another only if the other's weight grew in relation to
 * its own. No split without memory moves fewer on one change of weights but by moving more on another (Moulton and
 * Jiang, Maximally Consistent Sampling, 2018). The order of variants does not matter; all weights times the same number
 * are the same weights; a weight of 0 gets nobody.
 *
 * The control group is drawn before and apart: weights never move anybody into it or out of it, a larger one keeps who
 * was in the smaller one, and who leaves it gets what the variants draw.
 */
export function splitter(experiment: Experiment): (contactId: number) => Assignment {
  const { name, variants, controlShare } = experiment;
  const controlKey = keyOf([name]);
  const drawn = variants
    .filter(({ weight }) => weight > 0)
    .map((variant) => ({ ...variant, key: keyOf([name, variant.name]) }))
    // Two that draw the same number go by their names, however they are listed.
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return (contactId) => {
    if (asFraction(hashNumber(contactId, controlKey)) < controlShare) return null;
    let [winner, smallest]: [Assignment, number] = [null, Infinity];
    for (const { name: own, weight, key } of drawn) {
      const number = -Math.log(1 - asFraction(hashNumber(contactId, key))) / weight;
      if (number < smallest) [winner, smallest] = [own, number];
    }
    return winner;
  };
}

/** As JSON, so that no two lists of names are the same text. */
function keyOf(names: readonly string[]): Words {
  return hashText(JSON.stringify(names), KEY);
}
