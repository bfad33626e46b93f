import { moveStays, type MoveRequest } from '../../../../src/app/journeys/move-stays';
import type { Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES } from '../../../execution/contact-of-item';
import { journeyLocator } from '../../../execution/journey-locator';
import type { Operation } from '../../operation';
import { readStay } from './stay-form';

export const move: Operation = {
  value: 'move',
  name: 'Move',
  action: 'Move a stay in a journey',
  description: 'Moves contacts that wait in a journey to another Wait Until Date of its workflow',
  properties: [
    journeyLocator('The journey in which the contacts wait'),
    {
      displayName: 'To the Wait',
      name: 'step',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. Wait for Mail 3',
      description: 'The name of the Wait Until Date node that they go on from',
    },
    {
      displayName: 'They Go On',
      name: 'leaves',
      type: 'options',
      default: 'whenDue',
      options: [
        { name: 'At Once', value: 'atOnce' },
        { name: 'When Their Wait Was to End', value: 'whenDue' },
      ],
      description: 'When the contacts leave the wait they are moved to',
    },
    ...CONTACT_PROPERTIES,
  ],
  async execute(run) {
    const read = run.read((index): Reading<MoveRequest> => {
      const stay = readStay(run, index);
      if (!stay.ok) return stay;
      const step = run.parameters.text('step', index).trim();
      const leaves = run.parameters.value('leaves', index) === 'atOnce' ? 'atOnce' : 'whenDue';
      if (step !== '') return { ok: true, value: { ...stay.value, step, leaves } };
      const message = 'To the Wait is empty; give the name of a Wait Until Date node of the workflow.';
      return { ok: false, problems: [{ field: 'step', message }] };
    });
    const results = await run.batch(read, (requests, policy) =>
      moveStays(run.store, requests, run.now, policy),
    );
    for (const { index, value } of results) {
      const { outcome, from, count, reasons } = value;
      run.pass(index, { result: { outcome, from: [...from], count, reasons: [...reasons] } });
    }
  },
};
