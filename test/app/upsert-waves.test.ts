import { upsertContacts } from '../../src/app/upsert-contacts';
import type { UpsertRequest, UpsertResult } from '../../src/domain/contact/upsert';
import { onEachDatabase } from '../store/each-database';
import { SINGLY, upsertOf } from './requests';
import { everything, NOW } from './store-contents';

/** More than are read ahead at once, about contacts that come again and again. */
const REQUESTS = 5_300;

function requestOf(n: number): UpsertRequest {
  // Seldom enough that most of what was read ahead stays true.
  if (n % 1_999 === 1_000) return upsertOf({ email: `p${n % 400}@example.com`, anonymousId: `d${n % 90}` });
  // Two contacts by now: refused.
  if (n % 97 === 50) return upsertOf({ email: 'p1@example.com', externalId: `x${n % 250}` });
  if (n % 6 === 0) return upsertOf({ anonymousId: `d${n % 90}` }, { tags: [`t${n % 3}`] });
  if (n % 6 === 1) return upsertOf({ email: `p${n % 400}@example.com` }, { properties: { n } });
  if (n % 6 === 2) return upsertOf({ externalId: `x${n % 250}`, email: `q${n % 330}@example.com` });
  if (n % 6 === 3)
    return upsertOf({ externalId: `x${n % 250}`, anonymousId: null }, { lists: [`l${n % 2}`] });
  if (n % 6 === 4)
    return upsertOf({ email: `q${n % 330}@example.com`, externalId: null }, { tags: ['seen'] });
  return upsertOf({ email: `new${n}@example.com` }, { properties: { n } });
}

onEachDatabase('a batch of several waves', (test) => {
  it('does what small batches do', async () => {
    const requests = Array.from({ length: REQUESTS }, (_, n) => requestOf(n));
    const results = await upsertContacts(test.store, requests, NOW, SINGLY);
    const whole = await everything(test);
    await test.beginAnew();
    const small: UpsertResult[] = [];
    for (let at = 0; at < requests.length; at += 265) {
      small.push(...(await upsertContacts(test.store, requests.slice(at, at + 265), NOW, SINGLY)));
    }
    expect(results.map(({ outcome }) => outcome)).toEqual(small.map(({ outcome }) => outcome));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(
      new Set(['created', 'updated', 'unchanged', 'refused']),
    );
    expect(byContent(await everything(test))).toEqual(byContent(whole));
  });
});

/** Each contact by what it holds: ids differ where a batch reserved more than it needed. */
function byContent(stored: Awaited<ReturnType<typeof everything>>): string[] {
  const identifiers = Map.groupBy(stored.identifiers, ({ contactId }) => contactId);
  const [tags, lists] = [new Map(stored.tags), new Map(stored.lists)];
  return stored.contacts
    .map(({ id, ...contact }) => {
      const own = identifiers.get(id)?.map(({ kind, value }) => `${kind}:${value}`);
      return JSON.stringify([Object.entries(contact), own, tags.get(id), lists.get(id)]);
    })
    .sort();
}
