/** Rules built in n8n's own editor, from lists, as a person does it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Editor, openBrowser, openWindow, takePicture } from './browser.mts';
import { setStage } from './stage.mts';
import { chain, node } from './workflows.mts';

const stage = setStage('segments');
let browser: Browser;
let signedIn: BrowserContext;

before(async () => {
  await stage.open();
  browser = await openBrowser();
  signedIn = await openWindow(browser);
  const editor = await Editor.open(signedIn, stage.n8n);
  await editor.signIn();
  await editor.page.close();
});
after(() => browser?.close());

const input = (page: Page, parameter: string) =>
  page.locator(`[data-test-id="parameter-input-${parameter}"]`).last();

async function chooseOption(page: Page, parameter: string, option: string): Promise<void> {
  await input(page, parameter).locator('input').first().click();
  const exactly = page.getByText(new RegExp(`^\\s*${option}\\s*$`));
  await page.locator('.el-select-dropdown__item:visible').filter({ has: exactly }).first().click();
}

async function chooseFromList(page: Page, parameter: string, name: string): Promise<void> {
  await page
    .locator(`[data-test-id="resource-locator-${parameter}"] [data-test-id="rlc-input"]`)
    .last()
    .click();
  await page.locator('[data-test-id="rlc-item"]').filter({ hasText: name }).first().click();
}

async function addRule(page: Page, kind: string): Promise<void> {
  await page.locator('[placeholder="Add Rule"]').last().click();
  await page.locator('.el-select-dropdown__item:visible').filter({ hasText: kind }).first().click();
}

test('a segment is built from lists in under a minute, and says of a contact why it does not fit', async () => {
  const person = '{ "email": "mara@example.com", "country": "AT", "lifecycleStage": "lead" }';
  const { id } = await stage.n8n.rest.createWorkflow(
    chain('Build a segment', [
      node('Start by Hand', 'manualTrigger'),
      node('Name Somebody', 'set', { mode: 'raw', jsonOutput: person, options: {} }, 3.4),
      node('Save Contact', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
      node('Segment Match', '.segmentMatch'),
    ]),
  );
  const editor = await Editor.open(signedIn, stage.n8n);
  const { page } = editor;
  await editor.openWorkflow(id);
  await editor.openNode('Segment Match');

  // Opened or clicked at least 3 mails in 30 days, from Germany or Austria, not a customer.
  const began = Date.now();
  await editor.choose('defineBy', 'Rules');
  await addRule(page, 'Engagement With a Message');
  await input(page, 'n').locator('input').fill('3');
  await addRule(page, 'Property of the Contact');
  await chooseFromList(page, 'property', 'Country');
  await chooseOption(page, 'op', 'Is One Of');
  await input(page, 'value').locator('input, textarea').first().fill('DE, AT');
  await addRule(page, 'Lifecycle Stage');
  await chooseOption(page, 'is', 'Is Not at the Stage');
  await chooseFromList(page, 'stage', 'customer');
  const seconds = (Date.now() - began) / 1000;
  await page.waitForTimeout(500);
  await takePicture(page, 'segment-built-from-lists');
  await editor.closePanel();
  assert.ok(seconds < 60, `Building it took ${seconds} s`);

  await page.locator('[data-test-id="execute-workflow-button"]').click();
  await page.getByText('Workflow executed successfully').first().waitFor();
  editor.requireQuiet();
  const [execution] = await stage.n8n.rest.executions({ workflowId: id });
  const { data } = await stage.n8n.rest.execution(execution!.id);
  const [match, noMatch] = data.resultData.runData['Segment Match']?.[0]?.data?.main ?? [];
  assert.deepEqual(match ?? [], []);
  const { matches, reasons } = noMatch?.[0]?.json['match'] as { matches: boolean; reasons: string[] };
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
  const editor = await Editor.open(signedIn, stage.n8n);
  const { page } = editor;
  await editor.openWorkflow(id);
  await editor.openNode('Save Segment');
  await page.locator('[data-test-id="node-execute-button"]').click();
  await page.getByText('created').first().waitFor();
  await editor.closePanel();
  await editor.openNode('Segment Match');
  await chooseFromList(page, 'segment', 'picked (1 contact)');
  await takePicture(page, 'segment-chosen');
  await editor.closePanel();
  await editor.openNode('Contact Trigger');
  // While its options are on their way, the select is disabled, and a click on it opens nothing.
  await input(page, 'segments').locator('.el-select input:enabled').first().waitFor({ state: 'attached' });
  await input(page, 'segments').locator('.el-select').first().click();
  await page.locator('.el-select-dropdown__item:visible').filter({ hasText: 'picked (1 contact)' }).waitFor();
  await takePicture(page, 'ways-contact-trigger-segment');
  editor.requireQuiet();
});
