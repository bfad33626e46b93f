import { errorsOf, messagesOf } from './journey-timeline';
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

  it('asks each customer over the first channel that is open, down to the chat on the site', () => {
    const title = 'each over the first channel that is open';
    expect(messages(title)).toEqual([
      '2026-03-09 10:00 +4915123456767 Send the SMS (sms)',
      '2026-03-09 10:00 ana Send the Thanks',
      `2026-03-09 10:00 ${PUSH}/app Send the App Push (http)`,
      `2026-03-09 11:00 ${PUSH}/web Send the Web Push (http)`,
      '2026-03-12 10:00 ema Send the Mail by Now',
      `2026-03-12 10:00 ${CHAT} Send the Chat to the Site (http)`,
      `2026-03-12 10:00 ${CHAT} Send the Chat to the Site (http)`,
      '2026-03-19 10:00 fran Send the Last Mail',
      `2026-03-19 10:00 ${PUSH}/web Send the Last Web Push (http)`,
    ]);
    expect(ends(title)).toEqual({
      ana: 'completed: asked: newsletter, Thanks (2026-03-09T09:00)',
      bor: 'completed: asked: web push (2026-03-09T10:00)',
      cene: 'completed: asked: SMS (2026-03-09T09:00)',
      dana: 'completed: asked: app (2026-03-09T09:00)',
      ema: 'completed: asked: newsletter by now (2026-03-12T09:00)',
      fran: 'completed: asked: chat, not visited, e-mail (2026-03-19T09:00)',
      gita: 'completed: asked: chat, visited, web push (2026-03-19T09:00)',
    });
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

  it('tries a gateway three times, says what failed, and goes on for everybody else', () => {
    const title = 'a gateway that is out of order';
    expect(ends(title)).toEqual({
      ana: 'failed: could not be sent: Out of order (2026-03-09T09:00)',
      bor: 'completed: asked: web push (2026-03-09T10:00)',
    });
    expect(errorsOf(cases.played(title))).toEqual(Array(3).fill('+4915123456765: Out of order'));
  });
});
