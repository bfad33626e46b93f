import type { Migration } from './migration';

export const changes: Migration = {
  version: 3,
  name: 'changes',
  statements: ({ serial, integer, json, id }) => [
    `create table change (
      sequence ${serial},
      kind text not null,
      contact_id ${integer} not null,
      at ${integer} not null,
      subject text,
      event_id ${integer},
      detail ${json} not null
    )`,
    `create index change_by_contact on change (contact_id)`,
    `create table subscription (
      id ${id},
      key text not null unique,
      kind text not null,
      workflow_id text not null,
      workflow_name text not null,
      node_name text not null,
      cursor ${integer} not null,
      definition ${json} not null,
      created_at ${integer} not null,
      opened_at ${integer} not null
    )`,
    `insert into counter (name, value) values ('subscription', 0)`,
  ],
};
