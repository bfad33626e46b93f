import type { INodeProperties } from 'n8n-workflow';
import { prune as pruneStore, type PruneRequest } from '../../../../src/app/statistics';
import { LONGEST_REACH_MS } from '../../../../src/domain/channel/frequency-cap';
import { quote, type Problem, type Reading } from '../../../../src/domain/problem';
import { DAY_MS } from '../../../../src/domain/schedule/zone-clock';
import { readEventTypes } from '../../../execution/conditions';
import type { Run } from '../../../execution/run';
import type { Operation } from '../../operation';

const PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Events Older Than (Days)',
    name: 'eventsOlderThanDays',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 0,
    description: 'Deletes events that happened more than so many days ago; 0 keeps every event',
  },
  {
    displayName: 'Event Types',
    name: 'pruneTypes',
    type: 'string',
    default: '',
    placeholder: 'e.g. page_*, email_opened',
    description:
      'Deletes events of these types only, separated by commas; * at the end stands for any ending. Empty: events of every type.',
  },
  {
    displayName: 'Log Older Than (Days)',
    name: 'logOlderThanDays',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 90,
    description:
      'Deletes entries of the change log older than so many days; 0 keeps them all. What a trigger has not seen yet is kept.',
  },
  {
    displayName: 'Messages Older Than (Days)',
    name: 'messagesOlderThanDays',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 500,
    description:
      'Deletes messages claimed more than so many days ago, at least 402, because caps look back so far; 0 keeps them all. Uncertain messages are kept, and those that were sent once for ever or in a journey that the contact is still in, so that nothing is sent twice.',
  },
  {
    displayName: 'Messages Sent Once for a Key Too',
    name: 'pruneKeyedMessages',
    type: 'boolean',
    default: false,
    description:
      'Whether old messages that were sent once for a key of your own are deleted as well; if the same key comes again, its message is sent again',
  },
];

const NOTHING = { events: 0, changes: 0, messages: 0 };

export const prune: Operation = {
  value: 'prune',
  name: 'Prune',
  action: 'Prune the store',
  description:
    'Deletes old events, log entries and messages, in small steps that hold nobody up, and tells how many',
  properties: PROPERTIES,
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    const done = new Set<string>();
    for (const { index, value } of read) {
      // What one item pruned is gone for the next that asks the same.
      const key = JSON.stringify(value);
      const { events, changes, messages } = done.has(key) ? NOTHING : await pruneStore(run.store, value);
      done.add(key);
      const outcome = events + changes + messages > 0 ? 'pruned' : 'unchanged';
      run.pass(index, { result: { outcome, events, logEntries: changes, messages } });
    }
  },
};

function readRequest(run: Run, index: number): Reading<PruneRequest> {
  const problems: Problem[] = [];
  const take = <T>(reading: Reading<T>): T | null => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return null;
  };
  const eventsBefore = take(readAge(run, index, 'eventsOlderThanDays', 'Events Older Than'));
  const changesBefore = take(readAge(run, index, 'logOlderThanDays', 'Log Older Than'));
  const messagesBefore = take(readAge(run, index, 'messagesOlderThanDays', 'Messages Older Than'));
  const keyedMessages = run.parameters.boolean('pruneKeyedMessages', index);
  if (messagesBefore !== null && messagesBefore > run.now - LONGEST_REACH_MS) {
    const days = LONGEST_REACH_MS / DAY_MS;
    const message = `Messages Older Than is ${quote(run.parameters.value('messagesOlderThanDays', index))}; caps look back so far that it must be at least ${days} days, or 0 to keep every message.`;
    problems.push({ field: 'messagesOlderThanDays', message });
  }
  const types = take(readEventTypes(run.parameters.text('pruneTypes', index), 'pruneTypes', true)) ?? [];
  if (types.length > 0 && eventsBefore === null) {
    const message =
      'Event Types are given, but no age; set Events Older Than to the days after which they go.';
    problems.push({ field: 'eventsOlderThanDays', message });
  }
  if (problems.length > 0) return { ok: false, problems };
  const eventTypes = types.length > 0 ? types : null;
  return { ok: true, value: { eventsBefore, changesBefore, eventTypes, messagesBefore, keyedMessages } };
}

/** The moment before which things are to go; null where they are kept. */
function readAge(run: Run, index: number, name: string, title: string): Reading<number | null> {
  const days = run.parameters.number(name, index);
  if (Number.isFinite(days) && days >= 0) {
    return { ok: true, value: days === 0 ? null : Math.floor(run.now - days * DAY_MS) };
  }
  const message = `${title} is ${quote(run.parameters.value(name, index))}; it must be a number of days from 0.`;
  return { ok: false, problems: [{ field: name, message }] };
}
