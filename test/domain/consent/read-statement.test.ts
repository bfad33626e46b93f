import { readChannel, readConsentStatement } from '../../../src/domain/consent/read-statement';

const NOW = Date.UTC(2026, 2, 7, 12);
const OPTIONS = { now: NOW, zone: 'Europe/Berlin' };
const STATED = { channel: 'email', status: 'opted_in', source: 'form', evidence: {}, at: '', by: undefined };

it.each([
  [' Email ', 'email'],
  ['in-app', 'in-app'],
  ['x', 'x'],
])('reads the channel %p as %p', (raw, channel) => {
  expect(readChannel(raw, 'channel')).toEqual({ ok: true, value: channel });
});

it.each([undefined, '', 'a b', '-a', 'x'.repeat(51), 7])('refuses the channel %p', (raw) => {
  expect(readChannel(raw, 'channel').ok).toBe(false);
});

it.each([
  ['opted_in', 'opted_in'],
  ['Opted Out', 'opted_out'],
  ['PENDING', 'pending'],
])('reads the status %p as %p', (status, expected) => {
  expect(readConsentStatement({ ...STATED, status }, OPTIONS)).toMatchObject({
    ok: true,
    value: { status: expected },
  });
});

it('cuts long evidence where no character is halved', () => {
  const reading = readConsentStatement({ ...STATED, evidence: `x${'😀'.repeat(20_000)}` }, OPTIONS);
  const { text } = (reading.ok ? reading.value.evidence : {}) as { text: string };
  expect([text.length > 1_000, text.isWellFormed()]).toEqual([true, true]);
});

it('keeps evidence as an object, and text as the text of it', () => {
  expect(readConsentStatement({ ...STATED, evidence: 'I agree' }, OPTIONS)).toMatchObject({
    value: { evidence: { text: 'I agree' } },
  });
  expect(readConsentStatement({ ...STATED, evidence: { a: 'x'.repeat(20_000) } }, OPTIONS)).toMatchObject({
    ok: false,
    problems: [{ field: 'evidence' }],
  });
});

it('is made now, in the zone where no offset is given, and never ahead of now', () => {
  const at = (value: unknown) => {
    const reading = readConsentStatement({ ...STATED, at: value }, OPTIONS);
    return reading.ok ? reading.value.at : reading.problems[0]?.field;
  };
  expect(at(undefined)).toBe(NOW);
  expect(at('2026-03-07T10:00')).toBe(Date.UTC(2026, 2, 7, 9));
  expect(at(NOW + 1_000)).toBe(NOW);
  expect(at('2026-03-09')).toBe('at');
});

it('tells everything that is wrong at once', () => {
  const reading = readConsentStatement(
    { channel: '?', status: 'yes', source: ' ', evidence: 7, at: 'soon', by: undefined },
    OPTIONS,
  );
  expect(reading.ok ? [] : reading.problems.map(({ field }) => field)).toEqual([
    'channel',
    'status',
    'source',
    'evidence',
    'at',
  ]);
});
