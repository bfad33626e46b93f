/** All our nodes in one published workflow, and each of them alone, in a real n8n and in the browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputOf, type ExecutionDetail, type RunItem, type WorkflowJson } from '../host/rest.mts';
import { takePicture } from './browser.mts';
import { setPerson } from './editor.mts';
import { eventually } from './patience.mts';
import { setStage } from './stage.mts';
import { executionsOf, node, post, publishNew, webhook } from './workflows.mts';

const stage = setStage('deciding-nodes');
const person = setPerson(stage);

const named = (value: string) => ({ __rl: true, mode: 'name', value });
const slug = (words: string) => words.toLowerCase().replaceAll(' ', '-');
const at = (made: ReturnType<typeof node>, column: number, row: number) => ({
  ...made,
  position: [column * 288, row * 160] as [number, number],
});

const SCORING = {
  model: named('leads'),
  eventRules: { rule: [{ types: ['survey_replied'], points: 20, counts: 'first', name: 'Replied' }] },
  profileRules: {
    rule: [
      {
        match: 'all',
        rules: { property: [{ property: named('country'), op: 'equals', value: 'DE' }] },
        points: 50,
        name: 'From Germany',
      },
    ],
  },
  gradeBy: 'total',
};
const MATCHING = { defineBy: 'json', ruleJson: '{ "score": "leads", "op": "gte", "value": 60 }' };
const BRANCHING = { survey: named('relation'), answer: '={{ $json.event.properties.reply }}' };
const ENTERING = {
  operation: 'enter',
  journey: named('ask-for-review'),
  goalBy: 'json',
  ruleJson: '{ "event": "review_written" }',
  exitBy: 'json',
  exitJson: '{ "tag": "complained" }',
};
const SPLITTING = { operation: 'split', experiment: named('review-words') };
const CHOOSING = { message: 'ask-for-review', quietHours: false };
const WAITING = { until: 'period', amount: 2, unit: 'seconds' };

/** What arrives at the webhook is recorded; Contact Trigger takes it from there through every deciding node. */
function everyNode(): WorkflowJson {
  const nodes = [
    at(webhook('Receive Replies', 'replies', 'noData'), 0, 0),
    at(node('Split People', 'splitOut', { fieldToSplitOut: 'body.people', options: {} }), 1, 0),
    at(
      node('Record Replies', '.contactStore', { resource: 'event', operation: 'record', dataFrom: 'item' }),
      2,
      0,
    ),
    at(
      node('When Somebody Replies', '.contactTrigger', {
        on: 'event_recorded',
        eventType: named('survey_replied'),
      }),
      0,
      2,
    ),
    at(node('Score the Lead', '.leadScoring', SCORING), 1, 2),
    at(node('Is It a Good Lead?', '.segmentMatch', MATCHING), 2, 2),
    at(node('Read the Reply', '.npsBranch', BRANCHING), 3, 2),
    at(node('Ask for a Review', '.journey', ENTERING), 4, 1),
    at(
      node('Note Who to Call', '.contactStore', {
        resource: 'tag',
        operation: 'add',
        tag: named('call-back'),
      }),
      4,
      3,
    ),
    at(node('Choose the Words', '.splitTest', SPLITTING), 5, 1),
    at(node('Choose the Channel', '.channelFallback', CHOOSING), 6, 1),
    at(node('Confirm the Mail', '.contactStore', { resource: 'message', operation: 'confirm' }), 7, 0),
    at(node('Confirm the SMS', '.contactStore', { resource: 'message', operation: 'confirm' }), 7, 2),
    at(node('Give Them Time', '.waitUntilDate', WAITING), 8, 1),
    at(
      node('Still Without a Review?', '.journey', { operation: 'check', journey: named('ask-for-review') }),
      9,
      1,
    ),
  ];
  const to = (...names: string[]) => names.map((name) => ({ node: name, type: 'main', index: 0 }));
  return {
    name: 'Every node',
    nodes,
    connections: {
      'Receive Replies': { main: [to('Split People')] },
      'Split People': { main: [to('Record Replies')] },
      'When Somebody Replies': { main: [to('Score the Lead')] },
      'Score the Lead': { main: [to('Is It a Good Lead?')] },
      'Is It a Good Lead?': { main: [to('Read the Reply')] },
      'Read the Reply': { main: [to('Ask for a Review'), [], to('Note Who to Call')] },
      'Ask for a Review': { main: [to('Choose the Words')] },
      'Choose the Words': { main: [to('Choose the Channel'), to('Choose the Channel')] },
      'Choose the Channel': { main: [to('Confirm the Mail'), to('Confirm the SMS')] },
      'Confirm the Mail': { main: [to('Give Them Time')] },
      'Confirm the SMS': { main: [to('Give Them Time')] },
      'Give Them Time': { main: [to('Still Without a Review?')] },
    },
    settings: { executionOrder: 'v1' },
  };
}

interface Person {
  readonly name: string;
  readonly reply: string;
  readonly country?: string;
  readonly phone?: string;
  readonly tags?: string[];
  readonly consent?: Record<string, string>;
}

/** Each of them takes another way. */
const PEOPLE: readonly Person[] = [
  { name: 'mailed', reply: '10!', consent: { email: 'opted_in' } },
  {
    name: 'mailed-too',
    reply: '9/10',
    consent: { email: 'opted_in', sms: 'opted_in' },
    phone: '+4915112345671',
  },
  { name: 'texted', reply: '9 – great service', consent: { sms: 'opted_in' }, phone: '+4915112345672' },
  { name: 'unreachable', reply: '10' },
  { name: 'complained', reply: '10', tags: ['complained'], consent: { email: 'opted_in' } },
  { name: 'passive', reply: '8', consent: { email: 'opted_in' } },
  { name: 'detractor', reply: '2, never again', consent: { email: 'opted_in' } },
  { name: 'silent', reply: 'one of 3', consent: { email: 'opted_in' } },
  { name: 'poor-lead', reply: '10', country: 'FR', consent: { email: 'opted_in' } },
];
const payloadOf = ({ name, reply, consent, country = 'DE', ...contact }: Person) => ({
  contact: { email: `${name}@example.com`, country, ...contact },
  event: { type: 'survey_replied', properties: { reply } },
  ...(consent ? { consent } : {}),
});

let executions: ExecutionDetail[] = [];
let workflowId = '';

/** Who left a node on one output, over all executions. */
const whoLeft = (name: string, output = 0) =>
  executions
    .flatMap((execution) => outputOf(execution, name, output))
    .map(({ json }) => (json['contact'] as { email: string }).email.replace('@example.com', ''))
    .sort();
const itemOf = (name: string, output: number, person: string): RunItem['json'] => {
  const found = executions
    .flatMap((execution) => outputOf(execution, name, output))
    .find(({ json }) => (json['contact'] as { email: string }).email === `${person}@example.com`);
  assert.ok(found, `${person} did not leave ${name} on output ${output}`);
  return found.json;
};
const reasonsOf = (json: RunItem['json'], part: string) =>
  (json[part] as { reasons: string[] }).reasons.join('\n');

test('contacts take their ways through all nodes in one published workflow', async () => {
  workflowId = await publishNew(stage.n8n, everyNode());
  await post(stage.n8n.webhookUrl('replies'), { people: PEOPLE.map(payloadOf) });
  // One records the replies, one takes them on, and at least one comes out of the wait.
  await eventually(
    async () => {
      executions = await executionsOf(stage.n8n, workflowId, { atLeast: 3 });
      return whoLeft('Still Without a Review?').length;
    },
    (arrived) => arrived >= 3,
    (arrived) => `${arrived} came out of the wait`,
  );
  for (const { id, status } of executions) assert.equal(status, 'success', `execution ${id}`);

  const everybody = PEOPLE.map(({ name }) => name).sort();
  const without = (...names: string[]) => everybody.filter((name) => !names.includes(name));
  assert.deepEqual(whoLeft('Record Replies'), everybody);
  assert.deepEqual(whoLeft('When Somebody Replies'), everybody);
  assert.deepEqual(whoLeft('Score the Lead'), everybody);
  assert.deepEqual(whoLeft('Is It a Good Lead?'), without('poor-lead'));
  assert.deepEqual(whoLeft('Is It a Good Lead?', 1), ['poor-lead']);
  const promoters = without('poor-lead', 'passive', 'detractor', 'silent');
  assert.deepEqual(whoLeft('Read the Reply'), promoters);
  assert.deepEqual(whoLeft('Read the Reply', 1), ['passive']);
  assert.deepEqual(whoLeft('Read the Reply', 2), ['detractor']);
  assert.deepEqual(whoLeft('Read the Reply', 3), ['silent']);
  assert.deepEqual(whoLeft('Note Who to Call'), ['detractor']);
  const entered = promoters.filter((name) => name !== 'complained');
  assert.deepEqual(whoLeft('Ask for a Review'), entered);
  assert.deepEqual(whoLeft('Ask for a Review', 1), ['complained']);
  assert.deepEqual([...whoLeft('Choose the Words'), ...whoLeft('Choose the Words', 1)].sort(), entered);
  assert.deepEqual(whoLeft('Choose the Channel'), ['mailed', 'mailed-too']);
  assert.deepEqual(whoLeft('Choose the Channel', 1), ['texted']);
  assert.deepEqual(whoLeft('Choose the Channel', 3), ['unreachable']);
  assert.deepEqual(whoLeft('Confirm the Mail'), ['mailed', 'mailed-too']);
  assert.deepEqual(whoLeft('Confirm the SMS'), ['texted']);
  assert.deepEqual(whoLeft('Give Them Time'), ['mailed', 'mailed-too', 'texted']);
  assert.deepEqual(whoLeft('Still Without a Review?'), ['mailed', 'mailed-too', 'texted']);

  const score = itemOf('Score the Lead', 0, 'mailed')['score'] as { total: number; grade: string };
  assert.deepEqual([score.total, score.grade], [70, 'Hot']);
  assert.match(reasonsOf(itemOf('Is It a Good Lead?', 1, 'poor-lead'), 'match'), /20/);
  assert.match(reasonsOf(itemOf('Read the Reply', 3, 'silent'), 'nps'), /one of 3/);
  const { variant, message, channel } = itemOf('Confirm the SMS', 0, 'texted') as Record<
    string,
    Record<string, unknown>
  >;
  assert.match(String(variant?.['name']), /^[AB]$/);
  assert.equal(message?.['state'], 'sent');
  assert.equal(channel?.['channel'], 'sms');
  assert.equal(
    itemOf('Still Without a Review?', 0, 'texted')['journey']?.['name' as never],
    'ask-for-review',
  );
});

test('its canvas shows how many took each way, in light and in dark', async () => {
  const many = executions.find((execution) => outputOf(execution, 'Score the Lead').length > 0);
  assert.ok(many);
  for (const dark of [false, true]) {
    const editor = await person.openEditor({ dark, viewport: { width: 2700, height: 900 } });
    await editor.openExecution(workflowId, many.id);
    await editor.zoomToFit();
    // What ran wears a check: all but the three nodes that recorded the replies, and what came after the wait.
    const checks = editor.page.locator('[data-test-id="canvas-node-status-success"]');
    const ran: number = Object.keys(many.data.resultData.runData).length;
    await checks.nth(ran - 1).waitFor();
    assert.equal(await checks.count(), ran);
    for (const label of ['9 items', '5 items', '1 item'])
      await editor.page.locator('[data-test-id="edge-label"]', { hasText: label }).first().waitFor();
    await takePicture(
      editor.page.locator('[data-test-id="canvas-wrapper"]'),
      `executed-every-node${dark ? '-dark' : ''}`,
    );
    if (!dark) {
      for (const [name, said] of [
        ['Score the Lead', '70 in total: Hot'],
        ['Choose the Channel', 'email: goes to '],
      ] as const) {
        await editor.openNode(name);
        await editor.windOutputTo(said);
        await takePicture(editor.page, `executed-${slug(name)}`);
        await editor.closePanel();
      }
    }
    await editor.close();
  }
});

/** Each node with what it needs to work alone on the item of {@link ALONE_ITEM}. */
const ALONE = [
  {
    name: 'Contact Store',
    type: '.contactStore',
    parameters: { resource: 'contact', operation: 'upsert', data: 'item' },
  },
  { name: 'Segment Match', type: '.segmentMatch', parameters: MATCHING },
  { name: 'NPS Branch', type: '.npsBranch', parameters: BRANCHING },
  { name: 'Lead Scoring', type: '.leadScoring', parameters: SCORING },
  { name: 'Journey', type: '.journey', parameters: ENTERING },
  { name: 'Split Test', type: '.splitTest', parameters: SPLITTING },
  { name: 'Channel Fallback', type: '.channelFallback', parameters: CHOOSING },
  { name: 'Wait Until Date', type: '.waitUntilDate', parameters: WAITING },
] as const;
const ALONE_ITEM = '{ "email": "mailed@example.com", "event": { "properties": { "reply": "9 of 10" } } }';

test('each node works alone, run by hand, and shows what it decided', async () => {
  const start = at(node('Start by Hand', 'manualTrigger'), 0, 0);
  const item = at(
    node('Name Somebody', 'set', { mode: 'raw', jsonOutput: ALONE_ITEM, options: {} }, 3.4),
    1,
    0,
  );
  const trigger = at(
    node('Contact Trigger', '.contactTrigger', { on: 'event_recorded', eventType: named('survey_replied') }),
    0,
    2,
  );
  const alone = ALONE.map(({ name, type, parameters }, row) => at(node(name, type, parameters), 2, row));
  const first = { node: 'Name Somebody', type: 'main', index: 0 };
  const { id } = await stage.n8n.rest.createWorkflow({
    name: 'Each node alone',
    nodes: [start, item, trigger, ...alone],
    connections: {
      'Start by Hand': { main: [[first]] },
      'Name Somebody': { main: [alone.map(({ name }) => ({ ...first, node: name }))] },
    },
    settings: { executionOrder: 'v1' },
    pinData: {},
  });
  const editor = await person.openEditor();
  await editor.openWorkflow(id);
  let runs = 0;
  for (const { name } of [...ALONE, trigger]) {
    await editor.openNode(name);
    await editor.executeNode();
    runs += 1;
    const [execution] = await executionsOf(stage.n8n, id, { atLeast: runs });
    assert.ok(execution);
    assert.equal(execution.status, 'success', `${name}: ${execution.data.resultData.error?.message}`);
    const outputs = [0, 1, 2, 3].flatMap((output) => outputOf(execution, name, output));
    assert.equal(outputs.length, 1, name);
    await editor.showsOutput();
    await takePicture(editor.page, `alone-${slug(name)}`);
    await editor.closePanel();
  }
  await editor.close();
});
