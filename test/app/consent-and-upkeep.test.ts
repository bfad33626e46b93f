import fc from 'fast-check';
import { importRows, type ImportRow } from '../../src/app/import-contacts';
import { setConsent, type ConsentRequest } from '../../src/app/set-consent';
import { prune, statistics } from '../../src/app/statistics';
import { CONSENT_STATUSES } from '../../src/domain/consent/consent';
import type { ContactPatch } from '../../src/domain/contact/contact';
import { onEachDatabase } from '../store/each-database';
import { contactId, eventOf, patchOf, record } from './requests';
import { everything, NOW, said } from './store-contents';

onEachDatabase('consent, imports and upkeep', (test) => {
  const put = (identifiers: ContactPatch['identifiers']) => contactId(test.store, NOW, identifiers);

  describe('consent', () => {
    it('of a batch is that of its statements one after the other', async () => {
      const id = await put({ externalId: 'a' });
      const other = await put({ externalId: 'b' });
      const statement = fc.record({
        status: fc.constantFrom(...CONSENT_STATUSES),
        at: fc.integer({ min: NOW, max: NOW + 4 }),
        channel: fc.constantFrom('email', '__proto__', 'constructor'),
        by: fc.constantFrom('contact' as const, 'import' as const),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 8 }), async (statements) => {
          run++;
          const named = statements.map(({ channel, ...own }) => ({
            ...own,
            channel: channel === 'email' ? `c${run}` : channel,
          }));
          const outcome = async (contact: number, pieces: ConsentRequest[][]) => {
            const decisions = [];
            for (const piece of pieces) decisions.push(...(await setConsent(test.store, piece, NOW)));
            const held = (await test.read((tx) => tx.consents.current([contact]))).get(contact) ?? {};
            const { changes } = await everything(test);
            return {
              decisions,
              held: Object.entries(held).sort(),
              kept: (await test.read((tx) => tx.consents.statements(contact))).length,
              changes: changes
                .filter((change) => change.contactId === contact && change.kind === 'consent_changed')
                .map(({ subject, detail }) => [subject, detail]),
            };
          };
          const batch = await outcome(id, [named.map((own) => said(id, own))]);
          const single = await outcome(
            other,
            named.map((own) => [said(other, own)]),
          );
          expect(batch).toEqual(single);
          expect(batch.kept).toBeGreaterThanOrEqual(statements.length);
        }),
        { numRuns: 25 },
      );
    });

    it('is heard in any order: an opt-out said again later is not undone by what was said in between', async () => {
      const id = await put({ externalId: 'a' });
      await setConsent(test.store, [said(id, { status: 'opted_out', at: NOW })], NOW);
      await setConsent(test.store, [said(id, { status: 'opted_out', at: NOW + 10 })], NOW + 10);
      const [late] = await setConsent(test.store, [said(id, { status: 'opted_in', at: NOW + 5 })], NOW + 20);
      expect(late).toMatchObject({ changed: false, consent: { status: 'opted_out' } });
      expect(await test.read((tx) => tx.consents.statements(id))).toHaveLength(3);
    });
  });

  describe('importing', () => {
    const row = (line: number, email: string, more: Partial<ImportRow> = {}): ImportRow => ({
      line,
      patch: patchOf({ email }, { properties: { line }, tags: ['imported'] }),
      consents: [
        {
          channel: 'email',
          status: 'opted_in',
          at: NOW - 1_000,
          source: 'import',
          evidence: { line },
          by: 'import',
        },
      ],
      ...more,
    });

    it('again changes nothing, keeps no statement twice, and never brings back who opted out', async () => {
      const gone = await put({ email: 'p3@example.com' });
      await setConsent(test.store, [said(gone, { status: 'opted_out', at: NOW - 9_999 })], NOW);
      const rows = Array.from({ length: 1_200 }, (_, n) => row(n + 2, `p${n}@example.com`));
      const first = await importRows(test.store, rows, NOW);
      expect(first).toMatchObject({ created: 1_199, updated: 1, unchanged: 0, refused: [] });
      const before = await everything(test);
      expect(await importRows(test.store, rows, NOW + 1)).toMatchObject({
        created: 0,
        updated: 0,
        unchanged: 1_200,
      });
      expect(await everything(test)).toEqual(before);
      expect((await test.read((tx) => tx.consents.current([gone]))).get(gone)?.email?.status).toBe(
        'opted_out',
      );
      const { contacts } = before;
      expect(await test.read((tx) => tx.consents.statements(contacts[5]?.id ?? 0))).toHaveLength(1);
    });

    it('tells each row that it refuses, with its line, and takes the others', async () => {
      await put({ email: 'a@example.com' });
      await put({ externalId: '1' });
      const both = patchOf({ email: 'a@example.com', externalId: '1' });
      const result = await importRows(
        test.store,
        [row(2, 'b@example.com'), { ...row(3, ''), patch: both }, row(4, 'c@example.com')],
        NOW,
      );
      expect(result).toMatchObject({ created: 2, refused: [{ line: 3 }] });
    });
  });

  it('prunes old events and log entries, with counts told, and what is recorded again then is new', async () => {
    const old = Array.from({ length: 6_000 }, (_, n) =>
      eventOf(`c${n % 10}`, n % 2 ? 'page_viewed' : 'order_placed', NOW - 1_000, {}, `k${n}`),
    );
    await record(test.store, NOW - 1_000, ...old);
    await record(test.store, NOW, eventOf('c1', 'page_viewed', NOW));
    expect(await statistics(test.store, NOW)).toMatchObject({
      contacts: 10,
      events: 6_001,
      changes: 6_011,
      waiting: 0,
    });
    const nothing = {
      eventsBefore: null,
      eventTypes: null,
      changesBefore: null,
      messagesBefore: null,
      keyedMessages: false,
    };
    const request = { ...nothing, eventsBefore: NOW, eventTypes: ['page_*'] };
    expect(await prune(test.store, request)).toEqual({ events: 3_000, changes: 0, messages: 0 });
    expect(await prune(test.store, request)).toEqual({ events: 0, changes: 0, messages: 0 });
    expect(await prune(test.store, { ...nothing, eventsBefore: NOW, changesBefore: NOW })).toEqual({
      events: 3_000,
      changes: 6_010,
      messages: 0,
    });
    expect(await statistics(test.store, NOW)).toMatchObject({ contacts: 10, events: 1, changes: 1 });
    const [again] = await record(test.store, NOW, old[0] ?? eventOf('c1', 'x', NOW));
    expect(again?.outcome).toBe('recorded');
  });
});
