import type { Migration } from './migration';

/** What conditions on properties call in SQL, where the database keeps functions. */
export const ruleFunctions: Migration = {
  version: 6,
  name: 'rule functions',
  statements: ({ functions }) => functions,
};
