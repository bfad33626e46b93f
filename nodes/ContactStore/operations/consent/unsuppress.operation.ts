import { unsuppress as unsuppressAddresses } from '../../../../src/app/suppress';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { Operation } from '../../operation';
import { ADDRESS_PROPERTIES, readAddressTarget } from './address-target';

export const unsuppress: Operation = {
  value: 'unsuppress',
  name: 'Unsuppress',
  action: 'Unsuppress an address',
  description: 'Lets an address be written to again; the consent stays as it is',
  properties: ADDRESS_PROPERTIES,
  async execute(run) {
    const read = run.read((index) => readAddressTarget(run, index));
    const results = await run.batch(read, (requests, policy) =>
      unsuppressAddresses(run.store, requests, policy),
    );
    for (const { index, value } of results) {
      const { outcome, contact } = value;
      run.pass(index, { ...(contact ? { contact: toTravelForm(contact) } : {}), result: { outcome } });
    }
  },
};
