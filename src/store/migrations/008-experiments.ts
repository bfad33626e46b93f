import type { Migration } from './migration';

/** A missing variant is the control group. */
export const experiments: Migration = {
  version: 8,
  name: 'experiments',
  statements: ({ id, integer, json, keyed }) => [
    `create table experiment (
      id ${id},
      name text not null unique,
      version ${integer} not null,
      definition ${json} not null,
      winner text,
      decided_at ${integer},
      created_at ${integer} not null,
      updated_at ${integer} not null
    )`,
    `create table experiment_assignment (
      experiment_id ${integer} not null,
      contact_id ${integer} not null,
      variant text,
      at ${integer} not null,
      primary key (experiment_id, contact_id)
    ) ${keyed}`,
    `create index experiment_assignment_by_contact on experiment_assignment (contact_id, experiment_id)`,
    `insert into counter (name, value) values ('experiment', 0)`,
  ],
};
