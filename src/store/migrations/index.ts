import { contacts } from './001-contacts';
import { events } from './002-events';
import { changes } from './003-changes';
import { timers } from './004-timers';
import { segments } from './005-segments';
import { ruleFunctions } from './006-rule-functions';
import { messages } from './007-messages';
import { experiments } from './008-experiments';
import { scores } from './009-scores';
import { journeys } from './010-journeys';
import { watchingTimers } from './011-watching-timers';
import { pastAssignments } from './012-past-assignments';
import { standingsBefore } from './013-standings-before';
import type { Migration } from './migration';

/** Every migration, in order; append only. */
export const MIGRATIONS: readonly Migration[] = [
  contacts,
  events,
  changes,
  timers,
  segments,
  ruleFunctions,
  messages,
  experiments,
  scores,
  journeys,
  watchingTimers,
  pastAssignments,
  standingsBefore,
];

/** The version of the schema this package reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
