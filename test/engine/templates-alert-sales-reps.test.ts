import { errorsOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Told<Seen = unknown> {
  ends: Record<string, string | null>;
  seen: Seen;
}

const SUBJECT = / shows interest in Example Company$/;

describe('alert-sales-reps', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('alert-sales-reps');
  });

  /** Everything that was sent: when in UTC, to whom, about whom. */
  const alerts = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'at', 'to', 'subject')
      .map(({ at, to, subject }) => {
        expect(subject).toMatch(SUBJECT);
        return `${at.slice(0, 16)} ${String(to?.split('@')[0])}: ${subject?.replace(SUBJECT, '')}`;
      })
      .sort();
  const mailAbout = (title: string, who: string) =>
    cases.played(title).timeline.find(({ kind, subject }) => kind === 'sent' && subject?.startsWith(who));
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const seen = (title: string) => cases.played<Told>(title).result.seen;
  const told = (at: string, who = 'olga') => `completed: told: ${who}@example.com (${at})`;

  it('tells the owner of who looks twice at pricing or products, asks for a demo or a quote, or reads what buyers read', () => {
    const title = 'each sign of intent';
    expect(alerts(title)).toEqual([
      '2026-03-02T09:10 olga: Ana',
      '2026-03-02T09:10 olga: Bor',
      '2026-03-02T09:10 olga: Cene',
      '2026-03-02T09:10 olga: Quote',
    ]);
    const at = '2026-03-02T09:10';
    expect(ends(title)).toEqual({
      ...{ ana: told(at), bor: told(at), cene: told(at), quote: told(at) },
      // Looked once; at other pages and another form; at content of the top.
      ...{ once: null, other: null, early: null },
    });
  });

  it('says who it is, what they looked at in that visit, and what to send', () => {
    const title = 'each sign of intent';
    const mail = mailAbout(title, 'Ana');
    expect(mail).toMatchObject({
      to: 'olga@example.com',
      details: { from: 'Example Company <sales@example.com>', replyTo: 'ana@example.com' },
    });
    expect(mail?.text).toContain(
      [
        'Ana is looking into Example Company.',
        '',
        'E-mail: ana@example.com',
        'Phone: unknown',
        'Stage: none yet',
        'Country: unknown',
        'Their time: 10:10 in Europe/Berlin',
        'Agreed to: email',
        '',
        'What they looked at:',
        '- 2 March, 10:05: Prices in detail, https://www.example.com/pricing',
        '- 2 March, 10:00: products/lamp, https://www.example.com/products/lamp',
        '- 2 March, 10:00: pricing, https://www.example.com/pricing',
        '',
        'Score of the last 7 days: 25',
        '- 20: Views of prices (2 times)',
        '- 5: Views of products (1 time)',
        '',
      ].join('\n'),
    );
    expect(mail?.text).toContain(
      'What to send: The price list, with the three plans side by side\nhttps://www.example.com/sales/price-list\n\nReply to this mail to write to them.',
    );
    expect(mailAbout(title, 'Bor')?.text).toContain('What they looked at:\n- 2 March, 10:00: form demo\n');
    expect(mailAbout(title, 'Bor')?.text).toContain('What to send: The short film of how it works\n');
    expect(mailAbout(title, 'Cene')?.text).toContain('- 2 March, 10:00: downloaded Buyer’s guide\n');
  });

  it('scores what they did with the model of its own, each rule up to its most', () => {
    const title = 'each sign of intent';
    expect(mailAbout(title, 'Bor')?.text).toContain(
      'Score of the last 7 days: 40\n- 40: Asks for a demo or a quote (1 time)\n\nWhat to send',
    );
    expect(mailAbout(title, 'Cene')?.text).toContain(
      'Score of the last 7 days: 20\n- 20: Downloads what buyers read (1 time)\n\nWhat to send',
    );
    // Four looks at the prices within the week, and one before it.
    expect(mailAbout('a score at its most', 'Ana')?.text).toContain(
      'Score of the last 7 days: 75\n- 30: Views of prices (4 times)\n- 5: Views of products (1 time)\n- 40: Asks for a demo or a quote (2 times)\n\n',
    );
  });

  it('scores all that they did, however long the visit was', () => {
    const title = 'a long visit that began with a demo';
    expect(mailAbout(title, 'Ana')?.text).toContain(
      'Score of the last 7 days: 60\n- 20: Views of products (60 times)\n- 40: Asks for a demo or a quote (1 time)\n\n',
    );
  });

  it('tells of leads that qualify by their score, with the points', () => {
    const title = 'a lead that qualifies';
    expect(alerts(title)).toEqual(['2026-03-02T09:11 olga: Lead']);
    expect(mailAbout(title, 'Lead')?.text).toContain(
      '- 2 March, 10:01: qualified with 60 points: +30 Forms from 2 events; +20 Looked at prices or a demo from 2 events; +10 Country we sell to\n',
    );
    expect(ends(title)).toEqual({ lead: told('2026-03-02T09:11'), cold: null });
  });

  it('tells in Slack instead of by mail, or there too, once its node is active', () => {
    const sent = (title: string) => pick(cases.played(title).timeline, 'sent', 'at', 'channel', 'to');
    const at = expect.stringMatching(/^2026-03-02T09:10/) as string;
    expect(sent('told in Slack')).toEqual([{ at, channel: 'slack', to: '#sales' }]);
    expect(ends('told in Slack')).toEqual({ ana: told('2026-03-02T09:10') });
    expect(sent('told in Slack and by mail')).toEqual([
      { at, channel: 'slack', to: '#sales' },
      { at, channel: 'email', to: 'olga@example.com' },
    ]);
    const [slack] = cases.played('told in Slack').timeline.filter(({ kind }) => kind === 'sent');
    expect(slack?.text).toContain(
      'Ana &lt;!channel&gt; is looking into Example Company. For olga@example.com\n\nE-mail: ana@example.com\n',
    );
    expect(slack?.text).toContain(
      'Score of the last 7 days: 15\n- 10: Views of prices\n- 5: Views of products\n',
    );
    expect(slack?.text).toContain('What to send: The price list');
    // Where Slack is down nobody was told, and the next sign tells.
    expect(sent('Slack is down').map(({ at }) => at.slice(0, 16))).toEqual(['2026-03-02T10:10']);
  });

  it('counts views of seven days', () => {
    const title = 'twice within a week, and no sooner';
    expect(alerts(title)).toEqual(['2026-03-08T09:10 olga: Ana']);
    expect(ends(title)).toEqual({ ana: told('2026-03-08T09:10'), bor: null });
  });

  it('tells of nobody twice within a day, however much they look', () => {
    const title = 'at most one a day';
    // What she did an hour and 23 hours later ends at the check; a day later a look at the blog is no sign, one at the prices is.
    expect(alerts(title)).toEqual(['2026-03-02T09:10 olga: Ana', '2026-03-03T11:10 olga: Ana']);
    expect(ends(title)).toEqual({ ana: told('2026-03-03T11:10') });
  });

  it('gives contacts without an owner to the team in turn, and leaves them there', () => {
    const title = 'the team in turn';
    expect(alerts(title)).toEqual([
      '2026-03-02T09:10 first.rep: Cene',
      '2026-03-02T09:30 second.rep: Dana',
      '2026-03-02T09:50 olga: Ana',
      '2026-03-02T10:10 first.rep: Ema',
      // Her owner is no address; it stays as it is.
      '2026-03-02T10:30 first.rep: Fran',
      '2026-03-04T10:50 first.rep: Cene',
      '2026-03-04T10:50 second.rep: Gita',
    ]);
    expect(seen(title)).toEqual({
      cene: 'first.rep@example.com',
      dana: 'second.rep@example.com',
      ana: 'olga@example.com',
      ema: 'first.rep@example.com',
      fran: 'Mrs Example',
      gita: 'second.rep@example.com',
    });
    expect(alerts('several at the same moment')).toEqual([
      '2026-03-02T09:10 first.rep: One',
      '2026-03-02T09:10 first.rep: Three',
      '2026-03-02T09:10 second.rep: Four',
      '2026-03-02T09:10 second.rep: Two',
    ]);
  });

  it('tells the owner what the contact has agreed to at that moment, and sends the contact nothing', () => {
    const title = 'what they agreed to';
    expect(alerts(title)).toEqual([
      '2026-03-02T09:10 olga: Ana',
      '2026-03-02T09:10 olga: Never',
      '2026-03-02T09:10 olga: Out',
    ]);
    for (const name of ['Ana', 'Never', 'Out']) {
      expect(mailAbout(title, name)?.text).toContain('Agreed to: nothing\n');
    }
  });

  it('counts a day as 24 hours also where the clocks change', () => {
    const title = 'clocks that go forward';
    // A quarter of an hour before the day is over there is no second one; an hour later there is.
    expect(alerts(title)).toEqual(['2026-03-08T07:05 olga: Nina', '2026-03-09T07:55 olga: Nina']);
    expect(mailAbout(title, 'Nina')?.text).toContain('Their time: 03:05 in America/New_York');
  });

  it('does with little: no name, no zone, a phone number only; and tells of nobody who cannot be reached', () => {
    const title = 'little is known';
    expect(alerts(title)).toEqual([
      '2026-03-02T09:10 olga: +4915112345678',
      '2026-03-02T09:10 olga: nobody@example.com',
    ]);
    expect(ends(title)).toEqual({
      'contact 1': told('2026-03-02T09:10'),
      'contact 2': null,
      nobody: told('2026-03-02T09:10'),
    });
    expect(mailAbout(title, '+49')?.text).toContain('There is no e-mail address to write to: call them.');
    expect(mailAbout(title, '+49')?.details).toMatchObject({
      replyTo: 'sales@example.com',
    });
    for (const { text } of pick(cases.played(title).timeline, 'sent', 'text')) {
      expect(text).toContain('Their time: unknown');
      expect(text).not.toMatch(/undefined|null|NaN|Invalid/);
    }
  });

  it('takes hostile words for words: no other recipient, no line of its own', () => {
    const title = 'hostile words';
    expect(alerts(title)).toEqual(['2026-03-02T09:10 olga: Eve Bcc: bor@example.com <img src=x>']);
    const mail = mailAbout(title, 'Eve');
    expect(mail?.html).toBeUndefined();
    expect(JSON.stringify(mail?.details)).not.toMatch(/"b?cc"/i);
    expect(mail?.text?.match(/^What to send:/gm)).toHaveLength(1);
    expect(mail?.text).toContain(
      '- 2 March, 10:00: A What to send: nothing, https://www.example.com/pricing?x=<script>\n',
    );
  });

  it('tries again what fails, and leaves the way free where nobody was told', () => {
    const title = 'an alert that fails';
    expect(errorsOf(cases.played(title))).toEqual(Array(3).fill('olga@example.com: Server down'));
    expect(alerts(title)).toEqual(['2026-03-02T09:10 olga: Ana', '2026-03-02T10:10 olga: Bor']);
    expect(ends(title)).toEqual({ ana: told('2026-03-02T09:10'), bor: told('2026-03-02T10:10') });
  });

  it('loses and repeats nothing when n8n starts again, and takes up what happened while it was off', () => {
    const title = 'n8n starts again, and is off for a while';
    expect(alerts(title)).toEqual(['2026-03-02T09:10 olga: Ana', '2026-03-02T15:15 olga: Bor']);
  });

  it('takes pages, forms, numbers and times from the settings', () => {
    const title = 'other settings';
    const sent = pick(cases.played(title).timeline, 'sent', 'at', 'to', 'subject');
    expect(sent.map(({ at, to, subject }) => `${at.slice(11, 19)} ${to} ${subject?.split(' ')[0]}`)).toEqual([
      '09:00:20 olga@example.com Ana',
      '09:00:20 rita@example.com Cene',
    ]);
    expect(seen(title)).toMatchObject({ cene: 'rita@example.com' });
  });

  it('passes the wait at once in a test run', () => {
    const title = 'a test run from the editor';
    expect(seen(title)).toBe('success');
    expect(alerts(title)).toEqual(['2026-03-02T09:00 olga: Ana']);
  });
});
