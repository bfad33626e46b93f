import fc from 'fast-check';
import {
  LARGEST_PROPERTIES_BYTES,
  LONGEST_EVENT_KEY,
  LONGEST_EVENT_TYPE,
  MOST_AHEAD_MS,
  readEvent,
  readEventType,
} from '../../../src/domain/event/read-event';

const NOW = Date.UTC(2026, 2, 7, 12);
const OPTIONS = { now: NOW, zone: 'Europe/Berlin', field: 'event' };

function problemsOf(raw: Record<string, unknown>): Array<{ field: string; message: string }> {
  const reading = readEvent({ type: 'order_placed', ...raw }, OPTIONS);
  return reading.ok ? [] : [...reading.problems];
}

function eventOf(raw: Record<string, unknown>) {
  const reading = readEvent({ type: 'order_placed', ...raw }, OPTIONS);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

describe('the type of an event', () => {
  it.each([
    'order_placed',
    'Order Completed',
    '$screen',
    'shop:cart.updated-2',
    'größe_geändert',
    '注文',
    'a',
  ])('may be %s', (type) => expect(eventOf({ type }).type).toBe(type));

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', '   '],
    ['a number', 7],
    ['an object', { name: 'x' }],
    ['with a comma, which separates types', 'a,b'],
    ['with a *, which stands for any ending', 'page_*'],
    ['with a line break', 'a\nb'],
    ['with a slash', 'orders/create'],
    ['too long', 'x'.repeat(LONGEST_EVENT_TYPE + 1)],
  ])('is refused when it is %s', (_, type) => {
    expect(problemsOf({ type })).toEqual([
      { field: 'event.type', message: expect.stringMatching(/^event\.type (is|has) /) as string },
    ]);
  });

  it('is trimmed, and reading it again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        const once = readEventType(`  ${text} `, 'type');
        if (!once.ok) return;
        expect(once.value).toBe(once.value.trim());
        expect(once.value.length).toBeLessThanOrEqual(LONGEST_EVENT_TYPE);
        expect(readEventType(once.value, 'type')).toEqual(once);
      }),
    );
  });
});

describe('when an event happened', () => {
  it.each([undefined, null, '', '  '])('is now if it is not said (%p)', (occurredAt) => {
    expect(eventOf({ occurredAt }).occurredAt).toBe(NOW);
  });

  it.each([
    ['2026-03-07T10:00:00+02:00', Date.UTC(2026, 2, 7, 8)],
    ['2026-03-07T10:00', Date.UTC(2026, 2, 7, 9)],
    ['2026-03-07', Date.UTC(2026, 2, 6, 23)],
    [Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 1)],
    [new Date(NOW), NOW],
  ])('is read from %p, local to the zone where it has no offset', (occurredAt, at) => {
    expect(eventOf({ occurredAt }).occurredAt).toBe(at);
  });

  it('may be a day ahead of the clock and not more', () => {
    expect(eventOf({ occurredAt: NOW + MOST_AHEAD_MS }).occurredAt).toBe(NOW + MOST_AHEAD_MS);
    expect(problemsOf({ occurredAt: NOW + MOST_AHEAD_MS + 1 })).toEqual([
      { field: 'event.occurredAt', message: expect.stringContaining('2026-03-08T12:00:00.000Z') as string },
    ]);
  });

  it('is refused where nobody can tell which day is meant', () => {
    expect(problemsOf({ occurredAt: '3/7/2026' })).toEqual([
      {
        field: 'event.occurredAt',
        message: expect.stringContaining('event.occurredAt: "3/7/2026"') as string,
      },
    ]);
  });
});

describe('the key of an event', () => {
  it.each([
    [undefined, null],
    [null, null],
    ['  ', null],
    [' order-1 ', 'order-1'],
    [1001, '1001'],
  ])('%p is read as %p', (key, expected) => expect(eventOf({ key }).key).toBe(expected));

  it('is refused when it is too long or no text', () => {
    expect(eventOf({ key: 'k'.repeat(LONGEST_EVENT_KEY) }).key).toHaveLength(LONGEST_EVENT_KEY);
    expect(problemsOf({ key: 'k'.repeat(LONGEST_EVENT_KEY + 1) })[0]?.field).toBe('event.key');
    expect(problemsOf({ key: { id: 1 } })[0]?.field).toBe('event.key');
  });
});

describe('the properties of an event', () => {
  it('are none if none are given', () => expect(eventOf({}).properties).toEqual({}));

  it.each([[[1, 2]], ['text'], [7]])('must be an object, not %p', (properties) => {
    expect(problemsOf({ properties })[0]).toMatchObject({ field: 'event.properties' });
  });

  it('are counted in bytes, up to 64 kB', () => {
    const around = JSON.stringify({ a: '' }).length;
    const fitting = 'x'.repeat(LARGEST_PROPERTIES_BYTES - around);
    expect(eventOf({ properties: { a: fitting } }).properties).toEqual({ a: fitting });
    expect(problemsOf({ properties: { a: `${fitting}x` } })[0]?.field).toBe('event.properties');
    expect(problemsOf({ properties: { a: 'ü'.repeat(fitting.length / 2 + 1) } })[0]?.field).toBe(
      'event.properties',
    );
  });

  it('are refused when they are nested so deep that a stack would end with them', () => {
    const deep = JSON.parse(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`) as object;
    expect(problemsOf({ properties: deep })[0]?.message).toContain('100 levels');
    const fine = JSON.parse(`{"a":${'['.repeat(99)}${']'.repeat(99)}}`) as object;
    expect(problemsOf({ properties: fine })).toEqual([]);
  });
});

it('tells everything that is wrong at once', () => {
  const fields = problemsOf({ type: '', occurredAt: 'soon', key: true, properties: [] }).map(
    ({ field }) => field,
  );
  expect(fields).toEqual(['event.type', 'event.occurredAt', 'event.key', 'event.properties']);
});
