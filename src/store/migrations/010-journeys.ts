import type { Migration } from './migration';

/**
 * Journeys and who is in them. A contact is in each journey at most once at a time, and what it enters by (`entry_key`)
 * lets it enter once. `steps` are those of the workflow that follow the entry, as they were last seen, and
 * `workflow_version` counts how often they changed. `seeded_to` is the last enrolment that was judged by a new definition;
 * null when all are.
 */
export const journeys: Migration = {
  version: 10,
  name: 'journeys',
  statements: ({ id, integer, json }) => [
    `create table journey (
      id ${id},
      name text not null unique,
      version ${integer} not null,
      definition ${json} not null,
      zone text not null,
      workflow_id text not null,
      workflow_name text not null,
      workflow_version ${integer} not null,
      steps ${json} not null,
      seeded_to ${integer},
      created_at ${integer} not null,
      updated_at ${integer} not null
    )`,
    `create table enrolment (
      id ${id},
      journey_id ${integer} not null,
      contact_id ${integer} not null,
      entered_at ${integer} not null,
      since_at ${integer} not null,
      event_id ${integer},
      entry_key text,
      is_control ${integer} not null,
      workflow_id text not null,
      workflow_version ${integer} not null,
      state text not null,
      ended_at ${integer},
      reason text
    )`,
    `create unique index enrolment_active on enrolment (contact_id, journey_id) where state = 'active'`,
    `create unique index enrolment_by_entry on enrolment (contact_id, journey_id, entry_key)`,
    `create index enrolment_by_state on enrolment (journey_id, state, id)`,
    `insert into counter (name, value) values ('journey', 0), ('enrolment', 0)`,
  ],
};
