/** A whole store scored by a model of twenty rules, beside the SQL that an expert would write for it. */
import type { Measured } from '../measurement.mts';
import { median } from '../rounds.mts';
import { NOW } from '../segments/population.mts';
import type { Shop } from '../segments/shop.mts';
import { loadBuilt } from '../store/built-package.mts';
import { gradesByHand, LEAD_MODEL, pointsByHand } from './lead-model.mts';

const { parseScoreModel } = loadBuilt<typeof import('../../src/domain/scoring/parse-score-model.ts')>(
  'domain/scoring/parse-score-model',
);
const { EMPTY_BOOK } =
  loadBuilt<typeof import('../../src/domain/rule/rule-book.ts')>('domain/rule/rule-book');

/** Contacts in the store, fifty events for each. BENCH_CONTACTS makes it smaller for a try. */
const CONTACTS = Number(process.env['BENCH_CONTACTS'] ?? 100_000);
const EVENTS_EACH = 50;
const ROUNDS = 5;

type OpenShop = (contacts: number, eventsEach: number) => Promise<Shop>;

/** How many contacts have which grade, worked out for all; every contact's points are compared before. */
export async function measureScore(openShop: OpenShop): Promise<Measured> {
  const shop = await openShop(CONTACTS, EVENTS_EACH);
  try {
    const question = questionOf();
    await comparePoints(shop, question);
    const seconds = { ours: [] as number[], reference: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      const order = round % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
      const told: Record<string, string> = {};
      for (const side of order) {
        const begun = performance.now();
        const grades = side === 'ours' ? await ours(shop, question) : await byHand(shop);
        seconds[side].push((performance.now() - begun) / 1_000);
        told[side] = grades.sort().join(', ');
      }
      if (told['ours'] !== told['reference']) {
        throw new Error(`Ours finds ${told['ours']}, by hand ${told['reference']}`);
      }
    }
    const [own, reference] = [median(seconds.ours), median(seconds.reference)];
    return {
      ours: CONTACTS / own,
      reference: CONTACTS / reference,
      ratio: reference / own,
      referenceName: 'hand-written SQL',
      unit: 'contacts/s',
      contacts: CONTACTS,
      events: CONTACTS * EVENTS_EACH,
      rules: LEAD_MODEL.rules.length,
      oursSeconds: own,
      referenceSeconds: reference,
    };
  } finally {
    await shop.end();
  }
}

function questionOf() {
  const reading = parseScoreModel(LEAD_MODEL);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return { model: reading.value, book: EMPTY_BOOK, now: NOW, workflowZone: 'Europe/Berlin' };
}

type Question = ReturnType<typeof questionOf>;

async function ours(shop: Shop, question: Question): Promise<string[]> {
  const levels = await shop.store.read((tx) => tx.scoring.levels(question));
  return levels.map((level) => told(level.levels.join(''), level.contacts, level.total));
}

async function byHand(shop: Shop): Promise<string[]> {
  const rows = await shop.rows(gradesByHand(shop.kind));
  return rows.map(({ grade, contacts, total }) => told(String(grade), Number(contacts), Number(total)));
}

/** To a point: by hand nothing is rounded before it is added up. */
function told(grade: string, contacts: number, total: number): string {
  return `${grade} ${contacts} contacts with ${Math.round(total)} points`;
}

/** Fails unless both give every contact the same points to a millionth. */
async function comparePoints(shop: Shop, question: Question): Promise<void> {
  const found = await shop.store.read((tx) => tx.scoring.totals(question, { limit: CONTACTS }));
  const rows = await shop.rows(`${pointsByHand(shop.kind)} order by id`);
  if (found.length !== CONTACTS || rows.length !== CONTACTS) {
    throw new Error(`Ours scores ${found.length} contacts, by hand ${rows.length}, of ${CONTACTS}`);
  }
  for (const [index, own] of found.entries()) {
    const row = rows[index];
    const isSame =
      Number(row?.['id']) === own.contactId &&
      (['total', 'fit', 'engagement'] as const).every(
        (axis) => Math.abs(Number(row?.[axis]) - own[axis]) < 0.000_001,
      );
    if (!isSame) throw new Error(`Ours gives ${JSON.stringify(own)}, by hand ${JSON.stringify(row)}`);
  }
}
