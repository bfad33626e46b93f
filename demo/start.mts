/** The demo itself, on Node 24: mail server, n8n, templates, shop; then it waits for Ctrl-C. */
import { join } from 'node:path';
import { startMail } from '../host/mail.mts';
import { installPackage, startN8n, type RunningN8n } from '../host/n8n.mts';
import { failWith, packPackage, SetupError } from '../host/toolchain.mjs';
import { ensureCredentials } from './credentials.mts';
import { readOptions, requireFreePorts, type DemoOptions } from './options.mts';
import { seedShop } from './seed/seed.mts';
import { REMINDER_SECONDS } from './settings.mts';
import { intakeAt } from './shop/intake.mts';
import { shopUrlAt, startShop } from './shop/server.mts';
import { readState, requireUnused, takeFolder, writeState, type DemoState } from './state.mts';
import { importTemplates, readTemplates } from './templates.mts';

const INTAKE_TEMPLATE = '01-record-events';

const startedAt = Date.now();
const say = (line: string) => console.log(`  ${line}`);

/** What was started, to be stopped in the opposite order. */
const running: { name: string; stop: () => Promise<void> }[] = [];
const calledOff = new AbortController();

async function stopAll(): Promise<void> {
  for (const { name, stop } of running.splice(0).reverse()) {
    await stop().catch((error: unknown) => console.error(`  ${name} did not stop cleanly:`, error));
  }
}

/**
 * Stops everything at the first signal, after the step at hand. A second signal within a second is the same Ctrl-C on
 * another way; a later one is impatience.
 */
function stopOnSignal(start: Promise<void>): void {
  let firstAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (calledOff.signal.aborted) {
        if (Date.now() - firstAt > 1000) process.exit(130);
        return;
      }
      firstAt = Date.now();
      calledOff.abort();
      console.log('\n  Stopping …');
      void start
        .catch(() => undefined)
        .then(stopAll)
        .then(() => {
          say('Stopped. Everything is kept; npm start goes on from here.');
          process.exit(0);
        });
    });
  }
}

function watch(n8n: RunningN8n): void {
  void n8n.exited.then(async ({ code, signal }) => {
    if (calledOff.signal.aborted) return;
    console.error(`\n  n8n ended by itself (${signal ?? `code ${code}`}); its output is in ${n8n.log}.`);
    await stopAll();
    process.exit(1);
  });
}

async function fillN8n(n8n: RunningN8n, options: DemoOptions, state: DemoState): Promise<void> {
  const templates = readTemplates();
  const { intakeSecret } = state;
  const smtpPort = options.ports.smtp;
  const credentials = await ensureCredentials(n8n.rest, state.credentials, { smtpPort, intakeSecret });
  state.credentials = Object.fromEntries(Object.entries(credentials).map(([type, { id }]) => [type, id]));
  writeState(options.folder, state);
  const shopUrl = shopUrlAt(options.ports.shop);
  const { workflows, imported } = await importTemplates(
    n8n.rest,
    templates,
    state.workflows,
    credentials,
    shopUrl,
  );
  state.workflows = workflows;
  writeState(options.folder, state);
  if (templates.length === 0) say('There are no templates yet.');
  for (const name of imported) say(`Imported and published: ${name}`);
}

async function seed(intakeUrl: string, folder: string, state: DemoState): Promise<void> {
  if (state.isSeeded || !state.workflows[INTAKE_TEMPLATE]) return;
  const { contacts, orders } = await seedShop(intakeAt(intakeUrl, state.intakeSecret), Date.now()).catch(
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new SetupError(
        `The shop's past could not be recorded: ${why}`,
        `What n8n says about it is in ${join(folder, 'n8n.log')}.`,
      );
    },
  );
  state.isSeeded = true;
  writeState(folder, state);
  say(`The shop has a past now: ${contacts} customers, ${orders} orders.`);
}

function announce(n8n: RunningN8n, inboxUrl: string, shopUrl: string): void {
  const { email, password } = n8n.owner;
  console.log(`
  Ready after ${Math.round((Date.now() - startedAt) / 1000)} s.

    Shop     ${shopUrl}
    Inbox    ${inboxUrl}
    n8n      ${n8n.url}     ${email} / ${password}

  What to try
    1. In the shop, enter a name and an e-mail address, tick the box, put something into the cart.
    2. Leave it. After about ${REMINDER_SECONDS} s the inbox has a mail with your name and your cart in it.
    3. Do it again, but buy: no such mail comes. Or change the cart: the waiting starts anew.
    4. What you bought is asked about by mail, and tea that runs out is asked for again; the links lead back here.
    5. Open two pages about brewing under "Worth reading", or search for something that nobody sells.
    6. In n8n, open "Recover abandoned carts" and look at its executions.

  Ctrl-C stops everything and keeps the data; npm start -- --fresh begins anew.
`);
}

async function main(options: DemoOptions): Promise<void> {
  const { folder, ports } = options;
  const { signal } = calledOff;
  const state = readState(folder);
  const userFolder = join(folder, 'n8n');
  const tarball = await packPackage();
  await installPackage(userFolder, { tarball });

  signal.throwIfAborted();
  const mail = await startMail({ smtpPort: ports.smtp, webPort: ports.inbox, folder: join(folder, 'mail') });
  running.push({ name: 'The mail server', stop: () => mail.stop() });

  signal.throwIfAborted();
  say('Starting n8n; about 15 s …');
  const n8n = await startN8n({
    userFolder,
    port: ports.editor,
    log: join(folder, 'n8n.log'),
    env: { GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone },
    signal,
  });
  running.push({ name: 'n8n', stop: () => n8n.stop() });
  watch(n8n);

  signal.throwIfAborted();
  await fillN8n(n8n, options, state);
  signal.throwIfAborted();
  const intakeUrl = n8n.webhookUrl('record-events');
  await seed(intakeUrl, folder, state);

  signal.throwIfAborted();
  const shop = await startShop({
    port: ports.shop,
    intake: intakeAt(intakeUrl, state.intakeSecret),
    cartsFile: join(folder, 'carts.json'),
    inboxUrl: mail.url,
    editorUrl: n8n.url,
    reminderSeconds: REMINDER_SECONDS,
  });
  running.push({ name: 'The shop', stop: () => shop.stop() });
  announce(n8n, mail.url, shop.url);
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  requireUnused(options.folder);
  await requireFreePorts(options.ports);
  takeFolder(options.folder, options);
  const start = main(options);
  stopOnSignal(start);
  await start;
} catch (error) {
  // Called off: whoever handles the signal ends the process.
  if (!calledOff.signal.aborted) {
    await stopAll();
    failWith(error);
  }
}
