import type { Migration } from './migration';

export const contacts: Migration = {
  version: 1,
  name: 'contacts',
  statements: ({ id, integer, json, keyed }) => [
    `create table contact (
      id ${id},
      email text,
      phone text,
      external_id text,
      first_name text,
      last_name text,
      locale text,
      timezone text,
      country text,
      lifecycle_stage text,
      properties ${json} not null,
      created_at ${integer} not null,
      updated_at ${integer} not null
    )`,
    `create table identifier (
      kind text not null,
      value text not null,
      contact_id ${integer} not null,
      primary key (kind, value)
    ) ${keyed}`,
    `create index identifier_by_contact on identifier (contact_id)`,
    `create table contact_tag (
      contact_id ${integer} not null,
      name text not null,
      at ${integer} not null,
      primary key (contact_id, name)
    ) ${keyed}`,
    `create index contact_tag_by_name on contact_tag (name, contact_id)`,
    `create table contact_list (
      contact_id ${integer} not null,
      name text not null,
      at ${integer} not null,
      primary key (contact_id, name)
    ) ${keyed}`,
    `create index contact_list_by_name on contact_list (name, contact_id)`,
    `create table consent (
      contact_id ${integer} not null,
      channel text not null,
      status text not null,
      at ${integer} not null,
      primary key (contact_id, channel)
    ) ${keyed}`,
    `create table consent_statement (
      id ${id},
      contact_id ${integer} not null,
      channel text not null,
      status text not null,
      at ${integer} not null,
      recorded_at ${integer} not null,
      source text not null,
      evidence ${json} not null,
      changed ${integer} not null
    )`,
    `create index consent_statement_by_contact on consent_statement (contact_id, id)`,
    `create table suppression (
      channel text not null,
      address_hash text not null,
      reason text not null,
      at ${integer} not null,
      primary key (channel, address_hash)
    ) ${keyed}`,
    `create table merge_trace (
      absorbed_id ${id},
      survivor_id ${integer} not null,
      at ${integer} not null
    )`,
    `create index merge_trace_by_survivor on merge_trace (survivor_id)`,
    `create table catalogue (
      kind text not null,
      name text not null,
      primary key (kind, name)
    ) ${keyed}`,
    `create table setting (
      name text not null primary key,
      value text not null
    )`,
    `create table counter (
      name text not null primary key,
      value ${integer} not null
    )`,
    `insert into counter (name, value) values ('contact', 0), ('consent_statement', 0)`,
  ],
};
