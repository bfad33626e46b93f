import fc from 'fast-check';
import { matchesEventType, toEventTravelForm } from '../../../src/domain/event/event';

const type = fc.string({ unit: fc.constantFrom('a', 'b', '_', '.', '%', '\\', '(', '[', '+'), maxLength: 8 });

describe('laws of event types', () => {
  test('a type fits itself and every beginning of it followed by *', () => {
    fc.assert(
      fc.property(type, fc.nat(8), (name, length) => {
        expect(matchesEventType(name, name)).toBe(true);
        expect(matchesEventType(`${name.slice(0, length)}*`, name)).toBe(true);
        expect(matchesEventType('*', name)).toBe(true);
      }),
    );
  });

  test('nothing else fits, and no other sign is a wildcard', () => {
    fc.assert(
      fc.property(type, type, (pattern, name) => {
        expect(matchesEventType(pattern, name)).toBe(pattern === name);
        expect(matchesEventType(`${pattern}*`, name)).toBe(name.slice(0, pattern.length) === pattern);
      }),
    );
  });

  test('a * elsewhere is a letter like any other, and case counts', () => {
    expect(matchesEventType('order_*_x', 'order_placed_x')).toBe(false);
    expect(matchesEventType('*placed', 'order_placed')).toBe(false);
    expect(matchesEventType('Order_*', 'order_placed')).toBe(false);
  });

  test('travels with its time as ISO text and without its key', () => {
    const event = {
      id: 3,
      contactId: 1,
      type: 'x',
      occurredAt: 0,
      recordedAt: 9,
      properties: { a: 1 },
      key: 'secret',
    };
    expect(toEventTravelForm(event)).toEqual({
      id: 3,
      type: 'x',
      occurredAt: '1970-01-01T00:00:00.000Z',
      properties: { a: 1 },
    });
  });
});
