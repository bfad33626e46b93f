/** The shop story, from a click in the cart to the mail in the inbox, as `npm start` plays it. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { REMINDER_SECONDS } from '../demo/settings.mts';
import { PRODUCTS, SHOP_NAME } from '../demo/shop/catalogue.mts';
import { PAGES, type ReadingPage } from '../demo/shop/reading.mts';
import { demoCopy, readTemplates } from '../demo/templates.mts';
import { DEFAULT_OWNER } from '../host/n8n.mts';
import { freePort } from '../host/ports.mjs';
import { Rest } from '../host/rest.mts';
import { HOST, node24, ROOT } from '../host/toolchain.mjs';
import { openBrowser, openWindow, takePicture, watchPage } from './browser.mts';
import { eventually, PATIENCE_SECONDS, pause } from './patience.mts';
import { ARTEFACTS, atEnd, scratchFolder, showOnFailure } from './stage.mts';
import { listStays, publishNew, whoStays, type N8n, type Stay } from './workflows.mts';

/** After so much of the wait the cart is changed: enough to tell the old wait from the new one, with most of it left to do so. */
const PART_OF_THE_WAIT_SECONDS = REMINDER_SECONDS / 4;
/** A start that brings in every template takes longer than anything else here. */
const READY_SECONDS = 2 * PATIENCE_SECONDS;

interface InboxMail {
  id: string;
  subject: string;
  text: string;
  html: string;
  to: Array<{ address: string }>;
}

const folder = join(scratchFolder(), 'demo');
const output = join(ARTEFACTS, 'shop.output.log');
showOnFailure(output);
showOnFailure(join(folder, 'n8n.log'));

let browser: Browser;
let demo: ChildProcess;
const at = { editor: '', shop: '', inbox: '' };
let flags: string[] = [];

/** Starts the demo and resolves with what it has said when it announces itself. */
async function startDemo(): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'NODE_TEST_CONTEXT'),
  );
  const log = createWriteStream(output, { flags: 'a' });
  const endsWithThis = ['--require', join(HOST, 'end-with-parent.cjs')];
  demo = spawn(node24(), [...endsWithThis, join(ROOT, 'demo', 'start.mts'), ...flags], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  return await new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}:\n${said}`));
    const timer = setTimeout(() => fail(`Not ready in ${READY_SECONDS} s`), READY_SECONDS * 1000);
    for (const stream of [demo.stdout, demo.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        said += chunk.toString();
        if (!said.includes('Ctrl-C stops everything')) return;
        clearTimeout(timer);
        resolve(said);
      });
    }
    demo.once('exit', (code) => fail(`The demo ended with ${code}`));
  });
}

/** Presses Ctrl-C; resolves with the exit code. */
async function stopDemo(): Promise<number | null> {
  if (demo.exitCode !== null || demo.signalCode !== null) return demo.exitCode;
  const ended = new Promise<number | null>((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  return await ended;
}

before(async () => {
  mkdirSync(ARTEFACTS, { recursive: true });
  const [editor, inbox, smtp, shop] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  flags = [
    ...['--port', editor, '--inbox-port', inbox, '--smtp-port', smtp, '--shop-port', shop].map(String),
    ...['--data', folder],
  ];
  at.editor = `http://127.0.0.1:${editor}`;
  at.shop = `http://127.0.0.1:${shop}`;
  at.inbox = `http://127.0.0.1:${inbox}`;
  atEnd(() => demo && stopDemo());
  const said = await startDemo();
  assert.match(said, /Imported and published: .*abandoned carts/i);
  assert.match(said, /The shop has a past now/);
  browser = await openBrowser();
});

async function inboxOf(address: string): Promise<InboxMail[]> {
  const response = await fetch(`${at.inbox}/api/email`);
  const body = (await response.json()) as InboxMail[] | { items: InboxMail[] };
  const all = Array.isArray(body) ? body : body.items;
  return all.filter(({ to }) => to.some((recipient) => recipient.address === address));
}

/** The mails about a cart; other templates of the demo write to the same people. */
async function cartMailsTo(address: string): Promise<InboxMail[]> {
  return (await inboxOf(address)).filter(({ subject }) => subject.startsWith('You left something'));
}

/** The first mail about a cart to this address, present or to come. */
async function cartMailTo(address: string): Promise<InboxMail> {
  const [first] = await eventually(
    () => cartMailsTo(address),
    (mails) => mails.length > 0,
    () => `there is no mail about the cart to ${address}`,
  );
  assert.ok(first);
  return first;
}

interface Visitor {
  page: Page;
  problems: string[];
  add(product: string): Promise<void>;
}

/** Somebody with a browser of their own in the shop. */
async function visit(name: string, email: string, { hasConsent = true } = {}): Promise<Visitor> {
  const context = await openWindow(browser);
  const page = await context.newPage();
  const problems = watchPage(page);
  await page.goto(at.shop);
  await page.locator('body[data-ready=true]').waitFor();
  await page.fill('#name', name);
  await page.fill('#email', email);
  if (hasConsent) await page.check('#consent');
  const told = page.locator('#log li');
  return {
    page,
    problems,
    async add(product) {
      const before = await told.count();
      await page.getByRole('button', { name: `Add ${product} to the cart` }).click();
      await told.nth(before).waitFor();
      assert.equal(await page.locator('#log li.wrong').count(), 0);
    },
  };
}

const [assam, sencha, earl] = PRODUCTS as [(typeof PRODUCTS)[0], (typeof PRODUCTS)[0], (typeof PRODUCTS)[0]];

test('who leaves a cart gets a mail with it; who buys, or did not consent, gets none', async (t) => {
  const buyer = await visit('Ben Okafor', 'ben.okafor@example.com');
  const silent = await visit('Ida Holm', 'ida.holm@example.com', { hasConsent: false });
  const leaver = await visit('Mara Lindqvist', 'mara.lindqvist@example.com');
  await silent.add(earl.name);
  await buyer.add(assam.name);
  await buyer.page.click('#buy');
  await buyer.page.getByText(/Thank you! Order/).waitFor();
  await takePicture(buyer.page, 'shop-bought');

  // Changing the cart starts the wait anew, and the mail is about the cart as it is then.
  await leaver.add(assam.name);
  await pause(PART_OF_THE_WAIT_SECONDS * 1000);
  const changedAt = Date.now();
  await leaver.add(sencha.name);
  assert.deepEqual(await cartMailsTo('mara.lindqvist@example.com'), []);
  await takePicture(leaver.page, 'shop-cart');

  const mail = await cartMailTo('mara.lindqvist@example.com');
  const seconds = (Date.now() - changedAt) / 1000;
  t.diagnostic(`the mail came ${seconds.toFixed(1)} s after the last change of the cart`);
  assert.ok(seconds >= REMINDER_SECONDS, `It came ${seconds} s after the last change.`);
  assert.ok(mail.subject.includes(SHOP_NAME), mail.subject);
  for (const content of [mail.text, mail.html]) {
    assert.match(content, /Mara/);
    assert.ok(content.includes(assam.name) && content.includes(sencha.name), content);
    assert.ok(!content.includes(earl.name), content);
  }
  assert.equal((await cartMailsTo('mara.lindqvist@example.com')).length, 1);
  // Both left their carts before Mara changed hers: a mail about them would be here by now.
  assert.deepEqual(await cartMailsTo('ben.okafor@example.com'), []);
  assert.deepEqual(await inboxOf('ida.holm@example.com'), []);
  for (const visitor of [buyer, silent, leaver]) assert.deepEqual(visitor.problems, []);
});

test('the mail can be read in the inbox, and its link leads back to the cart', async () => {
  const mail = await cartMailTo('mara.lindqvist@example.com');
  const page = await (await openWindow(browser)).newPage();
  await page.goto(at.inbox);
  await page.getByText(mail.subject).first().click();
  await page.frameLocator('iframe').first().getByText(/Mara/).first().waitFor();
  await takePicture(page, 'inbox-recovery-mail');

  const link = new RegExp(`${at.shop}/\\?cart=[\\w-]+`).exec(mail.text)?.[0];
  assert.ok(link, mail.text);
  await page.goto(link);
  await page.locator('body[data-ready=true]').waitFor();
  assert.deepEqual(await page.locator('#cart li > span:first-child').allTextContents(), [
    assam.name,
    sencha.name,
  ]);
});

test('what is read, looked for, redeemed and answered is told to n8n; links of mails lead to the shop', async () => {
  const reader = await visit('Nora Vik', 'nora.vik@example.com');
  const { page } = reader;
  const told = page.locator('#log li code');
  const tells = async (type: string, act: () => Promise<unknown>) => {
    const before = await told.count();
    await act();
    await told.nth(before).waitFor();
    assert.equal(await told.first().textContent(), type);
  };
  const [first, second] = PAGES.filter(({ topic }) => topic === 'brewing') as [ReadingPage, ReadingPage];
  await tells('page_viewed', () => page.getByText(first.title).click());
  await tells('page_viewed', () => page.getByText(second.title).click());
  await tells('content_downloaded', () =>
    page.getByRole('button', { name: `Download ${second.title}` }).click(),
  );
  await tells('consultation_booked', () => page.getByRole('button', { name: 'Book half an hour' }).click());
  await tells('form_submitted', () => page.getByRole('button', { name: 'Call me instead' }).click());
  await page.fill('#search', 'coffee');
  await tells('searched', () => page.keyboard.press('Enter'));
  await page.getByText('Nothing found.').waitFor();

  await page.goto(`${at.shop}/reorder?sku=${assam.sku}&quantity=2`);
  await page.locator('body[data-ready=true]').waitFor();
  assert.deepEqual(await page.locator('#cart .stepper output').allTextContents(), ['2']);
  await page.fill('#code', 'GIFT-1');
  await page.click('#buy');
  await page.getByText(/Thank you! Order/).waitFor();
  assert.equal(await told.first().textContent(), 'coupon_redeemed');

  await page.goto(`${at.shop}/survey?survey=nps&contact=nora.vik@example.com&score=9`);
  await page.locator('body[data-ready=true]').waitFor();
  await page.getByRole('button', { name: 'Send my answer' }).click();
  await page.getByText('Thank you.').waitFor();
  await takePicture(page, 'shop-survey');

  await page.goto(`${at.shop}/#/${first.slug}`);
  await page.getByText(first.text).waitFor();
  assert.deepEqual(reader.problems, []);
});

test('who asks for a call reaches the goal of the nurture across channels, which ends for them', async () => {
  const rest = new Rest(at.editor);
  await rest.login(DEFAULT_OWNER.email, DEFAULT_OWNER.password);
  const n8n: N8n = { rest, webhookUrl: (path) => `${at.editor}/webhook/${path}` };
  await publishNew(n8n, listStays('nurture-leads-across-channels'));
  const stayOf = async (email: string) =>
    (await whoStays(n8n)).find(({ contact }) => contact.email === email);
  const told = (stay: Stay | undefined) => JSON.stringify(stay?.journey ?? 'was never in it');

  const { page, problems } = await visit('Leo Brandt', 'leo.brandt@example.com');
  await page.getByText(PAGES[0]!.title).click();
  await eventually(
    () => stayOf('leo.brandt@example.com'),
    (stay) => stay?.journey.state === 'active' && stay.journey.waits.length > 0,
    (stay) => `Leo does not wait in the journey: ${told(stay)}`,
  );
  await page.getByRole('button', { name: 'Call me instead' }).click();
  const ended = await eventually(
    () => stayOf('leo.brandt@example.com'),
    (stay) =>
      stay?.journey.state !== 'active' && stay?.contact.properties['nurtureAcrossChannels'] !== undefined,
    (stay) => `Leo is still nurtured: ${told(stay)}, ${JSON.stringify(stay?.contact)}`,
  );
  assert.equal(ended?.journey.state, 'completed');
  assert.equal(ended.journey.reason, 'goal reached');
  assert.deepEqual(ended.journey.waits, []);
  const { status, reason } = ended.contact.properties['nurtureAcrossChannels'] as Record<string, string>;
  assert.deepEqual({ status, reason }, { status: 'goal_reached', reason: 'goal reached' });
  assert.deepEqual(problems, []);
});

test('every template that waits has settings in the demo, and waits for seconds there', () => {
  for (const template of readTemplates()) {
    const { nodes } = demoCopy(template, {}, at.shop);
    if (!nodes.some(({ type }) => type.endsWith('.waitUntilDate'))) continue;
    const settings = nodes.find(({ name }) => name === 'Settings')?.parameters?.['assignments'];
    const { assignments } = settings as { assignments: Array<{ name: string; value: unknown }> };
    const units = assignments.filter(({ name }) => name.endsWith('Unit'));
    assert.deepEqual(
      units.filter(({ value }) => value !== 'seconds').map(({ name }) => `${template.folder}: ${name}`),
      [],
    );
    assert.ok(units.length > 0, `${template.folder} has no unit to set`);
  }
});

test('Ctrl-C stops everything, and a second start brings in nothing again and remembers', async (t) => {
  assert.equal(await stopDemo(), 0);
  const startedAt = Date.now();
  const said = await startDemo();
  const seconds = (Date.now() - startedAt) / 1000;
  t.diagnostic(`the second start took ${seconds.toFixed(1)} s`);
  assert.doesNotMatch(said, /Imported and published|The shop has a past now/);
  assert.ok((await cartMailsTo('mara.lindqvist@example.com')).length >= 1);
});
