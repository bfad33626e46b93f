/** `npm start`: puts everything in place on whatever Node runs this (20 or newer), then hands over to Node 24. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureAll, failWith, node24, ROOT } from '../host/toolchain.mjs';

const USAGE = `npm start -- [options]

Starts a real n8n with this package, a mail server with an inbox page, and a small shop, all on 127.0.0.1.

  --fresh             begin anew: forget the contacts, mails and workflows of earlier starts
  --port 5678         the n8n editor           (or DEMO_PORT)
  --inbox-port 1080   the inbox page           (or DEMO_INBOX_PORT)
  --smtp-port 1025    the mail server          (or DEMO_SMTP_PORT)
  --shop-port 4000    the shop page            (or DEMO_SHOP_PORT)
  --data .n8n-demo    where everything is kept (or DEMO_DATA)
`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
  process.exit(0);
}

try {
  await ensureAll();
} catch (error) {
  failWith(error);
}

const start = fileURLToPath(new URL('start.mts', import.meta.url));
const child = spawn(node24(), [start, ...args], { cwd: ROOT, stdio: 'inherit' });
// A Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on. The child takes either as one.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
child.on('close', (code) => process.exit(code ?? 1));
