import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';
import { ChannelFallback } from '../../nodes/ChannelFallback/ChannelFallback.node';
import { ContactStore } from '../../nodes/ContactStore/ContactStore.node';
import { Journey } from '../../nodes/Journey/Journey.node';
import { LeadScoring } from '../../nodes/LeadScoring/LeadScoring.node';
import { NpsBranch } from '../../nodes/NpsBranch/NpsBranch.node';
import { SegmentMatch } from '../../nodes/SegmentMatch/SegmentMatch.node';
import { SplitTest } from '../../nodes/SplitTest/SplitTest.node';
import { WaitUntilDate } from '../../nodes/WaitUntilDate/WaitUntilDate.node';
import { FakeExecution } from './fake-execution';

const named = (value: string) => ({ __rl: true, mode: 'name', value });
/** A message of its own, so that each operation that ends one has claims to end. */
const claimOf = (message: string): IDataObject => ({ message, purpose: 'transactional', quietHours: false });

/** A node that decides, or settles what was decided, set so that it works on items that carry only an e-mail address. */
export interface DecidingNode {
  readonly name: string;
  readonly node: INodeType;
  readonly parameters: IDataObject;
  /** What has to happen to items before the node can do its work on them. */
  readonly prepare?: (items: INodeExecutionData[]) => Promise<INodeExecutionData[]>;
  /** A parameter with a value for each item, one that is right and one that is wrong, and words of the error that tell it. */
  readonly wrong: {
    readonly parameters: IDataObject;
    readonly good: unknown;
    readonly bad: unknown;
    readonly says: RegExp;
  };
}

const perItem = '={{ $json.given }}';
/** An address by expression, which every node reads that asks for a contact. */
const CHOSEN = { contactFrom: 'chosen', contact: { __rl: true, mode: 'email', value: perItem } };
const WRONG_CONTACT = {
  parameters: CHOSEN,
  good: 'p0@example.com',
  bad: 'nobody at example',
  says: /"nobody at example"/,
};
const WRONG_ID = {
  parameters: { messageId: perItem },
  good: '1',
  bad: 'first',
  says: /"first" is not the id/,
};
const claim = (message: string, items: INodeExecutionData[]) =>
  new FakeExecution({ node: new ChannelFallback(), parameters: claimOf(message), items }).output();
const afterClaim = (message: string) => ({ prepare: (items: INodeExecutionData[]) => claim(message, items) });
/** The items as they came, so that a stay or a message is found by the contact. */
const afterEntering = (journey: string) => ({
  prepare: async (items: INodeExecutionData[]) => {
    const parameters = { journey: named(journey), goalBy: 'none' };
    await new FakeExecution({ node: new Journey(), parameters, items }).output();
    return items;
  },
});

export const DECIDING_NODES: readonly DecidingNode[] = [
  {
    name: 'Segment Match',
    node: new SegmentMatch(),
    parameters: { defineBy: 'json', ruleJson: '{ "event": "order_placed" }' },
    wrong: {
      parameters: { ruleJson: perItem },
      good: '{ "tag": "vip" }',
      bad: '{ "property": "plan", "op": "resembles", "value": "pro" }',
      says: /resembles/,
    },
  },
  {
    name: 'Lead Scoring',
    node: new LeadScoring(),
    parameters: {
      model: named('leads'),
      defineBy: 'json',
      modelJson:
        '{ "rules": [{ "event": "page_viewed", "points": 2, "halfLifeDays": 30 }, { "rule": { "stage": "lead" }, "points": 5 }] }',
    },
    wrong: {
      parameters: { modelJson: perItem },
      good: '{ "rules": [{ "event": "page_viewed", "points": 2 }] }',
      bad: '{ "rules": [{ "event": "page_viewed", "points": "plenty" }] }',
      says: /plenty/,
    },
  },
  {
    name: 'NPS Branch',
    node: new NpsBranch(),
    parameters: { answer: '9 – fine', oncePer: 'month' },
    wrong: {
      parameters: { more: { answeredAt: perItem } },
      good: '2026-03-01T09:00:00Z',
      bad: 'the day before',
      says: /"the day before"/,
    },
  },
  {
    name: 'Journey › Enter',
    node: new Journey(),
    parameters: { journey: named('welcome'), goalBy: 'json', ruleJson: '{ "event": "order_placed" }' },
    wrong: {
      parameters: { goalBy: 'json', ruleJson: perItem },
      good: '{ "event": "order_placed" }',
      bad: '{ "event": "order_placed", "within": { "last": 3, "unit": "moons" } }',
      says: /moons/,
    },
  },
  {
    name: 'Journey › Check Goal',
    node: new Journey(),
    parameters: { operation: 'check', journey: named('to-check') },
    ...afterEntering('to-check'),
    wrong: WRONG_CONTACT,
  },
  {
    name: 'Contact Store › Journey › Get Many',
    node: new ContactStore(),
    parameters: {
      resource: 'journey',
      operation: 'getAll',
      journey: named('to-list'),
      staysOf: 'contact',
      stayState: 'any',
      returnAll: true,
    },
    ...afterEntering('to-list'),
    wrong: WRONG_CONTACT,
  },
  {
    name: 'Journey › Leave',
    node: new Journey(),
    parameters: { operation: 'leave', journey: named('to-leave') },
    ...afterEntering('to-leave'),
    wrong: WRONG_CONTACT,
  },
  {
    name: 'Contact Store › Journey › End',
    node: new ContactStore(),
    parameters: { resource: 'journey', operation: 'end', journey: named('to-end') },
    ...afterEntering('to-end'),
    wrong: WRONG_CONTACT,
  },
  {
    name: 'Split Test',
    node: new SplitTest(),
    parameters: { experiment: named('subject'), controlPercent: 10 },
    wrong: WRONG_CONTACT,
  },
  {
    name: 'Channel Fallback',
    node: new ChannelFallback(),
    parameters: claimOf('intro'),
    wrong: {
      parameters: { staleAfterDays: perItem },
      good: 7,
      bad: -3,
      says: /-3/,
    },
  },
  {
    name: 'Contact Store › Message › Confirm',
    node: new ContactStore(),
    parameters: { resource: 'message', operation: 'confirm' },
    ...afterClaim('to-confirm'),
    wrong: WRONG_ID,
  },
  {
    name: 'Contact Store › Message › Fail',
    node: new ContactStore(),
    parameters: { resource: 'message', operation: 'fail', error: 'refused' },
    ...afterClaim('to-fail'),
    wrong: WRONG_ID,
  },
  {
    name: 'Contact Store › Message › Get Many',
    node: new ContactStore(),
    parameters: {
      resource: 'message',
      operation: 'getAll',
      messagesOf: 'contact',
      messageFilters: { name: 'to-list' },
      returnAll: true,
    },
    prepare: async (items) => {
      await claim('to-list', items);
      return items;
    },
    wrong: WRONG_CONTACT,
  },
  {
    name: 'Wait Until Date',
    node: new WaitUntilDate(),
    parameters: { until: 'period', amount: 3, unit: 'days' },
    wrong: { parameters: { amount: perItem }, good: 3, bad: 'some', says: /some/ },
  },
];
