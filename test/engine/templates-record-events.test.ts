import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

interface Answer {
  status: number;
  body: Record<string, unknown>;
  held?: { contacts: number; events: number };
}
interface Found {
  contact: Record<string, unknown>;
  event: { type: string; occurredAt: string; properties: Record<string, unknown> };
}

describe('record-events', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('record-events');
  });
  const answersOf = (title: string) => cases.played<Record<string, Answer>>(title).result;

  it('records what a site says of a contact: who, what happened, what they consented to', () => {
    const { answer, contacts, events } = cases.played<{
      answer: Answer;
      contacts: Found[];
      events: Found[];
    }>('the generic shape').result;
    expect(answer).toEqual({
      status: 200,
      body: { ok: true, outcome: 'recorded', contactId: 1, event: { id: 1, type: 'order_placed' } },
    });
    expect(contacts.map(({ contact }) => contact)).toEqual([
      expect.objectContaining({
        email: 'ana@example.com',
        firstName: 'Ana',
        timezone: 'Europe/Ljubljana',
        properties: { size: 'M' },
        consent: { email: 'opted_in' },
      }),
    ]);
    expect(events.map(({ event }) => event)).toEqual([
      {
        id: 1,
        type: 'order_placed',
        occurredAt: '2026-03-02T08:30:00.000Z',
        properties: { orderId: '1001', value: 59.9, currency: 'EUR' },
      },
    ]);
  });

  it('counts a request with the same key once, and lets it undo nothing that was said since', () => {
    const { first, again, contact, held } = cases.played<{
      first: Answer;
      again: Answer;
      contact: Found;
      held: Answer['held'];
    }>('the same request twice').result;
    expect(first.body).toMatchObject({ outcome: 'recorded', contactId: 1, event: { id: 1 } });
    expect(again).toEqual({ status: 200, body: { ...first.body, outcome: 'known' } });
    expect(contact.contact.consent).toEqual({ email: 'opted_out' });
    expect(held).toEqual({ contacts: 1, events: 2 });
    expect(cases.played('two requests without a key').result).toEqual({ contacts: 1, events: 2 });
  });

  it.each([
    ['no contact', 'contact'],
    ['a contact that names nobody', 'contact.email'],
    ['no address', 'contact.email'],
    ['a zone that does not exist', 'contact.timezone'],
    ['no event', 'event'],
    ['no type', 'event.type'],
    ['a date that is none', 'event.occurredAt'],
    ['properties that are a list', 'event.properties'],
    ['a status that is none', 'consent.email'],
    ['a list', 'payload'],
    ['nothing at all', 'contact'],
    ['a WooCommerce order without a sum', 'total'],
    ['a Shopify order without lines', 'line_items'],
  ])('refuses %s with a 400 that names %s, and writes nothing', (title, field) => {
    const answer = answersOf('bad requests')[title];
    expect(answer).toMatchObject({
      status: 400,
      body: { ok: false, field },
      held: { contacts: 0, events: 0 },
    });
    expect(answer?.body.error).toContain(field.split('.')[0]);
  });

  it('names every field that is wrong', () => {
    const answer = answersOf('bad requests')['two at once'];
    expect(answer?.body.problems).toEqual([
      { field: 'contact.email', message: expect.stringContaining('"nobody"') as string },
      { field: 'event.type', message: expect.stringContaining('missing') as string },
    ]);
  });

  it('writes nothing of a request whose identifiers belong to two contacts', () => {
    const { answer, contacts, held } = cases.played<{
      answer: Answer;
      contacts: Found[];
      held: Answer['held'];
    }>('identifiers of two contacts').result;
    expect(answer).toMatchObject({ status: 400, body: { ok: false, field: 'email' } });
    expect(contacts.map(({ contact }) => contact.firstName)).toEqual([null, null]);
    expect(held).toEqual({ contacts: 2, events: 2 });
  });

  it('lets nobody in without the secret', () => {
    expect(cases.played('without the secret').result).toEqual({
      status: 403,
      held: { contacts: 0, events: 0 },
    });
  });

  it("takes WooCommerce's webhooks, an order once whichever comes first, and ignores what says nothing", () => {
    const answers = answersOf('WooCommerce');
    expect(Object.values(answers).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.order?.body).toMatchObject({ outcome: 'recorded', event: { type: 'order_placed' } });
    expect(answers['the same order, paid']?.body).toMatchObject({ outcome: 'known', contactId: 1 });
    expect(answers.customer?.body).toMatchObject({ outcome: 'recorded', event: { type: 'account_created' } });
    expect(answers.ping?.body).toEqual({
      ok: true,
      outcome: 'ignored',
      contactId: null,
      event: null,
      reason: 'This is the ping that WooCommerce sends when a webhook is saved.',
    });
    expect(answers['another topic']?.body.reason).toContain('coupon.created');
    expect(answers['another topic']?.held).toEqual({ contacts: 1, events: 2 });
  });

  it("takes Shopify's carts, checkouts and orders", () => {
    const { told, events } = cases.played<{ told: Record<string, Answer>; events: Found[] }>(
      'Shopify',
    ).result;
    expect(Object.values(told).map(({ status, body }) => `${status} ${String(body.outcome)}`)).toEqual([
      '200 recorded',
      '200 recorded',
      '200 recorded',
      '200 known',
      '200 ignored',
    ]);
    const seen = events.map(({ contact, event }) => [
      contact.email,
      event.type,
      event.properties.value,
      event.properties.cartId,
    ]);
    expect(seen).toEqual([
      ['jon@example.com', 'order_placed', 404.95, undefined],
      ['example@example.com', 'cart_updated', 421.88, 'eeafa272cebfd4b22385bc4b645e762c'],
      [null, 'cart_updated', 59.97, 'exampleCartId'],
    ]);
  });

  it('asks for the request again while the store is out of reach, instead of calling it wrong or recorded', () => {
    const { timeline, result } = cases.played<{ generic: Answer; shop: Answer }>('a store out of reach');
    const answer = {
      status: 503,
      body: {
        ok: false,
        error: 'The event could not be recorded now; send it again later.',
        field: null,
        problems: [],
      },
    };
    expect(result).toEqual({ generic: answer, shop: answer });
    expect(pick(timeline, 'response', 'status')).toEqual([{ status: 503 }, { status: 503 }]);
  });
});
