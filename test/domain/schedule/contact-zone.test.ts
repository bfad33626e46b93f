import fc from 'fast-check';
import { contactZone } from '../../../src/domain/schedule/contact-zone';
import { resolveZone } from '../../../src/domain/schedule/zone';

const NOW = Date.parse('2026-03-10T12:00:00Z');

describe('the zone of a contact', () => {
  it.each([
    ['its own', { timezone: 'Asia/Kathmandu', country: 'DE' }, 'Asia/Kathmandu'],
    ["its country's", { timezone: null, country: 'DE' }, 'Europe/Berlin'],
    ['the one given where its country has several', { timezone: null, country: 'US' }, 'America/Sao_Paulo'],
    ['the one given where its own is none', { timezone: '+02:00', country: null }, 'America/Sao_Paulo'],
    ['the one given where nothing is known', { timezone: null, country: null }, 'America/Sao_Paulo'],
  ])('is %s', (_, contact, zone) => {
    expect(contactZone(contact, 'America/Sao_Paulo', NOW)).toBe(zone);
  });

  it('is UTC where the one given is none', () => {
    expect(contactZone({ timezone: null, country: null }, 'Nowhere', NOW)).toBe('UTC');
  });

  it('is what it would be without those asked before, whoever they were', () => {
    const zones = fc.constantFrom(null, '', 'Europe/Berlin', 'Asia/Tokyo', 'europe/paris', 'Nowhere', 'a\0b');
    const questions = fc.tuple(
      fc.record({ timezone: zones, country: fc.constantFrom(null, '', 'DE', 'de', 'US', 'NP', 'XX') }),
      zones.map((zone) => zone ?? 'UTC'),
      fc.integer({ min: 0, max: 60 }).map((years) => Date.UTC(1990 + years, 5)),
    );
    fc.assert(
      fc.property(questions, ([contact, workflowZone, now]) => {
        const asked = { contactZone: contact.timezone, country: contact.country, workflowZone };
        const decision = resolveZone(asked, now);
        expect(contactZone(contact, workflowZone, now)).toBe(decision.ok ? decision.value.zone : 'UTC');
      }),
      { numRuns: 2_000 },
    );
  });
});
