import { readIntake } from '../../../src/domain/event/read-intake';

const NOW = Date.UTC(2026, 2, 7, 12);
const OPTIONS = { now: NOW, zone: 'UTC' };
const WHOLE = {
  contact: { email: ' Ann@Example.com', firstName: 'Ann', id: 7 },
  event: {
    type: 'order_placed',
    occurredAt: '2026-03-07T11:00:00Z',
    key: 'order-1',
    properties: { value: 5 },
  },
  consent: { email: 'opted_in', SMS: 'opted_out', source: 'checkout', evidence: { ip: '203.0.113.7' } },
};

function fieldsOf(raw: unknown): string[] {
  const reading = readIntake(raw, OPTIONS);
  return reading.ok ? [] : reading.problems.map(({ field }) => field);
}

it('reads contact, event and consents', () => {
  const said = {
    at: Date.UTC(2026, 2, 7, 11),
    source: 'checkout',
    evidence: { ip: '203.0.113.7' },
    by: 'contact',
  };
  expect(readIntake(WHOLE, OPTIONS)).toEqual({
    ok: true,
    value: {
      patch: {
        identifiers: { email: 'ann@example.com' },
        fields: { firstName: 'Ann' },
        properties: {},
        tags: [],
        lists: [],
      },
      event: { type: 'order_placed', occurredAt: said.at, key: 'order-1', properties: { value: 5 } },
      consents: [
        { channel: 'email', status: 'opted_in', ...said },
        { channel: 'sms', status: 'opted_out', ...said },
      ],
    },
  });
});

it.each([
  ['text', 'hello', ['payload']],
  ['a list', [WHOLE], ['payload']],
  ['an empty object', {}, ['contact', 'event']],
  ['a contact that is text', { ...WHOLE, contact: 'ann@example.com' }, ['contact']],
  ['an address that is none', { ...WHOLE, contact: { email: 'ann' } }, ['contact.email']],
  ['a contact without any identifier', { ...WHOLE, contact: { firstName: 'Ann' } }, ['contact.email']],
  ['an event without a type', { ...WHOLE, event: {} }, ['event.type']],
  ['properties in a list', { ...WHOLE, event: { type: 'x', properties: [] } }, ['event.properties']],
  ['a status that does not exist', { ...WHOLE, consent: { email: 'yes' } }, ['consent.email']],
  ['a consent that is true', { ...WHOLE, consent: true }, ['consent']],
  ['several faults', { contact: { email: '@' }, event: { type: '' } }, ['contact.email', 'event.type']],
])('names the field of %s', (_, raw, fields) => {
  expect(fieldsOf(raw)).toEqual(fields);
});

it('names the field in the message too, since that is what a sender sees', () => {
  const reading = readIntake(
    { contact: { email: 'ann' }, event: { type: 'a,b' }, consent: { email: 1 } },
    OPTIONS,
  );
  expect(reading.ok ? [] : reading.problems.map(({ message }) => message.split(/[ :]/)[0])).toEqual([
    'contact.email',
    'event.type',
    'consent.email',
  ]);
});

it('dates no consent ahead of now, so that it outranks no later one', () => {
  const ahead = { ...WHOLE, event: { type: 'x', occurredAt: NOW + 3_600_000 } };
  const reading = readIntake(ahead, OPTIONS);
  expect(reading.ok && reading.value.consents.map(({ at }) => at)).toEqual([NOW, NOW]);
});
