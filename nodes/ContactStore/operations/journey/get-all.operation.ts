import type { INodeProperties } from 'n8n-workflow';
import { listStays, type StaysQuery } from '../../../../src/app/journeys/list-stays';
import { ENROLMENT_STATES } from '../../../../src/domain/journey/enrolment';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import { journeyLocator } from '../../../execution/journey-locator';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { describeStay } from './stay-form';

const PROPERTIES: readonly INodeProperties[] = [
  { ...journeyLocator('The journey whose stays are given. Empty: all of them.'), required: false },
  {
    displayName: 'State',
    name: 'stayState',
    type: 'options',
    default: 'active',
    options: [
      { name: 'Any', value: 'any' },
      { name: 'Goal Reached', value: 'completed' },
      { name: 'In the Journey', value: 'active', description: 'The control group too' },
      { name: 'Left', value: 'left', description: 'Ended in any other way than by the goal' },
    ],
    description: 'Which stays are given',
  },
  {
    displayName: 'Whose Stays',
    name: 'staysOf',
    type: 'options',
    noDataExpression: true,
    default: 'everyone',
    options: [
      { name: 'Each Contact', value: 'contact', description: "The stays of every item's contact" },
      { name: 'Everyone', value: 'everyone' },
    ],
    description: 'Whose stays are given',
  },
  ...shownWhen({ staysOf: ['contact'] }, CONTACT_PROPERTIES),
];

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many stays in journeys',
  description:
    'Gives who is, or was, in a journey, where they wait, and whether the workflow still has that step',
  properties: [...PROPERTIES, ...LIMIT_PROPERTIES],
  async execute(run) {
    const read = run.read((index) => readQuery(run, index));
    const results = await run.batch(read, (queries) => listStays(run.store, queries, run.now));
    for (const { index, value } of results)
      for (const stay of value.stays) run.emit(index, { json: describeStay(stay) });
  },
};

function readQuery(run: Run, index: number): Reading<StaysQuery> {
  const { parameters } = run;
  const limit = readLimit(parameters, index);
  const contact =
    parameters.value('staysOf', index) === 'contact'
      ? contactOfItem(parameters, index, run.items[index]?.json ?? {})
      : { ok: true as const, value: null };
  const problems: Problem[] = [limit, contact].flatMap((reading) =>
    reading.ok ? [] : [...reading.problems],
  );
  if (!limit.ok || !contact.ok) return { ok: false, problems };
  const journey = locatorText(parameters.value('journey', index)).trim();
  const state = ENROLMENT_STATES.find((own) => own === parameters.value('stayState', index)) ?? null;
  return {
    ok: true,
    value: {
      journey: journey === '' ? null : journey,
      contact: contact.value,
      state,
      limit: limit.value ?? Number.MAX_SAFE_INTEGER,
    },
  };
}
