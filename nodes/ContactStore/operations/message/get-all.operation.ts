import type { INodeProperties } from 'n8n-workflow';
import {
  listMessages,
  type MessageFilter,
  type MessageListRequest,
} from '../../../../src/app/messages/list-messages';
import { MESSAGE_STATES } from '../../../../src/domain/message/message';
import { quote, type Problem, type Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';

const FILTERS: readonly INodeProperties[] = [
  {
    displayName: 'Whose Messages',
    name: 'messagesOf',
    type: 'options',
    noDataExpression: true,
    default: 'everyone',
    options: [
      { name: 'Each Contact', value: 'contact', description: "The messages of every item's contact" },
      { name: 'Everyone', value: 'everyone', description: 'The messages of the whole store' },
    ],
    description: 'Whose messages are given',
  },
  ...shownWhen({ messagesOf: ['contact'] }, CONTACT_PROPERTIES),
  {
    displayName: 'Filters',
    name: 'messageFilters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: [
      {
        displayName: 'Channel',
        name: 'channel',
        type: 'string',
        default: '',
        placeholder: 'e.g. sms',
        description: 'Only messages over this channel',
      },
      {
        displayName: 'Message Name',
        name: 'name',
        type: 'string',
        default: '',
        placeholder: 'e.g. intro',
        description: 'Only messages of this name',
      },
      {
        displayName: 'State',
        name: 'state',
        type: 'options',
        default: 'uncertain',
        options: [
          { name: 'Claimed', value: 'claimed', description: 'Being sent at this moment' },
          { name: 'Failed', value: 'failed', description: 'Could not be sent' },
          { name: 'Released', value: 'released', description: 'Not sent, as somebody decided by hand' },
          { name: 'Sent', value: 'sent', description: 'Confirmed, or marked as sent' },
          {
            name: 'Uncertain',
            value: 'uncertain',
            description:
              'Nobody told in time how it ended: it may have arrived, and is not sent again by itself',
          },
        ],
        description: 'Only messages in this state',
      },
    ],
    description: 'Which messages; all that are given must fit',
  },
];

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many messages',
  description: 'Gives messages of the ledger with where they stand, the newest first, each as an item',
  properties: [...FILTERS, ...LIMIT_PROPERTIES],
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    const results = await run.batch(read, (requests) => listMessages(run.store, requests, run.now));
    for (const { index, value } of results) for (const json of value.messages) run.emit(index, { json });
  },
};

function readRequest(run: Run, index: number): Reading<MessageListRequest> {
  const { parameters } = run;
  const problems: Problem[] = [];
  const limit = readLimit(parameters, index);
  const filter = readFilter(parameters.object('messageFilters', index));
  const contact =
    parameters.value('messagesOf', index) === 'contact'
      ? contactOfItem(parameters, index, run.items[index]?.json ?? {})
      : { ok: true as const, value: null };
  for (const reading of [contact, filter, limit]) if (!reading.ok) problems.push(...reading.problems);
  if (!contact.ok || !filter.ok || !limit.ok) return { ok: false, problems };
  return {
    ok: true,
    value: {
      contact: contact.value,
      filter: filter.value,
      limit: limit.value ?? Number.MAX_SAFE_INTEGER,
    },
  };
}

function readFilter(raw: Readonly<Record<string, unknown>>): Reading<MessageFilter> {
  const problems: Problem[] = [];
  const filter: { -readonly [Key in keyof MessageFilter]: MessageFilter[Key] } = {};
  for (const name of ['name', 'channel'] as const) {
    if (!(name in raw)) continue;
    const text = String(raw[name] ?? '').trim();
    if (text === '')
      problems.push({ field: name, message: `The filter ${name} is empty; fill it in or remove it.` });
    else filter[name] = text;
  }
  if ('state' in raw) {
    const state = MESSAGE_STATES.find((known) => known === raw.state);
    if (state) filter.state = state;
    else {
      const message = `State is ${quote(raw.state ?? '')}; it must be ${MESSAGE_STATES.join(', ')}.`;
      problems.push({ field: 'state', message });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: filter };
}
