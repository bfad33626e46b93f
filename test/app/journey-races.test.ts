import { enterJourney } from '../../src/app/journeys/enter-journey';
import { onEachDatabase } from '../store/each-database';
import { contactId, SINGLY } from './requests';

const NOW = Date.UTC(2026, 2, 2);

onEachDatabase('entering a journey at the same moment', (test) => {
  it.each([
    ['by the same event', 'event 1', 'once'],
    ['by the same event, again and again', 'event 1', 'always'],
    ['by nothing that tells', null, 'once'],
  ] as const)('from two processes %s makes one enrolment', async (_, entryKey, kind) => {
    const id = await contactId(test.store, NOW, { externalId: 'ann' });
    const other = await test.openAgain();
    const journey = {
      name: 'welcome',
      definition: { reentry: { kind } },
      zone: 'UTC',
      workflow: { id: 'w', name: 'W', steps: [] },
    };
    const request = { contact: { id, identifiers: [] }, startedBy: null, entryKey };
    const results = await Promise.all(
      Array.from({ length: 20 }, (_own, index) =>
        enterJourney(index % 2 === 0 ? test.store : other, journey, [request, request], NOW, SINGLY),
      ),
    );
    const entries = results.flat().map((own) => (own.outcome === 'refused' ? 'error' : own.entry));
    expect(entries.filter((entry) => entry === 'entered')).toHaveLength(1);
    expect(entries).not.toContain('error');
    const kept = await test.read((tx) => tx.enrolments.select({ limit: 100 }));
    expect(kept).toMatchObject([{ id: 1, contactId: id, state: 'active' }]);
  });
});
