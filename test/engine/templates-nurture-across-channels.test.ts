import { createHash } from 'node:crypto';
import { errorsOf, messagesOf } from './journey-timeline';
import { runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
  seen: { seen: unknown; app: Record<string, string | null> };
}

const PUSH = 'https://push.example.com/app';
const ADS = 'https://ads.example.com/audiences/nurtured-leads';
const NO_ADS = 'left: ads: consent ads: none on record';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('nurture-leads-across-channels', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('nurture-across-channels');
  });

  const messages = (title: string) => messagesOf(cases.played(title));
  /** How the path ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const seen = (title: string) => cases.played<Told>(title).result.seen.seen;
  /** How the app's own nurture ended for those who have the app. */
  const inTheApp = (title: string) =>
    Object.fromEntries(
      Object.entries(cases.played<Told>(title).result.seen.app).filter(([, told]) => told !== null),
    );
  const sent = (title: string, node: string) =>
    cases.played(title).timeline.filter((entry) => entry.kind === 'sent' && entry.node === node);
  const intros = (...names: string[]) => names.map((name) => `2026-03-02 10:10 ${name} Send the Intro`);

  describe('each branch to its end', () => {
    const title = 'each branch to its end';

    it('takes each lead over the channel that works for them, and the app as well', () => {
      expect(messages(title)).toEqual([
        ...intros('ana', 'bor', 'cene', 'dana', 'ema', 'fran', 'gita'),
        `2026-03-02 10:10 ${PUSH} Send Push 1 (http)`,
        `2026-03-04 10:10 ${PUSH} Send Push 2 (http)`,
        '2026-03-05 10:10 +4915123456766 Send SMS 1 (sms)',
        '2026-03-05 10:10 +4915123456767 Send SMS 1 (sms)',
        '2026-03-05 10:10 ana Send Piece 2',
        '2026-03-05 10:10 dana Send the Intro Again',
        '2026-03-05 10:10 ema Send the Intro Again',
        '2026-03-05 10:10 fran Send the Intro Again',
        '2026-03-05 10:10 gita Send the Intro Again',
        `2026-03-06 10:10 ${PUSH} Send Push 3 (http)`,
        '2026-03-07 10:10 ana Send Piece 3',
        '2026-03-07 10:10 bor Send the Mail',
        '2026-03-07 10:10 cene Send the Mail',
        `2026-03-08 10:10 ${ADS} Send to the Audience (http)`,
        '2026-03-10 10:10 +4915123456767 Send SMS 2 (sms)',
        '2026-03-10 10:10 bor Send Piece 3',
      ]);
      expect(ends(title)).toEqual({
        // Opened the intro.
        ana: 'completed: the last piece by e-mail (2026-03-07T09:10)',
        // Has a phone, and opened the mail after the SMS; or did not.
        bor: 'completed: the last piece by e-mail (2026-03-10T09:10)',
        cene: 'completed: the rest by SMS (2026-03-10T09:10)',
        // No phone: found the first copy, opened the second, opened none.
        dana: 'completed: opened the intro at last (2026-03-08T09:10)',
        gita: 'completed: opened the intro at last (2026-03-08T09:10)',
        ema: 'completed: in the audience for ads (2026-03-08T09:10)',
        fran: `${NO_ADS} (2026-03-08T09:10)`,
      });
      expect(inTheApp(title)).toEqual({ fran: 'completed: all pieces in the app (2026-03-06T09:10)' });
    });

    it('says the same in mails, text messages and pushes, each piece once over each channel', () => {
      const [guide, story, calculator] = [
        'https://www.example.com/guides/first-month',
        'https://www.example.com/stories/shop-of-two',
        'https://www.example.com/calculator',
      ] as const;
      const linkIn = (node: string) =>
        [...new Set(sent(title, node).map(({ text }) => text))].map(
          (text) => text?.match(/https:\/\/www\.example\.com\/(guides|stories|calc)[\w/-]*/)?.[0],
        )[0];
      expect(['Send the Intro', 'Send the Intro Again', 'Send Push 1'].map(linkIn)).toEqual(
        Array(3).fill(guide),
      );
      expect(['Send Piece 2', 'Send the Mail', 'Send Push 2'].map(linkIn)).toEqual(Array(3).fill(story));
      expect(['Send Piece 3', 'Send Push 3'].map(linkIn)).toEqual(Array(2).fill(calculator));
      expect(sent(title, 'Send SMS 1')[0]?.text).toBe(
        `Example Company: "What changes in your first month" waits in your inbox. Or read it here: ${guide} Reply STOP to end.`,
      );
      expect(sent(title, 'Send SMS 2')[0]?.text).toBe(
        `Example Company: "How a shop of two saved a day a week" waits in your inbox, or here: ${story} And the last one, "What it costs, and when it pays": ${calculator} Reply STOP to end.`,
      );
      expect(sent(title, 'Send the Intro')[0]?.text).toMatch(
        /^Hello Ana,\n\nFour weeks, [^\n]*\n\nSee the four steps: [^\n]*\n\nRather talk about it\? https:\/\/www\.example\.com\/talk\n[^]*\nUnsubscribe: https:\/\/www\.example\.com\/unsubscribe\nExample Company, 1 Example Street, Exampletown$/,
      );
      expect(sent(title, 'Send the Intro')[0]?.details).toMatchObject({ replyTo: 'hello@example.com' });
      expect(sent(title, 'Send the Intro Again')[0]?.text).toContain('it may have gone to spam.');
      expect(sent(title, 'Send Push 1')[0]?.details?.body).toMatchObject({ to: 'app-Fran', url: guide });
    });

    it('gives the ads service a hash, and nothing else', () => {
      expect(sent(title, 'Send to the Audience').map(({ details }) => details?.body)).toEqual([
        { email_sha256: sha256('ema@example.com') },
      ]);
    });

    it('records what was sent, under the name of the journey', () => {
      const counts = Map.groupBy(seen(title) as string[], (line) => line);
      expect([...counts].map(([line, { length }]) => `${length} ${line}`)).toEqual(
        [
          '1 ads_sent nurture-channels-audience',
          '7 email_sent nurture-channels-1',
          '4 email_sent nurture-channels-1-again',
          '3 email_sent nurture-channels-2',
          '2 email_sent nurture-channels-3',
          '1 push_sent nurture-app-1',
          '1 push_sent nurture-app-2',
          '1 push_sent nurture-app-3',
          '2 sms_sent nurture-channels-1',
          '1 sms_sent nurture-channels-2',
        ].map((line) => `${line} nurture-leads-across-channels`),
      );
    });
  });

  it('stops at the goal in the middle of each wait, for the mails and the app', () => {
    const title = 'reaches the goal in the middle of each wait';
    expect(messages(title)).toEqual([
      ...intros('bor', 'cene', 'dana', 'ema', 'fran', 'gita'),
      ...Array<string>(2).fill(`2026-03-02 10:10 ${PUSH} Send Push 1 (http)`),
      `2026-03-04 10:10 ${PUSH} Send Push 2 (http)`,
      '2026-03-05 10:10 +4915123456767 Send SMS 1 (sms)',
      '2026-03-05 10:10 +4915123456768 Send SMS 1 (sms)',
      '2026-03-05 10:10 ema Send Piece 2',
      '2026-03-05 10:10 fran Send the Intro Again',
      '2026-03-07 10:10 dana Send the Mail',
    ]);
    expect(ends(title)).toEqual({
      ana: 'goal_reached: goal reached (2026-03-02T09:05)',
      bor: 'goal_reached: goal reached (2026-03-03T09:05)',
      cene: 'goal_reached: goal reached (2026-03-06T09:05)',
      dana: 'goal_reached: goal reached (2026-03-08T09:05)',
      ema: 'goal_reached: goal reached (2026-03-06T09:05)',
      fran: 'goal_reached: goal reached (2026-03-06T09:05)',
      gita: 'goal_reached: goal reached (2026-03-03T09:05)',
    });
    expect(inTheApp(title)).toEqual({
      fran: 'goal_reached: goal reached (2026-03-06T09:05)',
      gita: 'goal_reached: goal reached (2026-03-03T09:05)',
    });
  });

  it('lets nobody in who is a customer already', () => {
    const title = 'is no lead any more when it comes';
    expect(messages(title)).toEqual([]);
    expect(ends(title)).toEqual({ ana: null });
  });

  it('uses no channel without its consent: a phone or an app without it is as if it were not there', () => {
    const title = 'agreed to nothing';
    expect(messages(title)).toEqual([
      ...intros('cene'),
      // No mails allowed, but text messages.
      '2026-03-05 10:10 +4915123456766 Send SMS 1 (sms)',
      '2026-03-05 10:10 cene Send the Intro Again',
      '2026-03-10 10:10 +4915123456766 Send SMS 2 (sms)',
    ]);
    const nothing = `${NO_ADS} (2026-03-08T09:10)`;
    expect(ends(title)).toEqual({
      ...{ ana: nothing, cene: nothing, dana: nothing },
      bor: 'completed: the rest by SMS (2026-03-10T09:10)',
    });
    expect(inTheApp(title)).toEqual({});
    // There is nothing in the inbox.
    expect([...sent(title, 'Send SMS 1'), ...sent(title, 'Send SMS 2')].map(({ text }) => text)).toEqual([
      'Example Company: "What changes in your first month" is here: https://www.example.com/guides/first-month Reply STOP to end.',
      'Example Company: "How a shop of two saved a day a week" is here: https://www.example.com/stories/shop-of-two And the last one, "What it costs, and when it pays": https://www.example.com/calculator Reply STOP to end.',
    ]);
  });

  it('goes on over the next channel where one cannot be: a mail or a text message that fails, a consent that is gone', () => {
    const title = 'one channel cannot be, and the next follows';
    const sms = (nr: number) => `+49151234567${nr}`;
    expect(messages(title)).toEqual([
      ...intros('bor', 'cene', 'dana', 'ema', 'fran', 'gita', 'hana', 'ivo', 'kai'),
      `2026-03-05 10:10 ${sms(65)} Send SMS 1 (sms)`,
      `2026-03-05 10:10 ${sms(67)} Send SMS 1 (sms)`,
      `2026-03-05 10:10 ${sms(68)} Send SMS 1 (sms)`,
      '2026-03-05 10:10 bor Send the Intro Again',
      '2026-03-05 10:10 fran Send Piece 2',
      '2026-03-05 10:10 gita Send Piece 2',
      '2026-03-05 10:10 kai Send Piece 2',
      `2026-03-07 10:10 ${sms(70)} Send the Last SMS (sms)`,
      `2026-03-07 10:10 ${sms(71)} Send the Last SMS (sms)`,
      `2026-03-07 10:10 ${sms(72)} Send the Last SMS (sms)`,
      '2026-03-07 10:10 ana Send the Mail',
      '2026-03-07 10:10 dana Send the Mail',
      '2026-03-07 10:10 ema Send Piece 3',
      ...Array<string>(2).fill(`2026-03-08 10:10 ${ADS} Send to the Audience (http)`),
      `2026-03-10 10:10 ${sms(65)} Send SMS 2 (sms)`,
      `2026-03-10 10:10 ${sms(67)} Send SMS 2 (sms)`,
      '2026-03-10 10:10 dana Send Piece 3',
    ]);
    const failed = 'failed: could not be sent: Out of order';
    expect(ends(title)).toEqual({
      // The intro failed, and the mail after the SMS; both have a phone.
      ana: 'completed: the rest by SMS (2026-03-10T09:10)',
      cene: 'completed: the rest by SMS (2026-03-10T09:10)',
      // The first SMS failed, which is as if there were no phone; and the second.
      bor: 'completed: in the audience for ads (2026-03-08T09:10)',
      dana: 'completed: the last piece by e-mail (2026-03-10T09:10)',
      // Opened the intro: piece 2 failed, piece 3 failed, and no mails any more after, and before piece 2.
      ema: 'completed: the last piece by e-mail (2026-03-07T09:10)',
      fran: 'completed: the rest by SMS (2026-03-07T09:10)',
      gita: 'completed: the rest by SMS (2026-03-07T09:10)',
      hana: 'completed: the rest by SMS (2026-03-07T09:10)',
      // No phone, and the second copy failed.
      ivo: 'completed: in the audience for ads (2026-03-08T09:10)',
      // Everything that there was failed.
      jon: `${failed} (2026-03-08T09:10)`,
      kai: `${failed} (2026-03-07T09:10)`,
    });
    const last = '"What it costs, and when it pays": https://www.example.com/calculator Reply STOP to end.';
    expect(Object.fromEntries(sent(title, 'Send the Last SMS').map(({ to, text }) => [to, text]))).toEqual({
      [sms(70)]: `Example Company: ${last}`,
      [sms(71)]: `Example Company: ${last}`,
      [sms(72)]:
        `Example Company: "How a shop of two saved a day a week": https://www.example.com/stories/shop-of-two And the last one, ${last}`,
    });
    const first = Object.fromEntries(sent(title, 'Send SMS 1').map(({ to, text }) => [to, text]));
    expect(first[sms(65)]).toContain('" is here: ');
    expect(first[sms(67)]).toContain('" waits in your inbox. ');
    expect(first[sms(68)]).toContain('" waits in your inbox. ');
  });

  it('sends nothing more over a channel once consent to it is withdrawn', () => {
    const title = 'withdraws consent half-way';
    expect(messages(title)).toEqual([
      ...intros('ana', 'bor', 'cene', 'dana', 'ema', 'fran', 'gita'),
      `2026-03-02 10:10 ${PUSH} Send Push 1 (http)`,
      '2026-03-05 10:10 +4915123456767 Send SMS 1 (sms)',
      '2026-03-05 10:10 +4915123456771 Send SMS 1 (sms)',
      '2026-03-05 10:10 bor Send Piece 2',
      '2026-03-05 10:10 dana Send the Intro Again',
      '2026-03-05 10:10 ema Send the Intro Again',
      '2026-03-05 10:10 fran Send the Intro Again',
      '2026-03-07 10:10 gita Send the Mail',
      // No mails any more, so the rest by SMS; no SMS any more, so the rest by e-mail.
      '2026-03-10 10:10 +4915123456767 Send SMS 2 (sms)',
      '2026-03-10 10:10 gita Send Piece 3',
    ]);
    const out = (channel: 'ads' | 'mobile_push', since: string) =>
      `${channel}: consent ${channel === 'mobile_push' ? 'push' : channel}: opted_out since 2026-03-${since}T09:00:00.000Z`;
    expect(ends(title)).toEqual({
      ana: `${NO_ADS} (2026-03-08T09:10)`,
      bor: 'left: sms: the contact has no phone; sms: consent sms: none on record (2026-03-07T09:10)',
      cene: 'completed: the rest by SMS (2026-03-10T09:10)',
      dana: `${NO_ADS} (2026-03-08T09:10)`,
      ema: `left: ${out('ads', '06')} (2026-03-08T09:10)`,
      fran: `${NO_ADS} (2026-03-08T09:10)`,
      gita: 'completed: the last piece by e-mail (2026-03-10T09:10)',
    });
    expect(inTheApp(title)).toEqual({ fran: `left: ${out('mobile_push', '03')} (2026-03-06T09:10)` });
  });

  it("keeps each lead's time of day when clocks change, and lets the night pass", () => {
    const title = 'by their own clock, across the beginning of summer time';
    expect(messages(title)).toEqual([
      '2026-03-05 12:20 nora Send the Intro',
      // No zone: the workflow's, where it is 18:20.
      '2026-03-05T17:20:00Z zora Send the Intro',
      '2026-03-06 08:00 nils Send the Intro',
      '2026-03-08 12:20 +4915123456778 Send SMS 1 (sms)',
      '2026-03-08T17:20:00Z zora Send the Intro Again',
      '2026-03-09 08:00 nils Send the Intro Again',
      '2026-03-10 12:20 nora Send the Mail',
      '2026-03-13 12:20 +4915123456778 Send SMS 2 (sms)',
    ]);
    expect(ends(title)).toEqual({
      nora: 'completed: the rest by SMS (2026-03-13T16:20)',
      nils: 'completed: opened the intro at last (2026-03-12T02:15)',
      zora: `${NO_ADS} (2026-03-11T17:20)`,
    });
  });

  it('nurtures a lead once, however often it comes', () => {
    const title = 'comes again';
    expect(messages(title)).toEqual([
      ...intros('ana', 'bor'),
      `2026-03-02 10:10 ${PUSH} Send Push 1 (http)`,
      `2026-03-04 10:10 ${PUSH} Send Push 2 (http)`,
      '2026-03-05 10:10 +4915123456765 Send SMS 1 (sms)',
      '2026-03-05 10:10 bor Send the Intro Again',
      `2026-03-06 10:10 ${PUSH} Send Push 3 (http)`,
      '2026-03-07 10:10 ana Send the Mail',
      '2026-03-10 10:10 +4915123456765 Send SMS 2 (sms)',
    ]);
    expect(seen(title)).toEqual(Array(3).fill([[], ['refused', 'refused']]));
    expect(ends(title)).toEqual({
      ana: 'completed: the rest by SMS (2026-03-10T09:10)',
      bor: `${NO_ADS} (2026-03-08T09:10)`,
    });
  });

  it('shows hostile names as text, and does without a name, a phone, a zone and an address', () => {
    const title = 'tells little about themselves';
    expect(messages(title).map((line) => line.toLowerCase())).toEqual([
      '2026-03-02t09:10:00z ida send the intro',
      '2026-03-02t09:10:00z jan send the intro',
      '2026-03-05t09:10:00z ida send piece 2',
      '2026-03-05t09:10:00z jan send the intro again',
      '2026-03-07t09:10:00z ida send piece 3',
      `2026-03-08t09:10:00z ${ADS} send to the audience (http)`,
    ]);
    const introOf = (name: string) =>
      sent(title, 'Send the Intro').find(({ to }) => to?.toLowerCase() === `${name}@example.com`);
    const [hostile, nameless] = [introOf('ida'), introOf('jan')];
    expect(hostile?.text).toMatch(/^Hello <b>\{\{ 7\*7 \}\}<\/b>,\n/);
    expect(hostile?.html).toContain('Hello &#60;b&#62;{{ 7*7 }}&#60;/b&#62;,');
    expect(nameless?.text).toMatch(/^Hello,\n/);
    // Of the address in small letters, however it was written.
    expect(sent(title, 'Send to the Audience')[0]?.details?.body).toEqual({
      email_sha256: sha256('jan@example.com'),
    });
    expect(Object.values(ends(title))).toEqual([
      'completed: the last piece by e-mail (2026-03-07T09:10)',
      'completed: in the audience for ads (2026-03-08T09:10)',
      'left: ads: the contact has no e-mail address; ads: consent ads: none on record (2026-03-08T09:10)',
    ]);
  });

  it('tries a gateway three times, says what failed, and goes on for everybody else', () => {
    const title = 'cannot be reached';
    expect(messages(title)).toEqual([
      ...intros('bor', 'cene', 'dana', 'ema'),
      `2026-03-02 10:10 ${PUSH} Send Push 1 (http)`,
      '2026-03-05 10:10 +4915123456769 Send SMS 1 (sms)',
      '2026-03-05 10:10 ana Send the Intro Again',
      '2026-03-05 10:10 bor Send the Intro Again',
      '2026-03-05 10:10 cene Send the Intro Again',
      '2026-03-05 10:10 dana Send the Intro Again',
      '2026-03-07 10:10 ema Send the Mail',
      '2026-03-10 10:10 +4915123456769 Send SMS 2 (sms)',
    ]);
    expect(ends(title)).toEqual({
      ana: `${NO_ADS} (2026-03-08T09:10)`,
      bor: `${NO_ADS} (2026-03-08T09:10)`,
      cene: 'failed: could not be sent: Out of order (2026-03-08T09:10)',
      dana: `${NO_ADS} (2026-03-08T09:10)`,
      ema: 'completed: the rest by SMS (2026-03-10T09:10)',
    });
    expect(inTheApp(title)).toEqual({
      dana: 'failed: could not be sent: Out of order (2026-03-04T09:10)',
    });
    const failed = [
      'ana@example.com: Mailbox busy',
      ...[PUSH, '+4915123456766', ADS].map((to) => `${to}: Out of order`),
    ];
    expect(errorsOf(cases.played(title))).toEqual(failed.flatMap((line) => Array<string>(3).fill(line)));
  });

  it('says in the second copy that it is one only where the first went out', () => {
    const copies = sent('cannot be reached', 'Send the Intro Again');
    const told = copies.map(({ to, text, html }) => [
      to?.split('@')[0],
      [text, html].map((body) => body?.includes('may have gone to spam')),
    ]);
    expect(Object.fromEntries(told)).toEqual({
      ana: [false, false],
      ...{ bor: [true, true], cene: [true, true], dana: [true, true] },
    });
  });

  it('takes other pieces and other waits from the settings', () => {
    const title = 'other content, and two minutes between';
    expect(messages(title)).toEqual([
      '2026-03-02 10:01 ana Send the Intro',
      '2026-03-02 10:03 +4915123456765 Send SMS 1 (sms)',
      '2026-03-02 10:05 ana Send the Mail',
      '2026-03-02 10:07 +4915123456765 Send SMS 2 (sms)',
    ]);
    const [mail] = sent(title, 'Send the Intro');
    expect(mail?.subject).toBe('One & only?');
    expect(mail?.html).toContain('href="https://www.example.com/?a=1&#38;b=11"');
  });
});
