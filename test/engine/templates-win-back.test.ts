import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}

describe('win-back-customers', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('win-back');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  /** How the series ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  /** The product lines of each reminder, by name of its recipient. */
  const products = (title: string) =>
    Object.fromEntries(
      pick(cases.played(title).timeline, 'sent', 'node', 'to', 'text')
        .filter(({ node }) => node === 'Send the Reminder')
        .map(({ to, text }) => [
          to?.split('@')[0],
          [...(text ?? '').matchAll(/^- ([^,]+),/gm)].map(([, name]) => name),
        ]),
    );

  it('sends a discount and a week later a reminder, once', () => {
    const title = 'stays away';
    expect(mails(title)).toEqual([
      '2026-08-29 12:00 ana Send the Discount',
      '2026-09-05 12:00 ana Send the Reminder',
    ]);
    expect(ends(title)).toEqual({ ana: 'completed after 2: all mails sent (2026-09-05T10:00)' });
  });

  it('names the code and the same last day in both mails, and links back', () => {
    const [first, second] = cases.played('stays away').timeline.filter(({ kind }) => kind === 'sent');
    expect(first).toMatchObject({
      subject: 'Welcome back: 15% off your next order',
      details: { from: 'Example Shop <shop@example.com>', replyTo: 'help@example.com' },
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\n[^]*15% off your next order\. [^]*, until 12 September:\n\nWELCOMEBACK15\n\nFind something nice: https:\/\/shop\.example\.com\n/,
    );
    expect(second?.subject).toBe('Yours until 12 September: 15% off your next order');
    expect(second?.text).toMatch(/\n\nWELCOMEBACK15\n\nLast time you chose Table lamp\. /);
    expect(second?.html).toContain('Last time you chose <strong>Table lamp</strong>.');
    for (const mail of [first, second]) {
      expect(mail?.text).toMatch(
        /\nUnsubscribe: https:\/\/shop\.example\.com\/unsubscribe\nExample Shop, 1 Example Street, Exampletown$/,
      );
      expect(mail?.html).toContain('<a href="https://shop.example.com/unsubscribe"');
      expect(mail?.html).not.toContain('n8n');
    }
  });

  it('stops at an order, in whichever wait, and at one that is told late', () => {
    const title = 'orders in the middle of each wait';
    expect(mails(title)).toEqual([
      '2026-08-29 08:00 bor Send the Discount',
      '2026-08-29 08:00 cene Send the Discount',
      '2026-09-05 08:00 cene Send the Reminder',
    ]);
    expect(ends(title)).toEqual({
      ana: 'goal_reached after 0: ordered (2026-08-29T00:00)',
      bor: 'goal_reached after 1: ordered (2026-09-01T12:00)',
      cene: 'completed after 2: all mails sent (2026-09-05T06:00)',
      dana: 'left after 0: not lapsed any more (2026-08-29T00:00)',
    });
  });

  it('begins 180 days after the last order, or when consent or an old order comes in later', () => {
    const title = 'who has lapsed';
    expect(mails(title).filter((mail) => mail.endsWith('Send the Discount'))).toEqual([
      '2026-04-01 12:00 dana Send the Discount',
      '2026-08-29 12:00 ana Send the Discount',
      '2026-08-31 12:00 ema Send the Discount',
      // 180 days after the latest order of a history that came in order by order.
      '2026-09-16 15:00 fran Send the Discount',
      '2026-09-28 12:00 bor Send the Discount',
    ]);
    expect(ends(title).cene).toBeNull();
  });

  it('recommends of the categories they bought most what they do not have, else what others like', () => {
    const title = 'products by their history';
    expect(products(title)).toEqual({
      // Three cushions and two vases.
      ana: ['Wool blanket', 'Desk lamp', 'Floor lamp'],
      // Has everything: two lamps, two textiles, one vase.
      bor: ['Desk lamp', 'Wool blanket', 'Floor lamp'],
      cene: ['Desk lamp', 'Wool blanket', 'Floor lamp'],
      dana: ['Desk lamp', 'Wool blanket', 'Floor lamp'],
      ema: ['Desk lamp', 'Wool blanket', 'Floor lamp'],
      eve: ['Desk lamp', 'Wool blanket', 'Floor lamp'],
    });
    expect(products('stays away')).toEqual({ ana: ['Desk lamp', 'Floor lamp', 'Wool blanket'] });
    const reminders = cases.played(title).timeline.filter(({ node }) => node === 'Send the Reminder');
    const textTo = (name: string) => reminders.find(({ to }) => to === `${name}@example.com`)?.text;
    expect(textTo('ana')).toContain('\nLast time you chose Linen cushion. ');
    expect(textTo('cene')).toContain(
      '\nThese are what others like best:\n\n- Desk lamp, 49.00 EUR: https://',
    );
    expect(textTo('ema')).toContain('\nLast time you chose Tea. ');
  });

  it('recommends what others like to customers whose orders nobody recorded', () => {
    const title = 'orders that nobody recorded';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send the Discount',
      '2026-03-09 11:00 ana Send the Reminder',
    ]);
    expect(products(title)).toEqual({ ana: ['Desk lamp', 'Wool blanket', 'Floor lamp'] });
  });

  it('shows hostile names as text, and does without a name of the contact', () => {
    const reminder = cases
      .played('products by their history')
      .timeline.find(({ node, to }) => node === 'Send the Reminder' && to === 'eve@example.com');
    expect(reminder?.html).toContain(
      '<strong>&#60;img src=x onerror=alert(1)&#62; &#34;Lamp&#34; &#38; $&#38; co.</strong>',
    );
    expect(reminder?.html).not.toContain('<img');
    expect(reminder?.html).toContain('<p>Hello,</p>');
    expect(reminder?.text).toContain('Last time you chose <img src=x onerror=alert(1)> "Lamp" & $& co.. ');
  });

  it('asks before each mail for consent and suppression, and does not begin anew for who comes back', () => {
    const title = 'consent';
    expect(mails(title)).toEqual([
      '2026-08-29 12:00 bounces Send the Discount',
      '2026-08-29 12:00 returns Send the Discount',
      '2026-08-29 12:00 withdraws Send the Discount',
    ]);
    expect(ends(title)).toEqual({
      never: null,
      out: null,
      pending: null,
      night: 'left after 0: suppressed: hard_bounce (2026-08-29T10:00)',
      withdraws: 'left after 1: consent to e-mail: opted_out (2026-08-30T09:30)',
      returns: 'left after 1: consent to e-mail: opted_out (2026-08-30T09:30)',
      bounces: 'left after 1: suppressed: hard_bounce (2026-09-05T10:00)',
    });
  });

  it('mails nobody without consent whom the segment lets in', () => {
    const title = 'a segment that does not ask for consent';
    expect(mails(title)).toEqual(['2026-08-29 12:00 ana Send the Discount']);
    expect(ends(title)).toEqual({
      ana: 'left after 1: consent to e-mail: opted_out (2026-09-05T10:00)',
      never: 'left after 0: consent to e-mail: none (2026-08-29T10:00)',
    });
  });

  it('keeps the time of day over days of 23 and 25 hours, in zones that change their clocks and in those that do not', () => {
    expect(mails('clocks that go forward')).toEqual([
      '2026-03-05 09:00 omar Send the Discount',
      '2026-03-05 11:00 nina Send the Discount',
      '2026-03-12 11:00 nina Send the Reminder',
      '2026-03-12 09:00 omar Send the Reminder',
    ]);
    expect(mails('clocks that go back')).toEqual([
      '2026-10-28 12:00 nina Send the Discount',
      '2026-11-04 12:00 nina Send the Reminder',
    ]);
    const moments = pick(cases.played('clocks that go back').timeline, 'sent', 'at').map(({ at }) => at);
    expect(moments.map((at) => at.slice(0, 16))).toEqual(['2026-10-28T16:00', '2026-11-04T17:00']);
  });

  it('sends nothing in the quiet hours of the recipient, at 21:00 no more and at 08:00 again', () => {
    expect(mails('quiet hours')).toEqual([
      '2026-08-29 20:59 ana Send the Discount',
      '2026-08-30 08:00 tomo Send the Discount',
      '2026-08-30 08:00 bor Send the Discount',
      '2026-09-05 20:59 ana Send the Reminder',
      '2026-09-06 08:00 tomo Send the Reminder',
      '2026-09-06 08:00 bor Send the Reminder',
    ]);
  });

  it('begins again for who ordered and lapses again', () => {
    const title = 'lapsed again, later';
    expect(mails(title)).toEqual([
      '2026-08-29 12:00 ana Send the Discount',
      '2027-02-28 13:00 ana Send the Discount',
      '2027-03-07 13:00 ana Send the Reminder',
    ]);
    expect(ends(title)).toEqual({ ana: 'completed after 2: all mails sent (2027-03-07T12:00)' });
  });

  it('does with little: no name, no zone; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title).map((line) => line.replace(/:\d\d(\.\d+)?Z/, 'Z'))).toEqual([
      '2026-08-29T10:00Z nobody Send the Discount',
      '2026-09-05T10:00Z nobody Send the Reminder',
    ]);
    expect(ends(title)).toEqual({
      nobody: 'completed after 2: all mails sent (2026-09-05T10:00)',
      'contact 2': 'left after 0: no e-mail address (2026-08-29T10:00)',
    });
    for (const { text, html } of pick(cases.played(title).timeline, 'sent', 'text', 'html')) {
      expect(text).toMatch(/^Hello,\n/);
      expect(`${text} ${html}`).not.toMatch(/undefined|null|NaN|Invalid/);
    }
  });

  it('begins with who lapses after it was published, or with everybody, each once, where that is chosen', () => {
    expect(mails('lapsed before it was published')).toEqual([
      '2026-08-30 12:00 bor Send the Discount',
      '2026-09-06 12:00 bor Send the Reminder',
    ]);
    expect(mails('everyone already in it')).toEqual([
      '2026-09-03 12:00 ana Send the Discount',
      '2026-09-10 12:00 ana Send the Reminder',
    ]);
  });

  it('loses and repeats nothing when n8n starts again', () => {
    const title = 'n8n starts again in between';
    expect(mails(title)).toEqual([
      '2026-08-29 12:00 ana Send the Discount',
      '2026-08-29 12:00 bor Send the Discount',
      '2026-09-05 12:00 ana Send the Reminder',
    ]);
    expect(ends(title).bor).toBe('goal_reached after 1: ordered (2026-09-01T09:30)');
  });

  it('reminds nobody of an offer that ended while it was off, and begins with nobody who ordered meanwhile', () => {
    const title = 'off for a fortnight';
    expect(mails(title)).toEqual([
      '2026-08-29 12:00 ana Send the Discount',
      '2026-09-15 12:00 bor Send the Discount',
      // Entered twice while it was off: one series.
      '2026-09-15 12:00 dana Send the Discount',
      '2026-09-22 12:00 bor Send the Reminder',
      '2026-09-22 12:00 dana Send the Reminder',
    ]);
    expect(ends(title)).toMatchObject({
      ana: 'left after 1: too late: the offer is over (2026-09-15T09:00)',
      cene: null,
    });
  });

  it('keeps the quiet hours when it is on again in the night, and one series for who entered twice', () => {
    expect(mails('on again in the night')).toEqual([
      '2026-08-29 12:00 ana Send the Discount',
      '2026-09-07 08:00 ana Send the Reminder',
      '2026-09-07 08:00 bor Send the Discount',
    ]);
  });

  it('tries a mail again that fails, and marks who could not be mailed, without touching anybody else', () => {
    const title = 'mails that fail';
    expect(mails(title)).toEqual([
      '2026-08-29 12:00 ana Send the Discount',
      '2026-08-29 12:00 cene Send the Discount',
      '2026-08-29 12:00 dana Send the Discount',
      '2026-09-05 12:00 ana Send the Reminder',
      '2026-09-05 12:00 dana Send the Reminder',
    ]);
    expect(errorsOf(cases.played(title))).toEqual([
      'ana@example.com: Try later',
      ...Array<string>(3).fill('bor@example.com: Mailbox busy'),
      ...Array<string>(3).fill('cene@example.com: No such mailbox'),
    ]);
    expect(ends(title)).toMatchObject({
      bor: 'failed after 0: mail 1 failed: Mailbox busy (2026-08-29T10:00)',
      cene: 'failed after 1: mail 2 failed: No such mailbox (2026-09-05T10:00)',
    });
  });

  it('takes times and products from the settings', () => {
    const title = 'the times and products of the demo';
    const sent = pick(cases.played(title).timeline, 'sent', 'at', 'to');
    expect(sent.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`)).toEqual([
      '23:00:20 ana',
      '23:00:40 ana',
    ]);
    expect(ends(title).bor).toBe('goal_reached after 0: ordered (2026-03-02T23:00)');
    expect(products(title)).toEqual({ ana: ['Lantern'] });
  });

  it('passes every wait at once in a test run', () => {
    const { timeline, result } = cases.played<Told<{ status: string; nodes: string[] }>>(
      'a test run from the editor',
    );
    expect(result.seen.status).toBe('success');
    expect(result.seen.nodes).toContain('Mark as Completed');
    expect(pick(timeline, 'sent', 'local', 'node')).toEqual([
      { local: '2026-03-02 10:00', node: 'Send the Discount' },
      { local: '2026-03-02 10:00', node: 'Send the Reminder' },
    ]);
  });
});
