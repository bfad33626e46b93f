import { isZone, resolveZone, zonesOfCountry, type ZoneQuestion } from '../../../src/domain/schedule/zone';
import { intlReading, messagesOf, utc, valueOf, ZONES } from './every-zone';

const NOW = utc('2026-03-07T10:00');
const decide = (question: Partial<ZoneQuestion>) =>
  valueOf(resolveZone({ workflowZone: 'Europe/Berlin', ...question }, NOW));

test('every IANA zone is one, and decides for its contact', () => {
  for (const zone of ZONES) {
    expect(isZone(zone)).toBe(true);
    const decision = decide({ contactZone: ` ${zone} ` });
    expect(decision).toEqual({
      zone,
      source: 'contact',
      quietZones: [zone],
      text: `${zone} (contact's time zone)`,
      reasons: [],
    });
  }
});

test.each(['+02:00', 'UTC+2', 'Mars/Olympus', 'Pacific Standard Time', 'Berlin', '', ' Europe/Berlin'])(
  '%p is no zone',
  (name) => {
    expect(isZone(name)).toBe(false);
  },
);

describe('the zone that counts', () => {
  test("an unknown zone gives way to the workflow's, without a word; an invalid one with its reason", () => {
    const unknown = {
      zone: 'Europe/Berlin',
      source: 'workflow',
      quietZones: ['Europe/Berlin'],
      text: "Europe/Berlin (workflow's time zone)",
      reasons: [],
    };
    expect(decide({})).toEqual(unknown);
    expect(decide({ contactZone: null, country: null })).toEqual(unknown);
    expect(decide({ contactZone: ' ' })).toEqual(unknown);
    expect(decide({ contactZone: '+02:00' })).toEqual({
      ...unknown,
      reasons: [`the contact's time zone "+02:00" is not an IANA zone and is not used`],
    });
  });

  test('a country with one time tells the zone', () => {
    expect(decide({ country: 'jp' })).toEqual({
      zone: 'Asia/Tokyo',
      source: 'country',
      quietZones: ['Asia/Tokyo'],
      text: "Asia/Tokyo (time zone of the contact's country)",
      reasons: [],
    });
    expect(decide({ country: 'AR' }).source).toBe('country');
    expect(decide({ country: 'JP', contactZone: 'Europe/Paris' }).zone).toBe('Europe/Paris');
  });

  test('in a country with several times the quiet hours hold in all', () => {
    const decision = decide({ country: 'US', workflowZone: 'America/Chicago' });
    expect(decision.zone).toBe('America/Chicago');
    expect(decision.source).toBe('workflow');
    const offsets = decision.quietZones.map((zone) => intlReading(zone, NOW) - NOW);
    for (const zone of ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'Pacific/Honolulu']) {
      expect(offsets).toContain(intlReading(zone, NOW) - NOW);
    }
    expect(decision.reasons).toEqual([
      `the contact's time zone is unknown and US has ${decision.quietZones.length}; quiet hours hold in all of them`,
    ]);
  });

  test('of a contact nobody knows where, the quiet hours hold in all zones named for such', () => {
    const decision = decide({ unknownZones: ['Europe/Lisbon', 'Europe/Helsinki', 'Europe/Lisbon'] });
    expect(decision.zone).toBe('Europe/Berlin');
    expect(decision.quietZones).toEqual(['Europe/Lisbon', 'Europe/Helsinki']);
    expect(decision.reasons).toEqual([
      "the contact's time zone is unknown; quiet hours hold in Europe/Lisbon and Europe/Helsinki",
    ]);
  });

  test("quiet hours stay the contact's where the days are counted elsewhere", () => {
    const contactZone = 'Asia/Tokyo';
    expect(decide({ inZoneOf: 'workflow', contactZone })).toMatchObject({
      zone: 'Europe/Berlin',
      source: 'workflow',
      quietZones: [contactZone],
    });
    expect(decide({ inZoneOf: 'fixed', fixedZone: 'America/New_York', contactZone })).toMatchObject({
      zone: 'America/New_York',
      source: 'fixed',
      quietZones: [contactZone],
      text: 'America/New_York (time zone chosen)',
    });
  });

  test('what the user set must exist', () => {
    const question: ZoneQuestion = {
      workflowZone: 'Europe/Berlln',
      inZoneOf: 'fixed',
      fixedZone: 'EST5',
      unknownZones: ['Nowhere'],
    };
    expect(messagesOf(resolveZone(question, NOW))).toEqual([
      'workflow.timezone: "Europe/Berlln" is not a time zone; use an IANA name such as Europe/Berlin.',
      'zone: "EST5" is not a time zone; use an IANA name such as Europe/Berlin.',
      'unknownZones: "Nowhere" is not a time zone; use an IANA name such as Europe/Berlin.',
    ]);
  });
});

describe('the zones of a country', () => {
  test('no two keep the same time, and unknown countries have none', () => {
    for (const country of ['US', 'BR', 'RU', 'AU', 'DE', 'CN', 'GB']) {
      const zones = zonesOfCountry(country, NOW);
      const times = zones.map((zone) =>
        Array.from({ length: 24 }, (_, month) => {
          const at = Date.UTC(2026, month, 1);
          return intlReading(zone, at) - at;
        }).join(),
      );
      expect(zones.length).toBeGreaterThan(0);
      expect(new Set(times).size).toBe(zones.length);
    }
    expect(zonesOfCountry('DE', NOW)).toEqual(['Europe/Berlin']);
    for (const country of ['XX', 'Germany', '', '1']) expect(zonesOfCountry(country, NOW)).toEqual([]);
  });
});
