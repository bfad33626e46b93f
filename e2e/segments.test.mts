/** Rules built in n8n's own editor, from lists, as a person does it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputOf } from '../host/rest.mts';
import { takePicture } from './browser.mts';
import { setPerson } from './editor.mts';
import { setStage } from './stage.mts';
import { chain, executionsOf, node } from './workflows.mts';

/** Clicks and entries that a person makes in a minute, three seconds each. */
const STEPS_IN_A_MINUTE = 20;

const stage = setStage('segments');
const person = setPerson(stage);

test('a segment is built from lists in under a minute, and says of a contact why it does not fit', async (t) => {
  const somebody = '{ "email": "mara@example.com", "country": "AT", "lifecycleStage": "lead" }';
  const { id } = await stage.n8n.rest.createWorkflow(
    chain('Build a segment', [
      node('Start by Hand', 'manualTrigger'),
      node('Name Somebody', 'set', { mode: 'raw', jsonOutput: somebody, options: {} }, 3.4),
      node('Save Contact', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
      node('Segment Match', '.segmentMatch'),
    ]),
  );
  const editor = await person.openEditor();
  await editor.openWorkflow(id);
  await editor.openNode('Segment Match');

  // Opened or clicked at least 3 mails in 30 days, from Germany or Austria, not a customer.
  const began = Date.now();
  await editor.choose('defineBy', 'Rules');
  await editor.addTo('Add Rule', 'Engagement With a Message');
  await editor.type('n', '3');
  await editor.addTo('Add Rule', 'Property of the Contact');
  await editor.chooseFromList('property', 'Country');
  await editor.choose('op', 'Is One Of');
  await editor.type('value', 'DE, AT');
  await editor.addTo('Add Rule', 'Lifecycle Stage');
  await editor.choose('is', 'Is Not at the Stage');
  await editor.chooseFromList('stage', 'customer');
  t.diagnostic(`built in ${editor.steps} steps, here in ${Math.round((Date.now() - began) / 1000)} s`);
  await takePicture(editor.page, 'segment-built-from-lists');
  await editor.closePanel();
  // How fast the editor draws is the machine's; how much there is to do is ours.
  assert.ok(editor.steps <= STEPS_IN_A_MINUTE, `Building it took ${editor.steps} steps`);

  await editor.executeWorkflow();
  await editor.close();
  const [execution] = await executionsOf(stage.n8n, id);
  assert.ok(execution);
  assert.deepEqual(outputOf(execution, 'Segment Match'), []);
  const [noMatch] = outputOf(execution, 'Segment Match', 1);
  const { matches, reasons } = noMatch?.json['match'] as { matches: boolean; reasons: string[] };
  assert.equal(matches, false);
  assert.equal(reasons.length, 3);
  assert.match(reasons[0]!, /^not: email_opened or email_clicked .*at least 3 .* in the last 30 days/);
  assert.match(reasons.join('\n'), /country is "AT" \(in/);
  assert.match(reasons.join('\n'), /stage customer \(lead\)/);
});

test('a saved segment is offered with its size, to branches, triggers and waits', async () => {
  const { id } = await stage.n8n.rest.createWorkflow(
    chain('Use a segment', [
      node('Start by Hand', 'manualTrigger'),
      node(
        'Name Somebody',
        'set',
        { mode: 'raw', jsonOutput: '{ "email": "mara@example.com", "tags": ["picked"] }', options: {} },
        3.4,
      ),
      node('Save Contact', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
      node('Save Segment', '.contactStore', {
        resource: 'segment',
        operation: 'save',
        segment: { __rl: true, mode: 'name', value: 'picked' },
        defineBy: 'json',
        ruleJson: '{ "tag": "picked" }',
      }),
      node('Segment Match', '.segmentMatch'),
      node('Contact Trigger', '.contactTrigger', { on: 'segment_entered' }),
    ]),
  );
  const editor = await person.openEditor();
  await editor.openWorkflow(id);
  await editor.openNode('Save Segment');
  await editor.executeNode();
  await editor.page.getByText('created').first().waitFor();
  await editor.closePanel();
  await editor.openNode('Segment Match');
  await editor.chooseFromList('segment', 'picked (1 contact)');
  await takePicture(editor.page, 'segment-chosen');
  await editor.closePanel();
  await editor.openNode('Contact Trigger');
  await editor.listOptions('segments', 'picked (1 contact)');
  await takePicture(editor.page, 'ways-contact-trigger-segment');
  await editor.close();
});
