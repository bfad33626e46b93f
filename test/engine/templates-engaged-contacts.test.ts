import { errorsOf, messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
}

const ASKED = 'completed after 1: asked to share https://www.example.com/guides/customer-calendar';

describe('activate-engaged-contacts', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('engaged-contacts');
  });

  const mails = (title: string) => messagesOf(cases.played(title));
  /** How the request ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;

  it('asks who visits, clicks or fills in forms a lot, the next day at ten; clicks of machines do not count', () => {
    const title = 'engaged in every way';
    expect(mails(title)).toEqual([
      '2026-03-03 10:00 ana Send the Request',
      '2026-03-03 10:00 bor Send the Request',
      '2026-03-03 10:00 cene Send the Request',
    ]);
    expect(ends(title)).toEqual({
      ana: `${ASKED} (2026-03-03T09:00)`,
      bor: `${ASKED} (2026-03-03T09:00)`,
      cene: `${ASKED} (2026-03-03T09:00)`,
      dana: null,
      ema: null,
    });
  });

  it('names the content, and gives a link that sends it on', () => {
    const [mail] = cases.played('engaged in every way').timeline.filter(({ kind }) => kind === 'sent');
    expect(mail).toMatchObject({
      subject: 'Ana, whom would you send this to?',
      details: { from: 'Example Company <hello@example.com>', replyTo: 'hello@example.com' },
    });
    expect(mail?.text).toMatch(
      /^Hello Ana,\n\n[^]*\nThe customer calendar: 52 good reasons to write\n[^]*\nhttps:\/\/www\.example\.com\/guides\/customer-calendar\n/,
    );
    expect(mail?.html).toContain('<a href="mailto:?subject=The%20customer%20calendar');
    expect(mail?.html).toContain('this%3A%20https%3A%2F%2Fwww.example.com%2Fguides%2Fcustomer-calendar"');
    expect(mail?.text).toMatch(
      /\nUnsubscribe: https:\/\/[^]*\nExample Company, 1 Example Street, Exampletown$/,
    );
    expect(mail?.html).not.toContain('n8n');
  });

  it('asks nobody who leaves the segment while waiting, also when only time passes', () => {
    expect(mails('leaves while waiting')).toEqual(['2026-03-03 10:00 bor Send the Request']);
    expect(ends('leaves while waiting').ana).toBe('left after 0: no longer engaged (2026-03-02T21:00)');
  });

  it('begins with who enters after it was published, or with everybody, each once, where that is chosen', () => {
    expect(mails('engaged before it began')).toEqual(['2026-03-05 10:00 bor Send the Request']);
    expect(mails('everyone already in it')).toEqual(['2026-03-03 10:00 ana Send the Request']);
  });

  it('asks only people with many followers where the segment says so', () => {
    expect(mails('at least 500 followers')).toEqual([
      '2026-03-03 10:00 ana Send the Request',
      '2026-03-05 10:00 bor Send the Request',
    ]);
    expect(ends('at least 500 followers').cene).toBeNull();
  });

  it('asks again who enters again, but not within 60 days', () => {
    const title = 'enters again';
    expect(mails(title)).toEqual([
      '2026-03-03 10:00 ana Send the Request',
      '2026-03-03 10:00 bor Send the Request',
      '2026-05-13 10:00 ana Send the Request',
    ]);
    const entered = cases
      .played(title)
      .timeline.filter(({ node }) => node === 'Start When They Become Engaged')
      .map(({ at }) => at.slice(0, 10));
    expect(entered).toEqual(['2026-03-02', '2026-03-02', '2026-04-10', '2026-05-12']);
  });

  it('asks for consent before the mail: never given, pending, withdrawn, suppressed, given in time', () => {
    expect(mails('consent')).toEqual([
      '2026-03-03 10:00 later Send the Request',
      '2026-03-03 10:00 returns Send the Request',
    ]);
    expect(ends('consent')).toEqual({
      never: 'left after 0: consent to e-mail: none (2026-03-03T09:00)',
      out: 'left after 0: consent to e-mail: opted_out (2026-03-03T09:00)',
      pending: 'left after 0: consent to e-mail: pending (2026-03-03T09:00)',
      withdraws: 'left after 0: consent to e-mail: opted_out (2026-03-03T09:00)',
      bounces: 'left after 0: suppressed: hard_bounce (2026-03-03T09:00)',
      returns: `${ASKED} (2026-03-03T09:00)`,
      later: `${ASKED} (2026-03-03T09:00)`,
    });
  });

  it("is at ten by each contact's clock, on the day on which the clocks change too", () => {
    expect(mails('clocks that go forward')).toEqual([
      '2026-03-08 10:00 nina Send the Request',
      '2026-03-08 10:00 omar Send the Request',
    ]);
    const sentAt = pick(cases.played('clocks that go forward').timeline, 'sent', 'at').map(({ at }) => at);
    expect(sentAt).toEqual(['2026-03-08T14:00:00Z', '2026-03-08T17:00:00Z']);
  });

  it('does without name and zone; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title)).toEqual(['2026-03-03T09:00:00Z nobody Send the Request']);
    expect(ends(title)).toEqual({
      nobody: `${ASKED} (2026-03-03T09:00)`,
      'contact 2': 'left after 0: no e-mail address (2026-03-03T09:00)',
      'contact 3': 'left after 0: no e-mail address (2026-03-03T09:00)',
    });
    const [mail] = pick(cases.played(title).timeline, 'sent', 'subject', 'text', 'html');
    expect(mail?.subject).toBe('Whom would you send this to?');
    expect(mail?.text).toMatch(/^Hello,\n/);
    expect(`${mail?.text} ${mail?.html}`).not.toMatch(/undefined|null|NaN/);
  });

  it('shows hostile names, and signs in the title, as text', () => {
    const [mail] = pick(cases.played('hostile names').timeline, 'sent', 'html');
    expect(mail?.html).not.toMatch(/<script|<b>/i);
    expect(mail?.html).toContain('<strong>R&#38;D &#60;b&#62;&#34;now&#34;&#60;/b&#62;</strong>');
    expect(mail?.html).toContain('mailto:?subject=R%26D%20%3Cb%3E%22now%22');
  });

  it('loses and repeats nothing when n8n starts again', () => {
    expect(mails('n8n starts again in the wait')).toEqual(['2026-03-03 10:00 ana Send the Request']);
  });

  it('goes on where it stopped after it was off, with what is so by then', () => {
    const title = 'off for three days';
    expect(mails(title)).toEqual(['2026-03-06 08:00 ana Send the Request']);
    expect(ends(title)).toMatchObject({
      bor: expect.stringMatching(/^left after 0: no longer engaged /) as string,
      cene: 'left after 0: consent to e-mail: none (2026-03-06T09:00)',
    });
  });

  it('marks who could not be mailed as failed, and touches nobody else', () => {
    const title = 'a mail that fails for good';
    expect(mails(title)).toEqual(['2026-03-03 10:00 ana Send the Request']);
    expect(errorsOf(cases.played(title))).toEqual(Array(3).fill('bor@example.com: Mailbox busy'));
    expect(ends(title).bor).toBe('failed after 0: the mail failed: Mailbox busy (2026-03-03T09:00)');
  });

  it('takes its times from the settings', () => {
    expect(pick(cases.played('the times of the demo').timeline, 'sent', 'at', 'to')).toEqual([
      { at: '2026-03-02T23:00:20Z', to: 'ana@example.com' },
    ]);
  });

  it('passes the wait at once in a test run', () => {
    const { timeline, result } = cases.played<{ status: string; nodes: string[] }>(
      'a test run from the editor',
    );
    expect(result.status).toBe('success');
    expect(result.nodes).toContain('Mark as Asked');
    expect(pick(timeline, 'sent', 'local', 'node')).toEqual([
      { local: '2026-03-02 10:00', node: 'Send the Request' },
    ]);
  });
});
