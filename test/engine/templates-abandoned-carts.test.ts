import { pick, runSimulation, type PlayedCase } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
  seen?: Record<string, string | null>;
}

describe('recover-abandoned-carts', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('abandoned-carts');
  });

  /** Every mail: when by the recipient's own clock, to whom, which. Those of one moment by name. */
  const mails = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'at', 'local', 'to', 'node', 'channel')
      .map(({ at, local, to, node, channel }) => ({
        at,
        line: `${local ?? at} ${String(to?.split('@')[0])} ${node} (${channel})`,
      }))
      .sort((a, b) => (a.at === b.at ? a.line.localeCompare(b.line) : a.at.localeCompare(b.at)))
      .map(({ line }) => line.replace(' (email)', ''));
  /** How the series ended for everybody, by the contact's property. */
  const ends = (title: string) => cases.played<Told>(title).result.ends;
  const errors = ({ timeline }: PlayedCase) =>
    timeline.filter(({ kind }) => kind === 'error').map(({ to, message }) => `${to}: ${message}`);

  it('sends three mails to who leaves a cart behind, and marks them as completed', () => {
    const title = 'left behind';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send the Cart',
      '2026-03-03 10:00 ana Send Help',
      '2026-03-05 10:00 ana Send the Code',
    ]);
    expect(ends(title)).toEqual({
      ana: 'completed after 3: all mails sent (cart-ana, 2026-03-05T09:00)',
    });
  });

  it("tells by name what is in the cart, from the shop's own address, as HTML and as text", () => {
    const [first, second, third] = cases.played('left behind').timeline.filter(({ kind }) => kind === 'sent');
    expect(first).toMatchObject({
      to: 'ana@example.com',
      subject: 'You left something at Example Shop',
      details: { from: 'Example Shop <shop@example.com>', replyTo: 'help@example.com' },
    });
    expect(first?.text).toMatch(
      /^Hello Ana,\n\n[^]*\n- 2 × Lamp, 39\.80 EUR\n\nBack to my cart: https:\/\/shop\.example\.com\/\?cart=cart-ana\n/,
    );
    expect(first?.html).toMatch(/<p>Hello Ana,<\/p>[^]*2 × Lamp<\/td><td[^>]*>39\.80 EUR<\/td>/);
    expect(first?.html).toContain('<a href="https://shop.example.com/?cart=cart-ana"');
    expect(first?.html).not.toContain('n8n');
    expect(second?.text).toMatch(/help@example\.com\n\+1 555 0100/);
    expect(third?.text).toContain('\nCOMEBACK10\n');
    for (const mail of [first, second, third]) expect(mail?.text).toContain('Unsubscribe: https://');
  });

  it('sends nothing more to who orders, in the middle of whichever wait', () => {
    const title = 'ordered in the middle of each wait';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 bor Send the Cart',
      '2026-03-02 11:00 cene Send the Cart',
      '2026-03-02 11:00 dana Send the Cart',
      '2026-03-03 10:00 cene Send Help',
      '2026-03-03 10:00 dana Send Help',
      '2026-03-05 10:00 dana Send the Code',
    ]);
    expect(ends(title)).toEqual({
      ana: 'goal_reached after 0: ordered (cart-ana, 2026-03-02T09:30)',
      bor: 'goal_reached after 1: ordered (cart-bor, 2026-03-02T14:30)',
      cene: 'goal_reached after 2: ordered (cart-cene, 2026-03-03T20:30)',
      dana: 'completed after 3: all mails sent (cart-dana, 2026-03-05T09:00)',
    });
  });

  it('goes on when another cart is ordered', () => {
    expect(mails('ordered another cart')).toEqual(mails('left behind'));
    expect(ends('ordered another cart')).toEqual(ends('left behind'));
  });

  it('leaves who empties the cart alone, whatever an empty cart looks like, but not for the empty one elsewhere', () => {
    expect(mails('emptied')).toEqual([
      '2026-03-02 11:00 cene Send the Cart',
      '2026-03-03 10:00 cene Send Help',
    ]);
    expect(ends('emptied')).toEqual({
      ana: 'left after 0: the cart was emptied (cart-ana, 2026-03-02T09:30)',
      bor: 'left after 0: the cart was emptied (cart-bor, 2026-03-02T09:30)',
      cene: 'left after 2: the cart was emptied (cart-cene, 2026-03-04T09:30)',
    });
  });

  it('does not begin with a cart that is empty or has no id', () => {
    const { timeline } = cases.played('never filled');
    expect(mails('never filled')).toEqual([]);
    expect(ends('never filled')).toEqual({ ana: null, bor: null, cene: null });
    expect(timeline.filter(({ node }) => node === 'Start When a Cart Changes')).toEqual([]);
  });

  it('counts the hour from the last change, and asks for the cart as it is then', () => {
    const title = 'changed within the hour';
    expect(mails(title)).toEqual([
      '2026-03-02 11:40 bor Send the Cart',
      '2026-03-02 12:20 ana Send the Cart',
    ]);
    const [bor, ana] = pick(cases.played(title).timeline, 'sent', 'text');
    expect(bor?.text).toContain('\n- 2 × Candle, 39.80 EUR\n\n');
    expect(ana?.text).toContain('\n- 1 × Lamp, 19.90 EUR\n\n');
  });

  it('begins anew when this or another cart changes after a mail, and never runs two series at once', () => {
    const title = 'changed after a mail';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send the Cart',
      '2026-03-02 11:00 bor Send the Cart',
      '2026-03-02 11:00 cene Send the Cart',
      '2026-03-02 17:00 ana Send the Cart',
      '2026-03-02 17:00 bor Send the Cart',
      '2026-03-03 10:00 cene Send Help',
      '2026-03-03 16:00 ana Send Help',
      '2026-03-03 16:00 bor Send Help',
      '2026-03-04 11:00 cene Send the Cart',
      '2026-03-05 10:00 cene Send Help',
      '2026-03-05 16:00 ana Send the Code',
      '2026-03-05 16:00 bor Send the Code',
      '2026-03-07 10:00 cene Send the Code',
    ]);
    expect(cases.played<Told>(title).result.seen).toEqual({
      ana: 'left after 1: the cart changed (cart-ana, 2026-03-02T15:00)',
      bor: 'left after 1: the cart changed (cart-bor, 2026-03-02T15:00)',
      cene: null,
    });
    expect(ends(title)).toEqual({
      ana: 'completed after 3: all mails sent (cart-ana, 2026-03-05T15:00)',
      bor: 'completed after 3: all mails sent (cart-on-the-phone, 2026-03-05T15:00)',
      cene: 'completed after 3: all mails sent (cart-cene, 2026-03-07T09:00)',
    });
  });

  it('follows the later of two changes that a shop dates to the same second', () => {
    expect(mails('changed twice in one second')).toEqual(mails('left behind'));
    const texts = pick(cases.played('changed twice in one second').timeline, 'sent', 'text');
    for (const { text } of texts) expect(text).toContain('2 × Second');
  });

  it('asks for consent before each mail: given in time, never given, withdrawn, suppressed', () => {
    expect(mails('consent')).toEqual([
      '2026-03-02 11:00 bounces Send the Cart',
      '2026-03-02 11:00 later Send the Cart',
      '2026-03-02 11:00 returns Send the Cart',
      '2026-03-02 11:00 withdraws Send the Cart',
      '2026-03-03 10:00 later Send Help',
      '2026-03-03 10:00 returns Send Help',
      '2026-03-05 10:00 later Send the Code',
      '2026-03-05 10:00 returns Send the Code',
    ]);
    expect(ends('consent')).toEqual({
      never: 'left after 0: consent to e-mail: none (cart-never, 2026-03-02T10:00)',
      out: 'left after 0: consent to e-mail: opted_out (cart-out, 2026-03-02T10:00)',
      pending: 'left after 0: consent to e-mail: pending (cart-pending, 2026-03-02T10:00)',
      withdraws: 'left after 1: consent to e-mail: opted_out (cart-withdraws, 2026-03-03T09:00)',
      bounces: 'left after 1: suppressed: hard_bounce (cart-bounces, 2026-03-03T09:00)',
      later: 'completed after 3: all mails sent (cart-later, 2026-03-05T09:00)',
      returns: 'completed after 3: all mails sent (cart-returns, 2026-03-05T09:00)',
    });
  });

  it('keeps the time of day over days of 23 and 25 hours, in zones that change their clocks and in those that do not', () => {
    expect(mails('clocks that go forward')).toEqual([
      '2026-03-07 17:00 omar Send the Cart',
      '2026-03-07 19:00 nina Send the Cart',
      '2026-03-08 18:00 nina Send Help',
      '2026-03-08 16:00 omar Send Help',
      '2026-03-10 18:00 nina Send the Code',
      '2026-03-10 16:00 omar Send the Code',
    ]);
    expect(mails('clocks that go back')).toEqual([
      '2026-10-31 19:00 nina Send the Cart',
      '2026-11-01 18:00 nina Send Help',
      '2026-11-03 18:00 nina Send the Code',
    ]);
    const sentAt = (title: string) => pick(cases.played(title).timeline, 'sent', 'at', 'to');
    expect(sentAt('clocks that go forward')[2]).toEqual({
      at: '2026-03-08T22:00:00Z',
      to: 'nina@example.com',
    });
    expect(sentAt('clocks that go back')[1]).toEqual({ at: '2026-11-01T23:00:00Z', to: 'nina@example.com' });
  });

  it('counts an hour as sixty minutes, also over the hour that is skipped', () => {
    expect(mails('an hour that is skipped')).toEqual(['2026-03-08 03:30 nina Send the Cart']);
  });

  it('sends nothing in the quiet hours of the recipient, at 21:00 no more and at 08:00 again', () => {
    expect(mails('quiet hours')).toEqual([
      '2026-03-02 13:00 tomo Send the Cart',
      '2026-03-03 12:00 tomo Send Help',
      '2026-03-03 08:00 ana Send the Cart',
      '2026-03-03 08:00 bor Send the Cart',
      '2026-03-03 08:00 cene Send the Cart',
      '2026-03-03 20:00 ana Send Help',
      '2026-03-03 20:30 bor Send Help',
      '2026-03-04 08:00 cene Send Help',
      '2026-03-05 12:00 tomo Send the Code',
      '2026-03-05 20:00 ana Send the Code',
      '2026-03-05 20:30 bor Send the Code',
      '2026-03-06 08:00 cene Send the Code',
    ]);
  });

  it('does with little: no name, no zone, no price, no address to go back to; without an e-mail address it ends', () => {
    const title = 'little is known';
    expect(mails(title)).toEqual([
      '2026-03-03T07:00:00Z nobody Send the Cart',
      '2026-03-03T19:45:00Z nobody Send Help',
      '2026-03-05T19:45:00Z nobody Send the Code',
    ]);
    expect(ends(title)).toEqual({
      nobody: 'completed after 3: all mails sent (cart-nobody, 2026-03-05T19:45)',
      'contact 2': 'left after 0: no e-mail address (cart-nobody, 2026-03-03T07:00)',
    });
    const [mail] = pick(cases.played(title).timeline, 'sent', 'text', 'html');
    expect(mail?.text).toMatch(
      /^Hello,\n[^]*\n- 1 × Lamp\n\nBack to my cart: https:\/\/shop\.example\.com\n/,
    );
    expect(mail?.html).toContain('<p>Hello,</p>');
    expect(`${mail?.text} ${mail?.html}`).not.toMatch(/undefined|null|NaN/);
  });

  it('shows hostile names and addresses as text', () => {
    const sent = pick(cases.played('hostile names').timeline, 'sent', 'text', 'html');
    expect(sent).toHaveLength(3);
    for (const { html, text } of sent) {
      expect(html).not.toMatch(/<script|<img|<i>|<u>|<b>|javascript:/i);
      expect(text).not.toContain('javascript:');
    }
    const [first] = sent;
    expect(first?.html).toContain('<p>Hello &#60;script&#62;alert(1)&#60;/script&#62;,</p>');
    expect(first?.html).toContain(
      '1 × &#60;img src=x onerror=alert(1)&#62; &#34;A&#34; &#38; &#39;B&#39;</td>',
    );
    expect(first?.text).toContain('\n- 3 × Line break, 7.50\n\nBack to my cart: https://shop.example.com\n');
  });

  it('begins again for a contact who completed it before', () => {
    const title = 'again, later';
    expect(mails(title)).toEqual([...mails('left behind'), '2026-03-12 11:00 ana Send the Cart']);
    expect(cases.played<Told>(title).result.seen).toEqual(ends('left behind'));
    expect(ends(title)).toEqual({ ana: 'goal_reached after 1: ordered (cart-later, 2026-03-12T11:00)' });
  });

  it('loses and repeats nothing when n8n starts again in each wait', () => {
    const title = 'n8n starts again in between';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send the Cart',
      '2026-03-02 11:00 bor Send the Cart',
      '2026-03-03 10:00 ana Send Help',
      '2026-03-05 10:00 ana Send the Code',
    ]);
    expect(ends(title)).toEqual({
      ...ends('left behind'),
      bor: 'goal_reached after 1: ordered (cart-bor, 2026-03-02T19:30)',
    });
  });

  it('sends no two mails on top of each other after it was off, and none about a cart of last week', () => {
    expect(mails('off for a day and a half')).toHaveLength(1);
    expect(ends('off for a day and a half')).toEqual({
      ana: expect.stringMatching(/^left after 1: too late for mail 2 /) as string,
      bor: expect.stringMatching(/^goal_reached after 0: ordered /) as string,
    });
    expect(mails('a cart of last week')).toEqual([
      '2026-03-02 10:00 bor Send the Cart',
      '2026-03-03 08:50 bor Send Help',
      '2026-03-05 08:50 bor Send the Code',
    ]);
    expect(ends('a cart of last week').ana).toBe(
      'left after 0: too late for mail 1 (cart-ana, 2026-03-02T09:00)',
    );
  });

  it('tries a mail again that fails once, and sends the mails of the others once', () => {
    const title = 'a mail that fails once';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send the Cart',
      '2026-03-02 11:00 bor Send the Cart',
      '2026-03-02 11:00 cene Send the Cart',
    ]);
    expect(errors(cases.played(title))).toEqual(['bor@example.com: Mailbox busy']);
    expect(ends(title)).toEqual({ ana: null, bor: null, cene: null });
  });

  it('marks who could not be mailed as failed, ends their series, and nobody else is touched', () => {
    const title = 'a mail that fails for good';
    expect(mails(title)).toEqual([
      '2026-03-02 11:00 ana Send the Cart',
      '2026-03-02 11:00 cene Send the Cart',
    ]);
    expect(errors(cases.played(title))).toEqual(Array(3).fill('bor@example.com: Mailbox busy'));
    expect(ends(title).bor).toBe('failed after 0: mail 1 failed: Mailbox busy (cart-bor, 2026-03-02T10:00)');
    expect(mails('a second mail that fails for good')).toEqual(['2026-03-02 11:00 ana Send the Cart']);
    expect(ends('a second mail that fails for good')).toEqual({
      ana: 'failed after 1: mail 2 failed: No such mailbox (cart-ana, 2026-03-03T09:00)',
    });
  });

  it('takes its times from the settings', () => {
    const sent = pick(cases.played('the times of the demo').timeline, 'sent', 'at', 'to');
    expect(sent.map(({ at, to }) => `${at.slice(11, 19)} ${to?.split('@')[0]}`).sort()).toEqual([
      '23:00:20 ana',
      '23:00:20 bor',
      '23:00:40 ana',
      '23:01:00 ana',
    ]);
  });

  it("ends for an order that Shopify reports, by the cart's token, of whom its cart did not name yet", () => {
    expect(mails("Shopify's own webhooks")).toEqual([]);
    expect(ends("Shopify's own webhooks")).toEqual({
      example: 'goal_reached after 0: ordered (eeafa272cebfd4b22385bc4b645e762c, 2022-01-01T14:00)',
    });
  });

  it('passes every wait at once in a test run', () => {
    const { timeline, result } = cases.played<{ status: string; nodes: string[] }>(
      'a test run from the editor',
    );
    expect(result.status).toBe('success');
    expect(result.nodes).toContain('Mark as Completed');
    expect(pick(timeline, 'sent', 'local', 'node')).toEqual([
      { local: '2026-03-02 10:00', node: 'Send the Cart' },
      { local: '2026-03-02 10:00', node: 'Send Help' },
      { local: '2026-03-02 10:00', node: 'Send the Code' },
    ]);
  });
});
