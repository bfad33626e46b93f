/** A made-up shop: contacts, consents, a list and events, always the same, written by SQL of both databases. */

/** The moment at which everything is judged; events happened in the 180 days before it. */
export const NOW = Date.UTC(2026, 5, 15, 12);
const DAY = 86_400_000;
const SPAN = 180 * DAY;

/** Types of events with their share of a thousand. */
const TYPES: ReadonlyArray<readonly [type: string, upTo: number]> = [
  ['page_viewed', 450],
  ['email_opened', 700],
  ['email_clicked', 800],
  ['order_placed', 920],
  ['logged_in', 1_000],
];

const PRIME = 2_147_483_647;

/** A number from 0 below `below` for a row and a purpose, in SQL of both databases: a line modulo a prime, then its cube. */
function pick(row: string, purpose: number, below: number): string {
  const line = `((${row} * ${48_271 + purpose * 7_919} + ${purpose * 104_729}) % ${PRIME})`;
  return `(${line} * ${line} % ${PRIME} * ${line} % ${PRIME} % ${below})`;
}

/** What the two databases write differently. */
interface Words {
  /** Rows 1 to `count`, in a column `i` of `n`. */
  numbers(count: number): string;
  json(text: string): string;
}

const SQLITE: Words = {
  numbers: (count) =>
    `(with recursive up (i) as (select 1 union all select i + 1 from up where i < ${count}) select i from up) as n`,
  json: (text) => text,
};
const POSTGRES: Words = {
  numbers: (count) => `(select i from generate_series(1::bigint, ${count}) as i) as n`,
  json: (text) => `(${text})::jsonb`,
};

/** The statements that fill an empty store, with everything before `now`. */
export function populate(kind: 'sqlite' | 'postgres', contacts: number, now = NOW, eventsEach = 5): string[] {
  const { numbers, json } = kind === 'sqlite' ? SQLITE : POSTGRES;
  const events = contacts * eventsEach;
  const type = TYPES.map(([name, upTo]) => `when ${pick('i', 1, 1_000)} < ${upTo} then '${name}'`).join(' ');
  const plan = `case ${pick('i', 2, 10)} when 0 then 'pro' when 1 then 'team' else 'free' end`;
  return [
    `insert into contact (id, email, country, lifecycle_stage, properties, created_at, updated_at)
     select i, 'person' || i || '@example.com',
       case ${pick('i', 3, 12)} when 0 then 'DE' when 1 then 'AT' when 2 then 'CH' when 3 then 'FR' else 'US' end,
       case ${pick('i', 4, 5)} when 0 then 'customer' when 1 then 'lead' else 'subscriber' end,
       ${json(`'{"plan":"' || ${plan} || '","mrr":' || ${pick('i', 5, 200)} || ',"city":"City ' || ${pick('i', 6, 300)} || '","orders":' || ${pick('i', 7, 9)} || '}'`)},
       ${now - 400 * DAY} + ${pick('i', 8, 200)} * ${DAY}, ${now - 10 * DAY}
     from ${numbers(contacts)}`,
    `insert into identifier (kind, value, contact_id)
     select 'email', 'person' || i || '@example.com', i from ${numbers(contacts)}`,
    `insert into consent (contact_id, channel, status, at)
     select i, 'email', case ${pick('i', 9, 10)} when 0 then 'opted_out' else 'opted_in' end, ${now - 300 * DAY}
     from ${numbers(contacts)} where ${pick('i', 10, 10)} < 9`,
    `insert into contact_list (contact_id, name, at)
     select i, 'newsletter', ${now - 300 * DAY} from ${numbers(contacts)} where ${pick('i', 11, 10)} < 6`,
    // In the order of time, as events come in.
    `insert into event (id, contact_id, type, occurred_at, recorded_at, properties, key)
     select i, 1 + ${pick('i', 12, contacts)}, case ${type} end, at, at, properties, null from (
       select i, ${now - SPAN} + i * ${Math.floor(SPAN / events)} as at,
         ${json(`case when ${pick('i', 1, 1_000)} < 450 then '{"url":"/p/' || ${pick('i', 13, 40)} || '","topic":"t' || ${pick('i', 14, 12)} || '"}'
           when ${pick('i', 1, 1_000)} < 800 then '{"message":"m' || ${pick('i', 15, 60)} || '","machine":' || case ${pick('i', 16, 10)} when 0 then 'true' else 'false' end || '}'
           when ${pick('i', 1, 1_000)} < 920 then '{"value":' || ${pick('i', 17, 250)} || ',"currency":"EUR"}' else '{}' end`)} as properties
       from ${numbers(events)}) as e`,
    `insert into catalogue (kind, name) values ${TYPES.map(([name]) => `('event', '${name}')`).join(', ')}`,
    `update counter set value = ${contacts} where name = 'contact'`,
    `update counter set value = ${events} where name = 'event'`,
  ];
}

/** A typical segment: its rule, and how an expert who knows the tables would ask for it. */
export interface TypicalSegment {
  readonly name: string;
  readonly rule: unknown;
  /** The saved segments that the rule names. */
  readonly segments?: Readonly<Record<string, unknown>>;
  readonly byHand: Readonly<Record<'sqlite' | 'postgres', string>>;
}

const days = (count: number) => NOW - count * DAY;
const human = {
  sqlite: `properties ->> '$.machine' is not 1`,
  postgres: `properties ->> 'machine' is distinct from 'true'`,
};

export const TYPICAL: readonly TypicalSegment[] = [
  {
    name: 'no open in 60 days',
    rule: {
      all: [
        { consent: 'email', is: 'opted_in' },
        { none: [{ event: 'email_opened', within: { last: 60, unit: 'days' } }] },
      ],
    },
    byHand: {
      sqlite: `select k.contact_id from consent as k where k.channel = 'email' and k.status = 'opted_in'
        and k.contact_id not in (select contact_id from event where type = 'email_opened'
          and occurred_at between ${days(60)} and ${NOW} and ${human.sqlite})`,
      postgres: `select k.contact_id from consent as k where k.channel = 'email' and k.status = 'opted_in'
        and not exists (select 1 from event as e where e.contact_id = k.contact_id and e.type = 'email_opened'
          and e.occurred_at between ${days(60)} and ${NOW} and ${human.postgres})`,
    },
  },
  {
    name: 'two windows',
    rule: {
      all: [
        { event: 'order_placed', within: { last: 90, unit: 'days' } },
        { event: 'page_viewed', count: { op: 'gte', n: 2 }, within: { last: 30, unit: 'days' } },
      ],
    },
    byHand:
      both(`select contact_id from event where type = 'page_viewed' and occurred_at between ${days(30)} and ${NOW}
        and contact_id in (select contact_id from event where type = 'order_placed'
          and occurred_at between ${days(90)} and ${NOW})
        group by contact_id having count(*) >= 2`),
  },
  {
    name: 'JSON properties',
    rule: {
      all: [
        { property: 'plan', op: 'equals', value: 'pro' },
        { property: 'mrr', op: 'gte', value: 50 },
      ],
    },
    byHand: {
      sqlite: `select id from contact where properties ->> '$.plan' = 'pro' and properties ->> '$.mrr' >= 50`,
      postgres: `select id from contact where properties ->> 'plan' = 'pro' and (properties ->> 'mrr')::numeric >= 50`,
    },
  },
  {
    name: 'sequence',
    rule: {
      sequence: [{ event: 'page_viewed' }, { event: 'order_placed' }],
      within: { last: 7, unit: 'days' },
    },
    byHand: both(`select distinct o.contact_id from event as o where o.type = 'order_placed'
        and o.occurred_at between ${days(7)} and ${NOW} and exists (
          select 1 from event as v where v.contact_id = o.contact_id and v.type = 'page_viewed'
            and v.occurred_at between ${days(7)} and o.occurred_at and (v.occurred_at, v.id) < (o.occurred_at, o.id))`),
  },
  {
    name: 'nested',
    rule: {
      all: [
        { segment: 'engaged' },
        { property: 'country', op: 'in', value: ['DE', 'AT'] },
        { none: [{ stage: 'customer' }] },
      ],
    },
    segments: {
      engaged: {
        event: ['email_opened', 'email_clicked'],
        count: { op: 'gte', n: 2 },
        within: { last: 30, unit: 'days' },
      },
    },
    byHand: {
      sqlite: engagedByHand(human.sqlite, 'is not'),
      postgres: engagedByHand(human.postgres, 'is distinct from'),
    },
  },
];

function both(sql: string): TypicalSegment['byHand'] {
  return { sqlite: sql, postgres: sql };
}

function engagedByHand(isHuman: string, differs: string): string {
  return `select c.id from contact as c where c.country in ('DE', 'AT') and c.lifecycle_stage ${differs} 'customer'
    and c.id in (select contact_id from event where type in ('email_opened', 'email_clicked')
      and occurred_at between ${days(30)} and ${NOW} and ${isHuman} group by contact_id having count(*) >= 2)`;
}
