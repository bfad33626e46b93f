import type { INodeProperties } from 'n8n-workflow';
import { listEvents, type EventListRequest } from '../../../../src/app/list-events';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { toEventTravelForm } from '../../../../src/domain/event/event';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { readEventTypes } from '../../../execution/conditions';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { readMoment } from '../../read-values';

const PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Of',
    name: 'eventsOf',
    type: 'options',
    noDataExpression: true,
    default: 'contact',
    options: [
      { name: 'Each Contact', value: 'contact', description: "The events of every item's contact" },
      { name: 'Everybody', value: 'everybody', description: 'The events of all contacts of the store' },
    ],
    description: 'Whose events to give',
  },
  ...shownWhen({ eventsOf: ['contact'] }, CONTACT_PROPERTIES),
  ...LIMIT_PROPERTIES,
  {
    displayName: 'Filters',
    name: 'eventFilters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: [
      {
        displayName: 'Before',
        name: 'before',
        type: 'dateTime',
        default: '',
        description: 'Only events that happened before this moment',
      },
      {
        displayName: 'Event Types',
        name: 'types',
        type: 'string',
        default: '',
        placeholder: 'e.g. order_placed, page_*',
        description: 'Only these types, separated by commas; * at the end stands for any ending',
      },
      {
        displayName: 'From',
        name: 'from',
        type: 'dateTime',
        default: '',
        description: 'Only events that happened at this moment or later',
      },
    ],
    description: 'Which events to give; without a filter all of them',
  },
];

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many events',
  description: 'Gives the events of contacts, the newest first, each as an item',
  properties: PROPERTIES,
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    const results = await run.batch(read, (requests) => listEvents(run.store, requests));
    for (const { index, value } of results) {
      for (const { event, contact } of value.events) {
        run.emit(index, { json: { contact: toTravelForm(contact), event: toEventTravelForm(event) } });
      }
    }
  },
};

function readRequest(run: Run, index: number): Reading<EventListRequest> {
  const { parameters } = run;
  const zone = run.context.getTimezone();
  const filters = parameters.object('eventFilters', index);
  const problems: Problem[] = [];
  const take = <T>(reading: Reading<T>): T | null => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return null;
  };
  const isEverybody = parameters.value('eventsOf', index) === 'everybody';
  const contact = isEverybody ? null : take(contactOfItem(parameters, index, run.items[index]?.json ?? {}));
  const types = take(readEventTypes(String(filters.types ?? ''), 'types', true));
  const from = take(readMoment(filters.from, 'from', zone));
  const before = take(readMoment(filters.before, 'before', zone));
  const limit = take(readLimit(parameters, index));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { contact, types: types ?? [], from, before, limit } };
}
