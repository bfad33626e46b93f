import type { Migration } from './migration';

/**
 * The ledger of messages. That a claim became uncertain is not written: it is one whose lease has run out. An attempt
 * without an occasion stands for no message any more and is kept for what it counts.
 */
export const messages: Migration = {
  version: 7,
  name: 'messages',
  statements: ({ id, integer }) => [
    `create table message (
      id ${id},
      contact_id ${integer} not null,
      name text not null,
      occasion text,
      channel text not null,
      purpose text not null,
      address text not null,
      state text not null,
      attempt ${integer} not null,
      claimed_at ${integer} not null,
      lease_until ${integer} not null,
      settled_at ${integer},
      error text,
      enrolment_id ${integer},
      journey text,
      workflow_id text not null,
      node_name text not null
    )`,
    `create unique index message_by_occasion on message (contact_id, name, occasion, channel)`,
    `create index message_by_contact on message (contact_id, claimed_at)`,
    `create index message_by_state on message (state, id)`,
    `create index message_by_name on message (name, id)`,
    `create index message_by_lease on message (lease_until) where state = 'claimed'`,
    `insert into counter (name, value) values ('message', 0)`,
  ],
};
