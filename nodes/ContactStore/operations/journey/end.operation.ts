import { endStaysOf } from '../../../../src/app/journeys/check-stays';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { CONTACT_PROPERTIES } from '../../../execution/contact-of-item';
import { journeyLocator } from '../../../execution/journey-locator';
import type { Operation } from '../../operation';
import { describeEnrolment, readStay } from './stay-form';

export const end: Operation = {
  value: 'end',
  name: 'End',
  action: 'End a stay in a journey',
  description: 'Takes contacts out of a journey; whoever waits in it leaves the wait at once',
  properties: [
    journeyLocator('The journey that the contacts leave'),
    {
      displayName: 'Reason',
      name: 'endReason',
      type: 'string',
      default: 'ended by hand',
      description: 'Why the stay ends, kept with it',
    },
    ...CONTACT_PROPERTIES,
  ],
  async execute(run) {
    const read = run.read((index) => {
      const stay = readStay(run, index);
      const reason = run.parameters.text('endReason', index).trim() || 'ended by hand';
      return stay.ok ? { ok: true, value: { ...stay.value, reason } } : stay;
    });
    const results = await run.batch(read, (requests, policy) =>
      endStaysOf(run.store, requests, run.now, policy),
    );
    for (const { index, value } of results) {
      run.pass(index, {
        contact: toTravelForm(value.contact),
        ...(value.enrolment ? { journey: describeEnrolment(value.journey, value.enrolment) } : {}),
        result: { outcome: value.isChanged ? 'ended' : 'unchanged', reasons: [...value.reasons] },
      });
    }
  },
};
