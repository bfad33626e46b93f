/** Every measurement by name, with what is asked of it. A module is loaded when its turn has come. */
import type { Measurement } from './measurement.mts';

export const MEASUREMENTS: readonly Measurement[] = [
  {
    name: 'node-upsert',
    compared: "Contact Store, Create or Update, beside n8n's Data Table, Upsert: both nodes in one n8n",
    atLeast: 200,
    run: async () => (await import('./n8n/node-upsert.mts')).measureNodeUpsert(),
  },
  {
    name: 'wait-roundtrip',
    compared: "Wait Until Date beside n8n's Wait with one execution a contact: both in one n8n",
    atLeast: 400,
    run: async () => (await import('./n8n/wait-roundtrip.mts')).measureWaitRoundtrip(),
  },
  {
    name: 'store-upsert',
    compared: 'the app layer beside a loop over node:sqlite that does the same work',
    atLeast: 0.5,
    run: async () =>
      (await import('./store/upsert.mts')).measureUpsert(
        await (await import('./store/places.mts')).sqlitePlaces(),
      ),
  },
  {
    name: 'store-events',
    compared: 'the app layer beside a loop over node:sqlite that does the same work',
    atLeast: 0.5,
    run: async () =>
      (await import('./store/upsert.mts')).measureEvents(
        await (await import('./store/places.mts')).sqlitePlaces(),
      ),
  },
  {
    name: 'store-upsert-postgres',
    compared: 'the app layer beside a loop over pg that does the same work',
    atLeast: 0.5,
    run: async () =>
      (await import('./store/upsert.mts')).measureUpsert(
        await (await import('./store/places.mts')).postgresPlaces(),
      ),
  },
  {
    name: 'store-events-postgres',
    compared: 'the app layer beside a loop over pg that does the same work',
    atLeast: 0.5,
    run: async () =>
      (await import('./store/upsert.mts')).measureEvents(
        await (await import('./store/places.mts')).postgresPlaces(),
      ),
  },
  {
    name: 'loop-delay',
    compared:
      '99th percentile of event-loop delay while 200,000 contacts are imported from a file, beside idle',
    below: 50,
    run: async () => (await import('./store/loop-delay.mts')).measureImportDelay(),
  },
  {
    name: 'loop-delay-upsert',
    compared:
      '99th percentile of event-loop delay while 10,000 contacts are upserted in one call, beside idle',
    run: async () => (await import('./store/loop-delay.mts')).measureUpsertDelay(),
  },
  {
    name: 'growth',
    compared: 'store-upsert with 1,000,000 contacts in the store beside 10,000',
    atLeast: 0.7,
    run: async () => (await import('./store/growth.mts')).measureGrowth(),
  },
  {
    name: 'segment-full',
    compared:
      'five typical segments over 1,000,000 contacts and 5,000,000 events beside hand-written SQL, SQLite; the worst counts',
    atLeast: 0.7,
    run: async () =>
      (await import('./segments/segment-full.mts')).measureFull(
        (await import('./segments/shop.mts')).sqliteShop,
      ),
  },
  {
    name: 'segment-full-postgres',
    compared: 'the same on PostgreSQL',
    atLeast: 0.7,
    run: async () =>
      (await import('./segments/segment-full.mts')).measureFull(
        (await import('./segments/shop.mts')).postgresShop,
      ),
  },
  {
    name: 'loop-delay-segments',
    compared:
      '99th percentile of event-loop delay in n8n while it fills six segments of a store of 1,000,000 contacts, beside n8n at rest',
    below: 50,
    run: async () => (await import('./n8n/loop-delay-segments.mts')).measureSegmentsDelay(),
  },
  {
    name: 'segment-live',
    compared: '1,000 changed contacts with 50 live segments beside judging the 50 for all 1,000,000 contacts',
    atLeast: 500,
    run: async () => (await import('./segments/segment-live.mts')).measureLive(),
  },
  {
    name: 'segment-live-growth',
    compared:
      '1,000 changed contacts with 50 live segments in a store of 1,000,000 contacts beside one of 10,000',
    atLeast: 0.7,
    run: async () => (await import('./segments/segment-live.mts')).measureLiveGrowth(),
  },
  {
    name: 'score',
    compared:
      '100,000 contacts with 5,000,000 events scored by a model of 20 rules beside hand-written SQL, SQLite',
    atLeast: 0.6,
    run: async () =>
      (await import('./scores/score.mts')).measureScore((await import('./segments/shop.mts')).sqliteShop),
  },
  {
    name: 'score-postgres',
    compared: 'the same on PostgreSQL',
    atLeast: 0.6,
    run: async () =>
      (await import('./scores/score.mts')).measureScore((await import('./segments/shop.mts')).postgresShop),
  },
  {
    name: 'segment-match',
    compared: "Segment Match beside n8n's Data Table and If, the same question in one n8n",
    atLeast: 100,
    run: async () => (await import('./n8n/segment-match.mts')).measureSegmentMatch(),
  },
  {
    name: 'score-node',
    compared: "Lead Scoring beside n8n's Data Table and Code, the same score of 20 rules in one n8n",
    atLeast: 50,
    run: async () => (await import('./n8n/score-node.mts')).measureScoreNode(),
  },
];
