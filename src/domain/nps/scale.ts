import type { Problem, Reading } from '../problem';

/** The scales that are known by name, and `own` for any other. */
export const SCALE_KINDS = ['nps', 'csat', 'ces', 'own'] as const;
export type ScaleKind = (typeof SCALE_KINDS)[number];

/** The three parts of a scale, from the best to the worst. */
export const BANDS = ['high', 'middle', 'low'] as const;
export type Band = (typeof BANDS)[number];

/** A scale of whole numbers and where its bands begin. */
export interface Scale {
  readonly kind: ScaleKind;
  readonly lowest: number;
  readonly highest: number;
  /** The lowest score of the band `high`. */
  readonly highFrom: number;
  /** The lowest score of the band `middle`; the same as `highFrom` where nobody is in the middle. */
  readonly middleFrom: number;
}

/**
 * The scales with a standard: NPS 0 to 10 (promoters 9 and 10, passives 7 and 8), CSAT 1 to 5 (satisfied 4 and 5), CES 1
 * to 7 for "it was easy" (easy 5 to 7, 4 in the middle).
 */
export const SCALES: Readonly<Record<Exclude<ScaleKind, 'own'>, Scale>> = {
  nps: { kind: 'nps', lowest: 0, highest: 10, highFrom: 9, middleFrom: 7 },
  csat: { kind: 'csat', lowest: 1, highest: 5, highFrom: 4, middleFrom: 3 },
  ces: { kind: 'ces', lowest: 1, highest: 7, highFrom: 5, middleFrom: 4 },
};

/** The highest number that a scale of one's own may reach. */
const HIGHEST = 100;

/**
 * Returns a scale of one's own: whole numbers from `lowest` (0 or more) to `highest` (at most 100). Who answers
 * `satisfiedFrom` or more is satisfied, who answers less than `neutralFrom` is not; without `neutralFrom` (null) nobody is
 * neutral. Refused: limits that leave nobody satisfied or nobody dissatisfied.
 */
export function ownScale(limits: {
  readonly lowest: number;
  readonly highest: number;
  readonly satisfiedFrom: number;
  readonly neutralFrom: number | null;
}): Reading<Scale> {
  const { lowest, highest, satisfiedFrom } = limits;
  const middleFrom = limits.neutralFrom ?? satisfiedFrom;
  const problems: Problem[] = [];
  const demand = (isMet: boolean, field: string, message: string) => {
    if (!isMet) problems.push({ field, message });
  };
  const isWithin = (value: number, from: number, to: number) =>
    Number.isInteger(value) && value >= from && value <= to;
  demand(
    isWithin(lowest, 0, HIGHEST - 1),
    'lowest',
    `Lowest Score is ${lowest}; it must be a whole number from 0 to ${HIGHEST - 1}.`,
  );
  demand(
    isWithin(highest, lowest + 1, HIGHEST),
    'highest',
    `Highest Score is ${highest}; it must be a whole number above Lowest Score, at most ${HIGHEST}.`,
  );
  demand(
    isWithin(satisfiedFrom, lowest + 1, highest),
    'satisfiedFrom',
    `Satisfied From is ${satisfiedFrom}; it must be a whole number above ${lowest}, at most ${highest}.`,
  );
  demand(
    isWithin(middleFrom, lowest + 1, satisfiedFrom),
    'neutralFrom',
    `Neutral From is ${middleFrom}; it must be a whole number above ${lowest}, at most ${satisfiedFrom}.`,
  );
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { kind: 'own', lowest, highest, highFrom: satisfiedFrom, middleFrom } };
}

/** The band of a score that is on the scale. */
export function bandOf(score: number, scale: Scale): Band {
  if (score >= scale.highFrom) return 'high';
  return score >= scale.middleFrom ? 'middle' : 'low';
}

const WORDS = {
  nps: { high: 'promoter', middle: 'passive', low: 'detractor' },
  csat: { high: 'satisfied', middle: 'neutral', low: 'dissatisfied' },
  ces: { high: 'easy', middle: 'neutral', low: 'difficult' },
  own: { high: 'satisfied', middle: 'neutral', low: 'dissatisfied' },
} as const satisfies Record<ScaleKind, Record<Band, string>>;

/** What a scale calls a band: `promoter`, `satisfied`, `easy`. */
export type BandWord = (typeof WORDS)[ScaleKind][Band];

/** The word that a scale has for one of its bands. */
export function bandWord(band: Band, { kind }: Scale): BandWord {
  return WORDS[kind][band];
}

/** The scores of a band in words: `9 or 10`, `0 to 6`; null where the scale has none in it. */
export function bandRange(band: Band, { lowest, highest, highFrom, middleFrom }: Scale): string | null {
  const ends = {
    high: [highFrom, highest],
    middle: [middleFrom, highFrom - 1],
    low: [lowest, middleFrom - 1],
  } as const;
  const [from, to] = ends[band];
  if (from > to) return null;
  if (from === to) return String(from);
  return to === from + 1 ? `${from} or ${to}` : `${from} to ${to}`;
}

/**
 * The name under which answers on a scale are recorded: that of the standard, or `0-10` for the ends of one's own. Where its
 * bands begin is no part of it, because a limit may be chosen anew.
 */
export function scaleName({ kind, lowest, highest }: Scale): string {
  return kind === 'own' ? `${lowest}-${highest}` : kind;
}

/**
 * Whether answers recorded under the name of a scale fit another one, because both have the same ends: those of an NPS fit
 * 0 to 10 of one's own. A name that nobody knows fits none.
 */
export function isNameOfScale(name: string, scale: Scale): boolean {
  const known = Object.values(SCALES).find(({ kind }) => kind === name.toLowerCase()) ?? null;
  if (known) return known.lowest === scale.lowest && known.highest === scale.highest;
  return name === `${scale.lowest}-${scale.highest}`;
}
