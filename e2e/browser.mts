/** Chromium: its windows, what their consoles say, and pictures of them. */
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
import { PATIENCE_SECONDS } from './patience.mts';
import { ARTEFACTS, atEnd } from './stage.mts';

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

/** Starts Chromium, which is closed when the tests of this file have ended. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    timeout: PATIENCE_SECONDS * 1000,
  });
  atEnd(() => browser.close());
  return browser;
}

export interface WindowOptions {
  dark?: boolean;
  viewport?: { width: number; height: number };
}

/** A window that reaches 127.0.0.1 only. `cookies` of another window sign it in. */
export async function openWindow(
  browser: Browser,
  {
    dark = false,
    cookiesOf,
    viewport = { width: 1440, height: 1000 },
  }: WindowOptions & { cookiesOf?: BrowserContext } = {},
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
  context.setDefaultTimeout(PATIENCE_SECONDS * 1000);
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

/** Keeps a picture of the page, or of a part of it, among the artefacts; what glides or fades there is shown at its end. */
export async function takePicture(of: Page | Locator, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await of.screenshot({ path: join(ARTEFACTS, `${name}.png`), animations: 'disabled' });
}
