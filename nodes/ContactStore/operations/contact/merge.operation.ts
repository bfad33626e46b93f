import type { INodeProperties } from 'n8n-workflow';
import { mergeAll } from '../../../../src/app/merge-contacts';
import { presentProfiles } from '../../../../src/app/present-profiles';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { CONTACT_PROPERTIES, contactOfItem, referenceFromLocator } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';

const ABSORBED: INodeProperties = {
  displayName: 'Contact to Merge Into It',
  name: 'absorbed',
  type: 'resourceLocator',
  required: true,
  default: { mode: 'list', value: '' },
  modes: CONTACT_PROPERTIES.find(({ name }) => name === 'contact')?.modes ?? [],
  description: 'The contact that ends: what it has goes to the contact above, which keeps its ID',
};

export const merge: Operation = {
  value: 'merge',
  name: 'Merge',
  action: 'Merge two contacts',
  description: 'Makes one contact of two, with the events, tags, lists and waits of both',
  properties: [
    {
      displayName:
        'Merging cannot be undone. Where both have a value, the contact updated later wins; a known contact wins over an anonymous one. The stricter consent of each channel stays. The old ID leads to the contact that stays.',
      name: 'mergeNotice',
      type: 'notice',
      default: '',
    },
    ...CONTACT_PROPERTIES,
    ABSORBED,
  ],
  async execute(run) {
    const read = run.read((index) => {
      const survivor = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
      if (!survivor.ok) return survivor;
      const absorbed = referenceFromLocator(run.parameters.object('absorbed', index));
      return absorbed.ok
        ? { ok: true, value: { survivor: survivor.value, absorbed: absorbed.value } }
        : absorbed;
    });
    const results = await run.batch(read, (values, policy) => mergeAll(run.store, values, run.now, policy));
    const ids = results.map(({ value }) => value.contactId);
    const profiles = await run.store.read((tx) => presentProfiles(tx, ids));
    for (const { index, value } of results) {
      const profile = profiles.get(value.contactId);
      const reasons = value.outcome === 'unchanged' ? ['the two are one contact already'] : [];
      run.pass(index, {
        contact: profile ? toTravelForm(profile) : null,
        result: { outcome: value.outcome, contactId: value.contactId, reasons },
      });
    }
  },
};
