import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, Record<string, string>>;
  seen: Seen;
}

describe('celebrate-birthdays-and-anniversaries', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('celebrations');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  const mailsTo = (title: string, name: string) =>
    mails(title).filter((line) => line.split(' ').includes(name));
  /** How the latest celebration of each kind ended for everybody. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  /** The gift of a contact on one day and its reminder on another, at nine by its clock. */
  const pair = (name: string, gift: string, reminder: string) => [
    `${gift} 09:00 ${name} Send the Gift`,
    `${reminder} 09:00 ${name} Send the Reminder`,
  ];

  it('sends a gift at nine on each birthday, and a reminder a week later, however the birthday is written', () => {
    const title = 'every year';
    for (const name of ['ana', 'bor', 'cene', 'dana']) {
      expect(mailsTo(title, name)).toEqual([
        ...pair(name, '2026-04-10', '2026-04-17'),
        ...pair(name, '2027-04-10', '2027-04-17'),
        ...pair(name, '2028-04-10', '2028-04-17'),
      ]);
      expect(ends(title)[name]).toEqual({
        birthday: '2028 completed after 2: all mails sent (2028-04-17T07:00)',
      });
    }
    expect(mails(title)).toHaveLength(24);
  });

  it('names the gift, its code and its last day, the same in both mails', () => {
    const [first, second] = pick(
      cases.played('every year').timeline,
      'sent',
      'to',
      'subject',
      'text',
      'html',
      'details',
    ).filter(({ to }) => to === 'ana@example.com');
    expect(first).toMatchObject({
      subject: 'Happy birthday! Something for you',
      details: { from: 'Example Shop <shop@example.com>', replyTo: 'help@example.com' },
    });
    const code = /\n(GIFT-[0-9A-F]{8})\n/.exec(first?.text ?? '')?.[1] ?? '';
    expect(first?.text).toBe(
      `Hello Ana,\n\nhappy birthday! May it be a good day, and a good year. Here is a gift: 10 EUR off your next order. Enter this code when you pay, until 10 May:\n\n${code}\n\nFind something nice: https://shop.example.com\n\nYour Example Shop team\n\n--\nYou get this mail because you are a customer of Example Shop and agreed to our mails.\nUnsubscribe: https://shop.example.com/unsubscribe\nExample Shop, 1 Example Street, Exampletown`,
    );
    expect(second?.subject).toBe('Your gift is yours until 10 May');
    expect(second?.text).toContain(
      `your gift for your birthday is still waiting: 10 EUR off your next order, until 10 May.\n\n${code}\n`,
    );
    for (const mail of [first, second]) {
      expect(mail?.html).toContain(`<strong>${code}</strong>`);
      expect(mail?.html).toContain('<a href="https://shop.example.com/unsubscribe"');
      expect(mail?.html).not.toContain('n8n');
    }
  });

  it('gives each contact a code of its own, another one every year', () => {
    const codes = pick(cases.played('every year').timeline, 'sent', 'node', 'text', 'to')
      .filter(({ node }) => node === 'Send the Gift')
      .map(({ text }) => /GIFT-[0-9A-F]{8}/.exec(text ?? '')?.[0]);
    expect(new Set(codes).size).toBe(12);
    expect(codes).not.toContain(undefined);
  });

  it('keeps 29 February on the 28th in other years', () => {
    const title = '29 February';
    for (const name of ['berta', 'nora']) {
      expect(mailsTo(title, name)).toEqual([
        ...pair(name, '2027-02-28', '2027-03-07'),
        ...pair(name, '2028-02-29', '2028-03-07'),
        ...pair(name, '2029-02-28', '2029-03-07'),
      ]);
    }
    expect(ends(title).berta?.anniversary).toBe(
      '2029 left after 0: birthday on the same day (2029-02-28T08:00)',
    );
  });

  it('goes by the clock of each contact, for years, over every change of clocks', () => {
    const title = 'around the world';
    expect(mailsTo(title, 'apia')).toEqual([
      ...pair('apia', '2026-01-01', '2026-01-08'),
      ...pair('apia', '2027-01-01', '2027-01-08'),
      ...pair('apia', '2028-01-01', '2028-01-08'),
    ]);
    expect(mailsTo(title, 'kathmandu')).toEqual([
      ...pair('kathmandu', '2025-12-31', '2026-01-07'),
      ...pair('kathmandu', '2026-12-31', '2027-01-07'),
      ...pair('kathmandu', '2027-12-31', '2028-01-07'),
    ]);
    expect(mailsTo(title, 'howe')).toEqual(
      ['2026', '2027', '2028'].flatMap((year) => [
        ...pair('howe', `${year}-04-03`, `${year}-04-10`),
        ...pair('howe', `${year}-10-01`, `${year}-10-08`),
      ]),
    );
    expect(mailsTo(title, 'york')).toEqual(
      ['2026', '2027', '2028'].flatMap((year) => [
        ...pair('york', `${year}-03-08`, `${year}-03-15`),
        ...pair('york', `${year}-10-30`, `${year}-11-06`),
      ]),
    );
    const moments = (name: string) =>
      pick(cases.played(title).timeline, 'sent', 'at', 'to')
        .filter(({ at, to }) => to === `${name}@example.com` && at < '2027')
        .map(({ at }) => at.slice(0, 16));
    // The clocks of Lord Howe go half an hour back and forth; those of New York on the morning of the birthday.
    expect(moments('howe')).toEqual([
      ...['2026-04-02T22:00', '2026-04-09T22:30'],
      ...['2026-09-30T22:30', '2026-10-07T22:00'],
    ]);
    expect(moments('york')).toEqual([
      ...['2026-03-08T13:00', '2026-03-15T13:00'],
      ...['2026-10-30T13:00', '2026-11-06T14:00'],
    ]);
    expect(moments('kathmandu')).toEqual(['2025-12-31T03:15', '2026-01-07T03:15', '2026-12-31T03:15']);
    // New Year's Day in Samoa is still the old year in UTC, and yet the gift of the new one.
    expect(moments('apia')).toEqual(['2025-12-31T20:00', '2026-01-07T20:00', '2026-12-31T20:00']);
    expect(ends(title).apia).toEqual({
      birthday: '2028 completed after 2: all mails sent (2028-01-07T20:00)',
    });
  });

  it('sends the gift of a day that a zone left out in the morning after it', () => {
    const title = 'a day that was left out';
    expect(mailsTo(title, 'left')).toEqual([
      // From the first moment that there was again, which is in the quiet hours.
      '2011-12-31 08:00 left Send the Gift',
      '2012-01-07 08:00 left Send the Reminder',
      ...pair('left', '2012-12-30', '2013-01-06'),
    ]);
    expect(mailsTo(title, 'before')).toEqual([
      ...pair('before', '2011-12-25', '2012-01-01'),
      ...pair('before', '2012-12-25', '2013-01-01'),
    ]);
  });

  it('celebrates how many years a customer has been one, and never the day itself', () => {
    const title = 'anniversaries';
    const gifts = pick(cases.played(title).timeline, 'sent', 'local', 'to', 'subject', 'node')
      .filter(({ node }) => node === 'Send the Gift')
      .map(({ local, to, subject }) => `${local} ${to?.split('@')[0]}: ${subject}`);
    expect(gifts).toEqual([
      '2026-04-30 09:00 york: Thank you for 6 years with us',
      '2026-07-01 09:00 yearless: Thank you for all this time with us',
      '2027-01-01 09:00 seconds: Thank you for 27 years with us',
      '2027-03-02 09:00 today: Thank you for a year with us',
      '2027-04-30 09:00 york: Thank you for 7 years with us',
      '2027-07-01 09:00 yearless: Thank you for all this time with us',
      '2028-01-01 09:00 seconds: Thank you for 28 years with us',
      '2028-03-02 09:00 today: Thank you for 2 years with us',
      '2028-04-30 09:00 york: Thank you for 8 years with us',
      '2028-06-01 09:00 ahead: Thank you for a year with us',
      '2028-07-01 09:00 yearless: Thank you for all this time with us',
    ]);
    const reminders = mails(title).filter((line) => line.endsWith('Send the Reminder'));
    expect(reminders).toHaveLength(gifts.length);
    expect(ends(title).today).toEqual({
      anniversary: '2028 completed after 2: all mails sent (2028-03-09T08:00)',
    });
  });

  it('sends one gift where both fall on one day, and two where they are close', () => {
    const title = 'both on one day';
    expect(mailsTo(title, 'same')).toEqual(pair('same', '2026-04-10', '2026-04-17'));
    expect(mailsTo(title, 'leap')).toEqual(pair('leap', '2027-02-28', '2027-03-07'));
    expect(mailsTo(title, 'close')).toEqual([
      '2026-04-10 09:00 close Send the Gift',
      '2026-04-12 09:00 close Send the Gift',
      '2026-04-17 09:00 close Send the Reminder',
      '2026-04-19 09:00 close Send the Reminder',
    ]);
    expect(ends(title)).toEqual({
      same: {
        birthday: '2026 completed after 2: all mails sent (2026-04-17T07:00)',
        anniversary: '2026 left after 0: birthday on the same day (2026-04-10T07:00)',
      },
      leap: {
        birthday: '2027 completed after 2: all mails sent (2027-03-07T08:00)',
        anniversary: '2027 left after 0: birthday on the same day (2027-02-28T08:00)',
      },
      close: {
        birthday: '2026 completed after 2: all mails sent (2026-04-17T07:00)',
        anniversary: '2026 completed after 2: all mails sent (2026-04-19T07:00)',
      },
    });
  });

  it('reminds nobody who redeemed that very code of that very year, in capitals or not', () => {
    const title = 'redeemed';
    const sent = mails(title);
    expect(sent.filter((line) => line.startsWith('2026') && line.endsWith('Send the Reminder'))).toEqual([
      '2026-04-17 09:00 late Send the Reminder',
      '2026-04-17 09:00 other Send the Reminder',
    ]);
    const { seen } =
      cases.played<Told<{ first: Told['ends']; codes: Record<string, string>; next: string }>>(title).result;
    expect(seen.first).toEqual({
      capitals: { birthday: '2026 goal_reached after 1: redeemed (2026-04-12T12:00)' },
      small: { birthday: '2026 goal_reached after 1: redeemed (2026-04-12T12:00)' },
      other: { birthday: '2026 completed after 2: all mails sent (2026-04-17T07:00)' },
      late: { birthday: '2026 completed after 2: all mails sent (2026-04-17T07:00)' },
    });
    expect(seen.next).not.toBe(seen.codes.capitals);
    expect(sent).toContain('2027-04-17 09:00 capitals Send the Reminder');
  });

  it('asks before each mail for consent and suppression', () => {
    const title = 'consent';
    expect(mails(title)).toEqual([
      '2026-04-10 09:00 bounces Send the Gift',
      '2026-04-10 09:00 returns Send the Gift',
      '2026-04-10 09:00 withdraws Send the Gift',
      '2026-04-17 09:00 returns Send the Reminder',
    ]);
    expect(ends(title)).toEqual({
      never: { birthday: '2026 left after 0: consent to e-mail: none (2026-04-10T07:00)' },
      out: { birthday: '2026 left after 0: consent to e-mail: opted_out (2026-04-10T07:00)' },
      pending: { birthday: '2026 left after 0: consent to e-mail: pending (2026-04-10T07:00)' },
      withdraws: { birthday: '2026 left after 1: consent to e-mail: opted_out (2026-04-17T07:00)' },
      bounces: { birthday: '2026 left after 1: suppressed: hard_bounce (2026-04-17T07:00)' },
      returns: { birthday: '2026 completed after 2: all mails sent (2026-04-17T07:00)' },
    });
  });

  it('follows a birthday that changes, with one gift a year; forgets who is erased', () => {
    const title = 'birthdays that change';
    expect(mailsTo(title, 'before')).toEqual([
      ...pair('before', '2026-04-20', '2026-04-27'),
      ...pair('before', '2027-04-20', '2027-04-27'),
    ]);
    // Changed while the reminder waits: the gift is theirs, and no second one comes on the new day.
    expect(mailsTo(title, 'during')).toEqual([
      ...pair('during', '2026-04-10', '2026-04-17'),
      ...pair('during', '2027-04-15', '2027-04-22'),
    ]);
    expect(mailsTo(title, 'later')).toEqual([
      ...pair('later', '2026-04-10', '2026-04-17'),
      ...pair('later', '2027-12-10', '2027-12-17'),
    ]);
    expect(mailsTo(title, 'cleared')).toEqual(pair('cleared', '2026-04-10', '2026-04-17'));
    expect(mailsTo(title, 'erased')).toEqual(['2026-04-10 09:00 erased Send the Gift']);
  });

  it('congratulates who is told of before nine on the day, and next year who is told of later', () => {
    expect(mails('told on the day')).toEqual([
      ...pair('ana', '2026-04-10', '2026-04-17'),
      '2027-04-10 09:00 ana Send the Gift',
      '2027-04-10 09:00 bor Send the Gift',
    ]);
  });

  it('goes along to another zone, and congratulates once where the day begins a second time', () => {
    const title = 'moves to another zone';
    expect(mails(title)).toEqual([
      '2026-04-10 09:00 date Send the Gift',
      '2026-04-10 09:00 west Send the Gift',
      // The wait keeps the moment that it began with.
      '2026-04-16 10:00 date Send the Reminder',
      '2026-04-17 09:00 west Send the Reminder',
    ]);
  });

  it('does with little: no name, no zone, no date that can be read; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title).map((line) => line.replace(/:\d\d(\.\d+)?Z/, 'Z'))).toEqual([
      '2026-04-10T03:15Z nepal Send the Gift',
      '2026-04-10 09:00 eve Send the Gift',
      '2026-04-10T07:00Z nobody Send the Gift',
      '2026-04-17T03:15Z nepal Send the Reminder',
      '2026-04-17 09:00 eve Send the Reminder',
      '2026-04-17T07:00Z nobody Send the Reminder',
    ]);
    expect(ends(title)).toMatchObject({
      'contact 3': { anniversary: '2026 left after 0: no e-mail address (2026-04-10T07:00)' },
      ...{ soon: {}, none: {}, objects: {}, slashes: {} },
    });
    expect(errorsOf(cases.played(title))).toEqual([]);
    const sent = pick(cases.played(title).timeline, 'sent', 'to', 'text', 'html');
    for (const { to, text, html } of sent) {
      if (to !== 'eve@example.com') expect(text).toMatch(/^Hello,\n/);
      expect(`${text} ${html}`).not.toMatch(/undefined|null|NaN|Invalid/);
    }
    const eve = sent.find(({ to }) => to === 'eve@example.com');
    expect(eve?.html).toContain('<p>Hello &#60;img src=x onerror=alert(1)&#62; &#38; Eve,</p>');
    expect(eve?.html).not.toContain('<img');
  });

  it('is up to a day late when it was off, never in the night, and leaves out what is older', () => {
    const title = 'off on the day';
    expect(mails(title).filter((line) => line.startsWith('2026'))).toEqual([
      '2026-04-01 09:00 reminded Send the Gift',
      '2026-04-11 08:00 night Send the Gift',
      '2026-04-11 08:00 reminded Send the Reminder',
    ]);
    expect(cases.played<Told<Told['ends']>>(title).result.seen).toEqual({
      long: { birthday: '2026 left after 0: too late: the day is over (2026-04-10T21:00)' },
      night: { birthday: '2026 left after 1: too late: the gift is over (2026-06-01T12:00)' },
      reminded: { birthday: '2026 completed after 2: all mails sent (2026-04-11T06:00)' },
    });
    expect(mails(title).filter((line) => line.startsWith('2027'))).toEqual([
      '2027-04-01 09:00 reminded Send the Gift',
      '2027-04-06 09:00 long Send the Gift',
      '2027-04-08 09:00 reminded Send the Reminder',
      '2027-04-10 09:00 night Send the Gift',
      '2027-04-13 09:00 long Send the Reminder',
      '2027-04-17 09:00 night Send the Reminder',
    ]);
  });

  it('finds the dates of contacts that were there before, and none that is past', () => {
    const title = 'known before it was published';
    expect(mails(title)).toEqual(pair('ana', '2026-04-10', '2026-04-17'));
    expect(ends(title).past).toEqual({});
  });

  it('loses and repeats nothing when n8n starts again', () => {
    const title = 'n8n starts again in between';
    expect(mails(title)).toEqual([
      '2026-04-10 09:00 ana Send the Gift',
      '2026-04-10 09:00 bor Send the Gift',
      '2026-04-17 09:00 ana Send the Reminder',
      '2027-04-10 09:00 ana Send the Gift',
      '2027-04-10 09:00 bor Send the Gift',
    ]);
    expect(ends(title).bor).toEqual({
      birthday: '2026 goal_reached after 1: redeemed (2026-04-12T12:00)',
    });
  });

  it('tries a mail again that fails, and marks who could not be mailed, without touching anybody else', () => {
    const title = 'mails that fail';
    expect(mails(title)).toEqual([
      '2026-04-10 09:00 ana Send the Gift',
      '2026-04-10 09:00 cene Send the Gift',
      '2026-04-10 09:00 dana Send the Gift',
      '2026-04-17 09:00 ana Send the Reminder',
      '2026-04-17 09:00 dana Send the Reminder',
    ]);
    expect(errorsOf(cases.played(title)).sort()).toEqual([
      'ana@example.com: Try later',
      ...Array<string>(3).fill('bor@example.com: Mailbox busy'),
      ...Array<string>(3).fill('cene@example.com: No such mailbox'),
    ]);
    expect(ends(title)).toMatchObject({
      bor: { birthday: '2026 failed after 0: mail 1 failed: Mailbox busy (2026-04-10T07:00)' },
      cene: { birthday: '2026 failed after 1: mail 2 failed: No such mailbox (2026-04-17T07:00)' },
    });
  });

  it('takes one code for everybody, texts and times from the settings', () => {
    const { timeline, result } = cases.played<Told>('one code for everybody');
    const sent = pick(timeline, 'sent', 'at', 'to', 'text');
    expect(sent.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`)).toEqual([
      '07:00:00 ana',
      '07:00:00 bor',
      '07:00:20 ana',
    ]);
    for (const { text } of sent) expect(text).toContain('\nHAPPY10\n');
    expect(sent[0]?.text).toContain('\n\ncheers! Here is a gift: ');
    expect(result.ends.bor).toEqual({
      birthday: '2026 goal_reached after 1: redeemed (2026-04-10T07:00)',
    });
  });

  it('passes every wait at once in a test run, also for a date that says nothing', () => {
    const { timeline, result } = cases.played<Told<Array<{ status: string; nodes: string[] }>>>(
      'a test run from the editor',
    );
    for (const { status, nodes } of result.seen) {
      expect(status).toBe('success');
      expect(nodes).toContain('Mark as Completed');
    }
    expect(pick(timeline, 'sent', 'local', 'to', 'node')).toEqual([
      { local: '2026-03-02 10:00', to: 'since@example.com', node: 'Send the Gift' },
      { local: '2026-03-02 10:00', to: 'since@example.com', node: 'Send the Reminder' },
      { local: '2026-03-02 10:00', to: 'ana@example.com', node: 'Send the Gift' },
      { local: '2026-03-02 10:00', to: 'ana@example.com', node: 'Send the Reminder' },
    ]);
  });
});
