import type { Simulation, SimulationOptions } from '../../../simulator/simulate.mts';
import { LOOKING, ask, post, template } from './record-events-intake.mts';

export const JOURNEY = 'Recover abandoned carts by e-mail';

/** Monday 2 March 2026, 10:00 in Berlin, which is the workflow's zone. */
export const simulation: SimulationOptions = {
  workflows: [template('01-record-events'), template('16-recover-abandoned-carts'), ...LOOKING],
  start: '2026-03-02T09:00:00Z',
  timezone: 'Europe/Berlin',
};

export interface Person {
  email: string;
  firstName?: string;
  timezone?: string;
}

export const person = (firstName: string, timezone = 'Europe/Berlin'): Person => ({
  email: `${firstName.toLowerCase()}@example.com`,
  firstName,
  timezone,
});

export const lamp = { sku: 'LAMP', name: 'Lamp', quantity: 2, price: 19.9 };

/** A cart of the person, called after them; `more` goes over its properties. */
export function cart(who: Person, more: Record<string, unknown> = {}, occurredAt?: string) {
  const name = who.email.split('@')[0];
  const properties = {
    cartId: `cart-${name}`,
    items: [lamp],
    value: 39.8,
    currency: 'EUR',
    checkoutUrl: `https://shop.example.com/?cart=cart-${name}`,
    ...more,
  };
  return { contact: who, event: { type: 'cart_updated', properties, ...(occurredAt && { occurredAt }) } };
}

export function order(who: Person, properties: Record<string, unknown> = {}) {
  const own = { orderId: `order-${who.email}`, cartId: `cart-${who.email.split('@')[0]}` };
  return { contact: who, event: { type: 'order_placed', properties: { ...own, ...properties } } };
}

export const consent = (who: Person, status: string, type = 'consent_given') => ({
  contact: who,
  event: { type },
  consent: { email: status, source: 'form' },
});

/** What a person does, one request for each; all of them must be taken. */
export async function happens(sim: Simulation, ...bodies: object[]): Promise<void> {
  for (const body of bodies) {
    const { status, body: answer } = await post(sim, body);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(answer)}`);
  }
}

/** People who agreed to mail before. */
export async function agree(sim: Simulation, ...people: Person[]): Promise<void> {
  await happens(sim, ...people.map((who) => consent(who, 'opted_in')));
}

/** How each contact's series ended, as the contact tells it, by name; null where it has not. */
export async function ends(sim: Simulation): Promise<Record<string, string | null>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact as Told);
  return Object.fromEntries(
    contacts.map(({ id, email, properties: { cartRecovery } }) => [
      email?.split('@')[0] ?? `contact ${id}`,
      cartRecovery
        ? `${cartRecovery.status} after ${cartRecovery.mailsSent}: ${cartRecovery.reason} (${cartRecovery.cartId}, ${cartRecovery.at.slice(0, 16)})`
        : null,
    ]),
  );
}

interface Told {
  id: number;
  email: string | null;
  properties: {
    cartRecovery?: { status: string; reason: string; mailsSent: number; cartId: string; at: string };
  };
}
