import type { Contact, ContactPatch } from '../../../src/domain/contact/contact';
import { planUpserts, type KnownContacts, type UpsertRequest } from '../../../src/domain/contact/upsert';

const ana: Contact = {
  id: 1,
  email: 'ana@example.com',
  phone: '+442079460958',
  externalId: null,
  firstName: 'Ana',
  lastName: null,
  locale: null,
  timezone: null,
  country: null,
  lifecycleStage: null,
  properties: {},
  createdAt: 0,
  updatedAt: 0,
};

const known: KnownContacts = {
  byIdentifier: new Map([
    ['email:ana@example.com', 1],
    ['phone:+442079460958', 1],
  ]),
  contacts: new Map([[1, ana]]),
  tags: new Map(),
  lists: new Map(),
};

function request(identifiers: ContactPatch['identifiers'], more: Partial<UpsertRequest> = {}): UpsertRequest {
  return { patch: { identifiers, fields: {}, properties: {}, tags: [], lists: [] }, mode: 'upsert', ...more };
}

const decide = (asked: UpsertRequest) => planUpserts([asked], known, [2], 10);

describe('a telephone that two people share', () => {
  it('never lets one of them overwrite the address of the other', () => {
    const plan = decide(request({ email: 'ben@example.com', phone: '+442079460958' }));
    expect(plan.results).toEqual([
      {
        outcome: 'refused',
        problems: [{ field: 'phone', message: expect.stringContaining('belongs to contact 1') as string }],
      },
    ]);
    expect(plan.contacts).toEqual([]);
  });

  it('finds its contact where no other e-mail is given', () => {
    expect(decide(request({ phone: '+442079460958' })).results).toMatchObject([
      { outcome: 'unchanged', contactId: 1 },
    ]);
    expect(decide(request({ phone: '+442079460958', email: 'ana@example.com' })).results).toMatchObject([
      { outcome: 'unchanged', contactId: 1 },
    ]);
  });

  it('finds it all the same where the phone is chosen to match', () => {
    const plan = decide(
      request({ email: 'ben@example.com', phone: '+442079460958' }, { matchOn: ['phone'] }),
    );
    expect(plan.results).toMatchObject([{ outcome: 'updated', contactId: 1, changed: ['email'] }]);
  });
});
