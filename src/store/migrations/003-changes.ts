import type { Migration } from './migration';

/**
 * The log has no index by contact: contacts that are updated lie all over it, and in a store of a million it made every
 * fourth page that an upsert writes. Changes of merged contacts are read through their traces; an erasure, which is rare,
 * looks through the log.
 */
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
