import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}
interface Lists {
  lists: Record<string, string[]>;
}

const REMOVED = 'completed after 3: no reaction: taken off the list newsletter';

describe('re-engage-subscribers', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('re-engage');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  /** How the series ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const lists = (title: string) => cases.played<Told<Lists>>(title).result.seen.lists;

  it('sends three mails a week apart, takes who stays silent off the list, and leaves the consent as it is', () => {
    const title = 'silent to the end';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-06-07 11:00 ana Send the Question',
      '2026-06-14 11:00 ana Send the Last Chance',
    ]);
    expect(ends(title)).toEqual({ ana: `${REMOVED} (2026-06-21T09:00)` });
    expect(cases.played<Told>(title).result.seen).toEqual({
      lists: { ana: [] },
      consent: { status: 'opted_in', statements: ['opted_in by footer form'] },
    });
  });

  it('says how long it has been, gives a code, asks, and names the day on which they leave the list', () => {
    const [first, second, third] = cases
      .played('silent to the end')
      .timeline.filter(({ kind }) => kind === 'sent');
    expect(first).toMatchObject({
      subject: 'It has been a while: 20% off your next order',
      details: { from: 'Example Shop <shop@example.com>', replyTo: 'help@example.com' },
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\nit has been more than three months since [^]*\n\nHELLOAGAIN20\n\nSee what is new: https:\/\/shop\.example\.com\n/,
    );
    expect(second?.text).toContain('Yes, keep writing to me: https://shop.example.com/newsletter/stay');
    expect(second?.html).toContain('<a href="https://shop.example.com/newsletter/stay"');
    expect(third?.text).toContain('On 21 June we take you off our newsletter');
    expect(third?.html).toContain('<strong>On 21 June we take you off our newsletter</strong>');
    for (const mail of [first, second, third]) {
      expect(mail?.text).toMatch(
        /\nUnsubscribe: https:\/\/shop\.example\.com\/unsubscribe\nExample Shop, 1 Example Street, Exampletown$/,
      );
      expect(mail?.html).toContain('<a href="https://shop.example.com/unsubscribe"');
      expect(mail?.html).not.toContain('n8n');
    }
  });

  it('stops at a click, a visit or a form, in whichever wait', () => {
    const title = 'reacts in the middle of each wait';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-05-31 11:00 bor Send the Coupon',
      '2026-05-31 11:00 cene Send the Coupon',
      '2026-05-31 11:00 dana Send the Coupon',
      '2026-06-07 11:00 bor Send the Question',
      '2026-06-07 11:00 cene Send the Question',
      '2026-06-07 11:00 dana Send the Question',
      '2026-06-14 11:00 cene Send the Last Chance',
    ]);
    expect(ends(title)).toEqual({
      ana: 'goal_reached after 1: reacted: email_clicked (2026-06-02T10:00)',
      bor: 'goal_reached after 2: reacted: page_viewed (2026-06-09T10:00)',
      cene: 'goal_reached after 3: reacted: form_submitted (2026-06-16T10:00)',
      dana: 'goal_reached after 2: reacted: sms_clicked (2026-06-09T10:00)',
    });
    const stays = ['newsletter'];
    expect(lists(title)).toEqual({ ana: stays, bor: stays, cene: stays, dana: stays });
  });

  it('stops at nothing that machines do, and keeps who opened a mail on the list', () => {
    const title = 'machines, and people who only open';
    expect(mails(title)).toHaveLength(9);
    expect(ends(title)).toEqual({
      ana: `${REMOVED} (2026-06-21T09:00)`,
      bor: 'completed after 3: not silent any more: stays on the list (2026-06-21T09:00)',
      cene: 'completed after 3: not silent any more: stays on the list (2026-06-21T09:00)',
    });
    expect(lists(title)).toEqual({ ana: [], bor: ['newsletter'], cene: ['newsletter'] });
  });

  it('does not begin with who visits, reads or unsubscribes in the quiet hours before the first mail', () => {
    const title = 'reacts in the quiet hours before the first mail';
    expect(mails(title)).toEqual(['2026-05-31 08:00 dana Send the Coupon']);
    expect(ends(title)).toEqual({
      ana: 'goal_reached after 0: reacted: page_viewed (2026-05-30T23:00)',
      bor: 'left after 0: not silent any more (2026-05-30T23:00)',
      cene: 'left after 0: consent to e-mail: opted_out (2026-05-30T23:00)',
      dana: null,
    });
  });

  it('begins 90 days after the last open, click or subscription, with those who opted in and are on the list', () => {
    const title = 'who falls silent';
    // Ana opened, Bor clicked and Dana subscribed on 22 March; of Cene only a machine opened; Fran subscribed again on 1 May;
    // Gita is known since 2 March.
    expect(mails(title).filter((mail) => mail.endsWith('Send the Coupon'))).toEqual([
      '2026-05-31 11:00 cene Send the Coupon',
      '2026-05-31 11:00 gita Send the Coupon',
      '2026-06-20 11:00 ana Send the Coupon',
      '2026-06-20 11:00 bor Send the Coupon',
      '2026-06-20 11:00 dana Send the Coupon',
      '2026-07-30 11:00 fran Send the Coupon',
    ]);
    expect(ends(title)).toMatchObject({ pending: null, elsewhere: null, never: null, ema: null });
  });

  it('asks before each mail for consent, suppression and the list, and never runs twice for who comes back', () => {
    const title = 'consent';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 bounces Send the Coupon',
      '2026-05-31 11:00 late Send the Coupon',
      '2026-05-31 11:00 leaves Send the Coupon',
      '2026-05-31 11:00 returns Send the Coupon',
      '2026-05-31 11:00 withdraws Send the Coupon',
      '2026-06-07 11:00 late Send the Question',
      '2026-06-07 11:00 returns Send the Question',
      '2026-06-14 11:00 late Send the Last Chance',
      '2026-06-14 11:00 returns Send the Last Chance',
    ]);
    expect(ends(title)).toEqual({
      withdraws: 'left after 1: consent to e-mail: opted_out (2026-06-07T09:00)',
      bounces: 'left after 1: suppressed: hard_bounce (2026-06-07T09:00)',
      leaves: 'left after 1: not on the list any more (2026-06-07T09:00)',
      late: 'left after 3: consent to e-mail: opted_out (2026-06-21T09:00)',
      returns: `${REMOVED} (2026-06-21T09:00)`,
    });
    expect(cases.played<Told>(title).result.seen).toMatchObject({
      lists: { withdraws: ['newsletter'], late: ['newsletter'], returns: [], leaves: [] },
      late: { status: 'opted_out', statements: ['opted_in by footer form', 'opted_out by form'] },
    });
  });

  it('mails nobody without consent whom the segment lets in', () => {
    const title = 'a segment that does not ask for consent';
    expect(mails(title)).toEqual([]);
    expect(ends(title)).toEqual({
      out: 'left after 0: consent to e-mail: opted_out (2026-05-31T09:00)',
      never: 'left after 0: consent to e-mail: none (2026-05-31T09:00)',
    });
  });

  it('keeps the time of day over days of 23 and 25 hours, in zones that change their clocks and in those that do not', () => {
    expect(mails('clocks that go forward')).toEqual([
      '2026-03-05 08:00 omar Send the Coupon',
      '2026-03-05 10:00 nina Send the Coupon',
      '2026-03-12 10:00 nina Send the Question',
      '2026-03-12 08:00 omar Send the Question',
      '2026-03-19 10:00 nina Send the Last Chance',
      '2026-03-19 08:00 omar Send the Last Chance',
    ]);
    expect(mails('clocks that go back')).toEqual([
      '2026-10-22 20:30 nina Send the Coupon',
      '2026-10-29 20:30 nina Send the Question',
      '2026-11-05 20:30 nina Send the Last Chance',
    ]);
    const moments = pick(cases.played('clocks that go back').timeline, 'sent', 'at').map(({ at }) => at);
    expect(moments.map((at) => at.slice(0, 16))).toEqual([
      '2026-10-23T00:30',
      '2026-10-30T00:30',
      '2026-11-06T01:30',
    ]);
  });

  it('sends nothing in the quiet hours of the recipient, at 21:00 no more and at 08:00 again', () => {
    expect(mails('quiet hours')).toEqual([
      '2026-05-31 20:59 ana Send the Coupon',
      '2026-06-01 08:00 tomo Send the Coupon',
      '2026-06-01 08:00 bor Send the Coupon',
      '2026-06-07 20:59 ana Send the Question',
      '2026-06-08 08:00 tomo Send the Question',
      '2026-06-08 08:00 bor Send the Question',
    ]);
  });

  it('begins again for who reacted and falls silent again', () => {
    const title = 'silent again, later';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-06-07 11:00 ana Send the Question',
      '2026-09-07 12:00 ana Send the Coupon',
      '2026-09-14 12:00 ana Send the Question',
      '2026-09-21 12:00 ana Send the Last Chance',
    ]);
    expect(ends(title)).toEqual({ ana: `${REMOVED} (2026-09-28T10:00)` });
  });

  it('does with little: no name, no zone; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title).map((line) => line.replace(/:\d\d(\.\d+)?Z/, 'Z'))).toEqual([
      '2026-05-31T09:00Z nobody Send the Coupon',
      '2026-06-07T09:00Z nobody Send the Question',
      '2026-06-14T09:00Z nobody Send the Last Chance',
    ]);
    expect(ends(title)).toEqual({
      nobody: `${REMOVED} (2026-06-21T09:00)`,
      'contact 2': 'left after 0: no e-mail address (2026-05-31T09:00)',
    });
    for (const { text, html } of pick(cases.played(title).timeline, 'sent', 'text', 'html')) {
      expect(text).toMatch(/^Hello,\n/);
      expect(html).toContain('<p>Hello,</p>');
      expect(`${text} ${html}`).not.toMatch(/undefined|null|NaN|Invalid/);
    }
  });

  it('shows a hostile name as text', () => {
    const sent = pick(cases.played('a hostile name').timeline, 'sent', 'html');
    expect(sent).toHaveLength(3);
    for (const { html } of sent) {
      expect(html).toContain('<p>Hello &#60;img src=x onerror=alert(1)&#62;,</p>');
      expect(html).not.toContain('<img');
    }
  });

  it('begins with who falls silent after it was published, or with everybody, each once, where that is chosen', () => {
    expect(mails('silent before it was published')).toEqual(['2026-06-01 11:00 bor Send the Coupon']);
    expect(mails('everyone already in it')).toEqual([
      '2026-06-10 11:00 ana Send the Coupon',
      '2026-06-17 11:00 ana Send the Question',
      '2026-06-24 11:00 ana Send the Last Chance',
    ]);
  });

  it('loses and repeats nothing when n8n starts again, which saves the segment again as it is', () => {
    const title = 'n8n starts again in between';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-05-31 11:00 bor Send the Coupon',
      '2026-06-07 11:00 ana Send the Question',
      '2026-06-07 11:00 bor Send the Question',
      '2026-06-14 11:00 ana Send the Last Chance',
    ]);
    expect(ends(title)).toEqual({
      ana: `${REMOVED} (2026-06-21T09:00)`,
      bor: 'goal_reached after 2: reacted: email_clicked (2026-06-10T09:00)',
    });
    const saved = cases.played(title).timeline.filter(({ node }) => node === 'Start When Published');
    expect(saved.map(({ status }) => status)).toEqual(Array(5).fill('success'));
  });

  it('sends no two mails on top of each other after it was off, and none to who reads again meanwhile', () => {
    const title = 'off for a fortnight';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-06-17 11:00 ana Send the Question',
      '2026-06-17 11:00 bor Send the Coupon',
      // Entered twice while it was off: one series.
      '2026-06-17 11:00 dana Send the Coupon',
      '2026-06-24 11:00 ana Send the Last Chance',
      '2026-06-24 11:00 bor Send the Question',
      '2026-06-24 11:00 dana Send the Question',
    ]);
  });

  it('keeps the quiet hours when it is on again in the night, and one series for who entered twice', () => {
    expect(mails('on again in the night')).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-06-09 08:00 ana Send the Question',
      '2026-06-09 08:00 bor Send the Coupon',
    ]);
  });

  it('tries a mail again that fails once, and sends the mails of the others once', () => {
    const title = 'a mail that fails once';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-05-31 11:00 bor Send the Coupon',
      '2026-05-31 11:00 cene Send the Coupon',
    ]);
    expect(errorsOf(cases.played(title))).toEqual(['bor@example.com: Mailbox busy']);
  });

  it('marks who could not be mailed as failed, ends their series, and leaves them on the list', () => {
    const title = 'mails that fail for good';
    expect(mails(title)).toEqual([
      '2026-05-31 11:00 ana Send the Coupon',
      '2026-05-31 11:00 cene Send the Coupon',
      '2026-06-07 11:00 ana Send the Question',
      '2026-06-07 11:00 cene Send the Question',
      '2026-06-14 11:00 ana Send the Last Chance',
    ]);
    expect(errorsOf(cases.played(title))).toEqual([
      ...Array<string>(3).fill('bor@example.com: Mailbox busy'),
      ...Array<string>(3).fill('cene@example.com: No such mailbox'),
    ]);
    expect(ends(title)).toEqual({
      ana: `${REMOVED} (2026-06-21T09:00)`,
      bor: 'failed after 0: mail 1 failed: Mailbox busy (2026-05-31T09:00)',
      cene: 'failed after 2: mail 3 failed: No such mailbox (2026-06-14T09:00)',
    });
    expect(lists(title)).toEqual({ ana: [], bor: ['newsletter'], cene: ['newsletter'] });
  });

  it('takes its times from the settings', () => {
    const sent = pick(cases.played('the times of the demo').timeline, 'sent', 'at', 'to');
    expect(sent.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`).sort()).toEqual([
      '09:00:20 ana',
      '09:00:20 bor',
      '09:00:40 ana',
      '09:00:40 bor',
      '09:01:00 ana',
    ]);
    expect(ends('the times of the demo')).toEqual({
      ana: `${REMOVED} (2026-05-31T09:01)`,
      bor: 'goal_reached after 2: reacted: page_viewed (2026-05-31T09:00)',
    });
  });

  it('passes every wait at once in a test run', () => {
    const { timeline, result } = cases.played<Told<{ status: string; nodes: string[] }>>(
      'a test run from the editor',
    );
    expect(result.seen.status).toBe('success');
    expect(result.seen.nodes).toContain('Mark as Removed');
    expect(pick(timeline, 'sent', 'local', 'node', 'to').slice(1)).toEqual([
      { local: '2026-08-29 12:01', node: 'Send the Coupon', to: 'bor@example.com' },
      { local: '2026-08-29 12:01', node: 'Send the Question', to: 'bor@example.com' },
      { local: '2026-08-29 12:01', node: 'Send the Last Chance', to: 'bor@example.com' },
    ]);
  });
});
