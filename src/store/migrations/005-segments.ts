import type { Migration } from './migration';

/**
 * `size` and `moved_at` are kept with the rows of members, so that a list of segments costs no count. `seeded_to` is the
 * last contact whose timer for a new definition is set; null when all are.
 */
export const segments: Migration = {
  version: 5,
  name: 'segments',
  statements: ({ id, integer, json, keyed }) => [
    `create table segment (
      id ${id},
      name text not null unique,
      version ${integer} not null,
      definition ${json} not null,
      zone text not null,
      size ${integer} not null,
      moved_at ${integer},
      refreshed_at ${integer} not null,
      seeded_to ${integer},
      created_at ${integer} not null,
      updated_at ${integer} not null
    )`,
    `create table segment_member (
      segment_id ${integer} not null,
      contact_id ${integer} not null,
      entered_at ${integer} not null,
      primary key (segment_id, contact_id)
    ) ${keyed}`,
    `create index segment_member_by_contact on segment_member (contact_id, segment_id)`,
    `create table segment_fit (
      contact_id ${integer} not null primary key
    ) ${keyed}`,
    `create table property_history (
      contact_id ${integer} not null,
      name text not null,
      at ${integer} not null,
      before ${json}
    )`,
    `create index property_history_by_contact on property_history (contact_id, name, at)`,
    `insert into counter (name, value) values ('segment', 0)`,
  ],
};
