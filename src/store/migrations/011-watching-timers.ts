import type { Migration } from './migration';

/**
 * The timers of a contact that watch for something are looked for with everything that happens to it; most timers watch
 * for nothing, such as that of each contact in a segment.
 */
export const watchingTimers: Migration = {
  version: 11,
  name: 'watching timers',
  statements: () => ['create index timer_by_watch on timer (contact_id) where watch is not null'],
};
