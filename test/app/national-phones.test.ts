import { updateContacts } from '../../src/app/update-contacts';
import { upsertContacts } from '../../src/app/upsert-contacts';
import { readContactPatch } from '../../src/domain/contact/contact-patch';
import type { UpsertRequest } from '../../src/domain/contact/upsert';
import { onEachDatabase } from '../store/each-database';
import { SINGLY } from './requests';
import { NOW } from './store-contents';

onEachDatabase('a national telephone number', (test) => {
  const patchOf = (raw: Record<string, unknown>, defaultCountry?: string) => {
    const options = { asksContactCountry: true, ...(defaultCountry ? { defaultCountry } : {}) };
    const reading = readContactPatch(raw, options);
    if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
    return reading.value;
  };
  const upsert = (...raws: ReadonlyArray<readonly [Record<string, unknown>, string?]>) => {
    const requests = raws.map((raw): UpsertRequest => ({ patch: patchOf(...raw), mode: 'upsert' }));
    return upsertContacts(test.store, requests, NOW, SINGLY);
  };
  const phones = async () =>
    (await test.read((tx) => tx.contacts.select({ limit: 100 }))).map(({ phone }) => phone);
  const known = [
    { email: 'ann@example.com', country: 'GB' },
    { email: 'ben@example.com', country: 'AT' },
    { email: 'cid@example.com' },
  ].map((raw) => [raw] as const);

  it('is read in the country of the contact that it is about, before the default country', async () => {
    await upsert(...known);
    const results = await upsert(
      [{ email: 'ann@example.com', phone: '020 7946 0958' }],
      [{ email: 'ben@example.com', phone: '01 234567890' }, 'GB'],
      [{ email: 'cid@example.com', phone: '020 7946 0959' }, 'GB'],
      [{ email: 'dan@example.com', phone: '020 7946 0957' }, 'GB'],
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['updated', 'updated', 'updated', 'created']);
    expect(await phones()).toEqual(['+442079460958', '+431234567890', '+442079460959', '+442079460957']);
  });

  it('is refused where no country is known, or it is none there, and the message says which', async () => {
    await upsert(...known);
    const results = await upsert(
      [{ email: 'cid@example.com', phone: '020 7946 0958' }],
      [{ email: 'new@example.com', phone: '020 7946 0958' }],
      [{ email: 'ann@example.com', phone: '030' }, 'DE'],
      [{ email: 'ann@example.com', phone: '0800-FLOWERS' }],
    );
    expect(
      results.map((own) => (own.outcome === 'refused' ? own.problems[0]?.message : own.outcome)),
    ).toEqual([
      expect.stringMatching(/^"020 7946 0958" cannot be read as a telephone number without a country/),
      expect.stringMatching(/^"020 7946 0958" cannot be read as a telephone number without a country/),
      expect.stringMatching(/^"030" is not a telephone number of GB/),
      expect.stringMatching(/^"0800-FLOWERS" is not a telephone number/),
    ]);
    expect(await phones()).toEqual([null, null, null]);
  });

  it('belongs to one contact, whichever way it is written', async () => {
    await upsert(...known);
    await upsert([{ externalId: '1', phone: '+44 20 7946 0958' }]);
    const [result] = await upsert([{ email: 'ann@example.com', phone: '020 7946 0958' }]);
    const [same] = await upsert([{ email: 'ann@example.com', phone: '+44 20 7946 0958' }]);
    expect(result).toEqual(same);
  });

  it('is read in the country of the contact that is updated', async () => {
    await upsert(...known);
    const contact = { id: 1, identifiers: [] };
    const request = { contact, patch: patchOf({ phone: '020 7946 0958' }) };
    expect(await updateContacts(test.store, [request], NOW, SINGLY)).toMatchObject([{ outcome: 'updated' }]);
    expect((await phones())[0]).toBe('+442079460958');
  });
});
