import type { INodeProperties } from 'n8n-workflow';
import { readAddressedChannel, type AddressTarget } from '../../../../src/app/suppress';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';
import { channelProperty } from './channel-property';

/** The parameters by which a user says which address is meant. */
export const ADDRESS_PROPERTIES: readonly INodeProperties[] = [
  channelProperty('The channel of the address: email, sms, whatsapp or phone'),
  {
    displayName: 'Address',
    name: 'addressFrom',
    type: 'options',
    noDataExpression: true,
    default: 'contact',
    options: [
      {
        name: 'Of a Contact',
        value: 'contact',
        description: 'The address that the contact has on this channel',
      },
      { name: 'Written Below', value: 'address', description: 'Any address, also one of no contact' },
    ],
    description: 'Which address is meant',
  },
  ...shownWhen({ addressFrom: ['contact'] }, CONTACT_PROPERTIES),
  {
    displayName: 'Which Address',
    name: 'address',
    type: 'string',
    required: true,
    default: '',
    displayOptions: { show: { addressFrom: ['address'] } },
    placeholder: 'e.g. ann@example.com or +44 20 7946 0958',
    description:
      'The e-mail address, or the telephone number with its country code; only a hash of it is kept',
  },
];

/** The address that an item means, by the parameters of {@link ADDRESS_PROPERTIES}. */
export function readAddressTarget(
  run: Run,
  index: number,
): Reading<{ channel: string; target: AddressTarget }> {
  const { parameters } = run;
  const channel = readAddressedChannel(locatorText(parameters.value('channel', index)));
  const target: Reading<AddressTarget> =
    parameters.value('addressFrom', index) === 'address'
      ? { ok: true, value: { address: parameters.text('address', index) } }
      : contactTarget(run, index);
  if (channel.ok && target.ok) return { ok: true, value: { channel: channel.value, target: target.value } };
  const problems: Problem[] = [];
  for (const reading of [channel, target]) if (!reading.ok) problems.push(...reading.problems);
  return { ok: false, problems };
}

function contactTarget(run: Run, index: number): Reading<AddressTarget> {
  const contact = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
  return contact.ok ? { ok: true, value: { contact: contact.value } } : contact;
}
