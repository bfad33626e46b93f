import type { Migration } from './migration';

/** Where a contact stood before it last crossed something that was told; missing where that is not known. */
export const standingsBefore: Migration = {
  version: 13,
  name: 'standings before',
  statements: ({ json }) => [`alter table score_standing add column was ${json}`],
};
