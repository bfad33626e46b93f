/** Fills the shop with its past: every contact and order goes in through the same intake as the page's. */
import { CURRENCY } from '../shop/catalogue.mts';
import { itemsOf, valueOf, type IntakeBody } from '../shop/events.mts';
import type { Intake } from '../shop/intake.mts';
import { PEOPLE, type Person } from './people.mts';

const DAY = 86_400_000;
/** Posts at a time; n8n starts an execution for each. */
const LANES = 4;

/** Plain ASCII, so that it can be typed into the page: "Tomaž Kranjc" is tomaz.kranjc@example.com. */
export function addressOf({ firstName, lastName }: Person): string {
  const plain = `${firstName}.${lastName}`
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/ı/g, 'i')
    .toLowerCase();
  return `${plain}@example.com`;
}

function contactOf(person: Person, number: number): Record<string, unknown> {
  const { firstName, lastName, timezone } = person;
  return { email: addressOf(person), firstName, lastName, timezone, externalId: `customer-${1000 + number}` };
}

/** The local day and time of a moment, such as 2026-03-02 and 10:05. */
function localTime(moment: number, timeZone: string): { day: string; time: string } {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [day = '', time = ''] = text.format(moment).split(' ');
  return { day, time };
}

/** Of every fifth person the day of whose clock's next nine in the morning is the birthday; of others any day of the year. */
export function birthdayOf({ timezone }: Person, number: number, now: number): string {
  const year = 1960 + number;
  if (number % 5 !== 3) return new Date(Date.UTC(year, number % 12, 1 + number)).toISOString().slice(0, 10);
  const today = localTime(now, timezone);
  // Five minutes for the demo to be ready.
  const { day } = today.time < '08:55' ? today : localTime(now + DAY, timezone);
  return `${year}${day.slice(4)}`;
}

/** A sign-up for each person, then their orders from the oldest on. Keys make a second run record nothing twice. */
export function pastOf(person: Person, number: number, now: number): IntakeBody[] {
  const contact = contactOf(person, number);
  const { locale, country, consent, orders } = person;
  const firstOrder = Math.max(0, ...orders.map(({ daysAgo }) => daysAgo));
  const birthday = birthdayOf(person, number, now);
  const since = new Date(now - firstOrder * DAY).toISOString().slice(0, 10);
  const properties = { birthday, ...(orders.length > 0 ? { customerSince: since } : {}) };
  const account: IntakeBody = {
    contact: { ...contact, locale, country, properties },
    event: {
      type: 'account_created',
      occurredAt: new Date(now - (firstOrder + 1) * DAY).toISOString(),
      key: `seed-account-${number}`,
      properties: {},
    },
    ...(consent ? { consent: { email: consent, source: 'shop account' } } : {}),
  };
  const placed = [...orders]
    .sort((a, b) => b.daysAgo - a.daysAgo)
    .map(({ daysAgo, lines }, index): IntakeBody => {
      const orderId = `KL-${1000 + number}-${index + 1}`;
      const items = itemsOf(lines);
      return {
        contact,
        event: {
          type: 'order_placed',
          occurredAt: new Date(now - daysAgo * DAY).toISOString(),
          key: orderId,
          properties: { orderId, items, value: valueOf(items), currency: CURRENCY },
        },
      };
    });
  return [account, ...placed];
}

/** Resolves with what was recorded. Rejects with n8n's words at the first refusal. */
export async function seedShop(intake: Intake, now: number): Promise<{ contacts: number; orders: number }> {
  const queue = PEOPLE.map((person, number) => pastOf(person, number, now));
  const all = queue.flat();
  const lane = async () => {
    for (let past = queue.shift(); past; past = queue.shift())
      for (const body of past) await intake.record(body);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { contacts: PEOPLE.length, orders: all.length - PEOPLE.length };
}
