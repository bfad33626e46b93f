import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, Record<string, string>>;
  seen: Seen;
}

describe('remind-to-reorder', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('remind-to-reorder');
  });

  /** Every mail: when by the recipient's clock, to whom, the first or the second, of which product. */
  const mails = (title: string) => messagesOf(withSubjects(cases.played(title)));
  const ends = (title: string) => cases.played<Told>(title).result.ends;

  it('asks for lenses of six months five calendar months after the order, and once more two weeks later', () => {
    const title = 'never orders again';
    expect(mails(title)).toEqual([
      '2026-08-02 10:00 ana 1 Monthly lenses',
      '2026-08-16 10:00 ana 2 Monthly lenses',
    ]);
    expect(ends(title)).toEqual({
      ana: { reorder_LENS_6: 'completed after 2: all mails sent (2026-08-16T08:00)' },
    });
  });

  it('names the product, when it was ordered and how long it lasts, and links back with one click', () => {
    const [first, second] = cases.played('never orders again').timeline.filter(({ kind }) => kind === 'sent');
    expect(first).toMatchObject({
      subject: 'Time for new Monthly lenses?',
      details: { from: 'Example Shop <shop@example.com>', replyTo: 'help@example.com' },
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\nyou ordered Monthly lenses on 2 March\. By our count it lasts until about 2 September\. /,
    );
    expect(second?.subject).toBe('Have you enough Monthly lenses left?');
    expect(second?.text).toContain('which you ordered on 2 March.');
    for (const mail of [first, second]) {
      expect(mail?.text).toContain(
        '\n\nOrder it again: https://shop.example.com/reorder?sku=LENS-6&quantity=2\n',
      );
      expect(mail?.html).toContain(
        '<a href="https://shop.example.com/reorder?sku=LENS-6&#38;quantity=2" style',
      );
      expect(mail?.text).toMatch(
        /\nUnsubscribe: https:\/\/shop\.example\.com\/unsubscribe\nExample Shop, 1 Example Street, Exampletown$/,
      );
      expect(mail?.html).not.toContain('n8n');
    }
  });

  it('lets each product of an order wait by itself, and none that does not run out', () => {
    const title = 'each product by its own clock';
    expect(mails(title)).toEqual([
      '2026-04-01 10:00 ana 1 Coffee',
      '2026-05-02 10:00 ana 1 Vitamin D',
      // Ordered again on 10 April: for the first order no second mail, for this one a clock of its own.
      '2026-05-10 14:00 ana 1 Coffee',
      '2026-05-16 10:00 ana 2 Vitamin D',
      '2026-05-24 14:00 ana 2 Coffee',
      '2026-08-02 10:00 ana 1 Monthly lenses',
      '2026-08-16 10:00 ana 2 Monthly lenses',
    ]);
    expect(ends(title).ana).toEqual({
      reorder_COFFEE_1KG: 'completed after 2: all mails sent (2026-05-24T12:00)',
      reorder_VIT_D: 'completed after 2: all mails sent (2026-05-16T08:00)',
      reorder_LENS_6: 'completed after 2: all mails sent (2026-08-16T08:00)',
    });
  });

  it('stops at an order of that very product, in whichever wait, also one that is told late', () => {
    const title = 'orders again in the middle of each wait';
    expect(mails(title)).toEqual([
      '2026-08-02 10:00 bor 1 Monthly lenses',
      '2026-08-02 10:00 cene 1 Monthly lenses',
      '2026-08-02 10:00 dana 1 Monthly lenses',
      // Ordered others of the brand.
      '2026-08-16 10:00 cene 2 Monthly lenses',
      // Nobody knew yet of the order.
      '2026-08-16 10:00 dana 2 Monthly lenses',
    ]);
    expect(ends(title)).toEqual({
      ana: { reorder_LENS_6: 'goal_reached after 0: ordered it again (2026-06-01T12:00)' },
      bor: { reorder_LENS_6: 'goal_reached after 1: ordered it again (2026-08-05T12:00)' },
      cene: { reorder_LENS_6: 'completed after 2: all mails sent (2026-08-16T08:00)' },
      dana: { reorder_LENS_6: 'completed after 2: all mails sent (2026-08-16T08:00)' },
    });
  });

  it('takes the last day of a month that is shorter, at the same time of day in summer and winter', () => {
    expect(mails('ends of months')).toEqual([
      '2026-02-28 12:00 january31 1 For 60 days',
      '2026-03-14 12:00 january31 2 For 60 days',
      '2027-01-31 13:00 august31 1 Monthly lenses',
      '2027-02-14 13:00 august31 2 Monthly lenses',
      '2027-02-28 13:00 september30 1 Monthly lenses',
      '2027-03-14 13:00 september30 2 Monthly lenses',
    ]);
  });

  it('counts whole months on the calendar, other supplies in days, and asks when half is used at the earliest', () => {
    const title = 'how long things last';
    expect(mails(title).filter((line) => line.includes(' ana 1 '))).toEqual([
      // Half a day, and the quiet hours.
      '2026-03-03 08:00 ana 1 For 1 days',
      '2026-03-17 10:00 ana 1 For 30 days',
      '2026-03-22 10:00 ana 1 For 40 days',
      '2026-03-22 10:00 ana 1 Many',
      '2026-03-25 10:00 ana 1 For 45 days',
      '2026-04-01 10:00 ana 1 For 59 days',
      '2026-04-02 10:00 ana 1 For 60 days',
      '2026-04-02 10:00 ana 1 For 61 days',
      // On two lines of the order: 80 days.
      '2026-04-21 10:00 ana 1 Twice',
      '2026-05-02 10:00 ana 1 For 90 days',
      '2026-05-02 10:00 ana 1 Three',
      '2026-05-11 10:00 ana 1 For 100 days',
      // One for each eye.
      '2026-08-02 10:00 ana 1 Eyes',
      '2026-08-02 10:00 ana 1 For 183 days',
      '2027-02-02 10:00 ana 1 For 365 days',
    ]);
    expect(Object.keys(ends(title).ana ?? {}).filter((name) => name.startsWith('reorder_N_'))).toEqual([]);
  });

  it('takes lengths from the settings, of the SKU before those of the category before those of the shop', () => {
    const title = 'before the settings';
    expect(mails(title)).toEqual([
      // Six weeks less ten days; a calendar month later again.
      '2026-04-03 10:00 ana 1 By its category',
      '2026-05-03 10:00 ana 2 By its category',
      // 182 days less ten: six months and days have no calendar in common.
      '2026-08-19 10:00 ana 1 Pair',
    ]);
    expect(cases.played(title).timeline.find(({ kind }) => kind === 'sent')?.text).toContain(
      'Order it again: https://shop.example.com/?page=cart&sku=TEA&quantity=1\n',
    );
  });

  it('says which length of time in the settings is none', () => {
    expect(errorsOf(cases.played('a length of time that is none'))).toEqual([
      expect.stringContaining('Settings: "6 moons" is no length of time; write for example 6 months'),
    ]);
  });

  it('asks before each mail for consent and suppression', () => {
    const title = 'consent';
    expect(mails(title)).toEqual([
      '2026-08-02 10:00 bounces 1 Monthly lenses',
      '2026-08-02 10:00 later 1 Monthly lenses',
      '2026-08-02 10:00 returns 1 Monthly lenses',
      '2026-08-02 10:00 withdraws 1 Monthly lenses',
      '2026-08-16 10:00 later 2 Monthly lenses',
      '2026-08-16 10:00 returns 2 Monthly lenses',
    ]);
    expect(ends(title)).toEqual({
      never: { reorder_LENS_6: 'left after 0: consent to e-mail: none (2026-08-02T08:00)' },
      out: { reorder_LENS_6: 'left after 0: consent to e-mail: opted_out (2026-08-02T08:00)' },
      pending: { reorder_LENS_6: 'left after 0: consent to e-mail: pending (2026-08-02T08:00)' },
      withdraws: { reorder_LENS_6: 'left after 1: consent to e-mail: opted_out (2026-08-16T08:00)' },
      bounces: { reorder_LENS_6: 'left after 1: suppressed: hard_bounce (2026-08-16T08:00)' },
      // Given again before the second mail, or before the first.
      returns: { reorder_LENS_6: 'completed after 2: all mails sent (2026-08-16T08:00)' },
      later: { reorder_LENS_6: 'completed after 2: all mails sent (2026-08-16T08:00)' },
    });
  });

  it('forgets who is erased in the middle', () => {
    expect(mails('erased in the middle')).toEqual(['2026-08-02 10:00 ana 1 Monthly lenses']);
    expect(ends('erased in the middle')).toEqual({});
  });

  it('keeps the time of day where clocks change, and where they do not', () => {
    const title = 'clocks that change';
    expect(mails(title)).toEqual([
      '2026-03-01 09:30 omar 1 Monthly lenses',
      '2026-03-01 12:30 nina 1 Monthly lenses',
      '2026-03-15 09:30 omar 2 Monthly lenses',
      '2026-03-15 12:30 nina 2 Monthly lenses',
    ]);
    const moments = pick(cases.played(title).timeline, 'sent', 'at', 'to')
      .filter(({ to }) => to === 'nina@example.com')
      .map(({ at }) => at.slice(0, 16));
    expect(moments).toEqual(['2026-03-01T17:30', '2026-03-15T16:30']);
  });

  it('sends nothing in the quiet hours of the recipient', () => {
    expect(mails('quiet hours')).toEqual([
      '2026-08-02 20:59 ana 1 Monthly lenses',
      '2026-08-03 08:00 tomo 1 Monthly lenses',
      '2026-08-03 08:00 bor 1 Monthly lenses',
      '2026-08-16 20:59 ana 2 Monthly lenses',
      '2026-08-17 08:00 tomo 2 Monthly lenses',
      '2026-08-17 08:00 bor 2 Monthly lenses',
    ]);
  });

  it('asks a minute later for what is told late but lasts, not for what has run out or was ordered again since', () => {
    const title = 'told late';
    expect(mails(title)).toEqual([
      '2026-03-02 10:01 ana 1 Left lenses',
      '2026-03-02 10:01 ana 1 Monthly lenses',
      '2026-03-03 08:00 dana 1 Monthly lenses',
      '2026-03-16 10:01 ana 2 Left lenses',
      '2026-03-16 10:01 ana 2 Monthly lenses',
      '2026-03-17 08:00 dana 2 Monthly lenses',
      '2026-04-01 10:00 cene 1 Monthly lenses',
      '2026-04-15 10:00 cene 2 Monthly lenses',
    ]);
    expect(ends(title).bor).toEqual({
      reorder_LENS_6: 'left after 0: too late: it has run out (2026-03-02T09:00)',
    });
  });

  it('asks once for an order that is told twice', () => {
    expect(mails('told twice')).toEqual([
      '2026-08-02 10:00 ana 1 Monthly lenses',
      '2026-08-16 10:00 ana 2 Monthly lenses',
    ]);
  });

  it('does with little: no name, no zone, no SKU; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title).map((line) => line.replace(/:\d\d(\.\d+)?Z/, 'Z'))).toEqual([
      '2026-04-02 10:00 eve 1 <img src=x onerror=alert(1)> "Tea" & $& co.',
      '2026-04-02T08:00Z nobody 1 12',
      '2026-04-02T08:00Z nobody 1 Soap',
      '2026-04-16 10:00 eve 2 <img src=x onerror=alert(1)> "Tea" & $& co.',
      '2026-05-02 10:00 eve 1 Js',
      '2026-05-11 10:00 eve 1 Url',
      '2026-05-16 10:00 eve 2 Js',
      '2026-05-25 10:00 eve 2 Url',
    ]);
    expect(ends(title)).toMatchObject({
      // By its name, and by a number that comes back as text.
      nobody: {
        reorder_Soap: 'goal_reached after 1: ordered it again (2026-04-10T12:00)',
        reorder_12: 'goal_reached after 1: ordered it again (2026-04-10T12:00)',
      },
      'contact 2': { reorder_LENS_6: 'left after 0: no e-mail address (2026-08-02T08:00)' },
      bor: {},
      cene: {},
      dana: { reorder_ONE: 'left after 0: consent to e-mail: none (2026-04-02T08:00)' },
    });
    for (const { text, html } of pick(cases.played(title).timeline, 'sent', 'text', 'html'))
      expect(`${text} ${html}`).not.toMatch(/undefined|null|NaN|Invalid/);
  });

  it('shows hostile names as text, and links to no script', () => {
    const sent = pick(cases.played('little is known').timeline, 'sent', 'subject', 'text', 'html', 'to');
    const [first] = sent.filter(({ to }) => to === 'eve@example.com');
    expect(first?.html).toContain('<p>Hello &#60;b&#62;Eve&#60;/b&#62;,</p>');
    expect(first?.html).toContain(
      '<strong>&#60;img src=x onerror=alert(1)&#62; &#34;Tea&#34; &#38; $&#38; co.</strong>',
    );
    expect(first?.html).toContain(
      'href="https://shop.example.com/reorder?sku=%22%3E%3Cscript%3E&#39;&#38;quantity=1"',
    );
    expect(first?.html).not.toMatch(/<img|<script/);
    const linkOf = (name: string) =>
      /Order it again: (.+)/.exec(sent.find(({ subject }) => subject?.includes(name))?.text ?? '')?.[1];
    expect(linkOf('Js')).toBe('https://shop.example.com/reorder?sku=JS&quantity=1');
    expect(linkOf('Url')).toBe('https://shop.example.com/again/7?a=1&b=2');
  });

  it('loses and repeats nothing when n8n starts again', () => {
    const title = 'n8n starts again in between';
    expect(mails(title)).toEqual([
      '2026-08-02 10:00 ana 1 Monthly lenses',
      '2026-08-02 10:00 bor 1 Monthly lenses',
      '2026-08-16 10:00 ana 2 Monthly lenses',
    ]);
    expect(ends(title).bor).toEqual({
      reorder_LENS_6: 'goal_reached after 1: ordered it again (2026-08-05T12:00)',
    });
  });

  it('asks late while it lasts when it was off, and nobody who ordered again or whose supply is long over', () => {
    const title = 'off for a while';
    expect(mails(title)).toEqual(['2026-08-12 14:00 ana 1 Monthly lenses']);
    expect(ends(title)).toEqual({
      ana: { reorder_LENS_6: 'left after 1: too late for mail 2 (2026-12-01T12:00)' },
      bor: { reorder_LENS_6: 'goal_reached after 0: ordered it again (2026-08-12T12:00)' },
      dana: { reorder_VIT_D: 'left after 0: too late: it has run out (2026-12-01T12:00)' },
    });
  });

  it('tries a mail again that fails, and marks who could not be mailed, without touching anybody else', () => {
    const title = 'mails that fail';
    expect(mails(title)).toEqual([
      '2026-08-02 10:00 ana 1 Monthly lenses',
      '2026-08-02 10:00 cene 1 Monthly lenses',
      '2026-08-02 10:00 dana 1 Monthly lenses',
      '2026-08-16 10:00 ana 2 Monthly lenses',
      '2026-08-16 10:00 dana 2 Monthly lenses',
    ]);
    expect(errorsOf(cases.played(title))).toEqual([
      'ana@example.com: Try later',
      ...Array<string>(3).fill('bor@example.com: Mailbox busy'),
      ...Array<string>(3).fill('cene@example.com: No such mailbox'),
    ]);
    expect(ends(title)).toMatchObject({
      bor: { reorder_LENS_6: 'failed after 0: mail 1 failed: Mailbox busy (2026-08-02T08:00)' },
      cene: { reorder_LENS_6: 'failed after 1: mail 2 failed: No such mailbox (2026-08-16T08:00)' },
    });
  });

  it('takes times from the settings', () => {
    const sent = pick(cases.played('the times of the demo').timeline, 'sent', 'at', 'to', 'node');
    expect(
      sent.map(({ at, to, node }) => `${at.slice(14, 19)} ${to?.split('@')[0]} ${node?.slice(-1)}`),
    ).toEqual(['00:20 ana 1', '00:20 bor 1', '00:40 ana 2', '00:50 bor 1', '01:10 bor 2']);
  });

  it('passes every wait at once in a test run', () => {
    const { timeline, result } = cases.played<Told<{ status: string; nodes: string[] }>>(
      'a test run from the editor',
    );
    expect(result.seen.status).toBe('success');
    expect(result.seen.nodes).toContain('Mark as Completed');
    expect(pick(timeline, 'sent', 'local', 'node').map(({ local, node }) => `${local} ${node}`)).toEqual([
      '2026-03-02 10:00 Send Reminder 1',
      '2026-03-02 10:00 Send Reminder 1',
      '2026-03-02 10:00 Send Reminder 2',
      '2026-03-02 10:00 Send Reminder 2',
    ]);
  });
});

/** The timeline in which each mail goes by its number and its product instead of its node. */
function withSubjects(played: ReturnType<Awaited<ReturnType<typeof runSimulation>>['played']>) {
  const timeline = played.timeline.map((entry) => {
    const product = /^(?:Time for new|Have you enough) (.+?)(?: left)?\?$/.exec(entry.subject ?? '')?.[1];
    return entry.kind === 'sent' ? { ...entry, node: `${entry.node?.slice(-1)} ${product}` } : entry;
  });
  return { ...played, timeline };
}
