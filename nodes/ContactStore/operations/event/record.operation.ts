import type { INodeProperties } from 'n8n-workflow';
import { recordIntake, type IntakeRequest } from '../../../../src/app/record-intake';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { toEventTravelForm } from '../../../../src/domain/event/event';
import type { Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES } from '../../../execution/contact-of-item';
import { fromList } from '../../../execution/name-locator';
import type { ForItem, Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';
import type { Operation } from '../../operation';
import { eventFromFields } from './event-from-fields';
import { intakeFromItem, intakeFromShop, type ItemIntake } from './event-from-payload';

const DATA_FROM: INodeProperties = {
  displayName: 'Data From',
  name: 'dataFrom',
  type: 'options',
  noDataExpression: true,
  default: 'fields',
  options: [
    {
      name: 'Fields Below',
      value: 'fields',
      description: "Records what you fill in, for the item's contact",
    },
    {
      name: 'Shopify',
      value: 'shopify',
      description: "Reads a Shopify webhook's cart, checkout or order, with its customer and consent",
    },
    {
      name: 'The Item as It Is',
      value: 'item',
      description: 'Reads contact, event and consent from the item, or from the body of its webhook request',
    },
    {
      name: 'WooCommerce',
      value: 'woocommerce',
      description: "Reads a WooCommerce webhook's order or customer",
    },
  ],
  description: 'Where the event and its contact come from',
};

const FIELDS: readonly INodeProperties[] = [
  {
    displayName: 'Event Type',
    name: 'eventType',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'name', value: '' },
    description: 'What happened: up to 100 letters, digits, spaces and _ . - : $.',
    modes: [
      fromList('searchEventTypes'),
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. order_placed' },
    ],
  },
  {
    displayName: 'Occurred At',
    name: 'occurredAt',
    type: 'dateTime',
    default: '',
    description:
      "When it happened, at most a day ahead. Empty: the item's own occurredAt, else now. Without an offset it is local to the workflow's time zone.",
  },
  {
    displayName: 'Properties',
    name: 'propertiesFrom',
    type: 'options',
    noDataExpression: true,
    default: 'assignments',
    options: [
      { name: 'Fields Below', value: 'assignments', description: 'Name each property and give its value' },
      { name: 'JSON', value: 'json', description: 'Give an object, also with lists and objects in it' },
    ],
    description: 'How the properties of the event are given',
  },
  {
    displayName: 'Event Properties',
    name: 'properties',
    type: 'assignmentCollection',
    default: {},
    displayOptions: { show: { propertiesFrom: ['assignments'] } },
    description: 'What is known of the event, for example value and currency; at most 64 kB',
  },
  {
    displayName: 'Event Properties (JSON)',
    name: 'propertiesJson',
    type: 'json',
    default: '{}',
    displayOptions: { show: { propertiesFrom: ['json'] } },
    placeholder: 'e.g. { "orderId": "1001", "value": 59.9 }',
    description: 'An object with what is known of the event; at most 64 kB',
  },
  {
    displayName: 'Idempotency Key',
    name: 'idempotencyKey',
    type: 'string',
    default: '',
    placeholder: 'e.g. order-1001',
    description:
      'What tells this event from all others of the store. The same key again records nothing. Empty: every item is an event of its own.',
  },
];

const TOPIC: INodeProperties = {
  displayName: 'Topic',
  name: 'topic',
  type: 'string',
  default: '',
  placeholder: 'e.g. orders/create or order.created',
  description:
    "What the webhook is about. Empty: the item's header x-shopify-topic or x-wc-webhook-topic says it.",
};

const DEFAULT_COUNTRY: INodeProperties = {
  displayName: 'Default Country',
  name: 'defaultCountry',
  type: 'string',
  default: '',
  placeholder: 'e.g. DE',
  description: 'Two-letter code of the country in which telephone numbers without a country code are read',
};

/** A payload that says nothing to record. */
interface Ignored {
  readonly ignored: string;
}

export const record: Operation = {
  value: 'record',
  name: 'Record',
  action: 'Record an event',
  description: 'Records what happened to a contact, who is created if new, with what they consented to',
  properties: [
    DATA_FROM,
    ...shownWhen({ dataFrom: ['fields'] }, [...CONTACT_PROPERTIES, ...FIELDS]),
    ...shownWhen({ dataFrom: ['shopify', 'woocommerce'] }, [TOPIC]),
    ...shownWhen({ dataFrom: ['item'] }, [DEFAULT_COUNTRY]),
  ],
  async execute(run) {
    const read = run.read((index) => readItem(run, index));
    const requests: Array<ForItem<IntakeRequest>> = [];
    for (const { index, value } of read) {
      if ('ignored' in value) run.pass(index, { result: { outcome: 'ignored', reason: value.ignored } });
      else for (const request of value) requests.push({ index, value: request });
    }
    const results = await run.batch(requests, (batch, policy) =>
      recordIntake(run.store, batch, run.now, policy),
    );
    for (const { index, value } of results) {
      run.pass(index, {
        contact: toTravelForm(value.contact),
        event: toEventTravelForm(value.event),
        result: {
          outcome: value.outcome,
          contact: value.contactOutcome,
          ...(value.consents.length > 0 ? { consent: value.consents.map(({ reason }) => reason) } : {}),
        },
      });
    }
  },
};

function readItem(run: Run, index: number): Reading<ItemIntake | Ignored> {
  const dataFrom = run.parameters.value('dataFrom', index);
  if (dataFrom === 'item') return intakeFromItem(run, index);
  if (dataFrom === 'shopify' || dataFrom === 'woocommerce') return intakeFromShop(run, index, dataFrom);
  return eventFromFields(run, index);
}
