/** n8n's editor as a person uses it. */
import assert from 'node:assert/strict';
import { before } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { RunningN8n } from '../host/n8n.mts';
import { openBrowser, openWindow, watchPage, type WindowOptions } from './browser.mts';
import { eventually, pause } from './patience.mts';
import type { Stage } from './stage.mts';

const STILL_MILLISECONDS = 500;
/** How far one turn of the wheel goes, and after how many the end of any list is reached. */
const WHEEL_PIXELS = 200;
const WHEEL_TURNS = 30;

const testId = (page: Page, id: string) => page.locator(`[data-test-id="${id}"]`);
const exactly = (text: string) => new RegExp(`^\\s*${text.replace(/[().]/g, '\\$&')}\\s*$`);

/** The editor in a window of its own. */
export class Editor {
  readonly page: Page;
  /** How often this person clicked or typed, of what this class does by name. */
  steps = 0;
  private readonly problems: string[];
  private readonly n8n: RunningN8n;

  private constructor(page: Page, n8n: RunningN8n) {
    this.page = page;
    this.n8n = n8n;
    this.problems = watchPage(page);
  }

  static async open(context: BrowserContext, n8n: RunningN8n): Promise<Editor> {
    return new Editor(await context.newPage(), n8n);
  }

  /** Fails with what the console said, else closes the window. */
  async close(): Promise<void> {
    assert.deepEqual(this.problems, []);
    await this.page.context().close();
  }

  /** Fills in the form that n8n shows to whoever is not signed in. */
  async signIn(): Promise<void> {
    await this.page.goto(this.n8n.url);
    await this.page.fill('input[name=emailOrLdapLoginId]', this.n8n.owner.email);
    await this.page.fill('input[name=password]', this.n8n.owner.password);
    await testId(this.page, 'form-submit-button').click();
    await this.page.waitForURL((url) => !url.pathname.includes('signin'));
  }

  /** Opens a workflow, or an empty one, and waits until its canvas is drawn. */
  async openWorkflow(id = 'new'): Promise<void> {
    await this.page.goto(`${this.n8n.url}/workflow/${id}`);
    await testId(this.page, id === 'new' ? 'canvas-plus-button' : 'canvas-node')
      .first()
      .waitFor();
  }

  /** Opens what an execution was, and waits until its canvas shows that it succeeded. */
  async openExecution(workflowId: string, executionId: string): Promise<void> {
    await this.page.goto(`${this.n8n.url}/workflow/${workflowId}/executions/${executionId}`);
    await testId(this.page, 'canvas-node-status-success').first().waitFor();
  }

  /** Types into the search of the nodes panel; resolves with the entry that is called like this. */
  private async searchNode(name: string): Promise<Locator> {
    const plus = testId(this.page, 'canvas-plus-button').or(testId(this.page, 'node-creator-plus-button'));
    await plus.first().click();
    // The panel leaves "Trigger" off the names of triggers.
    const shown = exactly(name.replace(/ Trigger$/, ''));
    const entry = testId(this.page, 'node-creator-item-name').filter({ hasText: shown }).first();
    const search = testId(this.page, 'node-creator-search-bar');
    await search.waitFor();
    await eventually(
      async () => {
        // The panel empties its search once it has slid in.
        if ((await search.inputValue()) !== name) await search.fill(name);
        return await entry.isVisible();
      },
      Boolean,
      () => `the nodes panel has no "${name}"`,
    );
    return entry;
  }

  /** Takes an entry of the nodes panel, by one of its actions where it has any, and waits for the node's own panel. */
  async addNode(name: string, action?: string): Promise<Locator> {
    await (await this.searchNode(name)).click();
    if (action === undefined) await this.page.getByRole('button', { name: /add to workflow/i }).click();
    else
      await testId(this.page, 'node-creator-item-name')
        .filter({ hasText: exactly(action) })
        .first()
        .click();
    return await this.panel();
  }

  /** The panel of the node that is open. */
  private async panel(): Promise<Locator> {
    const panel = testId(this.page, 'ndv');
    await panel.waitFor();
    await testId(this.page, 'node-parameters').waitFor();
    await panel.getByText('Loading fields').first().waitFor({ state: 'detached' });
    return panel;
  }

  async openNode(name: string): Promise<Locator> {
    await this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
    return await this.panel();
  }

  async closePanel(): Promise<void> {
    await testId(this.page, 'ndv-close-button').click();
    await testId(this.page, 'ndv').waitFor({ state: 'detached' });
  }

  /** Runs the node that is open. */
  async executeNode(): Promise<void> {
    await testId(this.page, 'node-execute-button').first().click();
  }

  /** Waits until the panel of the open node says that it ran without an error, and draws what came of it. */
  async showsOutput(): Promise<void> {
    const output = testId(this.page, 'output-panel');
    await output.locator('[data-test-id="node-run-status-success"]').waitFor();
    await output.locator('[data-test-id="ndv-data-container"]').waitFor();
  }

  /** Runs the whole workflow and waits until the editor says that it succeeded. */
  async executeWorkflow(): Promise<void> {
    await testId(this.page, 'execute-workflow-button').click();
    const said = this.page.getByText('Workflow executed successfully').first();
    await said.waitFor();
    // It lies over what is clicked next.
    await said.waitFor({ state: 'hidden' });
  }

  /** The parameter of this name that was added last. */
  private input(parameter: string): Locator {
    return testId(this.page, `parameter-input-${parameter}`).last();
  }

  /**
   * Clicks on `opener` until the list it opens shows the entry. A list whose content is on its way opens late, is shut
   * again or does not open at all, so one click is not enough; `aria-expanded` says whether it is open.
   */
  private async openList(opener: Locator, expands: Locator, entry: Locator): Promise<void> {
    await opener.waitFor();
    await eventually(
      async () => {
        if (await entry.isVisible()) return true;
        if ((await expands.getAttribute('aria-expanded')) !== 'true') await opener.click();
        return false;
      },
      Boolean,
      () => `no list shows ${entry.toString()}`,
    );
  }

  private async take(entry: Locator): Promise<void> {
    await entry.click();
    // The list folds up slowly; the fields below follow the choice.
    await entry.waitFor({ state: 'hidden' });
    this.steps += 2;
  }

  /** Opens a select's list and waits until it shows an entry with this very line. */
  private async openSelect(select: Locator, shown: string): Promise<Locator> {
    const entry = this.page
      .locator('.el-select-dropdown__item:visible')
      .filter({ has: this.page.getByText(exactly(shown)) })
      .first();
    await this.openList(select, select.getByRole('combobox').first(), entry);
    return entry;
  }

  /** Opens the list of an options parameter and waits until it offers this. */
  async listOptions(parameter: string, option: string): Promise<void> {
    await this.openSelect(this.input(parameter).locator('.el-select').first(), option);
  }

  /** Sets an options parameter of the open node by what its list shows. */
  async choose(parameter: string, option: string): Promise<void> {
    await this.take(await this.openSelect(this.input(parameter).locator('.el-select').first(), option));
  }

  /** Adds one more to a collection of the open node, by the text of its list and by the kind. */
  async addTo(placeholder: string, kind: string): Promise<void> {
    const select = this.page
      .locator('.el-select')
      .filter({ has: this.page.getByPlaceholder(placeholder, { exact: true }) })
      .last();
    await this.take(await this.openSelect(select, kind));
  }

  /** Sets a resource locator of the open node from the list of what exists. */
  async chooseFromList(parameter: string, name: string): Promise<void> {
    const locator = testId(this.page, `resource-locator-${parameter}`).last();
    const entry = testId(this.page, 'rlc-item').filter({ hasText: name, visible: true }).first();
    await this.openList(
      locator.locator('[data-test-id="rlc-input"]'),
      locator.locator('[aria-haspopup="dialog"]').first(),
      entry,
    );
    await this.take(entry);
  }

  /** Types into a text or number parameter of the open node. */
  async type(parameter: string, text: string): Promise<void> {
    await this.input(parameter).locator('input, textarea').first().fill(text);
    this.steps += 1;
  }

  /** Shows the output of the open node as JSON, wound to where it says this: only what is in sight is in the page. */
  async windOutputTo(text: string): Promise<void> {
    const output = testId(this.page, 'output-panel');
    await output.locator('[data-test-id="radio-button-json"]').click();
    const beginning = output.getByText('"contact"').first();
    await beginning.waitFor();
    await beginning.hover();
    const wanted = output.getByText(text).first();
    let turns = 0;
    await eventually(
      async () => {
        if (await wanted.isVisible()) return true;
        // What was drawn too late on the way down is met on the way up.
        const isDown = Math.floor(turns++ / WHEEL_TURNS) % 2 === 0;
        await this.page.mouse.wheel(0, isDown ? WHEEL_PIXELS : -WHEEL_PIXELS);
        return false;
      },
      Boolean,
      () => `the output does not say "${text}"`,
    );
  }

  /** Shows the whole workflow at once, and waits until the canvas has glided there. */
  async zoomToFit(): Promise<void> {
    await testId(this.page, 'zoom-to-fit').click();
    const pane = this.page.locator('.vue-flow__transformationpane');
    let before: string | null = null;
    await eventually(
      async () => {
        await pause(STILL_MILLISECONDS);
        const now = await pane.getAttribute('style');
        const isStill = now === before;
        before = now;
        return isStill;
      },
      Boolean,
      () => 'the canvas does not come to rest',
    );
  }
}

/** Whoever is signed in to the n8n of a stage, and opens its editor in as many windows as the tests ask for. */
export interface Person {
  openEditor(options?: WindowOptions): Promise<Editor>;
}

/** Opens the stage and signs somebody in before the tests of this file. */
export function setPerson(stage: Stage): Person {
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
  return {
    async openEditor(options = {}) {
      return await Editor.open(await openWindow(browser, { ...options, cookiesOf: signedIn }), stage.n8n);
    },
  };
}
