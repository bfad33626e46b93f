import { errorsOf, messagesOf } from './journey-timeline';
import { ANSWERS_OF_ALL_KINDS } from './nps-answers';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
}

const PUSH = 'https://push.example.com';
const CHAT = 'https://www.example.com/api/chat-requests';

describe('measure-nps-across-channels', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('nps-across-channels');
  });

  const messages = (title: string) => messagesOf(cases.played(title));
  /** How the path ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const sent = (title: string, node: string) =>
    cases.played(title).timeline.filter((entry) => entry.kind === 'sent' && entry.node === node);

  /** Who went which way in a story in which one goes each, and when they were asked. */
  const allWays = (ask: string, webPush: string, later: string, last: string) => ({
    ana: `completed: asked: newsletter, Thanks (${ask})`,
    bor: `completed: asked: web push (${webPush})`,
    cene: `completed: asked: SMS (${ask})`,
    dana: `completed: asked: app (${ask})`,
    ema: `completed: asked: newsletter by now (${later})`,
    fran: `completed: asked: chat, not visited, e-mail (${last})`,
    gita: `completed: asked: chat, visited, web push (${last})`,
    hugo: `completed: asked: newsletter, Question (${ask})`,
  });
  /** The messages of such a story, by the days and the hour of the recipients' own clocks. */
  const allMessages = (ask: string, later: string, last: string, hour: number) => [
    `${ask} ${hour}:00 +4915123456767 Send the SMS (sms)`,
    `${ask} ${hour}:00 ana Send the Thanks`,
    `${ask} ${hour}:00 ${PUSH}/app Send the App Push (http)`,
    `${ask} ${hour}:00 hugo Send the Question`,
    `${ask} ${hour + 1}:00 ${PUSH}/web Send the Web Push (http)`,
    `${later} ${hour}:00 ema Send the Mail by Now`,
    `${later} ${hour}:00 ${CHAT} Send the Chat to the Site (http)`,
    `${later} ${hour}:00 ${CHAT} Send the Chat to the Site (http)`,
    `${last} ${hour}:00 fran Send the Last Mail`,
    `${last} ${hour}:00 ${PUSH}/web Send the Last Web Push (http)`,
  ];
  const usual = allWays('2026-03-09T09:00', '2026-03-09T10:00', '2026-03-12T09:00', '2026-03-19T09:00');

  it('asks each customer over the first channel that is open, down to the chat on the site', () => {
    const title = 'each over the first channel that is open';
    expect(messages(title)).toEqual(allMessages('2026-03-09', '2026-03-12', '2026-03-19', 10));
    expect(ends(title)).toEqual(usual);
  });

  it('says the same in a mail, a text message and pushes, each with the link of that order', () => {
    const title = 'each over the first channel that is open';
    const [mail] = sent(title, 'Send the Thanks');
    expect(mail?.subject).toBe('Thank you for your order. How was it?');
    expect(mail?.text).toContain(
      '\n10: https://www.example.com/survey?survey=nps&order=o-Ana&contact=ana%40example.com&score=10\n',
    );
    expect(mail?.details).toMatchObject({ replyTo: 'hello@example.com' });
    const [sms] = sent(title, 'Send the SMS');
    expect(sms?.text).toBe(
      'Example Company: how likely are you to recommend us, from 0 to 10? https://www.example.com/survey?survey=nps&order=o-Cene&contact=cene%40example.com',
    );
    const pushes = [...sent(title, 'Send the Web Push'), ...sent(title, 'Send the App Push')];
    expect(pushes.map(({ details }) => details?.body)).toEqual([
      expect.objectContaining({ to: 'web-Bor', url: expect.stringContaining('order=o-Bor') as string }),
      expect.objectContaining({ to: 'app-Dana' }),
    ]);
  });

  it('takes one channel alone where several are open', () => {
    const title = 'all at once go the first way';
    expect(messages(title)).toEqual([
      '2026-03-09 10:00 +4915123456766 Send the SMS (sms)',
      '2026-03-09 10:00 ana Send the Thanks',
    ]);
  });

  it('splits readers between two subjects, and gives each the same again', () => {
    const mails = pick(
      cases.played('two subjects, each reader always the same').timeline,
      'sent',
      'node',
      'to',
      'subject',
    );
    expect(mails).toHaveLength(40);
    const bySubject = Map.groupBy(mails, ({ node }) => node);
    expect([...bySubject.keys()].sort()).toEqual(['Send the Question', 'Send the Thanks']);
    for (const own of Map.groupBy(mails, ({ to }) => to).values()) {
      expect(new Set(own.map(({ node }) => node)).size).toBe(1);
    }
  });

  it('asks nobody who has answered, in whichever wait', () => {
    const title = 'answers before being asked, in each wait';
    expect(messages(title)).toEqual([`2026-03-12 10:00 ${CHAT} Send the Chat to the Site (http)`]);
    expect(ends(title)).toEqual({
      ana: 'goal_reached: answered before being asked: 10 (2026-03-05T09:00)',
      bor: 'goal_reached: answered before being asked: 3 (2026-03-09T09:30)',
      cene: 'goal_reached: answered before being asked: 7 (2026-03-10T09:30)',
      dana: 'goal_reached: answered before being asked: 9 (2026-03-15T09:30)',
    });
  });

  it('uses no channel without its consent at that moment', () => {
    const title = 'without consent, and withdrawn before the channel is used';
    expect(messages(title)).toEqual(
      Array(3).fill(`2026-03-12 10:00 ${CHAT} Send the Chat to the Site (http)`),
    );
    expect(ends(title)).toEqual({
      ana: 'left: did not visit, and no consent to e-mail (2026-03-19T09:00)',
      bor: 'left: no consent to web push any more (2026-03-09T10:00)',
      cene: 'left: visited, and no consent to web push (2026-03-19T09:00)',
      dana: 'left: did not visit, and no consent to e-mail (2026-03-19T09:00)',
    });
  });

  it("keeps each customer's time of day when clocks change, and lets the night pass", () => {
    expect(messages('by their own clock, across the beginning of summer time and outside the night')).toEqual(
      ['2026-03-11 10:00 nora Send the Thanks', `2026-03-12 08:00 ${PUSH}/web Send the Web Push (http)`],
    );
  });

  it('asks the same customer again only after the pause, and once for two orders', () => {
    expect(messages('orders again')).toEqual([
      '2026-03-09 10:00 ana Send the Thanks',
      '2026-03-09 10:00 bor Send the Question',
      '2026-06-19 11:00 ana Send the Thanks',
    ]);
  });

  it('shows hostile names as text, does without an address, and asks about no order of long ago', () => {
    const title = 'data that are missing, hostile, late';
    const [mail] = sent(title, 'Send the Thanks');
    expect(mail?.text).toMatch(/^Hello <b>\{\{ 7\*7 \}\}<\/b>,\n/);
    expect(mail?.html).toContain('Hello &#60;b&#62;{{ 7*7 }}&#60;/b&#62;,');
    expect(ends(title)).toEqual({
      ida: 'completed: asked: newsletter, Thanks (2026-03-09T09:00)',
      ana: 'left: too late to ask about the order (2026-03-02T09:00)',
      'contact 3': 'left: did not visit, and no consent to e-mail (2026-03-19T09:00)',
    });
  });

  it('asks once over all channels, also where a second order comes before the first path has ended', () => {
    const title = 'orders again on the way to the last mail, and in the hour before the web push';
    expect(messages(title)).toEqual([
      `2026-03-09 11:00 ${PUSH}/web Send the Web Push (http)`,
      ...Array<string>(2).fill(`2026-03-12 10:00 ${CHAT} Send the Chat to the Site (http)`),
      '2026-03-17 10:30 +4915123456767 Send the SMS (sms)',
      '2026-03-19 10:00 ana Send the Last Mail',
    ]);
    expect(ends(title)).toEqual({
      ana: 'completed: asked: chat, not visited, e-mail (2026-03-19T09:00)',
      bor: 'completed: asked: web push (2026-03-09T10:00)',
      cene: 'completed: asked: SMS (2026-03-17T09:30)',
    });
  });

  it('keeps the time of day on every way when clocks change in the week before, or in the waits that follow', () => {
    const before = 'all ways, across the beginning of summer time in the week before they are asked';
    expect(messages(before)).toEqual(allMessages('2026-03-11', '2026-03-14', '2026-03-21', 10));
    expect(ends(before)).toEqual(
      allWays('2026-03-11T14:00', '2026-03-11T15:00', '2026-03-14T14:00', '2026-03-21T14:00'),
    );
    const after = 'all ways, across the beginning of summer time in the waits that follow';
    expect(messages(after)).toEqual(allMessages('2026-03-04', '2026-03-07', '2026-03-14', 10));
    expect(ends(after)).toEqual(
      allWays('2026-03-04T15:00', '2026-03-04T16:00', '2026-03-07T15:00', '2026-03-14T14:00'),
    );
  });

  it('looks consent up anew on every way: what is withdrawn or suppressed half-way is closed', () => {
    const title = 'withdrawn half-way, and suppressed';
    expect(messages(title)).toEqual([
      '2026-03-09 10:00 +4915123456766 Send the SMS (sms)',
      ...Array<string>(6).fill(`2026-03-12 10:00 ${CHAT} Send the Chat to the Site (http)`),
    ]);
    const notVisited = 'left: did not visit, and no consent to e-mail (2026-03-19T09:00)';
    expect(ends(title)).toEqual({
      ...{ ana: notVisited, cene: notVisited, dana: notVisited, ema: notVisited, fran: notVisited },
      bor: 'completed: asked: SMS (2026-03-09T09:00)',
      gita: 'left: visited, and no consent to web push (2026-03-19T09:00)',
    });
  });

  it('does on every way without name, zone and number of the order, and takes no consent for an address', () => {
    const title = 'little is known on every way';
    expect(ends(title)).toEqual({
      a: 'completed: asked: newsletter, Thanks (2026-03-09T09:00)',
      b: 'completed: asked: web push (2026-03-09T10:00)',
      c: 'completed: asked: SMS (2026-03-09T09:00)',
      d: 'completed: asked: app (2026-03-09T09:00)',
      // Agreed to pushes and SMS, but there is neither a token nor a number.
      e: 'completed: asked: newsletter by now (2026-03-12T09:00)',
      f: 'completed: asked: chat, not visited, e-mail (2026-03-19T09:00)',
      g: 'left: did not visit, and no consent to e-mail (2026-03-19T09:00)',
    });
    const sentTo = pick(cases.played(title).timeline, 'sent', 'text', 'html', 'details');
    expect(JSON.stringify(sentTo)).not.toMatch(/undefined|NaN|Invalid|Hello null/);
  });

  it('loses and repeats nothing on any way when n8n starts again in each wait', () => {
    const title = 'n8n starts again on every way';
    expect(messages(title)).toEqual(allMessages('2026-03-09', '2026-03-12', '2026-03-19', 10));
    expect(ends(title)).toEqual(usual);
  });

  it('reads what they answer, records it once, and branches', () => {
    const title = 'answers of all kinds';
    expect(cases.played<{ seen: unknown }>(title).result.seen).toEqual(ANSWERS_OF_ALL_KINDS);
  });

  it.each([
    ['Send the Question', { hugo: '2026-03-09T09:00' }],
    ['Send the Thanks', { ana: '2026-03-09T09:00' }],
    ['Send the Web Push', { bor: '2026-03-09T10:00' }],
    ['Send the SMS', { cene: '2026-03-09T09:00' }],
    ['Send the App Push', { dana: '2026-03-09T09:00' }],
    ['Send the Mail by Now', { ema: '2026-03-12T09:00' }],
    ['Send the Chat to the Site', { fran: '2026-03-12T09:00', gita: '2026-03-12T09:00' }],
    ['Send the Last Web Push', { gita: '2026-03-19T09:00' }],
    ['Send the Last Mail', { fran: '2026-03-19T09:00' }],
  ])('tries three times, says what failed, and goes on for everybody else: %s', (sender, failed) => {
    const title = `out of order: ${sender}`;
    const told = Object.entries(failed).map(([who, at]) => [
      who,
      `failed: could not be sent: Out of order (${at})`,
    ]);
    expect(ends(title)).toEqual({ ...usual, ...(Object.fromEntries(told) as Record<string, string>) });
    expect(errorsOf(cases.played(title))).toHaveLength(3 * told.length);
  });
});
