import { errorsOf, messagesOf } from './journey-timeline';
import { runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}

describe('nurture-leads', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('nurture-leads');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  /** How the series ended for everybody, by the contact's property, which also names the pieces in their order. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const seen = <Seen>(title: string) => cases.played<Told<Seen>>(title).result.seen;
  const sentTo = (title: string, name: string) =>
    cases.played(title).timeline.filter(({ kind, to }) => kind === 'sent' && to === `${name}@example.com`);
  const series = (name: string, days: readonly string[]) =>
    days.map((day, index) => `${day} ${name} Send Piece ${index + 1}`);

  it('sends a story, a trial and a demo four days apart to a lead who looks at nothing, and promotes nobody', () => {
    const title = 'looks at nothing';
    expect(mails(title)).toEqual(series('ana', ['2026-03-02 11:00', '2026-03-06 11:00', '2026-03-10 11:00']));
    expect(sentTo(title, 'ana').map(({ subject }) => subject)).toEqual([
      'How a shop of two doubled its repeat orders',
      'Try it for 30 days, with your own customers',
      'Half an hour, and you have seen all of it',
    ]);
    expect(ends(title)).toEqual({
      ana: 'completed after story, trial, demo: all mails sent (2026-03-10T10:00)',
    });
    expect(seen(title)).toEqual({ ana: null });
    const [first] = sentTo(title, 'ana');
    expect(first?.details).toMatchObject({
      from: 'Example Company <hello@example.com>',
      replyTo: 'hello@example.com',
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\n[^]*\n\nRead the story: https:\/\/www\.example\.com\/stories\/shop-of-two\n[^]*\nUnsubscribe: https:\/\/www\.example\.com\/unsubscribe\nExample Company, 1 Example Street, Exampletown$/,
    );
  });

  it('lets the pages they look at choose, leaves out what they saw, and promotes them at that moment', () => {
    const title = 'looks further';
    expect(ends(title)).toEqual({
      // Looked at prices after the first mail.
      bor: 'completed after story, demo, trial: all mails sent (2026-03-10T10:00)',
      // Knew the story before, from which the trial follows by its stage.
      cene: 'completed after trial, demo, story: all mails sent (2026-03-10T10:00)',
      // Knew everything: the order of the settings.
      ema: 'completed after story, trial, demo: all mails sent (2026-03-10T10:00)',
    });
    expect(seen(title)).toEqual({
      early: { bor: null, cene: null, ema: null },
      then: { bor: 'marketing_qualified_lead', cene: null, ema: null },
    });
    expect(mails(title)).toHaveLength(9);
  });

  it('sends nothing more to an opportunity or a customer, in whichever wait, and goes on for others', () => {
    const title = 'becomes an opportunity in the middle of each wait';
    expect(mails(title)).toEqual([
      '2026-03-03 08:00 bor Send Piece 1',
      '2026-03-03 08:00 cene Send Piece 1',
      '2026-03-03 08:00 dana Send Piece 1',
      '2026-03-07 08:00 cene Send Piece 2',
      '2026-03-07 08:00 dana Send Piece 2',
      '2026-03-11 08:00 dana Send Piece 3',
    ]);
    expect(ends(title)).toEqual({
      ana: 'goal_reached after nothing: became opportunity (2026-03-02T21:30)',
      bor: 'goal_reached after story: became customer (2026-03-04T21:30)',
      cene: 'goal_reached after story, trial: became opportunity (2026-03-08T21:30)',
      dana: 'completed after story, trial, demo: all mails sent (2026-03-11T07:00)',
    });
    // Nobody falls back to a marketing qualified lead.
    expect(seen(title)).toEqual({
      ana: 'opportunity',
      bor: 'customer',
      cene: 'opportunity',
      dana: 'sales_qualified_lead',
    });
  });

  it('begins with two conversions at the top of the funnel in 30 days, with consent, before sales has them', () => {
    const title = 'who is a lead';
    expect(mails(title)).toEqual([
      ...series('fran', ['2026-03-02 11:00', '2026-03-06 11:00', '2026-03-10 11:00']),
      ...series('ema', ['2026-04-14 12:00', '2026-04-18 12:00', '2026-04-22 12:00']),
    ]);
    expect(ends(title)).toMatchObject({ ana: null, bor: null, cene: null, dana: null });
  });

  it('stops where consent is withdrawn, before the first mail and between two', () => {
    const title = 'withdraws consent half-way';
    expect(mails(title)).toEqual(['2026-03-02 11:00 bor Send Piece 1']);
    expect(ends(title)).toEqual({
      ana: 'left after nothing: consent to e-mail: opted_out (2026-03-02T10:00)',
      bor: 'left after story: consent to e-mail: opted_out (2026-03-06T10:00)',
    });
  });

  it("keeps the time of day of each contact's own clock when it changes", () => {
    expect(mails('across the beginning of summer time')).toEqual([
      '2026-03-05 11:00 gita Send Piece 1',
      '2026-03-05 17:00 ana Send Piece 1',
      '2026-03-09 11:00 gita Send Piece 2',
      '2026-03-09 17:00 ana Send Piece 2',
      '2026-03-13 11:00 gita Send Piece 3',
      '2026-03-13 17:00 ana Send Piece 3',
    ]);
  });

  it('nurtures the same lead again only after the pause', () => {
    expect(mails('converts again')).toEqual([
      ...series('ana', ['2026-03-02 11:00', '2026-03-06 11:00', '2026-03-10 11:00']),
      ...series('ana', ['2026-09-28 12:00', '2026-10-02 12:00', '2026-10-06 12:00']),
    ]);
  });

  it('shows hostile names as text, and does without a name, a zone or an address', () => {
    const title = 'tells little about themselves';
    const [ida] = sentTo(title, 'ida');
    const [jan] = sentTo(title, 'jan');
    expect(ida?.text).toMatch(/^Hello <b>\{\{ 7\*7 \}\}<\/b>,\n/);
    expect(ida?.html).toContain('Hello &#60;b&#62;{{ 7*7 }}&#60;/b&#62;,');
    expect(jan?.text).toMatch(/^Hello,\n/);
    // Their zone is unknown: the workflow's decides.
    expect(sentTo(title, 'jan').map(({ at }) => at)).toEqual([
      '2026-03-02T10:00:00Z',
      '2026-03-06T10:00:00Z',
      '2026-03-10T10:00:00Z',
    ]);
    expect(ends(title)['contact 3']).toBe('left after nothing: no e-mail address (2026-03-02T10:00)');
  });

  it('says which mail failed, and goes on for everybody else', () => {
    const title = 'cannot be mailed';
    expect(ends(title)).toEqual({
      ana: 'failed after story: mail 2 failed: Mailbox busy (2026-03-06T10:00)',
      bor: 'completed after story, trial, demo: all mails sent (2026-03-10T10:00)',
    });
    // Three tries, and nobody else is kept back.
    expect(errorsOf(cases.played(title))).toEqual(Array(3).fill('ana@example.com: Mailbox busy'));
  });

  it('begins with those who were leads before if the user wants it, once each', () => {
    expect(mails('was there before')).toEqual(
      series('ana', ['2026-03-02 11:00', '2026-03-06 11:00', '2026-03-10 11:00']),
    );
  });
});
