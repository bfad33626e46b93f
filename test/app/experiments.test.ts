import { experimentResults } from '../../src/app/experiments/experiment-results';
import { splitContacts, type SplitRequest } from '../../src/app/experiments/split-contacts';
import { takeWinner, type WinnerRequest } from '../../src/app/experiments/take-winner';
import type { Experiment } from '../../src/domain/experiment/experiment';
import { USUAL_STOPPING } from '../../src/domain/experiment/judge-experiment';
import { splitter } from '../../src/domain/experiment/split-contact';
import { recordEvents } from '../../src/app/record-events';
import { upsertContacts } from '../../src/app/upsert-contacts';
import type { CompiledQuery } from 'kysely';
import { openSqlStore } from '../../src/store/sql/sql-store';
import { onEachDatabase } from '../store/each-database';
import { spyingOn } from '../store/spying-dialect';
import { eventOf, SINGLY, WHOLE } from './requests';

const NOW = Date.UTC(2026, 2, 7, 12);
const HOUR = 3_600_000;
const SUBJECT: Experiment = {
  name: 'subject',
  variants: [
    { name: 'short', weight: 1 },
    { name: 'long', weight: 1 },
  ],
  controlShare: 0.1,
};
const RECORDED = { ...SINGLY, record: true };
const TRIED = { ...SINGLY, record: false };

onEachDatabase('experiments', (test) => {
  const nameOf = (index: number) => `p${index}`;
  const people = async (from: number, to: number) => {
    const requests = Array.from({ length: to - from }, (_, index) => ({
      mode: 'upsert' as const,
      patch: {
        identifiers: { externalId: nameOf(from + index) },
        fields: {},
        properties: {},
        tags: [],
        lists: [],
      },
    }));
    await upsertContacts(test.store, requests, NOW, WHOLE);
  };
  const requestOf = (name: string, more: Partial<SplitRequest> = {}): SplitRequest => ({
    contact: { id: null, identifiers: [{ kind: 'externalId', value: name }] },
    experiment: SUBJECT,
    again: 'keep',
    ...more,
  });
  const split = async (
    names: readonly string[],
    more: Partial<SplitRequest> = {},
    policy = RECORDED,
    at = NOW,
  ) => {
    const results = await splitContacts(
      test.store,
      names.map((name) => requestOf(name, more)),
      at,
      policy,
    );
    return results.map((result) => (result.outcome === 'split' ? result : null));
  };
  const names = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => nameOf(from + index));
  const click = (who: readonly string[], at = NOW + HOUR) =>
    recordEvents(
      test.store,
      who.map((name) => eventOf(name, 'email_clicked', at, { message: 'news' })),
      at,
      WHOLE,
    );
  const question = (at: number) => ({
    goal: { types: ['email_clicked'], where: [], machine: 'exclude' as const },
    withinMs: null,
    reached: null,
    now: at,
    workflowZone: 'UTC',
  });
  const results = async (at = NOW + 2 * HOUR, minimumContacts = 20) => {
    const judged = await experimentResults(test.store, {
      name: 'subject',
      question: question(at),
      stopping: { ...USUAL_STOPPING, minimumContacts },
    });
    if (judged.outcome === 'refused') throw new Error(judged.problems[0]?.message);
    return judged;
  };
  const rest = (name: string, more: Partial<WinnerRequest> = {}, minimumContacts = 20): WinnerRequest => ({
    contact: { id: null, identifiers: [{ kind: 'externalId', value: name }] },
    experiment: SUBJECT,
    results: {
      name: 'subject',
      question: question(NOW + 2 * HOUR),
      stopping: { ...USUAL_STOPPING, minimumContacts },
    },
    undecided: 'leader',
    ...more,
  });

  it('give a contact what its id draws, the same ever after, and keep it', async () => {
    await people(0, 50);
    const first = await split(names(0, 50));
    const draw = splitter(SUBJECT);
    expect(first.map((own) => own?.variant)).toEqual(first.map((own) => draw(own?.contact.id ?? -1)));
    expect(first.every((own) => own?.before === null)).toBe(true);
    const again = await split(names(0, 50), {}, RECORDED, NOW + HOUR);
    expect(again.map((own) => own?.variant)).toEqual(first.map((own) => own?.variant));
    expect(again.every((own) => own?.before?.at === NOW)).toBe(true);
  });

  it('keep what a contact got when weights change, or move it if that is wanted, or if its variant is gone', async () => {
    await people(0, 60);
    const first = await split(names(0, 60));
    const onlyLong = {
      ...SUBJECT,
      variants: SUBJECT.variants.map((own) => ({ ...own, weight: own.name === 'long' ? 1 : 0 })),
    };
    const kept = await split(names(0, 60), { experiment: onlyLong });
    expect(kept.map((own) => own?.variant)).toEqual(first.map((own) => own?.variant));
    const moved = await split(names(0, 60), { experiment: onlyLong, again: 'move' });
    expect(new Set(moved.map((own) => own?.variant))).toEqual(new Set(['long', null]));
    const others = {
      ...SUBJECT,
      variants: [
        { name: 'x', weight: 1 },
        { name: 'y', weight: 1 },
      ],
    };
    const left = await split(names(0, 60), { experiment: others });
    expect(new Set(left.map((own) => own?.variant))).toEqual(new Set(['x', 'y', null]));
    const saved = await test.read((tx) => tx.experiments.get('subject'));
    expect(saved).toMatchObject({ version: 3, definition: { controlShare: 0.1 } });
  });

  it('keep nothing in a trial, and refuse nobody but who is unknown', async () => {
    await people(0, 2);
    const tried = await splitContacts(
      test.store,
      [requestOf('p0'), requestOf('nobody'), requestOf('p0')],
      NOW,
      TRIED,
    );
    expect(tried.map(({ outcome }) => outcome)).toEqual(['split', 'refused', 'split']);
    expect(await test.read((tx) => tx.experiments.list())).toEqual([]);
    await expect(
      splitContacts(test.store, [requestOf('p0'), requestOf('nobody')], NOW, { ...WHOLE, record: true }),
    ).rejects.toThrow();
    expect(await test.read((tx) => tx.experiments.list())).toEqual([]);
  });

  it('tell what came of each variant, and when to stop', async () => {
    await people(0, 200);
    const first = await split(names(0, 200));
    expect((await results()).result.verdict).toBe('undecided');
    const shorts = first.flatMap((own) => (own?.variant === 'short' ? [own.contact.externalId ?? ''] : []));
    await click(shorts.slice(0, 60));
    const { result, words } = await results();
    expect(result).toMatchObject({ leader: 'short', verdict: 'decided' });
    expect(words[0]).toMatch(/^Stop and take "short"/);
    const [short, long, control] = result.variants;
    expect(short).toMatchObject({ variant: 'short', contacts: shorts.length, successes: 60 });
    expect(long).toMatchObject({ variant: 'long', successes: 0 });
    expect(control).toMatchObject({ variant: null, successes: 0 });
    expect((short?.contacts ?? 0) + (long?.contacts ?? 0) + (control?.contacts ?? 0)).toBe(200);
    expect((await results(NOW + 2 * HOUR, 500)).result.verdict).toBe('tooFew');
    const unknown = await experimentResults(test.store, {
      name: 'other',
      question: question(NOW),
      stopping: USUAL_STOPPING,
    });
    expect(unknown).toMatchObject({ outcome: 'refused' });
  });

  it('do not wait for a variant that nobody is to get', async () => {
    await people(0, 100);
    const withWeightOfLast = (weight: number) => ({
      experiment: { ...SUBJECT, variants: [...SUBJECT.variants, { name: 'late', weight }] },
    });
    const told = async () => (await results()).result;
    const first = await split(names(0, 100), withWeightOfLast(0));
    const shorts = first.flatMap((own) => (own?.variant === 'short' ? [own.contact.externalId ?? ''] : []));
    await click(shorts);
    expect(await told()).toMatchObject({ leader: 'short', verdict: 'decided' });
    expect((await told()).variants.map(({ variant }) => variant)).toEqual(['short', 'long', null]);
    await split(names(0, 1), withWeightOfLast(1));
    expect(await told()).toMatchObject({ verdict: 'tooFew' });
    const onlyShort = {
      ...SUBJECT,
      variants: SUBJECT.variants.map((own) => ({ ...own, weight: Number(own.name === 'short') })),
    };
    await split(names(0, 1), { experiment: onlyShort });
    expect((await told()).variants.map(({ variant }) => variant)).toEqual(['short', 'long', null]);
  });

  it('count what contacts did for the variant they had then, where new weights move them', async () => {
    await people(0, 120);
    const even = { ...SUBJECT, controlShare: 0 };
    const first = await split(names(0, 120), { experiment: even });
    const hadOf = (variant: string) =>
      first.flatMap((own) => (own?.variant === variant ? [own.contact.externalId ?? ''] : []));
    const [shorts, longs] = [hadOf('short'), hadOf('long')];
    await click(shorts.slice(0, 10), NOW + HOUR);
    const onlyLong = {
      ...even,
      variants: even.variants.map((own) => ({ ...own, weight: own.name === 'long' ? 1 : 0 })),
    };
    await split(names(0, 120), { experiment: onlyLong, again: 'move' }, RECORDED, NOW + 2 * HOUR);
    await click(shorts.slice(8, 30), NOW + 3 * HOUR);
    await click(longs.slice(0, 5), NOW + 4 * HOUR);
    const rule = { event: 'email_clicked' };
    for (const asked of [question(NOW + 5 * HOUR), { ...question(NOW + 5 * HOUR), goal: undefined, rule }]) {
      const { goal, ...more } = asked;
      const judged = await experimentResults(test.store, {
        name: 'subject',
        question: goal ? { ...more, goal } : { ...more, rule },
        stopping: USUAL_STOPPING,
      });
      if (judged.outcome === 'refused') throw new Error('It was split');
      const told = judged.result.variants.map(({ variant, contacts, successes }) => [
        variant,
        contacts,
        successes,
      ]);
      expect(told).toEqual([
        ['short', shorts.length, 10],
        ['long', 120, 22 + 5],
      ]);
    }
  });

  it('take any rule for what counts, with its events since the assignment, and refuse one that names nothing', async () => {
    await people(0, 60);
    await click(names(0, 60), NOW - HOUR);
    const first = await split(names(0, 60));
    const shorts = first.flatMap((own) => (own?.variant === 'short' ? [own.contact.externalId ?? ''] : []));
    await click(shorts.slice(0, 6));
    await recordEvents(
      test.store,
      shorts.slice(3, 9).map((name) => eventOf(name, 'order_placed', NOW + 3 * HOUR)),
      NOW + 3 * HOUR,
      WHOLE,
    );
    const ask = async (rule: unknown, more: object = {}) => {
      const judged = await experimentResults(test.store, {
        name: 'subject',
        question: { rule, withinMs: null, reached: null, now: NOW + 4 * HOUR, workflowZone: 'UTC', ...more },
        stopping: USUAL_STOPPING,
      });
      return judged.outcome === 'refused'
        ? judged.problems.map(({ message }) => message)
        : judged.result.variants.map(({ successes }) => successes);
    };
    const [clicked, ordered] = [{ event: 'email_clicked' }, { event: 'order_placed' }];
    expect(await ask(clicked)).toEqual([6, 0, 0]);
    expect(await ask({ all: [clicked, ordered] })).toEqual([3, 0, 0]);
    expect(await ask({ any: [clicked, ordered] })).toEqual([9, 0, 0]);
    expect(await ask({ any: [clicked, ordered] }, { withinMs: 2 * HOUR })).toEqual([6, 0, 0]);
    const reached = { types: ['order_placed'], where: [], machine: 'exclude' };
    expect(await ask(clicked, { reached })).toEqual([3, 0, 0]);
    expect(await ask({ segment: 'gone' })).toEqual(['There is no segment "gone"; none is saved yet.']);
  });

  it('give all of the rest the winner, decided once by the first who asks', async () => {
    await people(0, 260);
    const first = await split(names(0, 200));
    const shorts = first.flatMap((own) => (own?.variant === 'short' ? [own.contact.externalId ?? ''] : []));
    const longs = first.flatMap((own) => (own?.variant === 'long' ? [own.contact.externalId ?? ''] : []));
    await click(shorts.slice(0, 60));
    const given = async (who: readonly string[], policy = RECORDED, more: Partial<WinnerRequest> = {}) =>
      (
        await takeWinner(
          test.store,
          who.map((name) => rest(name, more)),
          NOW + 2 * HOUR,
          policy,
        )
      ).map((own) =>
        own.outcome === 'winner'
          ? { variant: own.variant, tookPart: own.tookPart !== null, winner: own.decision.winner }
          : null,
      );
    const tried = await given(names(200, 230), TRIED);
    expect((await test.read((tx) => tx.experiments.get('subject')))?.winner).toBeNull();
    const one = await given(names(200, 230));
    expect(one).toEqual(tried);
    expect(new Set(one.map((own) => own?.variant))).toEqual(new Set(['short', null]));
    // Now the other one does better: it is decided already.
    await click(longs);
    const two = await given(names(230, 260));
    expect(two.every((own) => own?.variant === 'short' || own?.variant === null)).toBe(true);
    // Who took part got something already.
    expect(await given([longs[0] ?? '', shorts[0] ?? ''])).toEqual([
      { variant: 'long', tookPart: true, winner: 'short' },
      { variant: 'short', tookPart: true, winner: 'short' },
    ]);
    expect(await given(['nobody'])).toEqual([null]);
  });

  it('take what leads, or split the rest, where nothing is certain yet', async () => {
    await people(0, 240);
    await split(names(0, 60));
    const unsure = (undecided: 'leader' | 'split', who: readonly string[]) =>
      takeWinner(
        test.store,
        who.map((name) => rest(name, { undecided }, 500)),
        NOW + 2 * HOUR,
        RECORDED,
      );
    const variants = (list: Awaited<ReturnType<typeof unsure>>) =>
      new Set(list.map((own) => (own.outcome === 'winner' ? own.variant : 'refused')));
    expect(variants(await unsure('split', names(60, 120)))).toEqual(new Set(['short', 'long', null]));
    const led = variants(await unsure('leader', names(120, 180)));
    expect([...led].filter((own) => own !== null)).toHaveLength(1);
    // Decided by the one before.
    expect(variants(await unsure('split', names(180, 240)))).toEqual(led);
    await expect(
      takeWinner(
        test.store,
        [
          rest('p1', {
            experiment: { ...SUBJECT, name: 'new' },
            results: { ...rest('p1').results, name: 'new' },
          }),
        ],
        NOW,
        RECORDED,
      ),
    ).resolves.toMatchObject([{ outcome: 'refused' }]);
  });

  it('give the winner to nobody whom the test drew into its control group, whatever else is asked for the rest', async () => {
    await people(0, 200);
    await split(names(0, 100));
    const uncontrolled = { experiment: { ...SUBJECT, controlShare: 0 } };
    const given = await takeWinner(
      test.store,
      names(100, 200).map((name) => rest(name, uncontrolled)),
      NOW + 2 * HOUR,
      RECORDED,
    );
    const draw = splitter(SUBJECT);
    const drawn = given.map((own) => (own.outcome === 'winner' ? draw(own.contact.id) : undefined));
    expect(drawn).toContain(null);
    expect(given.map((own) => own.outcome === 'winner' && own.variant === null)).toEqual(
      drawn.map((own) => own === null),
    );
  });

  it('let no variant win that the test has no more, nor give one that whoever asks does not have', async () => {
    await people(0, 240);
    const renamed = (...variants: string[]) => ({
      experiment: { ...SUBJECT, variants: variants.map((name) => ({ name, weight: 1 })) },
    });
    const first = await split(names(0, 100));
    await click(first.flatMap((own) => (own?.variant === 'long' ? [own.contact.externalId ?? ''] : [])));
    await split(names(100, 200), renamed('short', 'new'), RECORDED, NOW + 1);
    const ask = (more: Partial<WinnerRequest>) =>
      takeWinner(
        test.store,
        names(200, 240).map((name) => rest(name, more)),
        NOW + 2 * HOUR,
        RECORDED,
      );
    const [given] = await ask(renamed('short', 'new'));
    const winner = given?.outcome === 'winner' ? given.decision.winner : null;
    expect(['short', 'new']).toContain(winner);
    const other = await ask(renamed('one', 'two'));
    expect(other.map(({ outcome }) => outcome)).toEqual(other.map(() => 'refused'));
    expect(other[0]).toMatchObject({
      problems: [{ field: 'variants', message: expect.stringContaining(`"${winner}"`) as string }],
    });
  });

  it.each(['split', 'winner'] as const)('cost the same statements for each 500 contacts: %s', async (way) => {
    await people(0, 3_013);
    await split(names(0, 10));
    const statements: CompiledQuery[] = [];
    const store = await openSqlStore(spyingOn(test.database.dialect(), statements), 'spied on');
    const cost = async (from: number, to: number) => {
      statements.length = 0;
      const who = names(from, to);
      if (way === 'split') {
        const requests = who.map((name) => requestOf(name));
        await splitContacts(store, requests, NOW, RECORDED);
      } else {
        const requests = who.map((name) => rest(name));
        await takeWinner(store, requests, NOW, RECORDED);
      }
      return statements.length;
    };
    try {
      // The first to ask decide; then everybody comes for the first time.
      await cost(0, 3);
      const few = await cost(10, 13);
      const one = await cost(13, 513);
      const two = await cost(513, 1_513);
      const three = await cost(1_513, 3_013);
      expect(one).toBe(few);
      expect(two - one).toBeGreaterThan(0);
      expect(two - one).toBeLessThan(10);
      expect(three - two).toBe(two - one);
    } finally {
      await store.close();
    }
  });

  it('keep what the rest is split into while nothing is decided, so that it counts and nobody gets two things', async () => {
    await people(0, 120);
    await split(names(0, 60));
    const ask = async (record: boolean, undecided: 'leader' | 'split') => {
      const requests = names(60, 120).map((name) => rest(name, { undecided }, 500));
      const given = await takeWinner(test.store, requests, NOW + HOUR, { ...SINGLY, record });
      return given.map((own) => (own.outcome === 'winner' ? own : null));
    };
    const members = async () =>
      (await results()).result.variants.reduce((sum, { contacts }) => sum + contacts, 0);
    await ask(false, 'split');
    expect(await members()).toBe(60);
    const first = await ask(true, 'split');
    expect(first.every((own) => own?.tookPart === null)).toBe(true);
    expect(await members()).toBe(120);
    const again = await ask(true, 'leader');
    expect(again.every((own) => own?.tookPart?.at === NOW + HOUR)).toBe(true);
    expect(again.map((own) => own?.variant)).toEqual(first.map((own) => own?.variant));
    expect(await members()).toBe(120);
  });

  it('race without giving two things to one contact', async () => {
    await people(0, 40);
    const runs = await Promise.all(Array.from({ length: 8 }, () => split(names(0, 40))));
    for (const run of runs)
      expect(run.map((own) => own?.variant)).toEqual(runs[0]?.map((own) => own?.variant));
    expect(await test.read((tx) => tx.experiments.list())).toHaveLength(1);
  });
});
