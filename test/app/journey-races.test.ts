import { enterJourney } from '../../src/app/journeys/enter-journey';
import { onEachDatabase } from '../store/each-database';
import { contactId, SINGLY } from './requests';

const NOW = Date.UTC(2026, 2, 2);

onEachDatabase('entering a journey at the same moment', (test) => {
  it.each([
    ['by the same event', 'event 1', 'once', false],
    ['by the same event, again and again', 'event 1', 'always', false],
    ['by nothing that tells', null, 'once', false],
    ['by the same event, into a journey that others are in,', 'event 1', 'always', true],
    ['by nothing that tells, into a journey that others are in,', null, 'once', true],
  ] as const)('from two processes %s makes one enrolment', async (_, entryKey, kind, isKnown) => {
    const id = await contactId(test.store, NOW, { externalId: 'ann' });
    const other = await test.openAgain();
    const journey = {
      name: 'welcome',
      definition: { reentry: { kind } },
      zone: 'UTC',
      workflow: { id: 'w', name: 'W', steps: [] },
    };
    const entryOf = (contact: number) => ({
      contact: { id: contact, identifiers: [] },
      startedBy: null,
      entryKey,
    });
    if (isKnown) {
      const ben = entryOf(await contactId(test.store, NOW, { externalId: 'ben' }));
      await enterJourney(test.store, journey, [ben], NOW, SINGLY);
    }
    const request = entryOf(id);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_own, index) =>
        enterJourney(index % 2 === 0 ? test.store : other, journey, [request, request], NOW, SINGLY),
      ),
    );
    const entries = results.flat().map((own) => (own.outcome === 'refused' ? 'error' : own.entry));
    expect(entries.filter((entry) => entry === 'entered')).toHaveLength(1);
    expect(entries).not.toContain('error');
    const kept = await test.read((tx) => tx.enrolments.select({ contactIds: [id], limit: 100 }));
    expect(kept).toMatchObject([{ contactId: id, state: 'active' }]);
  });
});
