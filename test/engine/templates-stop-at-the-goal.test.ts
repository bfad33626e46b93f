import { errorsOf, messagesOf } from './journey-timeline';
import { runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}

/** The days of the ten mails to whoever begins on Monday 2 March 2026, 10:00 in Berlin. */
const DAYS = '03-02 03-06 03-10 03-14 03-18 03-22 03-26 03-30 04-03 04-07'.split(' ');

describe('stop-at-the-goal', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('stop-at-the-goal');
  });

  const mails = (title: string) =>
    messagesOf(cases.played(title)).map((line) => line.replace(' Send the Mail', ''));
  /** How it ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const seen = <Seen>(title: string) => cases.played<Told<Seen>>(title).result.seen;
  const sentTo = (title: string, name: string) =>
    cases.played(title).timeline.filter(({ kind, to }) => kind === 'sent' && to === `${name}@example.com`);
  /** As many mails as each of them gets, at eleven on the days of the series. */
  const series = (counts: Readonly<Record<string, number>>) =>
    DAYS.flatMap((day, index) =>
      Object.keys(counts)
        .filter((name) => index < (counts[name] ?? 0))
        .map((name) => `2026-${day} 11:00 ${name}`),
    );

  it('sends ten different mails, four days apart, to whoever books nothing, and ends four days after the last', () => {
    const title = 'books nothing';
    expect(mails(title)).toEqual(series({ ana: 10 }));
    expect(sentTo(title, 'ana').map(({ subject }) => subject)).toEqual([
      'Half an hour that answers your question',
      'What others ask us first',
      'What happens in a consultation, minute by minute',
      'The most expensive mistake we see',
      'How a shop of two saved a year',
      'You need not prepare anything',
      'Who you will talk to',
      'When we tell people not to do it',
      'Three questions to ask anybody who advises you',
      'The last mail about this',
    ]);
    expect(ends(title)).toEqual({ ana: 'completed after 10: all mails sent (2026-04-11T09:00)' });
    expect(seen<object[]>(title).toReversed()).toEqual(
      DAYS.map((_day, index) => ({
        message: `ask-for-consultation-${index + 1}`,
        journey: 'ask-for-consultation',
        step: index + 1,
      })),
    );
    const [first] = sentTo(title, 'ana');
    expect(first?.details).toMatchObject({
      from: 'Example Company <hello@example.com>',
      replyTo: 'hello@example.com',
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\nYou were looking for an answer\. [^\n]*\n\nChoose a time: https:\/\/www\.example\.com\/consultation\n[^]*\nUnsubscribe: https:\/\/www\.example\.com\/unsubscribe\nExample Company, 1 Example Street, Exampletown$/,
    );
  });

  it('sends none of the others to whoever books, in whichever wait and by whichever way, and goes on for the rest', () => {
    const title = 'books in the middle of a wait';
    expect(mails(title)).toEqual(series({ bor: 2, cene: 9, dana: 10, ema: 10, fran: 10 }));
    expect(ends(title)).toEqual({
      ana: 'goal_reached after 0: consultation booked (2026-03-02T09:30)',
      // By the form.
      bor: 'goal_reached after 2: consultation booked (2026-03-08T09:30)',
      cene: 'goal_reached after 9: consultation booked (2026-04-06T09:30)',
      // By the last mail.
      dana: 'goal_reached after 10: consultation booked (2026-04-09T09:30)',
      // Another form.
      ema: 'completed after 10: all mails sent (2026-04-11T09:00)',
      // Too late to count.
      fran: 'completed after 10: all mails sent (2026-04-11T09:00)',
    });
  });

  it('takes nobody on to the next mail who is not in the journey any more, or never was', () => {
    const title = 'is not in the journey any more';
    expect(mails(title)).toEqual(series({ ana: 2, bor: 2 }));
    expect(ends(title)).toEqual({
      ana: 'left after 2: asked us by phone to stop (2026-03-08T09:00)',
      bor: 'goal_reached after 5: consultation booked (2026-03-08T09:00)',
      cene: 'left after 5: it was never in the journey ask-for-consultation (2026-03-08T09:00)',
    });
  });

  it('sends no mail twice to whoever is told to have got one twice', () => {
    const title = 'is told of a mail twice';
    expect(mails(title)).toEqual(series({ ana: 3 }));
    expect(ends(title)).toEqual({ ana: 'goal_reached after 3: consultation booked (2026-03-14T09:00)' });
  });

  it('keeps the quiet hours before each mail, and lets go at night of whoever books', () => {
    const title = 'becomes interested in the evening';
    expect(mails(title)).toEqual(['2026-03-03 08:00 ana', '2026-03-07 08:00 ana']);
    expect(ends(title)).toEqual({ ana: 'goal_reached after 2: consultation booked (2026-03-08T21:30)' });
  });

  it('asks for consent and suppression before each mail', () => {
    const title = 'has no consent, or not for long';
    expect(mails(title)).toEqual(series({ cene: 2, dana: 2, ema: 3 }));
    expect(ends(title)).toEqual({
      ana: 'left after 0: consent to e-mail: none (2026-03-02T10:00)',
      bor: 'left after 0: consent to e-mail: opted_out (2026-03-02T10:00)',
      cene: 'left after 2: consent to e-mail: opted_out (2026-03-10T10:00)',
      dana: 'left after 2: suppressed: hard_bounce (2026-03-10T10:00)',
      ema: 'goal_reached after 3: consultation booked (2026-03-12T09:00)',
    });
  });

  it("keeps the time of day of each contact's own clock when it changes", () => {
    const title = 'across the beginning of summer time';
    const days = ['03-05', '03-09', '03-13', '03-17', '03-21', '03-25', '03-29'];
    expect(mails(title)).toEqual(days.flatMap((day) => [`2026-${day} 11:00 gita`, `2026-${day} 17:00 ana`]));
    expect(ends(title)).toEqual({
      gita: 'goal_reached after 7: consultation booked (2026-04-01T15:00)',
      ana: 'goal_reached after 7: consultation booked (2026-04-01T15:00)',
    });
  });

  it('lets nobody enter twice, and again only after the pause', () => {
    const title = 'is interested again';
    expect(mails(title)).toEqual([...series({ ana: 3 }), '2026-09-23 12:00 ana']);
    expect(ends(title)).toEqual({ ana: 'goal_reached after 1: consultation booked (2026-09-25T09:00)' });
    expect(seen<object[]>(title)).toEqual([
      expect.objectContaining({ state: 'completed', enteredAt: '2026-03-02T09:00:00.000Z' }),
      expect.objectContaining({ state: 'completed', enteredAt: '2026-09-23T09:00:00.000Z' }),
    ]);
  });

  it('does not ask whoever has booked within the pause', () => {
    const title = 'booked before';
    expect(mails(title)).toEqual(series({ bor: 1 }));
    expect(ends(title)).toEqual({ ana: null, bor: null, cene: null });
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
    ]);
    expect(ends(title)).toEqual({
      ida: 'goal_reached after 2: consultation booked (2026-03-08T09:00)',
      jan: 'goal_reached after 2: consultation booked (2026-03-08T09:00)',
      'contact 3': 'left after 0: no e-mail address (2026-03-02T10:00)',
    });
  });

  it('says which mail failed, and goes on for everybody else', () => {
    const title = 'cannot be mailed';
    expect(mails(title)).toEqual(series({ ana: 1, bor: 3 }));
    expect(ends(title)).toEqual({
      ana: 'failed after 1: mail 2 failed: Mailbox busy (2026-03-06T10:00)',
      bor: 'goal_reached after 3: consultation booked (2026-03-12T09:00)',
    });
    // Three tries, and nobody else is kept back.
    expect(errorsOf(cases.played(title))).toEqual(Array(3).fill('ana@example.com: Mailbox busy'));
  });

  it('sends as many mails as the settings have, whatever is in them', () => {
    const title = 'two mails are enough';
    expect(mails(title)).toEqual(series({ ana: 2 }));
    expect(sentTo(title, 'ana')[0]?.html).toContain('<p>One &#38; only?</p>');
    expect(ends(title)).toEqual({ ana: 'completed after 2: all mails sent (2026-03-10T10:00)' });
  });
});
