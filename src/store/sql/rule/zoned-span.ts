import { sql } from 'kysely';
import type { Span } from '../../../domain/rule/rule-window';
import type { Sql } from '../json-sql';
import type { RuleScope } from './rule-scope';

/** The moments that count for contacts: the same for all, or by what they say about their zone. Both ends belong to it. */
export type ContactSpans =
  | { readonly by: 'none' }
  | { readonly by: 'all'; readonly span: Span }
  /** `table` has `timezone`, `country`, `first_at` and `last_at`; `span` holds all of them, and all of them hold `core`. */
  | { readonly by: 'zone'; readonly span: Span; readonly core: Span | null; readonly table: Sql };

/** Asks `spanOf` for each zone that contacts live in, or once where the zone does not matter; null: no moment counts. */
export async function contactSpans(
  scope: RuleScope,
  isZoned: boolean,
  spanOf: (zone: string) => Span | null,
): Promise<ContactSpans> {
  if (!isZoned) return sameForAll(spanOf(scope.question.workflowZone));
  const byZone = new Map<string, Span | null>();
  const rows: Array<[string, string, number, number]> = [];
  let span: Span | null = null;
  let core: Span = { from: -Infinity, to: Infinity };
  const contactZones = await scope.zones();
  for (const { timezone, country, zone } of contactZones) {
    const own = byZone.has(zone) ? byZone.get(zone) : spanOf(zone);
    byZone.set(zone, own ?? null);
    if (!own) continue;
    rows.push([timezone, country, own.from, own.to]);
    core = { from: Math.max(core.from, own.from), to: Math.min(core.to, own.to) };
    span = span ? { from: Math.min(span.from, own.from), to: Math.max(span.to, own.to) } : own;
  }
  const isSame = rows.every(([, , from, to]) => from === span?.from && to === span.to);
  if (!span || (isSame && rows.length === contactZones.length)) return sameForAll(span);
  const columns = { timezone: 'text', country: 'text', first_at: 'integer', last_at: 'integer' } as const;
  const isCore = rows.length === contactZones.length && core.from <= core.to;
  return { by: 'zone', span, core: isCore ? core : null, table: scope.dialect.rows(columns, rows) };
}

function sameForAll(span: Span | null): ContactSpans {
  return span ? { by: 'all', span } : { by: 'none' };
}

/** Whether a moment lies in the span of the contact under an alias. */
export function isWithinSpans(moment: Sql, spans: ContactSpans, alias: 'c' | 'z'): Sql {
  if (spans.by === 'none') return sql`false`;
  if (spans.by === 'all') return isWithin(moment, spans.span);
  const ofContact = sql`exists (
    select 1 from ${spans.table} as b
    where b.timezone = coalesce(${sql.ref(`${alias}.timezone`)}, '') and b.country = coalesce(${sql.ref(`${alias}.country`)}, '')
    and ${moment} between b.first_at and b.last_at)`;
  // The zones differ by hours: most moments need no look at them.
  if (!spans.core) return sql`(${isWithin(moment, spans.span)} and ${ofContact})`;
  return sql`(${isWithin(moment, spans.core)} or (${isWithin(moment, spans.span)} and ${ofContact}))`;
}

/** Whether a moment lies in a span. */
export function isWithin(moment: Sql, { from, to }: Span): Sql {
  return sql`${moment} between ${from} and ${to}`;
}
