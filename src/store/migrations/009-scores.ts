import type { Migration } from './migration';

/**
 * `watches_since` is the last change that a definition tells nothing of: what is new watches from now on. `seeded_to` is
 * the last contact whose standing under the present version is known; null when all are.
 */
export const scores: Migration = {
  version: 9,
  name: 'scores',
  statements: ({ id, integer, json, keyed }) => [
    `create table score_model (
      id ${id},
      name text not null unique,
      version ${integer} not null,
      definition ${json} not null,
      zone text not null,
      tells_present ${integer} not null,
      watches_since ${integer} not null,
      seeded_to ${integer},
      created_at ${integer} not null,
      updated_at ${integer} not null
    )`,
    `create table score_standing (
      contact_id ${integer} not null,
      model_id ${integer} not null,
      version ${integer} not null,
      levels ${json} not null,
      above ${json} not null,
      points ${json} not null,
      grade text,
      at ${integer} not null,
      crossed_at ${integer},
      primary key (contact_id, model_id)
    ) ${keyed}`,
    `insert into counter (name, value) values ('score_model', 0)`,
  ],
};
