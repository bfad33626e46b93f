import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { record, upsert } from './contact-store-data.mts';
import { node, workflow } from './workflow-parts.mts';

const OURS = 'n8n-nodes-marketing-automation';
const named = (value: string) => ({ __rl: true, mode: 'name', value });

const mail = (name: string) =>
  node(
    name,
    'emailSend',
    {
      fromEmail: 'shop@example.com',
      toEmail: '={{ $json.contact.email }}',
      subject: name,
      emailFormat: 'text',
      text: '={{ JSON.stringify($json) }}',
      options: { appendAttribution: false },
    },
    2.1,
  );

/** A workflow that saves a rule under a name when it is run. */
const saving = (name: string, rule: unknown) =>
  workflow(
    `save ${name}`,
    [
      node('Begin', 'manualTrigger'),
      node('Save', `${OURS}.contactStore`, {
        resource: 'segment',
        operation: 'save',
        segment: named(name),
        defineBy: 'json',
        ruleJson: JSON.stringify(rule),
      }),
    ],
    [['Begin', 'Save']],
  );

const moves = (on: 'segment_entered' | 'segment_left', segment: string, more: object = {}) =>
  workflow(
    on,
    [
      node('When It Happens', `${OURS}.contactTrigger`, { on, segments: [segment], ...more }),
      mail(on === 'segment_entered' ? 'Entered' : 'Left'),
    ],
    [['When It Happens', on === 'segment_entered' ? 'Entered' : 'Left']],
  );

const save = (sim: Simulation, name: string) =>
  sim.run({ workflow: `save ${name}`, mode: 'production', items: [{}] });

const ACTIVE = { event: 'page_viewed', count: { op: 'gte', n: 2 }, within: { last: 2, unit: 'days' } };
const VIPS = { tag: 'vip' };
const simulation = { start: '2026-03-02T09:00:00Z', timezone: 'Europe/Berlin' };

const ana = { email: 'ana@example.com', timezone: 'Europe/Ljubljana' };
const ben = { email: 'ben@example.com' };
const cyd = { email: 'cyd@example.com' };

/** As the editor saves them: fields left at their defaults are not there. */
const ENGAGED = [
  {
    match: 'all',
    rules: {
      engagement: [{ n: 2 }],
      property: [{ property: named('country'), op: 'in', value: 'DE, AT' }],
      stage: [{ is: 'isNot', stage: named('customer') }],
    },
  },
];

const matching = workflow(
  'match',
  [
    node('Begin', 'manualTrigger'),
    node('Match', `${OURS}.segmentMatch`, { defineBy: 'rules', groups: { group: ENGAGED } }),
    mail('Fits'),
    mail('Does Not Fit'),
  ],
  [
    ['Begin', 'Match', 'Fits'],
    ['Match#1', 'Does Not Fit'],
  ],
);

const strict = workflow(
  'strict',
  [
    node('Begin', 'manualTrigger'),
    node(
      'Match',
      `${OURS}.segmentMatch`,
      { segment: named('={{ $json.segment }}'), unknownContact: 'error' },
      1,
      { onError: 'continueErrorOutput' },
    ),
  ],
  [['Begin', 'Match']],
);

export default {
  'entered and left, also when only time passes': {
    simulation: {
      ...simulation,
      workflows: [
        saving('active', ACTIVE),
        moves('segment_entered', 'active'),
        moves('segment_left', 'active'),
      ],
    },
    async run(sim: Simulation) {
      await save(sim, 'active');
      await record(ana, 'page_viewed');
      await sim.advanceBy({ hours: 12 });
      await record(ana, 'page_viewed');
      await record(ben, 'page_viewed');
      await sim.advanceBy({ hours: 12 });
      await sim.restart();
      await sim.advanceBy({ days: 7 });
    },
  },
  'everyone already in it, each once, and then those who enter': {
    simulation: {
      ...simulation,
      workflows: [saving('vips', VIPS), moves('segment_entered', 'vips', { alreadyIn: true })],
      published: [],
    },
    async run(sim: Simulation) {
      await save(sim, 'vips');
      await upsert({ ...ana, tags: ['vip'] });
      await upsert({ ...ben, tags: ['press'] });
      await sim.publish('segment_entered');
      await sim.settle();
      await upsert({ ...cyd, tags: ['vip'] });
      await sim.settle();
      await sim.restart();
      await sim.advanceBy({ days: 1 });
    },
  },
  'a test run gets the latest that entered': {
    simulation: { ...simulation, workflows: [saving('vips', VIPS), moves('segment_entered', 'vips')] },
    async run(sim: Simulation) {
      await save(sim, 'vips');
      await upsert({ ...ana, tags: ['vip'] });
      await upsert({ ...ben, tags: ['vip'] });
      await sim.settle();
      return sim.run({ workflow: 'segment_entered', startNode: 'When It Happens', mode: 'manual' });
    },
  },
  'rules that were built from lists': {
    simulation: { ...simulation, workflows: [saving('vips', VIPS), matching] },
    async run(sim: Simulation) {
      await save(sim, 'vips');
      for (const [who, country] of [
        [ana, 'DE'],
        [ben, 'AT'],
        [cyd, 'SE'],
      ] as const) {
        await upsert({ ...who, country });
        await record(who, 'email_opened', { message: 'spring' });
        if (who !== ben) await record(who, 'email_clicked', { message: 'summer' });
      }
      const items = [ana, ben, cyd, { email: 'dan@example.com' }].map(({ email }) => ({
        contact: { email },
      }));
      await sim.run({ workflow: 'match', mode: 'production', items });
    },
  },
  'items that cannot be judged': {
    simulation: { ...simulation, workflows: [saving('vips', VIPS), strict] },
    async run(sim: Simulation) {
      await save(sim, 'vips');
      await upsert({ ...ana, tags: ['vip'] });
      const items = [
        { email: 'ana@example.com', segment: 'vips' },
        { email: 'dan@example.com', segment: 'vips' },
        { email: 'ana@example.com', segment: 'nobody' },
      ];
      return sim.run({ workflow: 'strict', mode: 'production', items });
    },
  },
  'a wait that a segment ends': {
    simulation: {
      ...simulation,
      workflows: [
        saving('active', ACTIVE),
        saving('vips', VIPS),
        workflow(
          'wait',
          [
            node('When It Happens', `${OURS}.contactTrigger`, {
              on: 'event_recorded',
              eventType: named('cart_updated'),
            }),
            node('Wait', `${OURS}.waitUntilDate`, {
              until: 'period',
              amount: 5,
              unit: 'days',
              leaveOn: {
                segment: [{ segment: named('vips') }, { moves: 'leaves', segment: named('active') }],
              },
            }),
            mail('Due'),
            mail('Left Early'),
          ],
          [
            ['When It Happens', 'Wait', 'Due'],
            ['Wait#1', 'Left Early'],
          ],
        ),
      ],
      published: [],
    },
    async run(sim: Simulation) {
      await save(sim, 'active');
      await save(sim, 'vips');
      await sim.publish('wait');
      for (const who of [ana, ben]) {
        await record(who, 'page_viewed');
        await record(who, 'page_viewed');
        await record(who, 'cart_updated');
      }
      await record(cyd, 'cart_updated');
      await sim.advanceBy({ hours: 6 });
      await upsert({ ...ben, tags: ['vip'] });
      await sim.settle();
      await sim.restart();
      await sim.advanceBy({ days: 10 });
    },
  },
} satisfies Scenarios;
