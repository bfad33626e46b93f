import type { Migration } from './migration';

/** What contacts got in an experiment before they were moved to another variant, up to, but not with, `until`. */
export const pastAssignments: Migration = {
  version: 12,
  name: 'past assignments',
  statements: ({ integer, keyed }) => [
    `create table experiment_past (
      experiment_id ${integer} not null,
      contact_id ${integer} not null,
      at ${integer} not null,
      variant text,
      until ${integer} not null,
      primary key (experiment_id, contact_id, at)
    ) ${keyed}`,
    `create index experiment_past_by_contact on experiment_past (contact_id)`,
  ],
};
