import { suppress } from '../../src/app/suppress';
import type { ClaimResult } from '../../src/app/messages/claim-messages';
import type { Channel } from '../../src/domain/channel/channel';
import type { JsonObject } from '../../src/domain/json';
import { onEachDatabase } from '../store/each-database';
import { channelOf, claim, claimOf, told } from './message-requests';
import { contactId, WHOLE } from './requests';
import { NOW } from './store-contents';

const SMS = channelOf('sms');
const MOBILE = channelOf('sms', { address: { from: 'property', property: 'mobile' } });
const WORK_MAIL = channelOf('email', { address: { from: 'property', property: 'work' } });

onEachDatabase('addresses of messages', (test) => {
  let made = 0;
  const contact = (properties: JsonObject, country: string | null = null) =>
    contactId(test.store, NOW, { email: `p${++made}@example.com` }, { properties, fields: { country } });
  const ask = async (id: number, channel: Channel): Promise<ClaimResult> => {
    const rules = { channels: [channel], purpose: 'transactional' as const, message: `m${++made}` };
    const [result] = await claim(test.store, NOW, claimOf(id, rules));
    if (!result) throw new Error('Nothing came of it');
    return result;
  };
  const why = (result: ClaimResult) =>
    result.outcome === 'refused' || result.outcome === 'claimed'
      ? told(result)
      : result.decision.reasons.join(' ');
  const address = (result: ClaimResult) =>
    result.outcome === 'claimed' ? result.decision.address : told(result);

  it('a phone of the right length that no numbering plan knows is kept, and gets no text message', async () => {
    const id = await contactId(test.store, NOW, { email: 'ann@example.com', phone: '+15555555555' });
    expect((await test.read((tx) => tx.contacts.get([id]))).get(id)?.phone).toBe('+15555555555');
    expect(why(await ask(id, SMS))).toBe(
      'sms: "+15555555555" is not a valid telephone number: no numbering plan knows it.',
    );
    const both = { channels: [SMS, channelOf('email')], purpose: 'transactional' as const };
    expect(told((await claim(test.store, NOW, claimOf(id, both)))[0])).toBe('email');
  });

  it('a national number in a property is read in the country of the contact', async () => {
    for (const [mobile, country, e164] of [
      ['0151 23456789', 'DE', '+4915123456789'],
      ['0151 23456789', 'de', '+4915123456789'],
      ['07400 123456', 'GB', '+447400123456'],
      ['+44 7400 123456', 'DE', '+447400123456'],
      ['0044 7400 123456', null, '+447400123456'],
    ] as const) {
      const result = await ask(await contact({ mobile }, country), MOBILE);
      expect(address(result)).toEqual({
        value: e164,
        all: [e164],
        country: e164.startsWith('+49') ? 'DE' : 'GB',
      });
    }
    expect(why(await ask(await contact({ mobile: '0151 23456789' }), MOBILE))).toMatch(
      /"0151 23456789" cannot be read as a telephone number without a country/,
    );
    expect(why(await ask(await contact({ mobile: '0151 23456789' }, 'FR'), MOBILE))).toMatch(
      /"0151 23456789"/,
    );
  });

  it.each([
    ['1-800-FLOWERS', 'US'],
    ['+44 7400 123456 ext. 9', 'GB'],
    ['\u{1f4de}', 'GB'],
    ['+447400123456, +447400123457', 'GB'],
    ['+44740012345600000000', 'GB'],
    ['n/a', 'GB'],
  ])('sends no text message to %s', async (mobile, country) => {
    expect(why(await ask(await contact({ mobile }, country), MOBILE))).toContain(JSON.stringify(mobile));
  });

  it('has nowhere to send to where a property is absent, null or blank', async () => {
    for (const properties of [{}, { mobile: null }, { mobile: ' ' }] as JsonObject[]) {
      expect(why(await ask(await contact(properties, 'GB'), MOBILE))).toMatch(/nothing in mobile/);
    }
  });

  it('a suppressed number or address is so wherever it stands', async () => {
    const targets = [
      { channel: 'sms', address: '+447400123456' },
      { channel: 'email', address: 'ann@work.example.com' },
    ];
    await suppress(
      test.store,
      targets.map(({ channel, address: own }) => ({
        channel,
        target: { address: own },
        reason: 'hard_bounce',
      })),
      NOW,
      WHOLE,
    );
    const id = await contact({ mobile: '07400 123456', work: 'Ann@Work.example.com' }, 'GB');
    expect(why(await ask(id, MOBILE))).toMatch(/suppressed/);
    expect(why(await ask(id, WORK_MAIL))).toMatch(/suppressed/);
  });

  it('holds an e-mail address in a property against its syntax', async () => {
    expect(address(await ask(await contact({ work: 'Ann@Work.Example.com' }), WORK_MAIL))).toMatchObject({
      value: 'ann@work.example.com',
    });
    const hostile = 'ann@example.com\r\nBcc: all@example.com';
    expect(why(await ask(await contact({ work: hostile }), WORK_MAIL))).toMatch(/is not an e-mail address/);
  });
});
