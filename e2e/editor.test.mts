/** The nodes in n8n's own editor: found, opened, run by hand, and looked at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTemplates } from '../demo/templates.mts';
import { outputOf } from '../host/rest.mts';
import { takePicture } from './browser.mts';
import { setPerson } from './editor.mts';
import { setStage } from './stage.mts';
import { chain, executionsOf, node, saveAndWait } from './workflows.mts';

const stage = setStage('editor');
const person = setPerson(stage);

/** The nodes in the order in which a person would build with them, with the action chosen in the nodes panel. */
const NODES = [
  {
    name: 'Contact Trigger',
    action: 'On event recorded',
    picture: 'node-contact-trigger',
    firstField: 'Trigger On',
  },
  {
    name: 'Contact Store',
    action: 'Create or update a contact',
    picture: 'node-contact-store',
    firstField: 'Resource',
  },
  { name: 'Segment Match', picture: 'node-segment-match', firstField: 'Define By' },
  { name: 'NPS Branch', picture: 'node-nps-branch', firstField: 'Survey' },
  { name: 'Lead Scoring', picture: 'node-lead-scoring', firstField: 'Define By' },
  { name: 'Journey', action: 'Enter a journey', picture: 'node-journey', firstField: 'Who May Enter Again' },
  {
    name: 'Split Test',
    action: 'Split contacts among variants',
    picture: 'node-split-test',
    firstField: 'Variants',
  },
  { name: 'Channel Fallback', picture: 'node-channel-fallback', firstField: 'Message Name' },
  { name: 'Wait Until Date', picture: 'node-wait-until-date', firstField: 'Wait Until' },
] as const;

test('each node is found by its name, opens without an error, and is added to the canvas', async () => {
  const editor = await person.openEditor();
  await editor.openWorkflow();
  for (const { name, picture, firstField, ...more } of NODES) {
    const panel = await editor.addNode(name, 'action' in more ? more.action : undefined);
    await panel.getByText(firstField, { exact: true }).first().waitFor();
    await takePicture(editor.page, picture);
    await editor.closePanel();
  }
  await editor.zoomToFit();
  await takePicture(editor.page, 'canvas-new-workflow');
  const nodes = editor.page.locator('[data-test-id="canvas-node"]');
  await nodes.nth(NODES.length - 1).waitFor();
  assert.equal(await nodes.count(), NODES.length);
  for (const subtitle of [
    'event: not chosen',
    'upsert: contact',
    'in: not chosen',
    'NPS: nps',
    'enter: no name yet',
    'no name yet',
    'default',
    'no message, marketing',
    '1 day',
  ])
    await editor.page.getByText(subtitle, { exact: true }).waitFor();
  await editor.close();
});

test('every way of each node shows without an error', async () => {
  const { id } = await stage.n8n.rest.createWorkflow(
    chain('Every node', [
      node('Contact Trigger', '.contactTrigger'),
      node('Contact Store', '.contactStore'),
      node('Segment Match', '.segmentMatch'),
      node('NPS Branch', '.npsBranch'),
      node('Lead Scoring', '.leadScoring'),
      node('Journey', '.journey'),
      node('Split Test', '.splitTest'),
      node('Channel Fallback', '.channelFallback'),
      node('Wait Until Date', '.waitUntilDate'),
    ]),
  );
  const editor = await person.openEditor();
  await editor.openWorkflow(id);

  await editor.openNode('Contact Trigger');
  for (const on of [
    'Consent Changed',
    'Contact Created',
    'Contact Updated',
    'Date of the Contact Reached',
    'Journey Goal Reached',
    'Lifecycle Stage Changed',
    'List Joined or Left',
    'Score Crossed',
    'Segment Entered',
    'Segment Left',
    'Tag Added or Removed',
  ]) {
    await editor.choose('on', on);
    await takePicture(editor.page, `ways-contact-trigger-${slug(on)}`);
  }
  await editor.closePanel();

  await editor.openNode('Contact Store');
  for (const resource of [
    'Contact',
    'Consent',
    'Event',
    'Journey',
    'List',
    'Message',
    'Score',
    'Segment',
    'Split Test',
    'Store',
    'Survey',
    'Tag',
    'Waiting',
  ]) {
    await editor.choose('resource', resource);
    await takePicture(editor.page, `ways-contact-store-${slug(resource)}`);
  }
  await editor.closePanel();

  await editor.openNode('Segment Match');
  for (const defineBy of ['JSON', 'Rules', 'Saved Segment']) {
    await editor.choose('defineBy', defineBy);
    await takePicture(editor.page, `ways-segment-match-${slug(defineBy)}`);
  }
  await editor.closePanel();

  await editor.openNode('NPS Branch');
  for (const scale of ['Customer Effort (CES), 1 to 7', 'Customer Satisfaction (CSAT), 1 to 5', 'Your Own']) {
    await editor.choose('scale', scale);
    await takePicture(editor.page, `ways-nps-branch-${slug(scale)}`);
  }
  await editor.closePanel();

  await editor.openNode('Lead Scoring');
  for (const defineBy of ['JSON', 'Saved Model', 'Rules']) {
    await editor.choose('defineBy', defineBy);
    await takePicture(editor.page, `ways-lead-scoring-${slug(defineBy)}`);
  }
  await editor.closePanel();

  await editor.openNode('Journey');
  for (const operation of ['Check Goal', 'Leave', 'Enter']) {
    await editor.choose('operation', operation);
    await takePicture(editor.page, `ways-journey-${slug(operation)}`);
  }
  await editor.closePanel();

  await editor.openNode('Split Test');
  for (const operation of ['Take the Winner', 'Split Contacts']) {
    await editor.choose('operation', operation);
    await takePicture(editor.page, `ways-split-test-${slug(operation)}`);
  }
  await editor.closePanel();

  await editor.openNode('Channel Fallback');
  for (const whenBlocked of ['Skip', 'Drop', 'Hold']) {
    await editor.choose('whenBlocked', whenBlocked);
    await takePicture(editor.page, `ways-channel-fallback-${slug(whenBlocked)}`);
  }
  await editor.closePanel();

  await editor.openNode('Wait Until Date');
  for (const until of [
    'A Date',
    'A Date of the Contact',
    'An Anniversary of the Contact',
    'Next Weekday and Time',
  ]) {
    await editor.choose('until', until);
    await takePicture(editor.page, `ways-wait-until-date-${slug(until)}`);
  }
  await editor.closePanel();
  await editor.close();
});

/** Wide enough to read the names of the nodes of a long journey. */
const CANVAS = { width: 2200, height: 720 };

const slug = (words: string) => words.toLowerCase().replace(/\W+/g, '-');

test('a test run passes the wait at once and says when a published one would go on', async () => {
  const { id } = await stage.n8n.rest.createWorkflow(
    chain('Try a wait', [
      node('Start by Hand', 'manualTrigger'),
      node(
        'Name Somebody',
        'set',
        { mode: 'raw', jsonOutput: '{ "email": "mara@example.com" }', options: {} },
        3.4,
      ),
      ...saveAndWait({ until: 'period', amount: 3, unit: 'days' }),
    ]),
  );
  const editor = await person.openEditor();
  await editor.openWorkflow(id);
  await editor.executeWorkflow();
  await editor.openNode('Wait Until Date');
  await editor.page
    .getByText(/Test run: nobody waits\./)
    .first()
    .waitFor();
  await takePicture(editor.page, 'wait-test-run');
  await editor.close();

  const [execution] = await executionsOf(stage.n8n, id);
  assert.equal(execution?.status, 'success');
  const [passed] = outputOf(execution, 'Wait Until Date');
  const wait = passed?.json['wait'] as { test: boolean; outcome: string; dueAt: string };
  assert.equal(wait.test, true);
  assert.equal(wait.outcome, 'due');
  const days = (Date.parse(wait.dueAt) - Date.now()) / 86_400_000;
  assert.ok(days > 2.9 && days < 3.1, wait.dueAt);
});

for (const { folder, workflow } of readTemplates()) {
  test(`the template ${folder} opens without an error`, async () => {
    const { id } = await stage.n8n.rest.createWorkflow(workflow);
    for (const dark of [false, true]) {
      const editor = await person.openEditor({ dark, viewport: CANVAS });
      await editor.openWorkflow(id);
      await editor.zoomToFit();
      await takePicture(editor.page, `canvas-${folder}${dark ? '-dark' : ''}`);
      await editor.close();
    }
  });
}
