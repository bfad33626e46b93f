import type { Migration } from './migration';

export const events: Migration = {
  version: 2,
  name: 'events',
  statements: ({ id, integer, json }) => [
    `create table event (
      id ${id},
      contact_id ${integer} not null,
      type text not null,
      occurred_at ${integer} not null,
      recorded_at ${integer} not null,
      properties ${json} not null,
      key text
    )`,
    `create index event_by_contact on event (contact_id, type, occurred_at)`,
    `create index event_by_type on event (type, occurred_at, contact_id)`,
    `create unique index event_by_key on event (key) where key is not null`,
    `insert into counter (name, value) values ('event', 0)`,
  ],
};
