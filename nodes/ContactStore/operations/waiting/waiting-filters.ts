import type { INodeProperties } from 'n8n-workflow';
import type { WaitingRequest } from '../../../../src/app/waiting';
import { quote, type Problem, type Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';

const STATES = ['waiting', 'delivering', 'failed'] as const;

/** The parameters by which a user says which waits are meant. Ending all of them has to be said. */
export const WAITING_PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Whose Waits',
    name: 'waitsOf',
    type: 'options',
    noDataExpression: true,
    default: 'contact',
    options: [
      {
        name: 'Each Contact',
        value: 'contact',
        description: "The waits of every item's contact, narrowed by the filters if there are any",
      },
      {
        name: 'Everyone Who Fits the Filters',
        value: 'filters',
        description: 'The waits of all contacts that fit; at least one filter is needed',
      },
      { name: 'Everyone Who Waits', value: 'everyone', description: 'Every wait of the store' },
    ],
    description: 'Whose waits are meant',
  },
  ...shownWhen({ waitsOf: ['contact'] }, CONTACT_PROPERTIES),
  {
    displayName: 'Filters',
    name: 'waitingFilters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    displayOptions: { show: { waitsOf: ['contact', 'filters'] } },
    options: [
      {
        displayName: 'Node Name',
        name: 'nodeName',
        type: 'string',
        default: '',
        placeholder: 'e.g. Wait an hour after the last change',
        description: 'Only waits in nodes of this name, as the workflow has it',
      },
      {
        displayName: 'State',
        name: 'state',
        type: 'options',
        default: 'waiting',
        options: [
          { name: 'Delivering', value: 'delivering', description: 'On its way out at this moment' },
          {
            name: 'Failed',
            value: 'failed',
            description: 'Its execution failed for good, also what a trigger could not deliver',
          },
          { name: 'Waiting', value: 'waiting', description: 'Not due yet, or about to leave' },
        ],
        description: 'Only waits in this state',
      },
      {
        displayName: 'Wait ID',
        name: 'waitId',
        type: 'number',
        default: 0,
        description: 'Only the one wait that Get Many gives with this number',
      },
      {
        displayName: 'Workflow ID',
        name: 'workflowId',
        type: 'string',
        default: '',
        placeholder: 'e.g. 8sfHkY2Qw0aLmN3b',
        description: 'Only waits in this workflow; its ID stands in the address of the editor',
      },
    ],
    description: 'Which waits; all that are given must fit',
  },
];

/** Which waits an item means, by the parameters of {@link WAITING_PROPERTIES}. */
export function readWaitingRequest(run: Run, index: number): Reading<WaitingRequest> {
  const { parameters } = run;
  const waitsOf = parameters.value('waitsOf', index);
  if (waitsOf === 'everyone') return { ok: true, value: { contact: null, filter: {} } };
  const filter = readFilters(parameters.object('waitingFilters', index));
  if (waitsOf === 'filters') {
    if (!filter.ok) return filter;
    if (Object.keys(filter.value).length > 0)
      return { ok: true, value: { contact: null, filter: filter.value } };
    const message = 'No filter is given. Add one, or choose Everyone Who Waits if all of them are meant.';
    return { ok: false, problems: [{ field: 'waitingFilters', message }] };
  }
  const contact = contactOfItem(parameters, index, run.items[index]?.json ?? {});
  if (contact.ok && filter.ok) return { ok: true, value: { contact: contact.value, filter: filter.value } };
  const problems: Problem[] = [];
  for (const reading of [contact, filter]) if (!reading.ok) problems.push(...reading.problems);
  return { ok: false, problems };
}

/** A filter that was added and left empty is a mistake, which must not widen what is ended. */
function readFilters(raw: Readonly<Record<string, unknown>>): Reading<WaitingRequest['filter']> {
  const problems: Problem[] = [];
  const filter: { -readonly [K in keyof WaitingRequest['filter']]: WaitingRequest['filter'][K] } = {};
  for (const name of ['workflowId', 'nodeName'] as const) {
    if (!(name in raw)) continue;
    const text = String(raw[name] ?? '').trim();
    if (text === '')
      problems.push({ field: name, message: `The filter ${name} is empty; fill it in or remove it.` });
    else filter[name] = text;
  }
  if ('state' in raw) {
    const state = STATES.find((known) => known === raw.state);
    if (state) filter.state = state;
    else {
      const message = `State is ${quote(raw.state ?? '')}; it must be ${STATES.join(', ')}.`;
      problems.push({ field: 'state', message });
    }
  }
  if ('waitId' in raw) {
    const id = Number(raw.waitId);
    if (Number.isSafeInteger(id) && id > 0) filter.ids = [id];
    else
      problems.push({
        field: 'waitId',
        message: `Wait ID is ${quote(raw.waitId ?? '')}; it must be a number from 1.`,
      });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: filter };
}
