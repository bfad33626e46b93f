import type { ConsentStatement } from '../consent/consent';
import type { NewEvent } from '../event/event';
import { readEvent } from '../event/read-event';
import { cleanText, isJsonObject, toJsonObject } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { readShopifyPayload } from './shopify';
import { readWooCommercePayload } from './woocommerce';

/** The shop systems whose webhooks are understood. */
export const SHOP_SOURCES = ['woocommerce', 'shopify'] as const;
export type ShopSource = (typeof SHOP_SOURCES)[number];

/** What one webhook says: whom it is about, and what happened. */
export interface ShopRecord {
  /** Raw contact data: the keys that `readContactPatch` takes. */
  readonly contact: Readonly<Record<string, unknown>>;
  /** What the shop knows of the contact's consent; always taken over (`by: 'import'`), see the shop's own reader. */
  readonly consents: readonly ConsentStatement[];
  readonly events: readonly NewEvent[];
}

/** A webhook that is fine but says nothing to record, and why. It deserves a 2xx answer. */
export interface IgnoredPayload {
  readonly ignored: string;
}

export interface ShopOptions {
  /** Which shop sent it (its host), where several shops of one system share a store. Part of the idempotency keys. */
  readonly shop?: string;
  /** Epoch milliseconds UTC. */
  readonly now: number;
}

/**
 * Returns what a shop's webhook says, read from its `topic` (header `X-WC-Webhook-Topic` or `X-Shopify-Topic`)
 * and JSON body. The same delivery read twice has the same idempotency keys; a later state of the same cart has
 * another, and all text is such as both databases hold. An order is placed once, whichever of its webhooks arrives first.
 * Topics and states that mean nothing here are ignored with the reason; what lacks or has a wrong field is refused with a
 * problem for each field, and so is what no event may hold, see `readEvent`.
 */
export function readShopPayload(
  source: ShopSource,
  topic: string,
  payload: unknown,
  options: ShopOptions,
): Reading<ShopRecord | IgnoredPayload> {
  if (!isJsonObject(payload)) {
    const message = `The payload is ${quote(payload)}; it must be the JSON object that the shop sent.`;
    return { ok: false, problems: [{ field: 'payload', message }] };
  }
  const name = topic.trim().toLowerCase();
  const shop = options.shop === undefined ? {} : { shop: cleanText(options.shop) };
  const read = source === 'shopify' ? readShopifyPayload : readWooCommercePayload;
  const reading = read(name, toJsonObject(payload), { now: options.now, ...shop });
  return reading.ok && 'events' in reading.value ? withReadEvents(reading.value, options.now) : reading;
}

/** What a shop sends comes from outside like any other event, and is held to the same. */
function withReadEvents(record: ShopRecord, now: number): Reading<ShopRecord> {
  const events: NewEvent[] = [];
  const problems: Problem[] = [];
  for (const event of record.events) {
    const occurredAt = new Date(event.occurredAt).toISOString();
    const reading = readEvent({ ...event, occurredAt }, { now, zone: 'utc', field: 'event' });
    if (reading.ok) events.push(reading.value);
    else problems.push(...reading.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { ...record, events } };
}
