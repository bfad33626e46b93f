import type { JsonObject } from '../../src/domain/json';

/** What happens to a contact, or what is to be seen of its score, so many days after the beginning. */
export type StoryStep =
  | {
      readonly day: number;
      readonly event: string;
      readonly properties?: JsonObject;
      /** Recorded so many days after it occurred. */
      readonly lateBy?: number;
      /** Tells events apart; the same one twice is the same event. */
      readonly key?: string;
    }
  | { readonly day: number; readonly put: JsonObject }
  | {
      readonly day: number;
      readonly total: number;
      readonly fit?: number;
      readonly grade?: string | null;
      /** By rule: the points and how many events gave them. */
      readonly rules?: ReadonlyArray<readonly [points: number, events: number | null]>;
    };

/** One contact's way through one model, worked out by hand. */
export interface ScoreStory {
  readonly name: string;
  readonly model: JsonObject;
  readonly steps: readonly StoryStep[];
  /** `day what direction` of all that is told, in days of three decimals. */
  readonly crossings?: readonly string[];
}

const ORDER = { event: 'order_placed', points: 40 };
const HOT = [{ name: 'hot', at: 50 }];
const GRADES: JsonObject = {
  total: [{ name: 'Hot', from: 60 }, { name: 'Warm', from: 30 }, { name: 'Cold' }],
};
const german = { property: 'country', op: 'equals', value: 'DE' };
const days = (last: number) => ({ last, unit: 'days' });

/** Each number is worked out on paper beside it, not taken from what the code says. */
export const SCORE_STORIES: readonly ScoreStory[] = [
  {
    name: 'halves once for each half-life, and two events fade each by its own age',
    model: { rules: [{ ...ORDER, halfLifeDays: 10 }] },
    steps: [
      { day: 0, event: 'order_placed' },
      { day: 0, total: 40 },
      { day: 10, total: 20 },
      { day: 10, event: 'order_placed' },
      // 40/2 + 40
      { day: 10, total: 60, rules: [[60, 2]] },
      // 40/4 + 40/2
      { day: 20, total: 30 },
      // 40/8 + 40/4
      { day: 30, total: 15 },
    ],
  },
  {
    name: 'falls below a threshold by fading alone, half-life · log2(points / limit) after the event',
    model: { rules: [{ event: 'order_placed', points: 100, halfLifeDays: 30 }], thresholds: HOT },
    steps: [
      { day: 1, event: 'order_placed' },
      { day: 31, total: 50 },
      { day: 90, total: 100 * 2 ** -(89 / 30) },
    ],
    // 100 are 50 after 30 days.
    crossings: ['1 hot up', '31 hot down'],
  },
  {
    name: 'is held by the hysteresis while it fades, and told again only after it was below',
    model: {
      rules: [{ event: 'order_placed', points: 80, halfLifeDays: 10 }],
      thresholds: [{ name: 'hot', at: 50, hysteresis: 10 }],
    },
    steps: [
      { day: 0, event: 'order_placed' },
      // 80 · 2^(−0.9) = 42.87: below 50, not below 40.
      { day: 9, total: 80 * 2 ** -0.9 },
      { day: 20, total: 20 },
      { day: 20, event: 'order_placed' },
      { day: 40, total: 25 },
    ],
    // 40 is reached at day 10; 20 + 80 = 100 on day 20 is 40 after 10 · log2(100 / 40) = 13.219 days.
    crossings: ['0 hot up', '10 hot down', '20 hot up', '33.219 hot down'],
  },
  {
    name: 'counts events while their window holds them, and all at once no more',
    model: {
      rules: [{ event: 'page_viewed', points: 10, within: days(7) }],
      thresholds: [{ name: 'hot', at: 20 }],
    },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 2, event: 'page_viewed' },
      { day: 7, total: 20 },
      { day: 7.001, total: 10 },
      { day: 9, total: 10 },
      { day: 9.001, total: 0 },
    ],
    crossings: ['2 hot up', '7 hot down'],
  },
  {
    name: 'counts the first time only, which fades with its own age',
    model: { rules: [{ event: 'page_viewed', points: 16, times: 1, halfLifeDays: 5 }] },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 5, event: 'page_viewed' },
      { day: 5, total: 8, rules: [[8, 1]] },
      { day: 10, total: 4 },
    ],
  },
  {
    name: 'counts at most three times, the earliest, also where they are told last',
    model: { rules: [{ event: 'page_viewed', points: 8, times: 3, halfLifeDays: 4 }] },
    steps: [
      { day: 8, event: 'page_viewed' },
      { day: 8, event: 'page_viewed' },
      { day: 8, event: 'page_viewed' },
      { day: 8, total: 24 },
      // Occurred on day 0: it is the first of three now, and worth 8/4.
      { day: 8, event: 'page_viewed', lateBy: 8 },
      { day: 8, total: 18, rules: [[18, 3]] },
    ],
  },
  {
    name: 'gives at most so many points by a rule, however many events',
    model: { rules: [{ event: 'page_viewed', points: 4, cap: 10 }, ORDER] },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 0, event: 'page_viewed' },
      { day: 0, total: 8 },
      { day: 0, event: 'page_viewed' },
      {
        day: 0,
        total: 10,
        rules: [
          [10, 3],
          [0, 0],
        ],
      },
      { day: 0, event: 'order_placed' },
      { day: 0, total: 50 },
    ],
  },
  {
    name: 'caps what has faded, not what it was before',
    model: { rules: [{ event: 'page_viewed', points: 10, cap: 15, halfLifeDays: 10 }] },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 0, event: 'page_viewed' },
      { day: 0, event: 'page_viewed' },
      { day: 0, total: 15 },
      // 30/2 is the cap still, 30/4 is not.
      { day: 10, total: 15 },
      { day: 20, total: 7.5 },
    ],
  },
  {
    name: 'caps a group, and all of it, after the rules',
    model: {
      rules: [
        { event: 'page_viewed', points: 10, cap: 20, group: 'web' },
        { event: 'demo_watched', points: 25, group: 'web' },
        ORDER,
        { rule: german, points: 30 },
      ],
      groups: [{ name: 'web', cap: 30 }],
      limits: { total: { cap: 90 } },
    },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 0, event: 'page_viewed' },
      { day: 0, event: 'page_viewed' },
      { day: 0, total: 20 },
      { day: 0, event: 'demo_watched' },
      // 20 + 25, in the group at most 30.
      { day: 0, total: 30 },
      { day: 0, event: 'order_placed' },
      { day: 0, total: 70 },
      { day: 0, put: { country: 'DE' } },
      // 30 + 40 + 30, in all at most 90.
      { day: 0, total: 90, fit: 30 },
    ],
  },
  {
    name: 'caps fit and engagement apart, and adds them up',
    model: {
      rules: [
        { rule: german, points: 30 },
        { rule: { property: 'plan', op: 'equals', value: 'pro' }, points: 30 },
        ORDER,
      ],
      limits: { fit: { cap: 50 }, engagement: { cap: 60 } },
    },
    steps: [
      { day: 0, put: { country: 'DE', plan: 'pro' } },
      { day: 0, event: 'order_placed' },
      { day: 0, event: 'order_placed' },
      { day: 0, total: 110, fit: 50 },
      { day: 1, put: { country: 'FR' } },
      { day: 1, total: 90, fit: 30 },
    ],
  },
  {
    name: 'takes points away, and stops at the floor of the total',
    model: {
      rules: [ORDER, { event: 'unsubscribed', points: -25 }, { event: 'complained', points: -30 }],
      limits: { total: { floor: -10 } },
    },
    steps: [
      { day: 0, event: 'order_placed' },
      { day: 0, event: 'unsubscribed' },
      { day: 0, total: 15 },
      { day: 0, event: 'complained' },
      // 40 − 25 − 30 = −15
      { day: 0, total: -10 },
      { day: 0, event: 'order_placed' },
      // 80 − 55: what lies below the floor is not forgotten.
      { day: 0, total: 25 },
    ],
  },
  {
    name: 'rises across a threshold by time alone where points that were taken away fade',
    model: {
      rules: [ORDER, { event: 'complained', points: -20, halfLifeDays: 10 }],
      thresholds: [{ name: 'fine', at: 35 }],
    },
    steps: [
      { day: 0, event: 'order_placed' },
      { day: 0.5, event: 'complained' },
      { day: 0.5, total: 20 },
      { day: 30, total: 40 - 20 * 2 ** -2.95 },
    ],
    // 20 are 5 after 20 days.
    crossings: ['0 fine up', '0.5 fine down', '20.5 fine up'],
  },
  {
    name: 'never gets below a threshold that lasting points alone reach',
    model: {
      rules: [
        { rule: german, points: 50 },
        { ...ORDER, halfLifeDays: 1 },
      ],
      thresholds: HOT,
    },
    steps: [
      { day: 0, put: { country: 'DE' } },
      { day: 0, event: 'order_placed' },
      { day: 0, total: 90 },
      { day: 60, total: 50 },
    ],
    crossings: ['0 hot up'],
  },
  {
    name: 'counts an event that is told twice once',
    model: { rules: [ORDER], thresholds: HOT },
    steps: [
      { day: 0, event: 'order_placed', key: 'order 1' },
      { day: 0, event: 'order_placed', key: 'order 1' },
      { day: 3, event: 'order_placed', key: 'order 1' },
      { day: 3, total: 40, rules: [[40, 1]] },
      { day: 3, event: 'order_placed', key: 'order 2' },
      { day: 3, total: 80 },
    ],
    crossings: ['3 hot up'],
  },
  {
    name: 'comes to the same whatever is told first',
    model: {
      rules: [
        { ...ORDER, halfLifeDays: 10 },
        { event: 'page_viewed', points: 2, times: 2 },
      ],
    },
    steps: [
      { day: 20, event: 'page_viewed', lateBy: 1 },
      { day: 20, event: 'order_placed', lateBy: 10 },
      { day: 20, event: 'page_viewed', lateBy: 15 },
      { day: 20, event: 'order_placed', lateBy: 20 },
      { day: 20, event: 'page_viewed' },
      // 40/2 + 40/4 + 2 · 2
      { day: 20, total: 34 },
    ],
  },
  {
    name: 'gives nothing for clicks and opens of machines',
    model: {
      rules: [
        { event: 'email_clicked', points: 10 },
        { event: 'email_opened', points: 1 },
      ],
    },
    steps: [
      { day: 0, event: 'email_clicked', properties: { machine: true } },
      { day: 0, event: 'email_opened', properties: { machine: true } },
      {
        day: 0,
        total: 0,
        rules: [
          [0, 0],
          [0, 0],
        ],
      },
      { day: 0, event: 'email_clicked' },
      { day: 0, event: 'email_opened', properties: { machine: false } },
      { day: 0, total: 11 },
    ],
  },
  {
    name: 'gives points for machines where a rule says so, and for what is no reaction to a message',
    model: {
      rules: [
        { event: 'email_clicked', points: 10, machine: 'include' },
        { event: 'sensor_read', points: 1 },
      ],
    },
    steps: [
      { day: 0, event: 'email_clicked', properties: { machine: true } },
      { day: 0, event: 'sensor_read', properties: { machine: true } },
      { day: 0, total: 11 },
      { day: 0, event: 'email_clicked' },
      { day: 0, total: 21 },
    ],
  },
  {
    name: 'sees the step from below to above, and grades it',
    model: {
      rules: [
        { event: 'page_viewed', points: 29 },
        { event: 'paid', points: 2 },
      ],
      grades: GRADES,
    },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 0, total: 29, grade: 'Cold' },
      { day: 1, event: 'paid' },
      { day: 1, total: 31, grade: 'Warm' },
      { day: 2, event: 'page_viewed' },
      { day: 2, total: 60, grade: 'Hot' },
    ],
    crossings: ['1 Cold>Warm up', '2 Warm>Hot up'],
  },
  {
    name: 'loses a grade by fading, level after level',
    model: { rules: [{ event: 'order_placed', points: 120, halfLifeDays: 10 }], grades: GRADES },
    steps: [
      { day: 0, event: 'order_placed' },
      { day: 10, total: 60, grade: 'Hot' },
      { day: 11, total: 120 * 2 ** -1.1, grade: 'Warm' },
      { day: 21, total: 120 * 2 ** -2.1, grade: 'Cold' },
    ],
    // 60 after one half-life, 30 after two.
    crossings: ['0 Cold>Hot up', '10 Hot>Warm down', '20 Warm>Cold down'],
  },
  {
    name: 'keeps a grade in the hysteresis, and takes the next at once on the way up',
    model: {
      rules: [
        { event: 'page_viewed', points: 30, within: days(30) },
        { event: 'left', points: -8, within: days(90) },
      ],
      grades: { ...GRADES, hysteresis: 10 },
    },
    steps: [
      { day: 0, event: 'page_viewed' },
      { day: 0.1, event: 'page_viewed' },
      { day: 1, event: 'left' },
      // 52: not below 50.
      { day: 1, total: 52, grade: 'Hot' },
      { day: 2, event: 'left' },
      { day: 2, total: 44, grade: 'Warm' },
      { day: 3, event: 'page_viewed' },
      { day: 3, total: 74, grade: 'Hot' },
      // One view is gone: 60 − 16 = 44. Then two are: 30 − 16 = 14.
      { day: 30.05, total: 44, grade: 'Warm' },
      { day: 31, total: 14, grade: 'Cold' },
    ],
    crossings: [
      '0 Cold>Warm up',
      '0.1 Warm>Hot up',
      '2 Hot>Warm down',
      '3 Warm>Hot up',
      '30 Hot>Warm down',
      '30.1 Warm>Cold down',
    ],
  },
  {
    name: 'grades fit by engagement, and names cells',
    model: {
      rules: [
        { rule: german, points: 20 },
        { ...ORDER, within: days(10) },
      ],
      grades: {
        fit: [{ name: 'A', from: 20 }, { name: 'B' }],
        engagement: [{ name: '1', from: 40 }, { name: '2' }],
        cells: { A1: 'Call' },
      },
    },
    steps: [
      { day: 0, total: 0, grade: 'B2' },
      { day: 1, event: 'order_placed' },
      { day: 1, total: 40, grade: 'B1' },
      { day: 2, put: { country: 'DE' } },
      { day: 2, total: 60, fit: 20, grade: 'Call' },
      { day: 12, total: 20, grade: 'A2' },
    ],
    crossings: ['1 B2>B1 up', '2 B1>Call up', '11 Call>A2 down'],
  },
  {
    name: 'counts only events that fit the conditions',
    model: {
      rules: [
        { event: 'order_placed', where: [{ property: 'value', op: 'gte', value: 50 }], points: 10 },
        { event: 'page_*', points: 1, cap: 2 },
      ],
    },
    steps: [
      { day: 0, event: 'order_placed', properties: { value: 49.99 } },
      { day: 0, event: 'order_placed', properties: { value: 50 } },
      { day: 0, event: 'order_placed' },
      { day: 0, event: 'page_viewed' },
      { day: 0, event: 'page_left' },
      { day: 0, event: 'page_left' },
      {
        day: 0,
        total: 12,
        rules: [
          [10, 1],
          [2, 3],
        ],
      },
    ],
  },
  {
    name: 'gives the points of a profile that time alone turns',
    model: {
      rules: [
        { rule: { property: 'trialEndsAt', op: 'withinNext', value: { next: 7, unit: 'days' } }, points: 15 },
      ],
      thresholds: [{ name: 'ending', at: 15 }],
    },
    steps: [
      { day: 0, put: { trialEndsAt: '2026-01-11T00:00:00Z' } },
      { day: 0, total: 0 },
      { day: 3, total: 15 },
      { day: 10.5, total: 0 },
    ],
    crossings: ['3 ending up', '10 ending down'],
  },
];
