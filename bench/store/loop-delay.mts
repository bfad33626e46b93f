/** How late this process's timers are while it imports: what a webhook of the same n8n would wait longer. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Store } from '../../src/store/port.ts';
import type { Measured } from '../measurement.mts';
import { Crowd, patchOf } from '../people.mts';
import { loadBuilt, upsertContacts } from './built-package.mts';
import { sqlitePlaces } from './places.mts';
import { asRequests } from './upsert.mts';

const { importContactFile } =
  loadBuilt<typeof import('../../src/app/import-contact-file.ts')>('app/import-contact-file');

const IMPORTED = 200_000;
const IN_ONE_CALL = 10_000;
const CALLS = 5;
const IDLE_MILLISECONDS = 3_000;

export async function measureImportDelay(): Promise<Measured> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-import-'));
  const file = path.join(folder, 'contacts.csv');
  try {
    await writeFile(file, contactFile(IMPORTED));
    return await measure(async (store) => {
      const begun = performance.now();
      let rows = 0;
      for await (const piece of importContactFile(store, createReadStream(file), {
        importedAt: Date.now(),
      })) {
        rows += piece.created;
      }
      if (rows !== IMPORTED) throw new Error(`${rows} of ${IMPORTED} contacts were imported`);
      return { rowsPerSecond: Math.round((rows / (performance.now() - begun)) * 1000) };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function measureUpsertDelay(): Promise<Measured> {
  const crowd = new Crowd();
  crowd.newcomers(IN_ONE_CALL);
  const calls = Array.from({ length: CALLS }, () => asRequests(crowd.mix(IN_ONE_CALL)));
  return await measure(async (store) => {
    for (const requests of calls) await upsertContacts(store, requests, Date.now(), { allOrNothing: true });
    return {};
  });
}

/** The 99th percentile while `work` runs beside that of an idle process, both with a timer of one millisecond. */
async function measure(work: (store: Store) => Promise<Record<string, unknown>>): Promise<Measured> {
  const places = await sqlitePlaces();
  try {
    const store = await places.open();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await new Promise((resolve) => setTimeout(resolve, IDLE_MILLISECONDS));
    delay.disable();
    const idle = delay.percentile(99) / 1e6;
    delay.reset();
    delay.enable();
    const more = await work(store);
    delay.disable();
    const ours = delay.percentile(99) / 1e6;
    return {
      ours,
      reference: idle,
      referenceName: 'the idle process',
      ratio: ours / idle,
      unit: 'ms',
      median: delay.percentile(50) / 1e6,
      max: delay.max / 1e6,
      ...more,
    };
  } finally {
    await places.end();
  }
}

function contactFile(count: number): string {
  const lines = ['Email,External ID,First Name,Last Name,Country,Plan,City,Orders,Revenue'];
  for (let number = 0; number < count; number++) {
    const { identifiers, fields, properties } = patchOf(number, 0);
    const { plan, city, orders, revenue } = properties;
    const cells = [
      identifiers.email,
      identifiers.externalId,
      fields.firstName,
      fields.lastName,
      fields.country,
    ];
    lines.push([...cells, plan, city, orders, revenue].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}
