import type { RandomBucketRule } from './rule';

/** A prime for which the fifth power is one-to-one: 2^31 - 1. */
export const BUCKET_PRIME = 2_147_483_647;

/** How a seed orders contacts: ((id * a + b) mod p)^5 mod p, all in whole numbers below 2^63, so that SQL works it out too. */
export interface BucketOrder {
  readonly a: number;
  readonly b: number;
  /** Contacts below it are in. */
  readonly limit: number;
}

/**
 * Returns what makes a share of contacts the same for ever: linear in the id modulo a prime, then its fifth power,
 * which leaves nothing of the line. Both numbers come from the seed by FNV-1a (Fowler, Noll, Vo).
 */
export function bucketOrder({ share, seed }: Pick<RandomBucketRule, 'share' | 'seed'>): BucketOrder {
  return {
    a: 1 + (fnv1a(`a:${seed}`) % (BUCKET_PRIME - 1)),
    b: fnv1a(`b:${seed}`) % BUCKET_PRIME,
    limit: Math.floor(share * BUCKET_PRIME),
  };
}

/** Whether a contact is in the share. */
export function isInBucket(contactId: number, { a, b, limit }: BucketOrder): boolean {
  const prime = BigInt(BUCKET_PRIME);
  const line = (BigInt(contactId) * BigInt(a) + BigInt(b)) % prime;
  const square = (line * line) % prime;
  const fifth = (((square * square) % prime) * line) % prime;
  return fifth < BigInt(limit);
}

/** The 32-bit hash of a text's UTF-16 units, both bytes of each, stirred at the end. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >> 8), 0x01000193);
  }
  // Texts that differ at their end only would else give neighbouring numbers.
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
