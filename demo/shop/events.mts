/** Turns what the page says into the events that the templates share. Names and prices are the catalogue's, never the page's. */
import { CURRENCY, productBySku } from './catalogue.mts';

export interface CartLine {
  sku: string;
  quantity: number;
}

/** Who is at the page. */
export interface Visitor {
  contact: { name: string; email: string; timezone?: string };
  hasConsent: boolean;
}

export interface Visit extends Visitor {
  cartId: string;
  lines: CartLine[];
  /** A code that was entered; it counts when the cart is bought. */
  code?: string;
}

export interface OrderedItem {
  [key: string]: unknown;
  sku: string;
  name: string;
  category: string;
  quantity: number;
  price: number;
  supplyDays?: number;
}

/** The body that the record-events intake takes. */
export interface IntakeBody {
  contact: Record<string, unknown>;
  event: { type: string; occurredAt?: string; key?: string; properties: Record<string, unknown> };
  consent?: { email: 'opted_in' | 'opted_out'; source: string };
}

const MOST_OF_ONE = 20;

/** What is wrong with who somebody says to be; undefined when nothing is. */
export function problemOfVisitor(said: object): string | undefined {
  const { contact, hasConsent } = said as Partial<Record<keyof Visitor, unknown>>;
  if (typeof contact !== 'object' || contact === null) return 'contact is missing.';
  const { name, email } = contact as Partial<Visitor['contact']>;
  if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return 'contact.email must be an e-mail address.';
  if (typeof name !== 'string' || name.length > 200) return 'contact.name must be text.';
  return typeof hasConsent === 'boolean' ? undefined : 'hasConsent must be true or false.';
}

/** What is wrong with a visit, in words for its sender; undefined when nothing is. */
export function problemOf(visit: unknown): string | undefined {
  if (typeof visit !== 'object' || visit === null) return 'The body must be a JSON object.';
  const { cartId, lines, code } = visit as Partial<Record<keyof Visit, unknown>>;
  if (typeof cartId !== 'string' || !/^[\w-]{4,64}$/.test(cartId))
    return 'cartId must be 4 to 64 letters, digits or dashes.';
  const problem = problemOfVisitor(visit);
  if (problem !== undefined) return problem;
  if (code !== undefined && (typeof code !== 'string' || code.length > 60))
    return 'code must be text of at most 60 characters.';
  if (!Array.isArray(lines)) return 'lines must be a list.';
  for (const line of lines as Partial<CartLine>[]) {
    if (typeof line?.sku !== 'string' || !productBySku(line.sku))
      return `There is no product "${String(line?.sku)}".`;
    const { quantity } = line;
    if (
      typeof quantity !== 'number' ||
      !Number.isInteger(quantity) ||
      quantity < 1 ||
      quantity > MOST_OF_ONE
    ) {
      return `The quantity of ${line.sku} must be 1 to ${MOST_OF_ONE}.`;
    }
  }
  return undefined;
}

export function itemsOf(lines: readonly CartLine[]): OrderedItem[] {
  return lines.flatMap(({ sku, quantity }) => {
    const product = productBySku(sku);
    if (!product) return [];
    const { name, category, price, supplyDays } = product;
    return [{ sku, name, category, quantity, price, ...(supplyDays ? { supplyDays } : {}) }];
  });
}

/** To the cent. */
export function valueOf(items: readonly OrderedItem[]): number {
  return Math.round(items.reduce((sum, { price, quantity }) => sum + price * quantity, 0) * 100) / 100;
}

/** What the page knows of the visitor. */
export function contactOf({ contact }: Visitor): Record<string, unknown> {
  const [firstName, ...rest] = contact.name.trim().split(/\s+/);
  return {
    email: contact.email.trim(),
    ...(firstName ? { firstName } : {}),
    ...(rest.length > 0 ? { lastName: rest.join(' ') } : {}),
    ...(contact.timezone ? { timezone: contact.timezone } : {}),
  };
}

/** Without the tick nothing is said about consent; leaving a box empty takes nothing back. */
export function consentOf({ hasConsent }: Visitor): Pick<IntakeBody, 'consent'> {
  return hasConsent ? { consent: { email: 'opted_in', source: 'shop checkout' } } : {};
}

export function cartUpdated(visit: Visit, { shopUrl }: { shopUrl: string }): IntakeBody {
  const items = itemsOf(visit.lines);
  const checkoutUrl = `${shopUrl}/?cart=${visit.cartId}`;
  return {
    contact: contactOf(visit),
    event: {
      type: 'cart_updated',
      properties: { cartId: visit.cartId, items, value: valueOf(items), currency: CURRENCY, checkoutUrl },
    },
    ...consentOf(visit),
  };
}

export function orderPlaced(visit: Visit, { orderId }: { orderId: string }): IntakeBody {
  const items = itemsOf(visit.lines);
  return {
    contact: contactOf(visit),
    event: {
      type: 'order_placed',
      key: orderId,
      properties: { orderId, cartId: visit.cartId, items, value: valueOf(items), currency: CURRENCY },
    },
    ...consentOf(visit),
  };
}

/** What a code that came with an order says of it; undefined without one. The shop takes every code. */
export function couponRedeemed(visit: Visit, { orderId }: { orderId: string }): IntakeBody | undefined {
  const code = visit.code?.trim();
  if (!code) return undefined;
  return {
    contact: contactOf(visit),
    event: { type: 'coupon_redeemed', key: `${orderId} ${code}`, properties: { code, orderId } },
  };
}
