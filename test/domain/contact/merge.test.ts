import fc from 'fast-check';
import { CONTACT_FIELDS, type Contact } from '../../../src/domain/contact/contact';
import { isAnonymous, mergeContacts } from '../../../src/domain/contact/merge';

const text = fc.option(fc.constantFrom('a', 'b', 'c'));
const contact: fc.Arbitrary<Contact> = fc.record({
  id: fc.integer({ min: 1, max: 9 }),
  email: text,
  phone: text,
  externalId: text,
  firstName: text,
  lastName: text,
  locale: text,
  timezone: text,
  country: text,
  lifecycleStage: text,
  properties: fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), fc.constantFrom(1, null, 'z')),
  createdAt: fc.nat(100),
  updatedAt: fc.nat(100),
});
const NOW = 1_000;

describe('laws of merging contacts', () => {
  test('nothing is lost: a value either of them has is had by the one they become', () => {
    fc.assert(
      fc.property(contact, contact, (survivor, absorbed) => {
        const merged = mergeContacts(survivor, absorbed, NOW);
        for (const field of CONTACT_FIELDS) {
          const either = [survivor[field], absorbed[field]];
          expect(either).toContain(merged[field]);
          expect(merged[field] === null).toBe(either.every((value) => value === null));
        }
        const names = new Set([...Object.keys(survivor.properties), ...Object.keys(absorbed.properties)]);
        expect(new Set(Object.keys(merged.properties))).toEqual(names);
      }),
    );
  });

  test('keeps the id of the survivor, is as old as the older, and was changed now', () => {
    fc.assert(
      fc.property(contact, contact, (survivor, absorbed) => {
        expect(mergeContacts(survivor, absorbed, NOW)).toMatchObject({
          id: survivor.id,
          createdAt: Math.min(survivor.createdAt, absorbed.createdAt),
          updatedAt: NOW,
        });
      }),
    );
  });

  test('merging again changes nothing but the time of it', () => {
    fc.assert(
      fc.property(contact, contact, (survivor, absorbed) => {
        const once = mergeContacts(survivor, absorbed, NOW);
        expect(mergeContacts(once, absorbed, NOW)).toEqual(once);
        expect(mergeContacts(survivor, survivor, NOW)).toEqual({ ...survivor, updatedAt: NOW });
      }),
    );
  });

  test('the known one wins over the anonymous one, whichever survives and however new', () => {
    fc.assert(
      fc.property(contact, contact, fc.boolean(), (a, b, knownSurvives) => {
        const known = { ...a, email: 'k@example.com' };
        const anonymous = { ...b, email: null, phone: null, externalId: null };
        expect([isAnonymous(known), isAnonymous(anonymous)]).toEqual([false, true]);
        const merged = knownSurvives
          ? mergeContacts(known, anonymous, NOW)
          : mergeContacts(anonymous, known, NOW);
        for (const field of CONTACT_FIELDS) expect(merged[field]).toBe(known[field] ?? anonymous[field]);
        for (const [name, value] of Object.entries(known.properties)) {
          expect(Object.entries(merged.properties)).toContainEqual([name, value]);
        }
      }),
    );
  });

  test('of two known ones the newer value wins, the survivor on a tie', () => {
    fc.assert(
      fc.property(contact, contact, (a, b) => {
        const [survivor, absorbed] = [
          { ...a, email: 'a@example.com' },
          { ...b, email: 'b@example.com' },
        ];
        const newer = absorbed.updatedAt > survivor.updatedAt ? absorbed : survivor;
        const older = newer === survivor ? absorbed : survivor;
        const merged = mergeContacts(survivor, absorbed, NOW);
        for (const field of CONTACT_FIELDS) expect(merged[field]).toBe(newer[field] ?? older[field]);
      }),
    );
  });
});
