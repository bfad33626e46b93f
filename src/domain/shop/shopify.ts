import type { ConsentStatement, ConsentStatus } from '../consent/consent';
import type { JsonObject } from '../json';
import type { Reading } from '../problem';
import {
  PayloadFields,
  countryCode,
  fingerprint,
  known,
  optionalObject,
  optionalText,
  roundMoney,
  usablePhone,
  type ShopItem,
} from './payload-fields';
import type { IgnoredPayload, ShopOptions, ShopRecord } from './shop-payload';

const CART_TOPICS = ['carts/create', 'carts/update'];
const CHECKOUT_TOPICS = ['checkouts/create', 'checkouts/update'];
const ORDER_TOPICS = ['orders/create', 'orders/paid'];

/**
 * Returns what a Shopify webhook says. Carts name nobody, so that they belong to an anonymous contact by their
 * token, which the checkout then turns into a known one. A cart's id is its `cart_token`, else the checkout's own
 * token (a checkout without a cart); an order carries both, so that the two meet. `value` of a checkout or order
 * is `total_price`, of a cart the sum of its lines.
 *
 * Consent is taken over, never heard from the contact: Shopify's box at the checkout is ticked already for those
 * who subscribed in the shop once, so that it must not bring back who opted out here.
 */
export function readShopifyPayload(
  topic: string,
  payload: JsonObject,
  options: ShopOptions,
): Reading<ShopRecord | IgnoredPayload> {
  if (CART_TOPICS.includes(topic)) return readCart(payload, options);
  if (CHECKOUT_TOPICS.includes(topic)) return readCheckout(payload, options);
  if (ORDER_TOPICS.includes(topic)) return readOrder(payload, options);
  const understood = [...CART_TOPICS, ...CHECKOUT_TOPICS, ...ORDER_TOPICS].join(', ');
  return ignore(`The Shopify topic "${topic}" records nothing; understood are ${understood}.`);
}

function readCart(payload: JsonObject, options: ShopOptions): Reading<ShopRecord | IgnoredPayload> {
  const fields = new PayloadFields();
  const cartId = fields.requiredText(payload.token ?? payload.id, 'token');
  const occurredAt = fields.moment(payload.updated_at ?? payload.created_at, 'updated_at');
  const items = readItems(fields, payload);
  const value = roundMoney(items.reduce((sum, item) => sum + item.price * item.quantity, 0));
  const [first] = Array.isArray(payload.line_items) ? payload.line_items : [];
  const money = optionalObject(optionalObject(optionalObject(first).price_set).shop_money);
  const properties = known({ cartId, items, value, currency: optionalText(money.currency_code) });
  if (fields.problems.length > 0) return { ok: false, problems: fields.problems };
  return record(known({ anonymousId: anonymousId(cartId) }), [], {
    type: 'cart_updated',
    occurredAt,
    properties,
    key: cartKey('cart', cartId, occurredAt, properties, options),
  });
}

function readCheckout(payload: JsonObject, options: ShopOptions): Reading<ShopRecord | IgnoredPayload> {
  if (optionalText(payload.completed_at) !== null) {
    return ignore('The checkout is completed; its order arrives with orders/create.');
  }
  const fields = new PayloadFields();
  const token = fields.requiredText(payload.token, 'token');
  const cartToken = optionalText(payload.cart_token);
  const occurredAt = fields.moment(payload.updated_at ?? payload.created_at, 'updated_at');
  const properties = known({
    cartId: cartToken ?? token,
    checkoutToken: token,
    items: readItems(fields, payload),
    value: fields.money(payload.total_price, 'total_price'),
    currency: fields.requiredText(payload.currency ?? payload.presentment_currency, 'currency'),
    checkoutUrl: optionalText(payload.abandoned_checkout_url),
  });
  const contact = readContact(fields, payload, cartToken);
  if (fields.problems.length > 0) return { ok: false, problems: fields.problems };
  if (!isIdentified(contact))
    return ignore('The checkout names no e-mail address and no telephone number yet.');
  return record(contact, readConsents(payload, occurredAt), {
    type: 'cart_updated',
    occurredAt,
    properties,
    key: cartKey('checkout', token, occurredAt, properties, options),
  });
}

function readOrder(payload: JsonObject, options: ShopOptions): Reading<ShopRecord | IgnoredPayload> {
  const fields = new PayloadFields();
  const orderId = fields.requiredText(exactId(payload) ?? payload.id, 'id');
  const cartToken = optionalText(payload.cart_token);
  const checkoutToken = optionalText(payload.checkout_token);
  const occurredAt = fields.moment(payload.created_at, 'created_at');
  const properties = known({
    orderId,
    orderName: optionalText(payload.name),
    cartId: cartToken ?? checkoutToken,
    checkoutToken,
    items: readItems(fields, payload),
    value: fields.money(payload.total_price, 'total_price'),
    currency: fields.requiredText(payload.currency, 'currency'),
  });
  const contact = readContact(fields, payload, cartToken);
  if (fields.problems.length > 0) return { ok: false, problems: fields.problems };
  if (!isIdentified(contact))
    return ignore(`Order ${orderId} names no e-mail address and no telephone number.`);
  return record(contact, readConsents(payload, occurredAt), {
    type: 'order_placed',
    occurredAt,
    properties,
    key: key(['order', orderId, 'placed'], options),
  });
}

function readItems(fields: PayloadFields, payload: JsonObject): ShopItem[] {
  return fields.objects(payload.line_items, 'line_items').map((line, index) => {
    const at = `line_items[${index}]`;
    const variant = optionalText(line.variant_title);
    const title = optionalText(line.title) ?? optionalText(line.presentment_title) ?? optionalText(line.name);
    const name = fields.requiredText(title, `${at}.title`);
    const sku =
      optionalText(line.sku) ?? optionalText(line.variant_id) ?? optionalText(line.product_id) ?? name;
    return {
      sku,
      name: variant && variant !== 'Default Title' ? `${name} - ${variant}` : name,
      ...known({ category: optionalText(line.product_type) }),
      quantity: fields.quantity(line.quantity, `${at}.quantity`),
      price: fields.money(line.price, `${at}.price`),
    };
  });
}

function readContact(fields: PayloadFields, payload: JsonObject, cartToken: string | null): JsonObject {
  const customer = optionalObject(payload.customer);
  const home = optionalObject(customer.default_address);
  const billing = optionalObject(payload.billing_address);
  const country = countryCode(billing.country_code) ?? countryCode(home.country_code);
  const named = (optionalText(customer.first_name) ?? optionalText(customer.last_name)) ? customer : billing;
  return known({
    email: fields.email([
      ['email', payload.email],
      ['contact_email', payload.contact_email],
      ['customer.email', customer.email],
    ]),
    phone: usablePhone([payload.phone, customer.phone, billing.phone], country),
    anonymousId: cartToken === null ? null : anonymousId(cartToken),
    firstName: optionalText(named.first_name),
    lastName: optionalText(named.last_name),
    locale: readLocale(payload.customer_locale),
    country,
    properties: known({ shopifyCustomerId: exactId(customer) ?? optionalText(customer.id) }),
  });
}

function readLocale(value: JsonObject[string] | undefined): string | null {
  const text = optionalText(value);
  return text !== null && /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/.test(text) ? text : null;
}

const STATES: Readonly<Record<string, ConsentStatus>> = {
  subscribed: 'opted_in',
  pending: 'pending',
  unsubscribed: 'opted_out',
};

function readConsents(payload: JsonObject, occurredAt: number): ConsentStatement[] {
  const customer = optionalObject(payload.customer);
  const statements: ConsentStatement[] = [];
  const channels = [
    { channel: 'email', state: customer.email_marketing_consent, box: payload.buyer_accepts_marketing },
    { channel: 'sms', state: customer.sms_marketing_consent, box: payload.buyer_accepts_sms_marketing },
  ];
  for (const { channel, state, box } of channels) {
    const stated = optionalObject(state);
    const status = STATES[optionalText(stated.state)?.toLowerCase() ?? ''];
    if (status) {
      const since = Date.parse(optionalText(stated.consent_updated_at) ?? '');
      const evidence = known({ state: stated.state, optInLevel: stated.opt_in_level });
      const at = Number.isNaN(since) ? occurredAt : since;
      statements.push({ channel, status, at, source: 'Shopify', evidence, by: 'import' });
    } else if (box === true) {
      // An empty box says nothing: most who never ticked it never refused either.
      const evidence = { checkbox: 'accepts marketing at the checkout' };
      statements.push({
        channel,
        status: 'opted_in',
        at: occurredAt,
        source: 'Shopify',
        evidence,
        by: 'import',
      });
    }
  }
  return statements;
}

/** Shopify's numbers can exceed what JSON numbers hold exactly; its `gid://` text has all digits. */
function exactId(object: JsonObject): string | null {
  return /\/(\d+)$/.exec(optionalText(object.admin_graphql_api_id) ?? '')?.[1] ?? null;
}

function anonymousId(cartToken: string): string {
  return `shopify-cart:${cartToken}`;
}

function isIdentified(contact: JsonObject): boolean {
  return contact.email !== undefined || contact.phone !== undefined;
}

function cartKey(
  kind: string,
  id: string,
  occurredAt: number,
  properties: JsonObject,
  options: ShopOptions,
): string {
  return key([kind, id, String(occurredAt), fingerprint(properties)], options);
}

function key(parts: readonly string[], { shop }: ShopOptions): string {
  return ['shopify', ...(shop ? [shop] : []), ...parts].join(':');
}

function record(
  contact: JsonObject,
  consents: ConsentStatement[],
  event: ShopRecord['events'][number],
): Reading<ShopRecord> {
  return { ok: true, value: { contact, consents, events: [event] } };
}

function ignore(reason: string): Reading<IgnoredPayload> {
  return { ok: true, value: { ignored: reason } };
}
