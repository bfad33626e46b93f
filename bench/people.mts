/** Made-up contacts and what is to be written of them, the same for both sides of a measurement. */
import type { ContactPatch } from '../src/domain/contact/contact.ts';

const FIRST =
  'Ada Ben Chloe Dario Elif Farid Greta Hugo Ines Jonas Kira Liam Mira Noah Olga Pablo Quinn Rosa Sami Tara'.split(
    ' ',
  );
const LAST =
  'Abel Brandt Costa Dumont Eriksen Fischer Garcia Horvat Ivanova Jensen Kowalski Lindt Moreau Novak Okafor Petrov Quist Rossi Silva Tanaka'.split(
    ' ',
  );
const COUNTRY = ['DE', 'FR', 'GB', 'US', 'IT', 'PL', 'SE', 'ES'];
const CITY = ['Berlin', 'Lyon', 'Leeds', 'Austin', 'Torino', 'Gdansk', 'Malmo', 'Bilbao'];
const PLAN = ['free', 'starter', 'pro'];

const pick = <T,>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** A whole number's place in a fixed shuffle of 32 bits, so that neighbours in number are no neighbours in an index. */
function scatter(n: number): number {
  let x = (n + 1) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

/** What is known of person `number` after `version` changes. */
export function patchOf(number: number, version: number): ContactPatch {
  const mixed = scatter(number);
  const firstName = pick(FIRST, mixed);
  const lastName = pick(LAST, mixed >>> 8);
  return {
    identifiers: {
      email: `${firstName}.${lastName}.${mixed.toString(36)}@example.com`.toLowerCase(),
      externalId: `customer-${1_000_000 + number}`,
    },
    fields: { firstName, lastName, country: pick(COUNTRY, mixed >>> 4), lifecycleStage: 'customer' },
    properties: {
      plan: pick(PLAN, mixed + version),
      city: pick(CITY, mixed >>> 4),
      orders: version,
      revenue: Math.round((mixed % 10_000) + version * 1995) / 100,
      newsletter: mixed % 3 === 0,
    },
    tags: [],
    lists: [],
  };
}

/** The share of people in a round that the store has not seen. */
const NEW = 0.5;
/** The share of those it has seen whose data are as they were. */
const UNCHANGED = 0.2;

/** People who come again and again: half of each round is new, of the other half one in five has nothing new to say. */
export class Crowd {
  private readonly versions: number[] = [];
  private seed = 1;

  /** The next `count` people, never seen before. */
  newcomers(count: number): ContactPatch[] {
    return Array.from({ length: count }, () => {
      const number = this.versions.length;
      this.versions.push(0);
      return patchOf(number, 0);
    });
  }

  /** `count` patches in mixed order, no person twice. */
  mix(count: number): ContactPatch[] {
    const known = this.versions.length;
    const chosen = new Set<number>();
    return Array.from({ length: count }, () => {
      if (known === 0 || this.random() < NEW) return this.newcomers(1)[0] as ContactPatch;
      let number: number;
      do number = Math.floor(this.random() * known);
      while (chosen.has(number));
      chosen.add(number);
      if (this.random() >= UNCHANGED) this.versions[number] = (this.versions[number] ?? 0) + 1;
      return patchOf(number, this.versions[number] ?? 0);
    });
  }

  private random(): number {
    this.seed = (this.seed + 1) >>> 0;
    return scatter(this.seed) / 2 ** 32;
  }
}
