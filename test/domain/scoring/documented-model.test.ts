import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EMPTY_BOOK } from '../../../src/domain/rule/rule-book';
import { evaluateScore } from '../../../src/domain/scoring/evaluate-score';
import { nextCrossing } from '../../../src/domain/scoring/next-crossing';
import { parseScoreModel } from '../../../src/domain/scoring/parse-score-model';

const NOW = Date.UTC(2026, 2, 2);
const DAY = 86_400_000;

it('scores the documented example by the documented model as the page of the node says', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/nodes/lead-scoring.md'), 'utf8');
  const json = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? '') as object;
  const reading = parseScoreModel({ name: 'default', ...json });
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  const event = (id: number, type: string, daysAgo: number, properties = {}) => ({
    id,
    contactId: 1,
    type,
    occurredAt: NOW - daysAgo * DAY,
    recordedAt: NOW,
    properties,
    key: null,
  });
  const facts = {
    contact: {
      id: 1,
      email: 'ann@example.com',
      phone: null,
      externalId: null,
      firstName: 'Ann',
      lastName: null,
      locale: null,
      timezone: null,
      country: 'DE',
      lifecycleStage: null,
      properties: {},
      createdAt: 1,
      updatedAt: 1,
      tags: [],
      lists: [],
      consent: {},
    },
    events: new Map([
      ['page_viewed', [5, 4, 3, 2].map((ago, id) => event(id, 'page_viewed', ago, { stage: 'bottom' }))],
      ['order_placed', [event(9, 'order_placed', 30)]],
    ]),
    history: new Map(),
    journeys: {},
  };
  const moment = { now: NOW, zone: 'UTC' };
  const score = evaluateScore(reading.value, facts, moment, EMPTY_BOOK, null);
  const rows = [...page.matchAll(/\| (?:looked|order|country|total)[^|]*\| (\d+) *\|/g)].map(([, points]) =>
    Number(points),
  );
  expect([...score.rules.map(({ points }) => points), score.total]).toEqual(rows);
  expect(score.grade).toBe('Hot');
  const next = nextCrossing(reading.value, facts, moment, EMPTY_BOOK, score.standing);
  expect(next?.crossings).toMatchObject([{ kind: 'grade', from: 'Hot', to: 'Warm', direction: 'down' }]);
});
