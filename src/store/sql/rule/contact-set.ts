import { sql } from 'kysely';
import type { Sql } from '../json-sql';
import type { RuleScope } from './rule-scope';

/** Whether a rule holds, as SQL about the contact (alias `c`). */
export interface RuleSql {
  readonly test: Sql;
  /** Whether the test reads more of the contact than its id. */
  readonly readsContact: boolean;
  /** The query that gives just those for whom it holds, as `contact_id`; null where there is none. */
  readonly members: Members | null;
}

export interface Members {
  readonly query: Sql;
  /** Whether it gives each of them once. */
  readonly isDistinct: boolean;
  /** Whether it looks at all events of each before it gives one. */
  readonly isCounted: boolean;
}

/** A rule that holds for those a query gives as `contact_id`. */
export function holdsForMembers({ dialect }: RuleScope, members: Members): RuleSql {
  return { test: dialect.isAmong(sql`c.id`, members.query), readsContact: false, members };
}

/** A rule that is told by a test alone. */
export function holdsIf(test: Sql, readsContact = false): RuleSql {
  return { test, readsContact, members: null };
}

export const HOLDS_FOR_NOBODY = holdsIf(sql`false`);
export const HOLDS_FOR_ALL = holdsIf(sql`true`);
