import { changeMembership } from '../../src/app/change-membership';
import { mergeAll } from '../../src/app/merge-contacts';
import { saveSegment } from '../../src/app/segments/save-segment';
import { recordAnswers, type AnswerRequest } from '../../src/app/surveys/record-answers';
import { surveyTotals, type TotalsRequest } from '../../src/app/surveys/survey-totals';
import { SCALES } from '../../src/domain/nps/scale';
import type { SurveyAnswer } from '../../src/domain/nps/survey-answer';
import type { StoredEvent } from '../../src/domain/event/event';
import { onEachDatabase } from '../store/each-database';
import { contactId, eventOf, patchOf, record, SINGLY, WHOLE } from './requests';

const DAY = 86_400_000;
/** Saturday 7 March 2026, 12:00 UTC. */
const NOW = Date.UTC(2026, 2, 7, 12);
const MOMENT = { now: NOW, workflowZone: 'UTC' };

type Options = Partial<Pick<AnswerRequest, 'occasion' | 'second' | 'eventId' | 'scale'>>;

function answerOf(who: string, values: Partial<SurveyAnswer>, options: Options = {}): AnswerRequest {
  return {
    reference: { id: null, identifiers: [{ kind: 'externalId', value: who }] },
    patch: patchOf({ externalId: who }),
    answer: {
      survey: 'nps',
      score: 9,
      comment: null,
      reason: null,
      channel: null,
      answeredAt: NOW,
      ...values,
    },
    scale: SCALES.nps,
    occasion: { unit: 'ever' },
    second: 'replace',
    eventId: null,
    ...options,
  };
}

onEachDatabase('answers to surveys', (test) => {
  const take = async (...requests: AnswerRequest[]) => {
    const results = await recordAnswers(test.store, requests, MOMENT, SINGLY);
    return results.map(({ outcome }) => outcome);
  };
  const events = () => test.read((tx) => tx.events.select({ limit: 10_000 }));
  const scores = async () => (await events()).map(({ properties }) => properties.score);
  const logged = async () => (await test.read((tx) => tx.changes.latest(['event_recorded'], 99))).length;

  it('are events of their contacts, who are created where they are new', async () => {
    const ann = await contactId(test.store, NOW, { externalId: 'ann' });
    const [first, second] = await recordAnswers(
      test.store,
      [
        answerOf('ann', { comment: 'fast', reason: 'delivery', channel: 'email', answeredAt: NOW - DAY }),
        answerOf('bob', { score: 3 }),
      ],
      MOMENT,
      WHOLE,
    );
    expect(first).toMatchObject({ outcome: 'recorded', contact: { id: ann }, period: null, before: null });
    expect(second).toMatchObject({ outcome: 'recorded', contact: { externalId: 'bob' } });
    expect(await events()).toMatchObject([
      { type: 'survey_answered', occurredAt: NOW, properties: { survey: 'nps', score: 3, scale: 'nps' } },
      {
        contactId: ann,
        occurredAt: NOW - DAY,
        properties: {
          survey: 'nps',
          score: 9,
          scale: 'nps',
          comment: 'fast',
          reason: 'delivery',
          channel: 'email',
        },
      },
    ]);
    expect(await test.read((tx) => tx.catalogue.list('survey'))).toEqual(['nps']);
    expect(await logged()).toBe(2);
  });

  it('count once for a survey and contact, however often and in whatever batches they come', async () => {
    const again = answerOf('ann', { comment: 'fast' });
    expect(await take(again, again)).toEqual(['recorded', 'known']);
    expect(await take(again, answerOf('ann', { answeredAt: NOW + 5 }))).toEqual(['known', 'known']);
    expect(await take(answerOf('ann', { survey: 'csat' }), answerOf('bob', {}))).toEqual([
      'recorded',
      'recorded',
    ]);
    expect(await scores()).toEqual([9, 9, 9]);
    expect(await logged()).toBe(3);
  });

  it('give way to the one given last, which is a new event', async () => {
    await take(answerOf('ann', { score: 3, comment: 'late', answeredAt: NOW - 2 * DAY }));
    const [old] = await events();
    const results = await recordAnswers(
      test.store,
      [answerOf('ann', { score: 10 }), answerOf('ann', { score: 5, answeredAt: NOW - DAY })],
      MOMENT,
      WHOLE,
    );
    expect(results).toMatchObject([
      { outcome: 'replaced', before: { score: 3, comment: 'late' } },
      { outcome: 'superseded', before: { score: 10 } },
    ]);
    const standing = await events();
    expect(standing).toMatchObject([{ occurredAt: NOW, properties: { score: 10 } }]);
    expect(standing[0]?.properties).not.toHaveProperty('comment');
    expect(standing[0]?.id).not.toBe(old?.id);
    expect(await logged()).toBe(2);
  });

  it('of which several of one contact come at once are settled among each other', async () => {
    const outcomes = await take(
      answerOf('ann', { score: 3, answeredAt: NOW - 3 }),
      answerOf('ann', { score: 10, answeredAt: NOW - 1 }),
      answerOf('ann', { score: 5, answeredAt: NOW - 2 }),
      answerOf('ann', { score: 10, comment: 'at last' }),
    );
    expect(outcomes).toEqual(['recorded', 'replaced', 'superseded', 'replaced']);
    expect(await events()).toMatchObject([{ properties: { score: 10, comment: 'at last' } }]);
    expect(await logged()).toBe(1);
  });

  it('count once in each period of the contact’s own calendar', async () => {
    const monthly = { occasion: { unit: 'month' } } as const;
    await contactId(test.store, NOW, { externalId: 'yui' }, { fields: { timezone: 'Asia/Tokyo' } });
    // 28 February 20:00 in UTC is 1 March in Tokyo.
    const turn = Date.UTC(2026, 1, 28, 20);
    const results = await recordAnswers(
      test.store,
      [
        answerOf('ann', { score: 3, answeredAt: turn }, monthly),
        answerOf('ann', { score: 9 }, monthly),
        answerOf('yui', { score: 3, answeredAt: turn }, monthly),
        answerOf('yui', { score: 9 }, monthly),
      ],
      MOMENT,
      WHOLE,
    );
    const told = results.map((result) =>
      result.outcome === 'refused' ? '' : [result.outcome, result.period],
    );
    expect(told).toEqual([
      ['recorded', '2026-02'],
      ['recorded', '2026-03'],
      ['recorded', '2026-03'],
      ['replaced', '2026-03'],
    ]);
    expect((await events()).map(({ properties }) => properties.period).sort()).toEqual([
      '2026-02',
      '2026-03',
      '2026-03',
    ]);
  });

  it('count once for an occasion of the user’s own', async () => {
    const order = (id: string) => ({ occasion: { unit: 'own', id } }) as const;
    await take(answerOf('ann', { score: 3 }, order('o-1')), answerOf('ann', { score: 9 }, order('o-2')));
    expect(await take(answerOf('ann', { score: 4 }, order('o-1')))).toEqual(['replaced']);
    expect((await scores()).sort()).toEqual([4, 9]);
  });

  it('may all be kept, but the same one of the same moment only once', async () => {
    const both = { second: 'keepBoth' } as const;
    const first = answerOf('ann', { score: 3, answeredAt: NOW - DAY }, both);
    expect(await take(first, answerOf('ann', {}, both), first)).toEqual(['recorded', 'recorded', 'known']);
    expect(await take(first, answerOf('ann', { answeredAt: NOW + 1 }, both))).toEqual(['known', 'recorded']);
    expect(await scores()).toEqual([9, 9, 3]);
  });

  it.each(['replace', 'keepBoth'] as const)(
    'that others recorded, and that start the workflow, are not recorded again (%s)',
    async (second) => {
      const properties = { survey: 'nps', score: '9/10', comment: 'fast' };
      await record(test.store, NOW - DAY, eventOf('ann', 'survey_answered', NOW - DAY, properties));
      await record(test.store, NOW - DAY, eventOf('bob', 'survey_answered', NOW - DAY, { score: 4 }));
      const recorded = await events();
      const idOf = (score: unknown) => recorded.find((event) => event.properties.score === score)?.id ?? null;
      const outcomes = await take(
        answerOf('ann', { comment: 'fast' }, { second, eventId: idOf('9/10') }),
        answerOf('bob', { score: 4 }, { second, eventId: idOf(4) }),
      );
      expect(outcomes).toEqual(['known', 'known']);
      expect(await events()).toEqual(recorded);
    },
  );

  it('that others recorded are replaced as well', async () => {
    await record(test.store, NOW, eventOf('ann', 'survey_answered', NOW - DAY, { survey: 'nps', score: 2 }));
    expect(await take(answerOf('ann', { score: 9 }))).toEqual(['replaced']);
    expect(await scores()).toEqual([9]);
  });

  it('stay one after two contacts became one', async () => {
    await take(answerOf('ann', { score: 3, answeredAt: NOW - DAY }), answerOf('bob', {}));
    const [ann, bob] = await Promise.all(
      ['ann', 'bob'].map((externalId) => contactId(test.store, NOW, { externalId })),
    );
    const reference = (id: number | undefined) => ({ id: id ?? null, identifiers: [] });
    await mergeAll(test.store, [{ survivor: reference(ann), absorbed: reference(bob) }], NOW, WHOLE);
    expect(await take(answerOf('bob', {}))).toEqual(['known']);
    expect(await take(answerOf('bob', { score: 7, answeredAt: NOW + 1 }))).toEqual(['replaced']);
    expect((await scores()).sort()).toEqual([3, 7]);
  });

  it('make one event of twelve that come at the same moment', async () => {
    const requests = Array.from({ length: 12 }, (_, index) => answerOf('ann', { score: index % 11 }));
    await Promise.all(requests.map((request) => take(request)));
    expect(await scores()).toHaveLength(1);
  });

  it('are refused alone where one of their contacts cannot be', async () => {
    await contactId(test.store, NOW, { email: 'ann@example.com' });
    await contactId(test.store, NOW, { phone: '+442079460958' });
    const torn = {
      ...answerOf('new', {}),
      patch: patchOf({ externalId: 'new', email: 'ann@example.com', phone: '+442079460958' }),
    };
    expect(await take(torn, answerOf('bob', {}))).toEqual(['refused', 'recorded']);
    await expect(recordAnswers(test.store, [answerOf('cid', {}), torn], MOMENT, WHOLE)).rejects.toThrow(
      'Merge',
    );
    expect(await scores()).toEqual([9]);
  });
});

onEachDatabase('the totals of a survey', (test) => {
  const ask = async (values: Partial<TotalsRequest> = {}) => {
    const request: TotalsRequest = {
      survey: 'nps',
      scale: SCALES.nps,
      from: null,
      before: null,
      counted: 'latest',
      groupBy: 'none',
      segments: [],
      inSegments: [],
      ...values,
    };
    const result = await surveyTotals(test.store, request, MOMENT);
    if (result.outcome === 'refused') throw new Error(result.problems[0]?.message);
    return result.groups;
  };
  const told = async (values: Partial<TotalsRequest>) =>
    (await ask(values)).map(({ group, totals: { bands, score } }) => [
      group,
      ...Object.values(bands),
      score?.value,
    ]);
  const answered = async (...answers: Array<[who: string, score: unknown, at: number, more?: object]>) => {
    const requests = answers.map(([who, score, at, more]) =>
      eventOf(who, 'survey_answered', at, { survey: 'nps', score, ...more } as StoredEvent['properties']),
    );
    await record(test.store, NOW, ...requests);
  };

  it('count the latest answer of each contact, or every one', async () => {
    await answered(
      ['ann', 3, NOW - DAY],
      ['ann', 10, NOW],
      ['bob', 8, NOW],
      ['cid', '9 – thanks', NOW - DAY],
    );
    expect(await told({})).toEqual([[null, 2, 1, 0, 200 / 3]]);
    expect(await told({ counted: 'every' })).toEqual([[null, 2, 1, 1, 25]]);
    expect((await ask())[0]).toMatchObject({ lastAnswerAt: NOW, totals: { answers: 3 } });
    expect(await told({ counted: 'every', from: NOW - DAY, before: NOW })).toEqual([[null, 1, 0, 1, 0]]);
  });

  it('are empty where nobody answered', async () => {
    expect(await ask()).toMatchObject([
      { group: null, lastAnswerAt: null, totals: { answers: 0, score: null } },
    ]);
    expect(await ask({ groupBy: 'month' })).toEqual([]);
  });

  it('leave out other surveys, and tell of other scales and what cannot be read', async () => {
    await answered(
      ['ann', 9, NOW],
      ['bob', 4, NOW, { scale: 'csat' }],
      ['cid', 'great', NOW],
      ['dan', 0, NOW, { survey: 'other' }],
    );
    expect(await ask()).toMatchObject([
      { totals: { answers: 1 }, leftOut: { otherScale: 1, unreadable: 1 } },
    ]);
  });

  it('are told by period of the contact’s own calendar, in the order of time', async () => {
    const turn = Date.UTC(2026, 1, 28, 20);
    await contactId(test.store, NOW, { externalId: 'yui' }, { fields: { timezone: 'Asia/Tokyo' } });
    await answered(['ann', 3, turn], ['ann', 9, NOW], ['yui', 10, turn], ['dan', 1, Date.UTC(2025, 11, 31)]);
    expect(await told({ groupBy: 'month' })).toEqual([
      ['2025-12', 0, 0, 1, -100],
      ['2026-02', 0, 0, 1, -100],
      ['2026-03', 2, 0, 0, 100],
    ]);
    expect(await told({ groupBy: 'year' })).toEqual([
      ['2025', 0, 0, 1, -100],
      ['2026', 2, 0, 0, 100],
    ]);
  });

  it('are told by segment, of which one may be empty and a contact in several', async () => {
    const rule = (tag: string) => ({ name: tag, rule: { tag }, zone: 'UTC' });
    for (const tag of ['vip', 'press', 'staff']) await saveSegment(test.store, rule(tag), NOW);
    await answered(['ann', 10, NOW], ['bob', 3, NOW], ['cid', 3, NOW]);
    const ids = await Promise.all(
      ['ann', 'bob'].map((externalId) => contactId(test.store, NOW, { externalId })),
    );
    const members = [
      ...ids.map((id) => ({ contactId: id, name: 'vip' })),
      { contactId: ids[0] ?? 0, name: 'press' },
    ];
    await changeMembership(test.store, 'tag', 'add', members, NOW);
    expect(await told({ groupBy: 'segment' })).toEqual([
      ['press', 1, 0, 0, 100],
      ['staff', 0, 0, 0, undefined],
      ['vip', 1, 0, 1, 0],
    ]);
    expect(await told({ groupBy: 'segment', segments: ['vip'] })).toEqual([['vip', 1, 0, 1, 0]]);
    await expect(ask({ groupBy: 'segment', segments: ['gone'] })).rejects.toThrow('no segment "gone"');
  });

  it('are told of the contacts of one or several segments, in whatever groups', async () => {
    const rule = (tag: string) => ({ name: tag, rule: { tag }, zone: 'UTC' });
    for (const tag of ['vip', 'press']) await saveSegment(test.store, rule(tag), NOW);
    const before = Date.UTC(2026, 1, 1);
    await answered(['ann', 10, NOW], ['ann', 8, before], ['bob', 3, NOW], ['cid', 3, NOW], ['dan', 9, NOW]);
    const [ann = 0, bob = 0] = await Promise.all(
      ['ann', 'bob'].map((externalId) => contactId(test.store, NOW, { externalId })),
    );
    const members = [
      { contactId: ann, name: 'vip' },
      { contactId: ann, name: 'press' },
      { contactId: bob, name: 'press' },
    ];
    await changeMembership(test.store, 'tag', 'add', members, NOW);
    expect(await told({ inSegments: ['vip'] })).toEqual([[null, 1, 0, 0, 100]]);
    expect(await told({ inSegments: ['vip', 'press'] })).toEqual([[null, 1, 0, 1, 0]]);
    expect(await told({ inSegments: ['vip'], groupBy: 'month' })).toEqual([
      ['2026-02', 0, 1, 0, 0],
      ['2026-03', 1, 0, 0, 100],
    ]);
    expect(await told({ inSegments: ['vip'], groupBy: 'segment' })).toEqual([
      ['press', 1, 0, 0, 100],
      ['vip', 1, 0, 0, 100],
    ]);
    await expect(ask({ inSegments: ['gone'] })).rejects.toThrow('no segment "gone"');
  });

  it('count more answers than one page holds once each, also of one moment', async () => {
    const people = Array.from({ length: 5_000 }, (_, index) => `person-${index}`);
    await answered(
      ...people.map((who, index): [string, number, number] => [who, index % 11, NOW - (index % 3)]),
    );
    const [all] = await ask();
    expect(all?.totals.answers).toBe(5_000);
    expect((await ask({ groupBy: 'day' })).map(({ totals }) => totals.answers)).toEqual([5_000]);
  });
});
