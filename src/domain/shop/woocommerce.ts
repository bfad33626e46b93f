import type { JsonObject, JsonValue } from '../json';
import { isJsonObject } from '../json';
import type { Reading } from '../problem';
import { decodeEntities } from './html-entities';
import {
  PayloadFields,
  countryCode,
  known,
  optionalObject,
  optionalText,
  usablePhone,
  type ShopItem,
} from './payload-fields';
import type { IgnoredPayload, ShopOptions, ShopRecord } from './shop-payload';

const TOPICS = ['order.created', 'order.updated', 'customer.created'];

/**
 * The states in which the customer has done all that placing an order needs. `on-hold` waits for the bank, not for
 * the customer; `pending` and `checkout-draft` are still a cart.
 */
const PLACED = new Set(['processing', 'completed', 'on-hold']);

/** Where cart plug-ins and own shops leave the id of the cart an order came from. WooCommerce itself keeps none. */
const CART_META = new Set(['cartid', 'cart_id', '_cart_id', 'cart_token', '_cart_token']);

/**
 * Returns what a WooCommerce webhook (REST API v3) says: an order that is placed, whenever it came to be so, and
 * a customer's new account. An order happened when it was created, in GMT. What nobody can be recognised in (an
 * order made in the shop's office without an address) is ignored rather than refused: WooCommerce switches a
 * webhook off after five refusals. WooCommerce has no webhook for carts.
 */
export function readWooCommercePayload(
  topic: string,
  payload: JsonObject,
  options: ShopOptions,
): Reading<ShopRecord | IgnoredPayload> {
  if (payload.webhook_id !== undefined && payload.id === undefined) {
    return ignore('This is the ping that WooCommerce sends when a webhook is saved.');
  }
  if (topic === 'order.created' || topic === 'order.updated') return readOrder(payload, options);
  if (topic === 'customer.created') return readCustomer(payload, options);
  return ignore(`The WooCommerce topic "${topic}" records nothing; understood are ${TOPICS.join(', ')}.`);
}

function readOrder(payload: JsonObject, options: ShopOptions): Reading<ShopRecord | IgnoredPayload> {
  const fields = new PayloadFields();
  const orderId = fields.requiredText(payload.id, 'id');
  const status = fields.requiredText(payload.status, 'status');
  if (fields.problems.length > 0) return { ok: false, problems: fields.problems };
  if (!PLACED.has(status)) {
    return ignore(`Order ${orderId} is ${status}; it counts as placed once it is ${[...PLACED].join(', ')}.`);
  }
  const occurredAt = moment(fields, payload);
  const properties = known({
    orderId,
    orderName: optionalText(payload.number),
    cartId: readCartId(payload.meta_data),
    items: readItems(fields, payload),
    value: fields.money(payload.total, 'total'),
    currency: fields.requiredText(payload.currency, 'currency'),
  });
  const contact = readContact(fields, optionalObject(payload.billing), {
    email: [['billing.email', optionalObject(payload.billing).email]],
    customerId: payload.customer_id === 0 ? null : optionalText(payload.customer_id),
  });
  if (fields.problems.length > 0) return { ok: false, problems: fields.problems };
  if (contact.email === undefined && contact.phone === undefined) {
    return ignore(`Order ${orderId} names no e-mail address and no telephone number.`);
  }
  const key = eventKey(['order', orderId, 'placed'], payload, options);
  const event = { type: 'order_placed', occurredAt, properties, key };
  return { ok: true, value: { contact, consents: [], events: [event] } };
}

function readCustomer(payload: JsonObject, options: ShopOptions): Reading<ShopRecord | IgnoredPayload> {
  const fields = new PayloadFields();
  const customerId = fields.requiredText(payload.id, 'id');
  const occurredAt = moment(fields, payload);
  const contact = readContact(
    fields,
    { ...optionalObject(payload.billing), ...names(payload) },
    {
      email: [
        ['email', payload.email],
        ['billing.email', optionalObject(payload.billing).email],
      ],
      customerId,
    },
  );
  if (fields.problems.length > 0) return { ok: false, problems: fields.problems };
  if (contact.email === undefined) return ignore(`Customer ${customerId} has no e-mail address.`);
  const event = {
    type: 'account_created',
    occurredAt,
    properties: known({ source: 'WooCommerce', customerId }),
    key: eventKey(['customer', customerId, 'created'], payload, options),
  };
  return { ok: true, value: { contact, consents: [], events: [event] } };
}

function moment(fields: PayloadFields, payload: JsonObject): number {
  return fields.moment(payload.date_created_gmt, 'date_created_gmt');
}

function names(payload: JsonObject): JsonObject {
  return known({ first_name: optionalText(payload.first_name), last_name: optionalText(payload.last_name) });
}

function readContact(
  fields: PayloadFields,
  billing: JsonObject,
  about: { email: ReadonlyArray<readonly [string, JsonValue | undefined]>; customerId: string | null },
): JsonObject {
  const country = countryCode(billing.country);
  return known({
    email: fields.email(about.email),
    phone: usablePhone([billing.phone], country),
    firstName: optionalText(billing.first_name),
    lastName: optionalText(billing.last_name),
    country,
    properties: known({ wooCommerceCustomerId: about.customerId, company: optionalText(billing.company) }),
  });
}

/** A line's price is what one piece costs after discounts, without tax, as WooCommerce gives it. */
function readItems(fields: PayloadFields, payload: JsonObject): ShopItem[] {
  return fields.objects(payload.line_items, 'line_items').map((line, index) => {
    const at = `line_items[${index}]`;
    const name = decodeEntities(fields.requiredText(line.name, `${at}.name`));
    const variation = line.variation_id === 0 ? null : optionalText(line.variation_id);
    return {
      sku: optionalText(line.sku) ?? variation ?? optionalText(line.product_id) ?? name,
      name,
      quantity: fields.quantity(line.quantity, `${at}.quantity`),
      price: fields.money(line.price, `${at}.price`),
    };
  });
}

function readCartId(meta: JsonValue | undefined): string | null {
  if (!Array.isArray(meta)) return null;
  for (const entry of meta) {
    if (!isJsonObject(entry) || typeof entry.key !== 'string') continue;
    if (CART_META.has(entry.key.toLowerCase())) return optionalText(entry.value);
  }
  return null;
}

/** Numbers of orders begin at 1 in every shop, so that the shop's host is part of the key where it is known. */
function eventKey(parts: readonly string[], payload: JsonObject, { shop }: ShopOptions): string {
  const host = shop ?? ownHost(payload);
  return ['woocommerce', ...(host ? [host] : []), ...parts].join(':');
}

function ownHost(payload: JsonObject): string | null {
  const { self } = optionalObject(payload._links);
  const href = Array.isArray(self) ? optionalText(optionalObject(self[0]).href) : null;
  return /^https?:\/\/([^/]+)/.exec(href ?? '')?.[1]?.toLowerCase() ?? null;
}

function ignore(reason: string): Reading<IgnoredPayload> {
  return { ok: true, value: { ignored: reason } };
}
