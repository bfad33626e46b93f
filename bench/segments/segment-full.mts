/** Five typical segments over a whole store, beside the SQL that an expert would write for each. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Measured } from '../measurement.mts';
import { median } from '../rounds.mts';
import { loadBuilt } from '../store/built-package.mts';
import { NOW, TYPICAL, type TypicalSegment } from './population.mts';
import type { Shop } from './shop.mts';

const { parseRule } =
  loadBuilt<typeof import('../../src/domain/rule/parse-rule.ts')>('domain/rule/parse-rule');

/** Contacts in the store; five events for each. BENCH_CONTACTS makes it smaller for a try. */
export const CONTACTS = Number(process.env['BENCH_CONTACTS'] ?? 1_000_000);
const ROUNDS = 5;

/** A rule as the store is asked for it. */
export function questionOf({ rule, segments = {} }: Pick<TypicalSegment, 'rule' | 'segments'>) {
  const zone = 'Europe/Berlin';
  return {
    rule: read(rule),
    book: {
      segments: new Map(Object.entries(segments).map(([name, json]) => [name, { rule: read(json), zone }])),
      scores: new Map(),
    },
    now: NOW,
    workflowZone: zone,
  };
}

function read(json: unknown) {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

/** The segment with the least ratio stands for all; each is told in seconds. */
export async function measureFull(openShop: (contacts: number) => Promise<Shop>): Promise<Measured> {
  const shop = await openShop(CONTACTS);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  try {
    const told: Record<string, string> = {};
    let worst: { ours: number; reference: number; ratio: number } | undefined;
    for (const segment of TYPICAL) {
      const question = questionOf(segment);
      const seconds = { ours: [] as number[], reference: [] as number[] };
      const ours = async () => {
        delay.enable();
        const found = await shop.store.read((tx) => tx.rules.count(question));
        delay.disable();
        return found;
      };
      const byHand = () => shop.count(segment.byHand[shop.kind]);
      let found = 0;
      for (let round = 0; round <= ROUNDS; round++) {
        const order = round % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
        const counts: Record<string, number> = {};
        for (const side of order) {
          const begun = performance.now();
          counts[side] = await (side === 'ours' ? ours() : byHand());
          // The first round brings the pages into memory.
          if (round > 0) seconds[side].push((performance.now() - begun) / 1_000);
        }
        if (counts['ours'] !== counts['reference']) {
          throw new Error(`${segment.name}: ours finds ${counts['ours']}, by hand ${counts['reference']}`);
        }
        found = counts['ours'] ?? 0;
      }
      const own = { ours: 1 / median(seconds.ours), reference: 1 / median(seconds.reference) };
      const ratio = own.ours / own.reference;
      told[segment.name] =
        `${median(seconds.ours).toFixed(2)} s, by hand ${median(seconds.reference).toFixed(2)} s, ratio ${ratio.toFixed(2)}, ${found} contacts`;
      if (!worst || ratio < worst.ratio) worst = { ...own, ratio };
    }
    if (!worst) throw new Error('There are no segments');
    return {
      ...worst,
      referenceName: 'hand-written SQL',
      unit: 'passes/s',
      contacts: CONTACTS,
      loopDelayP99Milliseconds: delay.percentile(99) / 1e6,
      ...told,
    };
  } finally {
    await shop.end();
  }
}
