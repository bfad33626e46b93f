import type { IDataObject } from 'n8n-workflow';
import type { IntakeRequest } from '../../../../src/app/record-intake';
import { readContactPatch } from '../../../../src/domain/contact/contact-patch';
import { readIntake } from '../../../../src/domain/event/read-intake';
import { isJsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import { readShopPayload, type ShopSource } from '../../../../src/domain/shop/shop-payload';
import type { Run } from '../../../execution/run';

/** What one item asks to record. */
export type ItemIntake = readonly IntakeRequest[];

/** The headers by which a shop says what its webhook is about and which shop it is. */
const HEADERS = {
  shopify: { topic: 'x-shopify-topic', shop: 'x-shopify-shop-domain' },
  woocommerce: { topic: 'x-wc-webhook-topic', shop: 'x-wc-webhook-source' },
} as const satisfies Record<ShopSource, object>;

/** The generic shape `{ contact, event, consent }`, on the item itself or under `body` as a Webhook node gives it. */
export function intakeFromItem(run: Run, index: number): Reading<ItemIntake> {
  const json = run.items[index]?.json ?? {};
  const country = run.parameters.text('defaultCountry', index).trim();
  const intake = readIntake(json.event === undefined && 'body' in json ? json.body : json, {
    now: run.now,
    zone: run.context.getTimezone(),
    ...(country === '' ? {} : { defaultCountry: country }),
  });
  if (!intake.ok) return intake;
  return { ok: true, value: [{ reference: null, ...intake.value }] };
}

/**
 * A shop's webhook, as a Webhook node gives it (`headers`, `body`), or its payload alone. A customer is found by the e-mail
 * address alone where there is one: a telephone number in a billing address may be a partner's or the company's,
 * and never refuses an order.
 */
export function intakeFromShop(
  run: Run,
  index: number,
  source: ShopSource,
): Reading<ItemIntake | { readonly ignored: string }> {
  const json = run.items[index]?.json ?? {};
  const topic = run.parameters.text('topic', index).trim() || header(json, HEADERS[source].topic);
  if (topic === '') {
    const message = `The item has no header ${HEADERS[source].topic}, which says what happened; give the topic in the node.`;
    return { ok: false, problems: [{ field: 'topic', message }] };
  }
  const shop = hostOf(header(json, HEADERS[source].shop));
  const payload = isJsonObject(json.body) ? json.body : json;
  const reading = readShopPayload(source, topic, payload, {
    now: run.now,
    ...(shop === '' ? {} : { shop }),
  });
  if (!reading.ok || 'ignored' in reading.value) return reading as Reading<{ ignored: string }>;
  const { contact, consents, events } = reading.value;
  const patch = readContactPatch(contact);
  if (!patch.ok) return patch;
  const byEmail = patch.value.identifiers.email ? (['email', 'anonymousId'] as const) : undefined;
  return {
    ok: true,
    value: events.map((event, at) => ({
      reference: null,
      patch: patch.value,
      event,
      consents: at === 0 ? consents : [],
      ...(byEmail ? { matchOn: byEmail, dispensable: ['phone'] as const } : {}),
    })),
  };
}

function header(json: IDataObject, name: string): string {
  const headers = isJsonObject(json.headers) ? json.headers : {};
  const value = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value.trim() : '';
}

/** `https://shop.example.com/` and `shop.example.com` name the same shop. */
function hostOf(source: string): string {
  return (/^(?:https?:\/\/)?([^/]+)/i.exec(source)?.[1] ?? '').toLowerCase();
}
