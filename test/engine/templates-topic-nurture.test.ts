import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
}

describe('topic-nurture', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('topic-nurture');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  /** How the nurture stands for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;

  it('sends three pieces, three days apart, to who downloads content or views two pages of a topic', () => {
    const title = 'interest of every kind';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 11:30 bor Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-05 11:30 bor Send Piece 2',
      '2026-03-08 11:00 ana Send Piece 3',
      '2026-03-08 11:30 bor Send Piece 3',
    ]);
    expect(ends(title)).toEqual({
      ana: 'email-marketing completed after 3: all mails sent (2026-03-08T10:00)',
      bor: 'customer-loyalty completed after 3: all mails sent (2026-03-08T10:30)',
      cene: null,
      dana: null,
      ema: null,
    });
  });

  it('takes the pieces of the topic that the event names', () => {
    const sent = pick(cases.played('interest of every kind').timeline, 'sent', 'to', 'subject');
    expect(sent.map(({ to, subject }) => `${to?.split('@')[0]}: ${subject}`)).toEqual([
      'ana: Seven welcome mails that people answer',
      'bor: What a customer who comes back is worth',
      'ana: A mailing list in good health',
      'bor: Small surprises that keep customers',
      'ana: How a shop of two doubled its repeat orders',
      'bor: From 200 to 1,100 regulars in a year',
    ]);
  });

  it("writes as a person would, from the company's own address, as HTML and as text", () => {
    const all = cases.played('interest of every kind').timeline.filter(({ kind }) => kind === 'sent');
    const [first, , , , third] = all;
    expect(first).toMatchObject({
      to: 'ana@example.com',
      details: { from: 'Example Company <hello@example.com>', replyTo: 'hello@example.com' },
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\nyou have been looking into e-mail marketing\.[^]*\n\nRead it: https:\/\/www\.example\.com\/guides\/welcome-mails\n/,
    );
    expect(first?.html).toContain('<a href="https://www.example.com/guides/welcome-mails"');
    expect(third?.text).toContain(
      'A demo takes half an hour, and you choose the time: https://www.example.com/demo',
    );
    for (const { text, html } of all) {
      expect(text).toMatch(/\nUnsubscribe: https:\/\/[^]*\nExample Company, 1 Example Street, Exampletown$/);
      expect(html).toContain('>Unsubscribe</a>');
      expect(html).not.toContain('n8n');
    }
  });

  it('counts the views of the last thirty days only', () => {
    expect(mails('views far apart')).toEqual(['2026-03-31 12:00 ana Send Piece 1']);
    expect(ends('views far apart')).toEqual({
      ana: 'email-marketing active after 0: viewed pages on it (2026-03-31T09:00)',
      bor: null,
    });
  });

  it('sends nothing more to who asks for a demo or orders, in the middle of whichever wait', () => {
    const title = 'stops at a demo or an order, in each wait';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 bor Send Piece 1',
      '2026-03-02 11:00 cene Send Piece 1',
      '2026-03-02 11:00 dana Send Piece 1',
      '2026-03-02 11:00 ema Send Piece 1',
      '2026-03-05 11:00 cene Send Piece 2',
      '2026-03-05 11:00 dana Send Piece 2',
      '2026-03-05 11:00 ema Send Piece 2',
      '2026-03-08 11:00 ema Send Piece 3',
    ]);
    expect(ends(title)).toEqual({
      ana: 'email-marketing goal_reached after 0: asked for a demo (2026-03-02T09:30)',
      bor: 'email-marketing goal_reached after 1: ordered (2026-03-03T09:30)',
      cene: 'email-marketing goal_reached after 2: asked for a demo (2026-03-06T09:30)',
      dana: 'email-marketing goal_reached after 2: ordered (2026-03-06T09:30)',
      ema: 'email-marketing completed after 3: all mails sent (2026-03-08T10:00)',
    });
  });

  it('begins nothing for 90 days with who asked for a demo or ordered', () => {
    expect(mails('asked or ordered before')).toEqual([
      '2026-05-21 12:00 cene Send Piece 1',
      '2026-05-24 12:00 cene Send Piece 2',
      '2026-05-27 12:00 cene Send Piece 3',
      '2026-06-01 12:00 ana Send Piece 1',
      '2026-06-01 12:00 bor Send Piece 1',
    ]);
  });

  it('never runs two topics at the same time; the other may begin when the first has ended', () => {
    const title = 'two topics';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 11:00 bor Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-05 11:00 bor Send Piece 2',
      '2026-03-08 11:00 ana Send Piece 3',
      '2026-03-08 11:00 bor Send Piece 3',
      '2026-03-12 11:00 ana Send Piece 1',
      '2026-03-15 11:00 ana Send Piece 2',
      '2026-03-18 11:00 ana Send Piece 3',
    ]);
    const subjects = pick(cases.played(title).timeline, 'sent', 'to', 'subject');
    expect(subjects.filter(({ to }) => to?.startsWith('ana')).map(({ subject }) => subject)).toEqual([
      'Seven welcome mails that people answer',
      'A mailing list in good health',
      'How a shop of two doubled its repeat orders',
      'What a customer who comes back is worth',
      'Small surprises that keep customers',
      'From 200 to 1,100 regulars in a year',
    ]);
    expect(subjects.find(({ to }) => to?.startsWith('bor'))?.subject).toBe(
      'What a customer who comes back is worth',
    );
  });

  it('takes the first of two topics that come in one batch', () => {
    const title = 'two topics that come together';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 11:00 bor Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-05 11:00 bor Send Piece 2',
      '2026-03-08 11:00 ana Send Piece 3',
      '2026-03-08 11:00 bor Send Piece 3',
    ]);
    expect(cases.played<{ seen: Told['ends'] }>(title).result.seen.ana).toMatch(/^customer-loyalty active /);
    expect(ends(title).ana).toMatch(/^customer-loyalty completed after 3/);
  });

  it('sends the pieces of a topic once, however often interest in it returns', () => {
    expect(mails('the same topic again')).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-08 11:00 ana Send Piece 3',
    ]);
  });

  it('asks for consent before each mail: never given, pending, withdrawn, suppressed, given back in time', () => {
    expect(mails('consent')).toEqual([
      '2026-03-02 11:00 bounces Send Piece 1',
      '2026-03-02 11:00 returns Send Piece 1',
      '2026-03-02 11:00 withdraws Send Piece 1',
      '2026-03-05 11:00 returns Send Piece 2',
      '2026-03-08 11:00 returns Send Piece 3',
    ]);
    expect(ends('consent')).toEqual({
      never: 'email-marketing left after 0: consent to e-mail: none (2026-03-02T10:00)',
      out: 'email-marketing left after 0: consent to e-mail: opted_out (2026-03-02T10:00)',
      pending: 'email-marketing left after 0: consent to e-mail: pending (2026-03-02T10:00)',
      withdraws: 'email-marketing left after 1: consent to e-mail: opted_out (2026-03-05T10:00)',
      bounces: 'email-marketing left after 1: suppressed: hard_bounce (2026-03-05T10:00)',
      returns: 'email-marketing completed after 3: all mails sent (2026-03-08T10:00)',
    });
  });

  it('keeps the time of day when the clocks change, and in zones where they do not', () => {
    expect(mails('clocks that go forward')).toEqual([
      '2026-03-07 12:00 omar Send Piece 1',
      '2026-03-07 14:00 nina Send Piece 1',
      '2026-03-10 14:00 nina Send Piece 2',
      '2026-03-10 12:00 omar Send Piece 2',
      '2026-03-13 14:00 nina Send Piece 3',
      '2026-03-13 12:00 omar Send Piece 3',
    ]);
    expect(mails('clocks that go back')).toEqual([
      '2026-10-31 14:00 nina Send Piece 1',
      '2026-11-03 14:00 nina Send Piece 2',
      '2026-11-06 14:00 nina Send Piece 3',
    ]);
    const sentAt = (title: string) => pick(cases.played(title).timeline, 'sent', 'at', 'to');
    expect(sentAt('clocks that go forward')[2]).toEqual({
      at: '2026-03-10T18:00:00Z',
      to: 'nina@example.com',
    });
    expect(sentAt('clocks that go back')[1]).toEqual({ at: '2026-11-03T19:00:00Z', to: 'nina@example.com' });
  });

  it('sends nothing in the quiet hours of the recipient', () => {
    expect(mails('quiet hours')).toEqual([
      '2026-03-03 08:00 tomo Send Piece 1',
      '2026-03-03 08:00 ana Send Piece 1',
      '2026-03-06 08:00 tomo Send Piece 2',
      '2026-03-06 08:00 ana Send Piece 2',
      '2026-03-09 08:00 tomo Send Piece 3',
      '2026-03-09 08:00 ana Send Piece 3',
    ]);
  });

  it('does without name and zone; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title)).toEqual([
      '2026-03-02T10:00:00Z nobody Send Piece 1',
      '2026-03-05T10:00:00Z nobody Send Piece 2',
      '2026-03-08T10:00:00Z nobody Send Piece 3',
    ]);
    expect(ends(title)).toEqual({
      nobody: 'email-marketing completed after 3: all mails sent (2026-03-08T10:00)',
      'contact 2': 'email-marketing left after 0: no e-mail address (2026-03-02T10:00)',
      'contact 3': 'email-marketing left after 0: no e-mail address (2026-03-02T10:00)',
    });
    for (const { text, html } of pick(cases.played(title).timeline, 'sent', 'text', 'html')) {
      expect(text).toMatch(/^Hello,\n/);
      expect(`${text} ${html}`).not.toMatch(/undefined|null|NaN/);
    }
  });

  it('shows hostile names, and signs in the titles, as text', () => {
    const sent = pick(cases.played('hostile names').timeline, 'sent', 'subject', 'text', 'html');
    expect(sent).toHaveLength(3);
    for (const { html } of sent) expect(html).not.toMatch(/<script|<b>|<i>|<u>/i);
    expect(sent[0]?.subject).toBe('Piece 1 & "more" <i>');
    expect(sent[0]?.html).toContain('<strong>Piece 1 &#38; &#34;more&#34; &#60;i&#62;</strong>');
    expect(sent[0]?.text).toContain('\nPiece 1 & "more" <i>\nWhat\'s <u>in</u> it\n');
  });

  it('loses and repeats nothing when n8n starts again in each wait', () => {
    const title = 'n8n starts again in each wait';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 11:00 bor Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-08 11:00 ana Send Piece 3',
    ]);
    expect(ends(title).bor).toBe(
      'customer-loyalty goal_reached after 1: asked for a demo (2026-03-03T09:30)',
    );
  });

  it('keeps the three days between two mails after it was off, and hears of an order meanwhile', () => {
    const title = 'off for five days';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 11:00 bor Send Piece 1',
      '2026-03-08 08:00 ana Send Piece 2',
      '2026-03-11 08:00 ana Send Piece 3',
    ]);
    expect(ends(title).bor).toMatch(/^email-marketing goal_reached after 1: ordered /);
  });

  it('marks who could not be mailed as failed, touches nobody else, and lets them begin another topic', () => {
    const title = 'a mail that fails for good';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 11:00 bor Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-07 11:00 bor Send Piece 1',
    ]);
    expect(errorsOf(cases.played(title))).toEqual(Array(3).fill('bor@example.com: Mailbox busy'));
    expect(cases.played<{ seen: Told['ends'] }>(title).result.seen.bor).toBe(
      'email-marketing failed after 1: mail 2 failed: Mailbox busy (2026-03-05T10:00)',
    );
  });

  it('lets those begin whose start failed half-way, once it is released', () => {
    const title = 'a start that fails';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send Piece 1',
      '2026-03-02 13:10 bor Send Piece 1',
      '2026-03-05 11:00 ana Send Piece 2',
      '2026-03-05 13:10 bor Send Piece 2',
      '2026-03-08 11:00 ana Send Piece 3',
      '2026-03-08 13:10 bor Send Piece 3',
    ]);
    expect(errorsOf(cases.played(title))[0]).toContain('"moons" is not a unit of time');
  });

  it('takes its times from the settings', () => {
    const sent = pick(cases.played('the times of the demo').timeline, 'sent', 'at', 'to');
    expect(sent.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`).sort()).toEqual([
      '23:00:20 ana',
      '23:00:20 bor',
      '23:00:40 ana',
      '23:01:00 ana',
    ]);
  });

  it('passes every wait at once in a test run', () => {
    const { timeline, result } = cases.played<{ status: string; nodes: string[] }>(
      'a test run from the editor',
    );
    expect(result.status).toBe('success');
    expect(result.nodes).toContain('Mark as Completed');
    expect(pick(timeline, 'sent', 'local', 'node')).toEqual([
      { local: '2026-03-02 10:00', node: 'Send Piece 1' },
      { local: '2026-03-02 10:00', node: 'Send Piece 2' },
      { local: '2026-03-02 10:00', node: 'Send Piece 3' },
    ]);
  });
});
