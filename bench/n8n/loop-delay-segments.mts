/** How late n8n's own timers are while it fills segments of a large store, and while it works out when each contact turns. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningN8n } from '../../host/n8n.mts';
import type { Measured } from '../measurement.mts';
import { TYPICAL } from '../segments/population.mts';
import { CONTACTS } from '../segments/segment-full.mts';
import { fillSqlite } from '../segments/shop.mts';
import { ended, node, pause, post, publish, webhook, withN8n } from './stage.mts';

const WATCH = fileURLToPath(new URL('./watch-loop.cjs', import.meta.url));
const WATCHED_MILLISECONDS = 15_000;

/** What the event loop of n8n was late by, in milliseconds. */
interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export async function measureSegmentsDelay(): Promise<Measured> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-loop-'));
  const store = path.join(folder, 'shop.sqlite');
  const loopFile = path.join(folder, 'loop.json');
  try {
    (await fillSqlite(store, CONTACTS, Date.now())).close();
    const env = {
      CONTACT_STORE_URL: `sqlite://${store}`,
      BENCH_LOOP_FILE: loopFile,
      NODE_OPTIONS: `--require ${WATCH}`,
    };
    return await withN8n(async (n8n) => {
      const saving = await publishSaves(n8n);
      await pause(WATCHED_MILLISECONDS);
      await readDelay(n8n, loopFile);
      await pause(WATCHED_MILLISECONDS);
      const idle = await readDelay(n8n, loopFile);
      const begun = performance.now();
      await post(n8n, 'save-segments', {});
      await ended(n8n, saving, 1);
      const seconds = (performance.now() - begun) / 1_000;
      const filling = await readDelay(n8n, loopFile);
      await pause(WATCHED_MILLISECONDS);
      const seeding = await readDelay(n8n, loopFile);
      return {
        ours: filling.p99,
        reference: idle.p99,
        referenceName: 'n8n at rest',
        ratio: filling.p99 / idle.p99,
        unit: 'ms',
        contacts: CONTACTS,
        fillingSeconds: seconds,
        max: filling.max,
        seedingP99: seeding.p99,
        seedingMax: seeding.max,
      };
    }, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A workflow that saves the typical segments, those first that others are made of. */
function publishSaves(n8n: RunningN8n): Promise<string> {
  const named = TYPICAL.flatMap(({ name, rule, segments }) => [
    ...Object.entries(segments ?? {}),
    [name, rule] as const,
  ]);
  const saves = named.map(([name, rule]) =>
    node(`Save ${name}`, '.contactStore', {
      resource: 'segment',
      operation: 'save',
      segment: { __rl: true, mode: 'name', value: name },
      defineBy: 'json',
      ruleJson: JSON.stringify(rule),
    }),
  );
  return publish(n8n, 'Save segments', [webhook('save-segments'), ...saves]);
}

/** What n8n has seen since it was last asked. */
async function readDelay(n8n: RunningN8n, file: string): Promise<LoopDelay> {
  await rm(file, { force: true });
  process.kill(n8n.pid, 'SIGUSR2');
  for (let tries = 0; tries < 200; tries++) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return JSON.parse(text) as LoopDelay;
    await pause(50);
  }
  throw new Error('n8n does not tell how late its event loop is');
}
