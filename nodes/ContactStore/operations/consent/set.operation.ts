import type { INodeProperties } from 'n8n-workflow';
import { stateConsents, type StatementRequest } from '../../../../src/app/state-consent';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { readConsentStatement } from '../../../../src/domain/consent/read-statement';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';
import type { Operation } from '../../operation';
import { readObject } from '../../read-values';
import { channelProperty } from './channel-property';

const STATEMENT: readonly INodeProperties[] = [
  channelProperty(
    'The channel that the contact speaks of: email, sms, whatsapp, push, phone or one of your own',
  ),
  {
    displayName: 'Status',
    name: 'status',
    type: 'options',
    default: 'opted_in',
    options: [
      { name: 'Opted In', value: 'opted_in', description: 'The contact agrees to be written to' },
      { name: 'Opted Out', value: 'opted_out', description: 'The contact does not want to be written to' },
      {
        name: 'Pending',
        value: 'pending',
        description: 'The contact has yet to confirm. One who opted in already stays opted in.',
      },
    ],
    description: 'What the contact says about the channel',
  },
  {
    displayName: 'Source',
    name: 'source',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. newsletter form',
    description: 'Where the contact said so; it is kept as evidence',
  },
  {
    displayName: 'Options',
    name: 'consentOptions',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Evidence',
        name: 'evidence',
        type: 'json',
        default: '{}',
        placeholder: 'e.g. { "ip": "203.0.113.7", "form": "I want the newsletter" }',
        description: 'An object that proves it: the text of the form, an IP address, a token; at most 16 kB',
      },
      {
        displayName: 'Said At',
        name: 'at',
        type: 'dateTime',
        default: '',
        description:
          'When the contact said so; now if empty. What is older than the present consent is kept as evidence and changes nothing.',
      },
      {
        displayName: 'Said By',
        name: 'by',
        type: 'options',
        default: 'contact',
        options: [
          {
            name: 'Taken Over From Elsewhere',
            value: 'import',
            description: 'Never brings back who opted out',
          },
          { name: 'The Contact', value: 'contact', description: 'The contact said so themselves' },
        ],
        description: 'Who says so',
      },
    ],
    description: 'More about the statement',
  },
];

export const set: Operation = {
  value: 'set',
  name: 'Set',
  action: 'Set a consent',
  description: 'Records what a contact says about a channel, with its evidence',
  properties: [...CONTACT_PROPERTIES, ...STATEMENT],
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    const results = await run.batch(read, (requests, policy) =>
      stateConsents(run.store, requests, run.now, policy),
    );
    for (const { index, value } of results) {
      const { consent, reason } = value.decision;
      run.pass(index, {
        contact: toTravelForm(value.contact),
        result: { outcome: value.outcome, status: consent.status, reason },
      });
    }
  },
};

function readRequest(run: Run, index: number): Reading<StatementRequest> {
  const { parameters } = run;
  const options = parameters.object('consentOptions', index);
  const contact = contactOfItem(parameters, index, run.items[index]?.json ?? {});
  const evidence = readObject(options.evidence, 'evidence');
  const statement = readConsentStatement(
    {
      channel: locatorText(parameters.value('channel', index)),
      status: parameters.value('status', index),
      source: parameters.value('source', index),
      evidence: evidence.ok ? evidence.value : {},
      at: options.at,
      by: options.by,
    },
    { now: run.now, zone: run.context.getTimezone() },
  );
  if (contact.ok && evidence.ok && statement.ok) {
    return { ok: true, value: { contact: contact.value, statement: statement.value } };
  }
  const problems: Problem[] = [];
  for (const reading of [contact, statement, evidence]) if (!reading.ok) problems.push(...reading.problems);
  return { ok: false, problems };
}
