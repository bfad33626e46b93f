import { errorsOf, messagesOf } from './journey-timeline';
import { ANSWERS_OF_ALL_KINDS } from './nps-answers';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}

const NOT_OPENED = 'left after 1: not opened: no follow-up';

describe('measure-nps-by-email', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('nps-by-email');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  /** How it ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const seen = (title: string) => cases.played<Told>(title).result.seen;
  const asked = (day: string, ...names: string[]) => names.map((name) => `${day} ${name} Send the Survey`);
  /** The eleven addresses that a mail leads to, from its text. */
  const links = (text = '') => [...text.matchAll(/^(\d+): (\S+)$/gm)].map(([, score, url]) => [score, url]);

  it('asks a week after the order; a week later who opened or answered is completed, the others get no follow-up', () => {
    const title = 'each way to its end';
    expect(mails(title)).toEqual(
      asked('2026-03-09 10:00', 'ana', 'bor', 'cene', 'dana', 'machine', 'silent'),
    );
    expect(ends(title)).toEqual({
      ana: 'completed after 1: opened, not answered (2026-03-16T09:00)',
      bor: 'completed after 1: opened, not answered (2026-03-16T09:00)',
      cene: 'completed after 1: answered: 10 (2026-03-10T09:00)',
      dana: 'completed after 1: answered: 0 (2026-03-10T09:00)',
      machine: `${NOT_OPENED} (2026-03-16T09:00)`,
      silent: `${NOT_OPENED} (2026-03-16T09:00)`,
      before: 'goal_reached after 0: answered before being asked: 9 (2026-03-05T09:00)',
      ema: 'left after 0: consent to e-mail: none (2026-03-09T09:00)',
    });
    // Who answers is let go in the middle of the wait, who opens is not.
    expect(seen(title)).toMatchObject({
      ana: null,
      bor: null,
      cene: 'completed after 1: answered: 10 (2026-03-10T09:00)',
    });
  });

  it('offers eleven links, one for each number, that name the survey, the order and the contact', () => {
    const mail = cases.played('each way to its end').timeline.find(({ to }) => to === 'ana@example.com');
    expect(mail).toMatchObject({
      subject: 'One question about Example Company',
      details: { from: 'Example Company <hello@example.com>', replyTo: 'hello@example.com' },
    });
    const expected = Array.from({ length: 11 }, (_, score) => [
      String(score),
      expect.stringMatching(
        new RegExp(
          `^https://www\\.example\\.com/survey\\?survey=nps&order=order-\\d+&contact=ana%40example\\.com&score=${score}$`,
        ),
      ),
    ]);
    expect(links(mail?.text)).toEqual(expected);
    const anchors = [...(mail?.html ?? '').matchAll(/<td><a href="([^"]+)"[^>]*>(\d+)<\/a><\/td>/g)];
    expect(anchors.map(([, url, score]) => [score, url?.replaceAll('&#38;', '&')])).toEqual(
      links(mail?.text),
    );
    expect(mail?.text).toMatch(
      /^Hello Ana,\n\nhow likely are you to recommend Example Company [^]*\nUnsubscribe: https:\/\/www\.example\.com\/unsubscribe\nExample Company, 1 Example Street, Exampletown$/,
    );
    expect(mail?.html).toContain('<a href="https://www.example.com/unsubscribe"');
    expect(mail?.html).not.toContain('n8n');
  });

  it('asks whoever agrees to mails at that moment, and nobody else', () => {
    const title = 'consent';
    expect(mails(title)).toEqual(asked('2026-03-09 10:00', 'after', 'joins'));
    expect(ends(title)).toEqual({
      never: 'left after 0: consent to e-mail: none (2026-03-09T09:00)',
      out: 'left after 0: consent to e-mail: opted_out (2026-03-09T09:00)',
      pending: 'left after 0: consent to e-mail: pending (2026-03-09T09:00)',
      withdraws: 'left after 0: consent to e-mail: opted_out (2026-03-09T09:00)',
      bounces: 'left after 0: suppressed: hard_bounce (2026-03-09T09:00)',
      joins: `${NOT_OPENED} (2026-03-16T09:00)`,
      after: `${NOT_OPENED} (2026-03-16T09:00)`,
    });
  });

  it('keeps the time of day over days of 23 and 25 hours, in zones that change their clocks and in those that do not', () => {
    expect(mails('clocks that go forward')).toEqual([
      ...asked('2026-03-12 10:00', 'nina'),
      ...asked('2026-03-12 08:00', 'omar'),
    ]);
    expect(mails('clocks that go back')).toEqual(asked('2026-11-05 19:30', 'nina'));
    const moments = pick(cases.played('clocks that go back').timeline, 'sent', 'at').map(({ at }) => at);
    expect(moments.map((at) => at.slice(0, 16))).toEqual(['2026-11-06T00:30']);
    expect(ends('clocks that go forward')).toEqual({
      nina: `${NOT_OPENED} (2026-03-19T14:00)`,
      omar: `${NOT_OPENED} (2026-03-19T15:00)`,
    });
  });

  it('mails nobody in their quiet hours, at 20:59 still, at 21:00 no more and at 08:00 again', () => {
    const title = 'quiet hours';
    expect(mails(title)).toEqual([
      ...asked('2026-03-09 20:59', 'ana'),
      ...asked('2026-03-10 08:00', 'tomo', 'bor'),
    ]);
    expect(ends(title)).toEqual({
      ana: `${NOT_OPENED} (2026-03-16T19:59)`,
      bor: `${NOT_OPENED} (2026-03-17T07:00)`,
      tomo: `${NOT_OPENED} (2026-03-16T23:00)`,
    });
  });

  it('asks once for several orders, and again only after the pause since the last survey or answer', () => {
    const title = 'orders again';
    expect(mails(title)).toEqual([
      ...asked('2026-03-09 11:00', 'ana', 'bor'),
      ...asked('2026-06-18 12:00', 'ana', 'bor'),
    ]);
    // The orders in between change nothing of how the first survey ended.
    expect(seen(title)).toEqual({
      ana: 'completed after 1: opened, not answered (2026-03-16T10:00)',
      bor: 'completed after 1: answered: 9 (2026-03-10T10:00)',
      cene: null,
    });
    expect(ends(title)).toEqual({
      ana: `${NOT_OPENED} (2026-06-25T10:00)`,
      bor: `${NOT_OPENED} (2026-06-25T10:00)`,
      cene: null,
    });
  });

  it('does with little: no name, no zone, no number of the order; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title).map((line) => line.replace(/:\d\d(\.\d+)?Z/, 'Z'))).toEqual(
      asked('2026-03-09T09:00Z', 'nobody'),
    );
    expect(ends(title)).toEqual({
      nobody: 'completed after 1: opened, not answered (2026-03-16T09:00)',
      'contact 2': 'left after 0: no e-mail address (2026-03-09T09:00)',
    });
    const [mail] = pick(cases.played(title).timeline, 'sent', 'text', 'html');
    expect(mail?.text).toMatch(/^Hello,\n/);
    expect(links(mail?.text)[10]).toEqual([
      '10',
      'https://www.example.com/survey?survey=nps&order=&contact=nobody%40example.com&score=10',
    ]);
    expect(`${mail?.text} ${mail?.html}`).not.toMatch(/undefined|null|NaN|Invalid/);
  });

  it('shows a hostile name as text, and puts nothing into the links but values', () => {
    const [mail] = pick(
      cases.played('a hostile name, and an address that needs care').timeline,
      'sent',
      'text',
      'html',
    );
    expect(mail?.html).toContain('<p>Hello &#60;img src=x onerror=alert(1)&#62;,</p>');
    expect(mail?.html).not.toMatch(/<img|<script/);
    expect(links(mail?.text)).toHaveLength(11);
    const { searchParams } = new URL(links(mail?.text)[7]?.[1] ?? '');
    expect([...searchParams]).toEqual([
      ['page', 'survey'],
      ['survey', 'nps'],
      ['order', '"><script>alert(1)</script>&score=10'],
      ['contact', 'a b&c="d"/é'],
      ['score', '7'],
    ]);
  });

  it('does not ask about orders that it hears of too late, with a quarter of an hour of grace', () => {
    const title = 'orders that come in late';
    expect(mails(title)).toEqual([...asked('2026-03-02 10:00', 'bor'), ...asked('2026-03-05 10:00', 'cene')]);
    expect(ends(title).ana).toBe('left after 0: too late to ask about the order (2026-03-02T09:00)');
  });

  it('takes up who waited while it was off, and those who ordered meanwhile where it is not too late', () => {
    const title = 'off for ten days';
    expect(mails(title)).toEqual([...asked('2026-03-18 10:00', 'ana'), ...asked('2026-03-24 10:00', 'cene')]);
    expect(ends(title)).toEqual({
      ana: `${NOT_OPENED} (2026-03-25T09:00)`,
      bor: 'left after 0: too late to ask about the order (2026-03-18T09:00)',
      cene: `${NOT_OPENED} (2026-03-31T08:00)`,
    });
  });

  it('loses and repeats nothing when n8n starts again', () => {
    const title = 'n8n starts again in between';
    expect(mails(title)).toEqual(asked('2026-03-09 10:00', 'ana'));
    expect(ends(title)).toEqual({ ana: 'completed after 1: opened, not answered (2026-03-16T09:00)' });
  });

  it('tries a mail again that fails, and marks who could not be asked, without touching anybody else', () => {
    const title = 'mails that fail';
    expect(mails(title)).toEqual(asked('2026-03-09 10:00', 'bor', 'fran'));
    expect(errorsOf(cases.played(title)).toSorted()).toEqual([
      ...Array<string>(3).fill('ana@example.com: Mailbox busy'),
      'fran@example.com: Try later',
    ]);
    expect(ends(title)).toEqual({
      ana: 'failed after 0: the survey failed: Mailbox busy (2026-03-09T09:00)',
      bor: `${NOT_OPENED} (2026-03-16T09:00)`,
      fran: `${NOT_OPENED} (2026-03-16T09:00)`,
    });
  });

  it('reads what they answer, records it once, and branches', () => {
    expect(seen('answers of all kinds')).toEqual(ANSWERS_OF_ALL_KINDS);
  });

  it('works beside the journey that acts on answers', () => {
    const title = 'acts on the answer beside it';
    expect(mails(title)).toEqual([
      ...asked('2026-03-09 10:00', 'ana', 'bor'),
      '2026-03-09 11:15 service Tell a Person',
      '2026-03-09 12:00 ana Send the Content',
      '2026-03-09 12:15 bor Send an Apology',
    ]);
    expect(ends(title)).toEqual({
      ana: 'completed after 1: answered: 10 (2026-03-09T10:00)',
      bor: 'completed after 1: answered: 2 (2026-03-09T10:00)',
    });
  });

  it('takes its times from the settings', () => {
    const title = 'the times of the demo';
    const sent = pick(cases.played(title).timeline, 'sent', 'at', 'to');
    expect(sent.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`).sort()).toEqual([
      '23:00:20 ana',
      '23:00:20 bor',
    ]);
    expect(ends(title)).toEqual({
      ana: 'completed after 1: opened, not answered (2026-03-02T23:00)',
      bor: `${NOT_OPENED} (2026-03-02T23:00)`,
    });
  });

  it('passes every wait at once in a test run', () => {
    const title = 'a test run from the editor';
    expect(seen(title)).toBe('success');
    expect(mails(title)).toEqual(asked('2026-03-02 10:00', 'ana'));
    expect(ends(title)).toEqual({ ana: `${NOT_OPENED} (2026-03-02T09:00)` });
  });
});
