/** What there is to read in the shop, by topic; the mails of the templates lead to the same pages. */
export interface ReadingPage {
  slug: string;
  title: string;
  /** The name that events carry; nothing where the page is about no topic. */
  topic?: string;
  stage: 'top' | 'middle' | 'bottom';
  about: string;
  text: string;
}

/** How each topic is called in a mail. */
export const TOPICS: Readonly<Record<string, string>> = {
  brewing: 'brewing tea',
  teaware: 'teapots and cups',
};

export const PAGES: readonly ReadingPage[] = [
  {
    slug: 'water',
    title: 'How hot, how long',
    topic: 'brewing',
    stage: 'top',
    about: 'One table for black, green and red tea.',
    text: 'Black tea: boiling, four minutes. Green tea: 70 °C, two minutes, and once more. Rooibos: boiling, as long as you like.',
  },
  {
    slug: 'second-cup',
    title: 'The second cup is the better one',
    topic: 'brewing',
    stage: 'middle',
    about: 'Which leaves give twice, and what to change.',
    text: 'Sencha opens with the first water and gives its sweetness to the second. Half a minute is enough for it.',
  },
  {
    slug: 'cold-brew',
    title: 'Cold, over night',
    topic: 'brewing',
    stage: 'middle',
    about: 'Ten grams, a litre, eight hours in the fridge.',
    text: 'Cold water takes what is sweet and leaves what is bitter. Earl Grey does it best, and keeps for two days.',
  },
  {
    slug: 'cast-iron',
    title: 'A pot for thirty years',
    topic: 'teaware',
    stage: 'top',
    about: 'How to keep cast iron from rusting.',
    text: 'Rinse it with hot water only, dry it while it is warm, and never leave tea in it over night.',
  },
  {
    slug: 'cups',
    title: 'Thick or thin',
    topic: 'teaware',
    stage: 'middle',
    about: 'What the rim of a cup does to what is in it.',
    text: 'Stoneware keeps black tea warm. Green tea wants a thin rim, which cools it on the way.',
  },
  {
    slug: 'set-of-two',
    title: 'Everything for two, and nothing more',
    topic: 'teaware',
    stage: 'bottom',
    about: 'The shortest list that makes good tea.',
    text: 'A pot of 0.8 litres, two cups, a sieve that fits the pot. A scale is more use than a thermometer.',
  },
  {
    slug: 'pricing',
    title: 'Tea by subscription: plans and prices',
    stage: 'bottom',
    about: 'A tin each month, from 12 EUR.',
    text: 'One tin a month for 12 EUR, two for 22 EUR, three for 30 EUR. The first month is a trial, and ends by itself.',
  },
];

/** Where a page is: the shop opens it by the part after the #. */
export const urlOf = (shopUrl: string, { slug }: ReadingPage): string => `${shopUrl}/#/${slug}`;
