/** A score of twenty rules for the made-up shop, and how an expert who knows the tables would work it out. */
import { NOW } from '../segments/population.mts';

const days = (last: number) => ({ last, unit: 'days' });

export const LEAD_MODEL = {
  name: 'lead',
  rules: [
    { event: 'page_viewed', points: 0.5, halfLifeDays: 14, group: 'web' },
    {
      event: 'page_viewed',
      where: [{ property: 'topic', op: 'equals', value: 't1' }],
      points: 1,
      halfLifeDays: 30,
      group: 'web',
    },
    {
      event: 'page_viewed',
      where: [{ property: 'url', op: 'in', value: ['/p/1', '/p/2'] }],
      points: 5,
      within: days(30),
      group: 'web',
    },
    { event: 'page_viewed', points: 3, within: days(1), cap: 9, group: 'web' },
    { event: 'logged_in', points: 1, halfLifeDays: 7, cap: 10 },
    { event: 'logged_in', points: 5, within: days(7), times: 1 },
    { event: 'logged_in', points: 2, halfLifeDays: 90, times: 3 },
    { event: 'email_opened', points: 1, within: days(90), cap: 15, group: 'mail' },
    { event: 'email_opened', points: 2, within: days(7), group: 'mail' },
    { event: 'email_clicked', points: 3, halfLifeDays: 30, group: 'mail' },
    { event: 'email_clicked', points: 5, times: 1, group: 'mail' },
    { event: 'order_placed', points: 20, halfLifeDays: 60 },
    {
      event: 'order_placed',
      where: [{ property: 'value', op: 'gte', value: 200 }],
      points: 30,
      within: days(90),
      cap: 60,
    },
    { event: 'order_placed', points: 25, halfLifeDays: 180, times: 1 },
    { rule: { property: 'country', op: 'in', value: ['DE', 'AT', 'CH'] }, points: 10 },
    { rule: { property: 'plan', op: 'equals', value: 'pro' }, points: 15 },
    { rule: { property: 'mrr', op: 'gte', value: 50 }, points: 10.5 },
    { rule: { stage: 'customer' }, points: 5 },
    { rule: { list: 'newsletter' }, points: 3 },
    { rule: { consent: 'email', is: 'opted_out' }, points: -20 },
  ],
  groups: [
    { name: 'web', cap: 40 },
    { name: 'mail', cap: 30 },
  ],
  limits: { total: { floor: 0, cap: 300 }, fit: { floor: 0 } },
  grades: {
    total: [{ name: 'A', from: 150 }, { name: 'B', from: 100 }, { name: 'C', from: 50 }, { name: 'D' }],
  },
};

const DAY = 86_400_000;
const since = (last: number) => `occurred_at >= ${NOW - last * DAY}`;

/** What the two databases write differently. */
interface Words {
  readonly least: string;
  readonly greatest: string;
  text(key: string): string;
  isHuman: string;
  number(text: string): string;
}

const WORDS: Readonly<Record<'sqlite' | 'postgres', Words>> = {
  sqlite: {
    least: 'min',
    greatest: 'max',
    text: (key) => `properties ->> '$.${key}'`,
    isHuman: `properties ->> '$.machine' is not 1`,
    number: (text) => text,
  },
  postgres: {
    least: 'least',
    greatest: 'greatest',
    text: (key) => `properties ->> '${key}'`,
    isHuman: `properties ->> 'machine' is distinct from 'true'`,
    number: (text) => `(${text})::numeric`,
  },
};

/** The points of each contact, by hand: `id`, `total`, `fit` and `engagement`. */
export function pointsByHand(kind: 'sqlite' | 'postgres'): string {
  const { least, greatest, text, isHuman, number } = WORDS[kind];
  const left = (halfLife: number, at = 'occurred_at') =>
    `power(cast(0.5 as double precision), (${NOW} - ${at}) / cast(${halfLife * DAY} as double precision))`;
  const when = (type: string, more = '') => `filter (where type = '${type}'${more && ` and ${more}`})`;
  const sum = (amount: string) => `coalesce(${amount}, 0)`;
  return `
    with counted as (
      select contact_id,
        sum(${left(14)}) ${when('page_viewed')} as viewed,
        sum(${left(30)}) ${when('page_viewed', `${text('topic')} = 't1'`)} as topic,
        count(*) ${when('page_viewed', `${since(30)} and ${text('url')} in ('/p/1', '/p/2')`)} as pricing,
        count(*) ${when('page_viewed', since(1))} as today,
        sum(${left(7)}) ${when('logged_in')} as logins,
        count(*) ${when('logged_in', since(7))} as login,
        count(*) ${when('email_opened', `${since(90)} and ${isHuman}`)} as opened,
        count(*) ${when('email_opened', `${since(7)} and ${isHuman}`)} as lately,
        sum(${left(30)}) ${when('email_clicked', isHuman)} as clicked,
        count(*) ${when('email_clicked', isHuman)} as clicks,
        sum(${left(60)}) ${when('order_placed')} as ordered,
        count(*) ${when('order_placed', `${since(90)} and ${number(text('value'))} >= 200`)} as large,
        min(occurred_at) ${when('order_placed')} as first_order
      from event where occurred_at <= ${NOW} group by contact_id
    ), first_logins as (
      select contact_id, sum(${left(90)}) as logins from (
        select contact_id, occurred_at,
          row_number() over (partition by contact_id order by occurred_at, id) as place
        from event where type = 'logged_in' and occurred_at <= ${NOW}) as ranked
      where place <= 3 group by contact_id
    ), parts as (
      select c.id,
        ${greatest}(0, case when country in ('DE', 'AT', 'CH') then 10 else 0 end
          + case when ${text('plan')} = 'pro' then 15 else 0 end
          + case when ${number(text('mrr'))} >= 50 then 10.5 else 0 end
          + case when lifecycle_stage = 'customer' then 5 else 0 end
          + case when exists (select 1 from contact_list as l where l.contact_id = c.id and l.name = 'newsletter') then 3 else 0 end
          - case when exists (select 1 from consent as k where k.contact_id = c.id and k.channel = 'email' and k.status = 'opted_out') then 20 else 0 end) as fit,
        ${least}(10, ${sum('e.logins')}) + 5 * ${least}(1, ${sum('login')}) + 2 * ${sum('f.logins')}
          + 20 * ${sum('ordered')} + ${least}(60, 30 * ${sum('large')})
          + case when first_order is null then 0 else 25 * ${left(180, 'first_order')} end
          + ${least}(40, 0.5 * ${sum('viewed')} + ${sum('topic')} + 5 * ${sum('pricing')} + ${least}(9, 3 * ${sum('today')}))
          + ${least}(30, ${least}(15, ${sum('opened')}) + 2 * ${sum('lately')} + 3 * ${sum('clicked')} + 5 * ${least}(1, ${sum('clicks')}))
          as engagement
      from contact as c left join counted as e on e.contact_id = c.id left join first_logins as f on f.contact_id = c.id
    )
    select id, ${least}(300, ${greatest}(0, fit + engagement)) as total, fit, engagement from parts`;
}

/** How many contacts have which grade, and the sum of their totals, by hand. */
export function gradesByHand(kind: 'sqlite' | 'postgres'): string {
  return `
    select case when total >= 150 then 'A' when total >= 100 then 'B' when total >= 50 then 'C' else 'D' end as grade,
      count(*) as contacts, sum(total) as total
    from (${pointsByHand(kind)}) as points group by 1`;
}
