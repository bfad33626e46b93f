/** Chromium, and n8n's editor as a person uses it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  type Locator,
  type Page,
} from 'playwright-core';
import type { RunningN8n } from '../host/n8n.mts';
import { ARTEFACTS } from './stage.mts';

/** What the console of n8n's editor says of n8n itself; anything else fails the test. */
const KNOWN_NOISE: ReadonlyArray<{ url: RegExp; because: string }> = [
  { url: /^http:\/\/127\.0\.0\.1:\d+\/rest\/login$/, because: 'asks, before the sign-in, who is signed in' },
  {
    url: /^http:\/\/127\.0\.0\.1:\d+\/schemas\//,
    because: 'looks for a preview of the output that a package may ship and n8n’s own nodes mostly do not',
  },
  {
    url: /^https:\/\/(registry\.npmjs\.org|api\.n8n\.io|[\w.-]*n8n\.io)\//,
    because: 'asks for the newest version of the package, which this browser lets nobody do',
  },
];

function isKnownNoise(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return (
    message.text().startsWith('Failed to load resource') && KNOWN_NOISE.some((noise) => noise.url.test(url))
  );
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A window that reaches 127.0.0.1 only. `cookies` of another window sign it in. */
export async function openWindow(
  browser: Browser,
  {
    dark = false,
    cookiesOf,
    viewport = { width: 1440, height: 1000 },
  }: { dark?: boolean; cookiesOf?: BrowserContext; viewport?: { width: number; height: number } } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport,
    colorScheme: dark ? 'dark' : 'light',
    ...(cookiesOf ? { storageState: await cookiesOf.storageState() } : {}),
  });
  await context.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  context.setDefaultTimeout(60_000);
  return context;
}

/** Console errors and errors of the page's own code since it was opened, n8n's known noise left out. */
export function watchPage(page: Page): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !isKnownNoise(message))
      problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  return problems;
}

/** Keeps a picture of the page, or of a part of it, among the artefacts. */
export async function takePicture(of: Page | Locator, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await of.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
}

const testId = (page: Page, id: string) => page.locator(`[data-test-id="${id}"]`);

/** The editor in one window. */
export class Editor {
  readonly page: Page;
  readonly problems: string[];
  private readonly n8n: RunningN8n;

  private constructor(page: Page, n8n: RunningN8n) {
    this.page = page;
    this.n8n = n8n;
    this.problems = watchPage(page);
  }

  static async open(context: BrowserContext, n8n: RunningN8n): Promise<Editor> {
    return new Editor(await context.newPage(), n8n);
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

  /** Types into the search of the nodes panel; resolves with the entry that is called like this. */
  async searchNode(name: string): Promise<Locator> {
    const plus = testId(this.page, 'canvas-plus-button').or(testId(this.page, 'node-creator-plus-button'));
    await plus.first().click();
    const search = testId(this.page, 'node-creator-search-bar');
    await search.fill(name);
    // The panel leaves "Trigger" off the names of triggers.
    const shown = new RegExp(`^\\s*${name.replace(/ Trigger$/, '')}\\s*$`);
    return testId(this.page, 'node-creator-item-name').filter({ hasText: shown });
  }

  /** Takes an entry of the nodes panel, by one of its actions where it has any, and waits for the node's own panel. */
  async addNode(name: string, action?: string): Promise<Locator> {
    await (await this.searchNode(name)).first().click();
    if (action === undefined) await this.page.getByRole('button', { name: /add to workflow/i }).click();
    else {
      const exactly = new RegExp(`^\\s*${action}\\s*$`);
      await testId(this.page, 'node-creator-item-name').filter({ hasText: exactly }).first().click();
    }
    return await this.panel();
  }

  /** The panel of the node that is open. */
  async panel(): Promise<Locator> {
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

  /** Sets an options parameter of the open node by what its list shows. */
  async choose(parameter: string, option: string): Promise<void> {
    await testId(this.page, `parameter-input-${parameter}`).locator('input').first().click();
    const options = this.page.locator('.el-select-dropdown__item:visible');
    const exactly = new RegExp(`^\\s*${option.replace(/[().]/g, '\\$&')}\\s*$`);
    await options
      .filter({ has: this.page.getByText(exactly) })
      .first()
      .click();
    // The list folds up slowly; the fields below follow the choice.
    await options.first().waitFor({ state: 'hidden' });
  }

  /** Shows the whole workflow at once. */
  async zoomToFit(): Promise<void> {
    await testId(this.page, 'zoom-to-fit').click();
    // The canvas glides there; there is no event at the end of it.
    await this.page.waitForTimeout(1500);
  }

  /** Fails with what the console said. */
  requireQuiet(): void {
    assert.deepEqual(this.problems, []);
  }
}
