import type { Migration } from './migration';

/**
 * `look_at` is when the pump looks at a timer next: its due time, at once when something happened that might
 * let it go, the end of the lease while it is claimed, never (null) once it failed.
 */
export const timers: Migration = {
  version: 4,
  name: 'timers',
  statements: ({ id, integer, json }) => [
    `create table timer (
      id ${id},
      subscription_id ${integer} not null,
      contact_id ${integer} not null,
      dedupe_key text,
      due_at ${integer} not null,
      look_at ${integer},
      since_at ${integer} not null,
      since_event_id ${integer},
      watch ${json},
      payload ${json} not null,
      claim text,
      attempt ${integer} not null,
      is_alone ${integer} not null,
      error text,
      created_at ${integer} not null
    )`,
    `create index timer_by_look on timer (subscription_id, look_at, id)`,
    `create unique index timer_by_contact on timer (contact_id, subscription_id, dedupe_key)`,
    `create index timer_by_claim on timer (claim) where claim is not null`,
    `insert into counter (name, value) values ('timer', 0)`,
  ],
};
