import {
  suppress as suppressAddresses,
  SUPPRESSION_REASONS,
  type SuppressionRequest,
} from '../../../../src/app/suppress';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { quote, type Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import type { Operation } from '../../operation';
import { ADDRESS_PROPERTIES, readAddressTarget } from './address-target';

export const suppress: Operation = {
  value: 'suppress',
  name: 'Suppress',
  action: 'Suppress an address',
  description: 'Keeps an address from being written to, also after its contact is deleted or erased',
  properties: [
    ...ADDRESS_PROPERTIES,
    {
      displayName: 'Reason',
      name: 'reason',
      type: 'options',
      default: 'hard_bounce',
      options: [
        {
          name: 'Complaint',
          value: 'complaint',
          description: 'The recipient called it spam; the contact is opted out of the channel as well',
        },
        {
          name: 'Hard Bounce',
          value: 'hard_bounce',
          description: 'The address does not exist; the consent stays as it is',
        },
        { name: 'Other', value: 'other', description: 'Any other reason; the consent stays as it is' },
        {
          name: 'Request',
          value: 'request',
          description: 'The recipient asked for it; the contact is opted out of the channel as well',
        },
      ],
      description: 'Why the address must not be written to',
    },
  ],
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    const results = await run.batch(read, (requests, policy) =>
      suppressAddresses(run.store, requests, run.now, policy),
    );
    for (const { index, value } of results) {
      const { outcome, contact, optedOut } = value;
      run.pass(index, {
        ...(contact ? { contact: toTravelForm(contact) } : {}),
        result: { outcome, optedOut },
      });
    }
  },
};

function readRequest(run: Run, index: number): Reading<SuppressionRequest> {
  const target = readAddressTarget(run, index);
  if (!target.ok) return target;
  const given = run.parameters.value('reason', index);
  const reason = SUPPRESSION_REASONS.find((known) => known === given);
  if (reason) return { ok: true, value: { ...target.value, reason } };
  const message = `Reason is ${quote(given)}; it must be ${SUPPRESSION_REASONS.join(', ')}.`;
  return { ok: false, problems: [{ field: 'reason', message }] };
}
