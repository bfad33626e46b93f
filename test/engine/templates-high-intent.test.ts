import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
}

describe('react-to-high-intent', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('high-intent');
  });

  const messages = (title: string) => messagesOf(cases.played(title));
  /** What came of the latest reaction to everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const sent = (title: string) => cases.played(title).timeline.filter(({ kind }) => kind === 'sent');

  it('tells the owner of a second look at the prices at once, and offers a trial two hours later', () => {
    const title = 'the pricing page';
    expect(messages(title)).toEqual([
      '2026-03-02 13:00 sales Tell the Owner of the Pricing',
      '2026-03-02 15:00 ana Send the Trial',
    ]);
    // One look, other pages, a look of last week, a trial, a customer: none of them is noticed.
    expect(ends(title)).toEqual({
      ana: 'pricing-without-trial completed after 1: mailed (2026-03-02T14:00)',
      bor: null,
      cene: null,
      dana: null,
      ema: null,
    });
  });

  it('says who it is, what they did and what helps, and lets the owner reply to them', () => {
    const [alert, mail] = sent('the pricing page');
    expect(alert).toMatchObject({
      to: 'sales@example.com',
      subject: 'Ana keeps coming back to our prices',
      details: { from: 'Example Company <hello@example.com>', replyTo: 'ana@example.com' },
    });
    expect(alert?.text).toMatch(
      /^Ana has looked at the pricing page at least twice in a week, and has no trial\.[^]*\nE-mail: ana@example\.com\n[^]*\nTheir time: 13:00 in Europe\/Berlin\n/,
    );
    expect(alert?.text).toContain('They are offered a trial in 2 hours, unless one has begun by then.');
    expect(mail).toMatchObject({ to: 'ana@example.com', details: { replyTo: 'hello@example.com' } });
    expect(mail?.text).toMatch(/^Hello Ana,\n[^]*\nBegin the trial: https:\/\/www\.example\.com\/trial\n/);
    expect(mail?.text).toMatch(
      /\nUnsubscribe: https:\/\/[^]*\nExample Company, 1 Example Street, Exampletown$/,
    );
    expect(mail?.html).toContain('<a href="https://www.example.com/trial"');
  });

  it('offers no trial to who begins one or buys in the middle of the wait', () => {
    const title = 'a trial or an order while waiting';
    expect(messages(title)).toEqual([
      ...Array<string>(3).fill('2026-03-02 10:00 sales Tell the Owner of the Pricing'),
      '2026-03-02 12:00 cene Send the Trial',
    ]);
    expect(ends(title)).toEqual({
      ana: 'pricing-without-trial goal_reached after 0: began a trial or bought (2026-03-02T10:00)',
      bor: 'pricing-without-trial goal_reached after 0: began a trial or bought (2026-03-02T10:00)',
      cene: 'pricing-without-trial completed after 1: mailed (2026-03-02T11:00)',
    });
  });

  it('reacts to a feature tried on the very last day of a trial, once, and to none before or after', () => {
    const title = 'the last day of a trial';
    expect(messages(title)).toEqual([
      '2026-03-03 10:00 sales Tell the Owner of the Trial',
      '2026-03-03 10:00 sales Tell the Owner of the Trial',
      '2026-03-03 10:10 ana Send the Plans',
      '2026-03-03 10:10 bor Send the Plans',
    ]);
    expect(ends(title)).toMatchObject({ cene: null, dana: null, ema: null });
    const [named, unnamed, plans] = sent(title);
    expect(named?.text).toContain(
      'Ana has used report builder today, and the trial ends today (2026-03-03).',
    );
    expect(unnamed?.text).toContain('Bor has used a feature today');
    expect(plans?.text).toContain('your trial, and you have used report builder today. Choose a plan today');
  });

  it('asks nobody to choose a plan who has bought, or when the day is over', () => {
    const title = 'bought on the last day, and used late on it';
    expect(messages(title)).toEqual([
      '2026-03-02 10:00 sales Tell the Owner of the Trial',
      '2026-03-02 10:00 sales Tell the Owner of the Trial',
      '2026-03-02 21:30 sales Tell the Owner of the Trial',
    ]);
    expect(ends(title)).toEqual({
      ana: 'last-day-of-trial goal_reached after 0: bought (2026-03-02T09:05)',
      bor: 'last-day-of-trial goal_reached after 0: bought (2026-03-02T09:05)',
      cene: 'last-day-of-trial left after 0: the last day is over (2026-03-02T23:00)',
    });
  });

  it('offers help half an hour after a search in vain, unless another finds something or an order comes', () => {
    const title = 'a search without a result';
    expect(messages(title)).toEqual([
      '2026-03-02 10:30 ana Send Help With the Search',
      '2026-03-02 10:30 sales Tell the Team of the Search',
    ]);
    expect(ends(title)).toEqual({
      ana: 'searched-in-vain completed after 1: mailed (2026-03-02T09:30)',
      bor: 'searched-in-vain goal_reached after 0: found something (2026-03-02T09:10)',
      cene: 'searched-in-vain goal_reached after 0: ordered (2026-03-02T09:10)',
      dana: null,
    });
    expect(sent(title).map(({ subject }) => subject)).toEqual([
      'Ana searched in vain for "matcha whisk"',
      'Shall we look for "matcha whisk"?',
    ]);
  });

  it('tells the owner of the contact, and the team where the owner is missing or no single address', () => {
    const told = sent('who is told').map(({ to, subject }) => `${to}: ${subject?.split(' keeps')[0]}`);
    expect(told.sort()).toEqual([
      'olga@example.com: Ana Novak',
      'sales@example.com: Bor',
      'sales@example.com: Cene',
      'sales@example.com: Dana',
    ]);
  });

  it('reacts to the same again after 14 days only, and to something else at any time', () => {
    expect(messages('the same and another again')).toEqual([
      '2026-03-02 10:30 ana Send Help With the Search',
      '2026-03-02 10:30 sales Tell the Team of the Search',
      '2026-03-04 10:00 sales Tell the Owner of the Pricing',
      '2026-03-04 12:00 ana Send the Trial',
      '2026-03-17 10:30 ana Send Help With the Search',
      '2026-03-17 10:30 sales Tell the Team of the Search',
    ]);
  });

  it('mails with consent only, and tells the owner whether it does', () => {
    const title = 'consent';
    expect(messages(title)).toEqual([
      ...Array<string>(6).fill('2026-03-02 10:00 sales Tell the Owner of the Pricing'),
      '2026-03-02 12:00 returns Send the Trial',
    ]);
    expect(ends(title)).toEqual({
      never: 'pricing-without-trial left after 0: consent to e-mail: none (2026-03-02T11:00)',
      out: 'pricing-without-trial left after 0: consent to e-mail: opted_out (2026-03-02T11:00)',
      pending: 'pricing-without-trial left after 0: consent to e-mail: pending (2026-03-02T11:00)',
      withdraws: 'pricing-without-trial left after 0: consent to e-mail: opted_out (2026-03-02T11:00)',
      bounces: 'pricing-without-trial left after 0: suppressed: hard_bounce (2026-03-02T11:00)',
      returns: 'pricing-without-trial completed after 1: mailed (2026-03-02T11:00)',
    });
    const alerts = sent(title).slice(0, 6);
    const writesAlone = alerts.filter(({ text }) => text?.includes('nobody else writes to them'));
    expect(writesAlone.map(({ subject }) => subject?.split(' ')[0])).toEqual(['Never', 'Out', 'Pending']);
  });

  it("keeps the contact's quiet hours and last day, in the night on which the clocks go forward too", () => {
    const title = 'the night on which the clocks go forward';
    expect(messages(title)).toEqual([
      '2026-03-07 18:30 sales Tell the Owner of the Pricing',
      '2026-03-07 20:30 sales Tell the Owner of the Pricing',
      '2026-03-08 00:30 sales Tell the Owner of the Trial',
      '2026-03-08 08:00 nina Send Help With the Search',
      '2026-03-08 08:00 nina Send the Trial',
      '2026-03-08 08:00 sales Tell the Team of the Search',
      '2026-03-08 08:00 omar Send the Plans',
    ]);
    const nina = sent(title).find(({ to }) => to === 'nina@example.com');
    expect(nina?.at).toBe('2026-03-08T12:00:00Z');
  });

  it('does with little: no name, no zone, no words; nobody is told of visitors until they can be reached', () => {
    const title = 'little is known';
    const lines = sent(title).map(({ at, to, subject }) => `${at.slice(11, 16)} ${to}: ${subject}`);
    expect(lines.sort()).toEqual([
      '09:00 sales@example.com: +4915112345678 keeps coming back to our prices',
      '09:30 nobody@example.com: Shall we look for it?',
      '09:30 sales@example.com: +4915112345678 searched in vain for "whisk"',
      '09:30 sales@example.com: nobody@example.com searched in vain',
      '13:00 sales@example.com: known@example.com keeps coming back to our prices',
      '13:30 sales@example.com: known@example.com searched in vain for "whisk"',
    ]);
    expect(ends(title)).toMatchObject({
      'contact 2': 'pricing-without-trial left after 0: no e-mail address (2026-03-02T11:00)',
      ana: null,
    });
    for (const { text, html } of sent(title))
      expect(`${text} ${html ?? ''}`).not.toMatch(/undefined|null|NaN/);
    expect(sent(title)[0]?.text).toContain('There is no e-mail address to write to.');
  });

  it('shows hostile words as text', () => {
    const all = sent('hostile words');
    expect(all).toHaveLength(4);
    for (const { html } of all) expect(html ?? '').not.toMatch(/<script|<img|<b>/i);
    expect(all[0]?.subject).toMatch(/^<script>alert\(1\)<\/script> Bcc: all@example\.com searched in vain/);
    expect(all.map(({ to }) => to)).toEqual([
      'sales@example.com',
      'eve@example.com',
      'sales@example.com',
      'eve@example.com',
    ]);
    expect(all[1]?.html).toContain('&#60;img src=x onerror=alert(1)&#62; &#34;A&#34; &#38; B');
    expect(all[3]?.html).toContain('you have used &#60;b&#62;reports&#60;/b&#62; today');
  });

  it('loses and repeats nothing when n8n starts again in each wait', () => {
    expect(messages('n8n starts again in each wait')).toEqual([
      '2026-03-02 10:00 sales Tell the Owner of the Pricing',
      '2026-03-02 10:30 bor Send Help With the Search',
      '2026-03-02 10:30 sales Tell the Team of the Search',
      '2026-03-02 12:00 ana Send the Trial',
    ]);
  });

  it('mails the contact though the alert fails, records which, and marks a mail that fails', () => {
    const title = 'mails that fail';
    expect(messages(title)).toEqual([
      '2026-03-02 10:00 sales Tell the Owner of the Pricing',
      '2026-03-02 10:30 bor Send Help With the Search',
    ]);
    expect(errorsOf(cases.played(title))).toEqual([
      ...Array<string>(3).fill('sales@example.com: Relay is down'),
      ...Array<string>(3).fill('ana@example.com: Mailbox busy'),
    ]);
    expect(ends(title).ana).toBe(
      'pricing-without-trial failed after 0: the mail failed: Mailbox busy (2026-03-02T11:00)',
    );
    expect(cases.played<{ seen: unknown }>(title).result.seen).toEqual([
      { type: 'email_sent', message: 'searched-in-vain', journey: 'react-to-high-intent' },
      { type: 'alert_failed', reaction: 'searched-in-vain', to: 'sales@example.com' },
      { type: 'alert_sent', reaction: 'pricing-without-trial', to: 'sales@example.com' },
    ]);
  });

  it('takes its times from the settings', () => {
    const times = pick(cases.played('the times of the demo').timeline, 'sent', 'at', 'to');
    expect(times.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`).sort()).toEqual([
      '23:00:00 sales',
      '23:00:00 sales',
      '23:00:20 ana',
      '23:00:20 bor',
      '23:00:20 cene',
      '23:00:20 sales',
    ]);
  });

  it('passes the wait at once in a test run', () => {
    const { timeline, result } = cases.played<{ status: string; nodes: string[] }>(
      'a test run from the editor',
    );
    expect(result.status).toBe('success');
    expect(result.nodes).toContain('Mark as Mailed 3');
    expect(pick(timeline, 'sent', 'local', 'node')).toEqual([
      { local: '2026-03-02 10:00', node: 'Tell the Team of the Search' },
      { local: '2026-03-02 10:00', node: 'Send Help With the Search' },
    ]);
  });
});
