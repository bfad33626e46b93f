import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}

describe('act-on-satisfaction', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('act-on-satisfaction');
  });

  /** Everything that was sent: to contacts by name; to the team, whom it is about. */
  const messages = (title: string) => {
    const played = cases.played(title);
    const toContacts = { ...played, timeline: played.timeline.filter(({ node }) => !isAlert(node)) };
    return messagesOf(toContacts);
  };
  const alerts = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'at', 'node', 'to', 'subject')
      .filter(({ node }) => isAlert(node))
      .map(({ at, to, subject }) => `${at.slice(0, 16)} ${String(to?.split('@')[0])}: ${subject}`)
      .sort();
  const isAlert = (node: string | undefined) => node?.startsWith('Tell a Person') === true;
  /** How it ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const seen = <Seen>(title: string) => cases.played<Told<Seen>>(title).result.seen;
  const sentBy = (title: string, node: string, to?: string) =>
    cases
      .played(title)
      .timeline.find((entry) => entry.kind === 'sent' && entry.node === node && (!to || entry.to === to));

  it('gives who is satisfied content and an offer, the others help by their reason, and tells a person', () => {
    const title = 'each answer to its end';
    expect(messages(title)).toEqual([
      '2026-03-02 11:00 ana Send the Content',
      '2026-03-02 11:00 bor Send the Content',
      '2026-03-02 11:15 cene Send an Apology',
      '2026-03-02 11:15 colour Send an Apology',
      '2026-03-02 11:15 delivery Send Help With the Delivery',
      '2026-03-02 11:15 price Send Help With the Price',
      '2026-03-02 11:15 quality Send Help With the Quality',
      '2026-03-02 11:15 service Send Help With the Service',
      '2026-03-09 11:00 ana Send the Offer',
      '2026-03-09 11:00 bor Send the Offer',
    ]);
    expect(alerts(title)).toEqual([
      '2026-03-02T09:15 service: Cene is not satisfied: 6 of 10',
      '2026-03-02T09:15 service: Colour is not satisfied: 4 of 10',
      '2026-03-02T09:15 service: Delivery is not satisfied: 2 of 10',
      '2026-03-02T09:15 service: Price is not satisfied: 0 of 10',
      '2026-03-02T09:15 service: Quality is not satisfied: 1 of 10',
      '2026-03-02T09:15 service: Service is not satisfied: 3 of 10',
    ]);
    const apologised = (reason: string) =>
      `completed after 1: not satisfied: apology sent, reason: ${reason} (2026-03-02T10:15)`;
    expect(ends(title)).toEqual({
      ana: 'completed after 2: satisfied: content and offer sent (2026-03-09T10:00)',
      bor: 'completed after 2: satisfied: content and offer sent (2026-03-09T10:00)',
      cene: apologised('not given'),
      ...{ price: apologised('Price'), quality: apologised('Quality'), delivery: apologised('Delivery') },
      ...{ service: apologised('Service'), colour: apologised('Colour') },
    });
    const names = ['cene', 'colour', 'delivery', 'price', 'quality', 'service'];
    expect(seen(title)).toEqual(
      names.map((name) => `alert_sent to service@example.com of ${name}@example.com`),
    );
  });

  it('says in each mail what helps, why they get it, and how to unsubscribe', () => {
    const title = 'each answer to its end';
    const help: Array<[string, RegExp]> = [
      [
        'Send the Content',
        /^Hello \w+,\n\nthank you for \d+ of 10\.[^]*Read it: https:\/\/www\.example\.com/,
      ],
      [
        'Send the Offer',
        /10% off your next order[^]*\n\nTHANKYOU10\n\nUse my code: https:\/\/www\.example\.com/,
      ],
      ['Send Help With the Price', /our price was not right[^]*\n\nFAIRPRICE15\n\n/],
      [
        'Send Help With the Quality',
        /Replace it or get the money back: https:\/\/www\.example\.com\/returns/,
      ],
      ['Send Help With the Delivery', /free delivery of your next order:\n\nFREEDELIVERY\n\n/],
      ['Send Help With the Service', /\n\n\+1 555 0100\n\n/],
      ['Send an Apology', /We are sorry, and we would like to know what went wrong/],
    ];
    for (const [node, text] of help) {
      const mail = sentBy(title, node);
      expect(mail?.text).toMatch(text);
      expect(mail?.text).toMatch(
        /\nYou get this mail because you answered our survey[^]*\nUnsubscribe: https:\/\/www\.example\.com\/unsubscribe\nExample Company, 1 Example Street, Exampletown$/,
      );
      expect(mail?.html).toContain('<a href="https://www.example.com/unsubscribe"');
      expect(`${mail?.text} ${mail?.html}`).not.toMatch(/undefined|null|NaN|n8n/);
      expect(mail?.details).toMatchObject({
        from: 'Example Company <hello@example.com>',
        replyTo: 'hello@example.com',
      });
    }
  });

  it('tells the person who answered what, why, and what helps, ready to reply to the contact', () => {
    const alert = cases
      .played('each answer to its end')
      .timeline.find(({ subject }) => subject === 'Price is not satisfied: 0 of 10');
    expect(alert?.details).toMatchObject({ replyTo: 'price@example.com' });
    expect(alert?.text).toBe(
      [
        'Price answered 0 of 10 to "nps".',
        'Reason: Price\nComment: Not again.\nReally.',
        'E-mail: price@example.com\nPhone: unknown\nStage: none yet\nCountry: unknown\nTheir time: 10:15 in Europe/Berlin',
        'What helps: show what the price holds, or what else they could take. They get an apology by mail after 1 hour, or when their night is over.',
        'Reply to this mail to write to them.',
      ].join('\n\n'),
    );
  });

  it('stops when they answer again, in whichever wait, and acts on the new answer', () => {
    const title = 'answers again in the middle of each wait';
    expect(messages(title)).toEqual([
      '2026-03-02 11:00 bor Send the Content',
      '2026-03-02 11:00 ema Send the Content',
      '2026-03-02 11:10 cene Send the Content',
      '2026-03-02 11:25 ana Send Help With the Price',
      '2026-03-02 11:45 dana Send Help With the Service',
      '2026-03-05 11:45 bor Send Help With the Delivery',
      '2026-03-09 11:00 ema Send the Offer',
      '2026-03-09 11:10 cene Send the Offer',
    ]);
    // Cene corrected her click before anybody was told.
    expect(alerts(title)).toEqual([
      '2026-03-02T09:15 service: Dana is not satisfied: 2 of 10',
      '2026-03-02T09:25 service: Ana is not satisfied: 3 of 10',
      '2026-03-02T09:45 service: Dana is not satisfied: 0 of 10',
      '2026-03-05T09:45 service: Bor is not satisfied: 4 of 10',
    ]);
    expect(seen<{ between: unknown }>(title).between).toEqual({
      ana: 'goal_reached after 0: answered again: 3 (2026-03-02T09:10)',
      bor: 'goal_reached after 1: answered again: 4 (2026-03-05T09:30)',
      cene: 'goal_reached after 0: answered again: 10 (2026-03-02T09:10)',
      dana: 'goal_reached after 0: answered again: 0 (2026-03-02T09:30)',
      ema: null,
    });
    expect(ends(title)).toEqual({
      ana: 'completed after 1: not satisfied: apology sent, reason: price (2026-03-02T10:25)',
      bor: 'completed after 1: not satisfied: apology sent, reason: delivery (2026-03-05T10:45)',
      cene: 'completed after 2: satisfied: content and offer sent (2026-03-09T10:10)',
      dana: 'completed after 1: not satisfied: apology sent, reason: service (2026-03-02T10:45)',
      ema: 'completed after 2: satisfied: content and offer sent (2026-03-09T10:00)',
    });
  });

  it('acts once on an answer given twice, again on one given half a year later, and not on one told again', () => {
    const title = 'the same answer again, and half a year later';
    expect(messages(title)).toEqual([
      '2026-03-02 11:00 ana Send the Content',
      '2026-03-02 11:00 bor Send the Content',
      '2026-03-02 11:15 cene Send an Apology',
      '2026-03-09 11:00 ana Send the Offer',
      '2026-03-09 11:00 bor Send the Offer',
      '2026-08-29 12:00 ana Send the Content',
      '2026-09-05 12:00 ana Send the Offer',
    ]);
    expect(alerts(title)).toEqual(['2026-03-02T09:15 service: Cene is not satisfied: 2 of 10']);
    // Three weeks later is too early for the same content.
    expect(ends(title).bor).toBe('left after 0: had the content within 60 days (2026-03-22T09:00)');
  });

  it('asks before each mail for consent and suppression; people of the team hear of everybody', () => {
    const title = 'consent';
    expect(messages(title)).toEqual([
      '2026-03-02 11:00 bounces Send the Content',
      '2026-03-02 11:00 withdraws Send the Content',
    ]);
    expect(alerts(title)).toEqual([
      '2026-03-02T09:15 service: Angry is not satisfied: 0 of 10',
      '2026-03-02T09:15 service: Late is not satisfied: 3 of 10',
      '2026-03-02T09:15 service: Unhappy is not satisfied: 3 of 10',
    ]);
    expect(ends(title)).toEqual({
      never: 'left after 0: consent to e-mail: none (2026-03-02T10:00)',
      out: 'left after 0: consent to e-mail: opted_out (2026-03-02T10:00)',
      pending: 'left after 0: consent to e-mail: pending (2026-03-02T10:00)',
      withdraws: 'left after 1: consent to e-mail: opted_out (2026-03-09T10:00)',
      bounces: 'left after 1: suppressed: hard_bounce (2026-03-09T10:00)',
      early: 'left after 0: suppressed: hard_bounce (2026-03-02T10:00)',
      unhappy: 'left after 0: consent to e-mail: none (2026-03-02T10:15)',
      angry: 'left after 0: suppressed: hard_bounce (2026-03-02T10:15)',
      late: 'left after 0: consent to e-mail: opted_out (2026-03-02T10:15)',
    });
    const texts = pick(cases.played(title).timeline, 'sent', 'subject', 'text');
    expect(texts.find(({ subject }) => subject?.startsWith('Unhappy'))?.text).toContain(
      'They have not agreed to our mails, so nobody else writes to them.',
    );
  });

  it('keeps the time of day over days of 23 and 25 hours, in zones that change their clocks and in those that do not', () => {
    expect(messages('clocks that go forward')).toEqual([
      '2026-03-05 09:00 omar Send the Content',
      '2026-03-05 11:00 nina Send the Content',
      '2026-03-12 11:00 nina Send the Offer',
      '2026-03-12 09:00 omar Send the Offer',
    ]);
    expect(messages('clocks that go back')).toEqual([
      '2026-10-29 20:30 nina Send the Content',
      '2026-11-05 20:30 nina Send the Offer',
    ]);
    const moments = pick(cases.played('clocks that go back').timeline, 'sent', 'at').map(({ at }) => at);
    expect(moments.map((at) => at.slice(0, 16))).toEqual(['2026-10-30T00:30', '2026-11-06T01:30']);
  });

  it('mails nobody in their quiet hours, at 20:59 still and at 08:00 again, and tells the team at any time', () => {
    const title = 'quiet hours';
    expect(messages(title)).toEqual([
      '2026-03-02 20:59 ana Send the Content',
      '2026-03-03 08:00 tomo Send Help With the Price',
      '2026-03-03 08:00 bor Send an Apology',
      '2026-03-03 08:00 cene Send the Content',
    ]);
    expect(alerts(title)).toEqual([
      '2026-03-02T19:14 service: Bor is not satisfied: 1 of 10',
      '2026-03-02T19:14 service: Tomo is not satisfied: 1 of 10',
    ]);
  });

  it('does with little: no name, no zone; without an e-mail address only a person is told', () => {
    const title = 'little is known';
    expect(messages(title).map((line) => line.replace(/:\d\d(\.\d+)?Z/, 'Z'))).toEqual([
      '2026-03-02T10:00Z nobody Send the Content',
      '2026-03-02T10:15Z unhappy Send an Apology',
      '2026-03-09T10:00Z nobody Send the Offer',
    ]);
    expect(alerts(title)).toEqual([
      '2026-03-02T09:15 service: +4915112345679 is not satisfied: 1 of 10',
      '2026-03-02T09:15 service: unhappy@example.com is not satisfied: 2 of 10',
    ]);
    expect(ends(title)).toEqual({
      nobody: 'completed after 2: satisfied: content and offer sent (2026-03-09T10:00)',
      unhappy: 'completed after 1: not satisfied: apology sent, reason: not given (2026-03-02T10:15)',
      'contact 3': 'left after 0: no e-mail address (2026-03-02T10:00)',
      'contact 4': 'left after 0: no e-mail address (2026-03-02T10:15)',
    });
    for (const { node, text, html } of pick(cases.played(title).timeline, 'sent', 'node', 'text', 'html')) {
      if (!isAlert(node)) expect(text).toMatch(/^Hello,\n/);
      expect(`${text} ${html ?? ''}`).not.toMatch(/undefined|null|NaN|Invalid/);
    }
    expect(sentBy(title, 'Tell a Person')?.text).toContain('Their time: unknown');
  });

  it('has a person look at what is no answer on its scale, and leaves other surveys alone', () => {
    const title = 'no answers';
    expect(messages(title)).toEqual(['2026-03-02 11:15 net Send Help With the Service']);
    const look = (name: string) => `2026-03-02T09:00 service: An answer of ${name} could not be read`;
    expect(alerts(title)).toEqual([
      ...['Eleven', 'Half', 'Nothing', 'Stars', 'Words'].map(look),
      '2026-03-02T09:15 service: Net is not satisfied: 2 of 10',
    ]);
    const unread = (reason: string) =>
      `left after 0: the answer could not be read: ${reason} (2026-03-02T09:00)`;
    expect(ends(title)).toEqual({
      words: unread('"fine" does not begin with a number'),
      half: unread('7.5 is not a whole number'),
      eleven: unread('11 is outside the scale of 0 to 10'),
      nothing: unread('there is no answer'),
      stars: unread('the item\'s event answers on the scale "csat", not on 0 to 10'),
      net: 'completed after 1: not satisfied: apology sent, reason: service (2026-03-02T10:15)',
      elsewhere: null,
      nowhere: null,
    });
    expect(sentBy(title, 'Tell a Person to Look')?.text).toMatch(
      /it is no score: "fine" does not begin with a number\.\n\nComment: All was well\n/,
    );
  });

  it('tells the owner where that is one address, and takes hostile words for words', () => {
    const title = 'an owner, and hostile words';
    expect(alerts(title)).toEqual([
      '2026-03-02T09:15 olga: <img src=x onerror=alert(1)> Bcc: bor@example.com is not satisfied: 0 of 10',
      '2026-03-02T09:15 service: Odd is not satisfied: 0 of 10',
    ]);
    expect(messages(title)).toEqual([
      '2026-03-02 11:15 evil Send Help With the Price',
      '2026-03-02 11:15 odd Send an Apology',
      '2026-03-03 11:00 evil Send the Content',
      '2026-03-10 11:00 evil Send the Offer',
    ]);
    const sent = pick(cases.played(title).timeline, 'sent', 'node', 'to', 'html', 'details');
    for (const { node, to, html, details } of sent) {
      expect(html ?? '').not.toContain('<img');
      if (isAlert(node)) expect(html).toBeUndefined();
      if (to === 'evil@example.com') expect(html).toContain('<p>Hello &#60;img src=x onerror=alert(1)&#62;');
      expect(JSON.stringify(details)).not.toMatch(/"b?cc"/i);
    }
  });

  it('tries a mail again that fails, and marks who could not be mailed, without touching anybody else', () => {
    const title = 'mails that fail';
    expect(messages(title)).toEqual([
      '2026-03-02 11:00 bor Send the Content',
      '2026-03-02 11:00 fran Send the Content',
      '2026-03-02 11:15 cene Send an Apology',
      '2026-03-09 11:00 fran Send the Offer',
    ]);
    expect(alerts(title)).toEqual([
      '2026-03-02T09:15 service: Cene is not satisfied: 1 of 10',
      '2026-03-02T09:15 service: Dana is not satisfied: 1 of 10',
    ]);
    expect(errorsOf(cases.played(title)).toSorted()).toEqual([
      ...Array<string>(3).fill('ana@example.com: Mailbox busy'),
      ...Array<string>(3).fill('bor@example.com: No such mailbox'),
      ...Array<string>(3).fill('dana@example.com: Mailbox busy'),
      'fran@example.com: Try later',
      ...Array<string>(4).fill('service@example.com: Server down'),
    ]);
    expect(ends(title)).toEqual({
      ana: 'failed after 0: the content failed: Mailbox busy (2026-03-02T10:00)',
      bor: 'failed after 1: the offer failed: No such mailbox (2026-03-09T10:00)',
      cene: 'completed after 1: not satisfied: apology sent, reason: not given (2026-03-02T10:15)',
      dana: 'failed after 0: the apology failed: Mailbox busy (2026-03-02T10:15)',
      ema: 'left after 0: the answer could not be read: "fine" does not begin with a number (2026-03-02T09:00)',
      fran: 'completed after 2: satisfied: content and offer sent (2026-03-09T10:00)',
    });
    expect(seen(title)).toEqual([
      'alert_failed to service@example.com of ema@example.com',
      'alert_sent to service@example.com of cene@example.com',
      'alert_sent to service@example.com of dana@example.com',
    ]);
  });

  it('loses and repeats nothing when n8n starts again', () => {
    const title = 'n8n starts again in between';
    expect(messages(title)).toEqual([
      '2026-03-02 11:00 ana Send the Content',
      '2026-03-02 11:15 bor Send Help With the Price',
      '2026-03-09 11:00 ana Send the Offer',
    ]);
    expect(alerts(title)).toEqual(['2026-03-02T09:15 service: Bor is not satisfied: 1 of 10']);
  });

  it('takes up what was answered while it was off, the last answer of each, and keeps the quiet hours', () => {
    const title = 'off for days';
    expect(messages(title)).toEqual([
      '2026-03-05 08:00 ana Send the Content',
      '2026-03-05 08:00 bor Send Help With the Price',
      '2026-03-05 08:00 cene Send the Content',
      '2026-03-13 08:00 ana Send the Offer',
      '2026-03-13 08:00 cene Send the Offer',
    ]);
    expect(alerts(title)).toEqual(['2026-03-04T21:45 service: Bor is not satisfied: 1 of 10']);
  });

  it('takes its times and its limit from the settings', () => {
    const title = 'the times of the demo, and another limit';
    const sent = pick(cases.played(title).timeline, 'sent', 'at', 'to', 'node');
    expect(sent.map(({ at, to, node }) => `${at.slice(11, 19)} ${to?.split('@')[0]} ${node}`).sort()).toEqual(
      [
        '09:00:20 ana Send the Content',
        '09:00:20 cene Send the Content',
        '09:00:20 service Tell a Person',
        '09:00:40 ana Send the Offer',
        '09:00:40 bor Send an Apology',
      ],
    );
  });

  it('passes every wait at once in a test run', () => {
    const title = 'a test run from the editor';
    expect(seen(title)).toEqual(['success', 'success']);
    expect(messages(title)).toEqual([
      '2026-03-02 10:00 ana Send the Content',
      '2026-03-02 10:00 ana Send the Offer',
      '2026-03-02 10:00 bor Send Help With the Delivery',
    ]);
    expect(alerts(title)).toEqual(['2026-03-02T09:00 service: Bor is not satisfied: 1 of 10']);
  });
});
