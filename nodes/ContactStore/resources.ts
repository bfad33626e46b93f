import type { Resource } from './operation';
import { consent } from './operations/consent';
import { contact } from './operations/contact';
import { event } from './operations/event';
import { journey } from './operations/journey';
import { list } from './operations/list';
import { message } from './operations/message';
import { score } from './operations/score';
import { segment } from './operations/segment';
import { splitTest } from './operations/split-test';
import { store } from './operations/store';
import { survey } from './operations/survey';
import { tag } from './operations/tag';
import { waiting } from './operations/waiting';

/** What the node works on, in the order it is offered. */
export const RESOURCES: readonly Resource[] = [
  contact,
  consent,
  event,
  journey,
  list,
  message,
  score,
  segment,
  splitTest,
  store,
  survey,
  tag,
  waiting,
];
