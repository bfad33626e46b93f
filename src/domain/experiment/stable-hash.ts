/** A key of 64 bits, or a hash of as many: two whole numbers from 0 below 2^32. */
export type Words = readonly [number, number];

const WORD_SIZE = 2 ** 32;

/**
 * Returns HalfSipHash-2-4 of bytes with 64 bits of output (Aumasson and Bernstein, the 32-bit member of SipHash): a
 * keyed hash in which each bit of the input and of the key moves every bit of the output.
 */
export function halfSipHash(bytes: Uint8Array, key: Words): Words {
  const words: number[] = [];
  for (let index = 0; index + 4 <= bytes.length; index += 4) words.push(wordOf(bytes, index, 4));
  const rest = bytes.length % 4;
  words.push((bytes.length << 24) | wordOf(bytes, bytes.length - rest, rest));
  return hashWords(words, key);
}

/** Returns the same hash of the text's UTF-8 bytes. */
export function hashText(text: string, key: Words): Words {
  return halfSipHash(new TextEncoder().encode(text), key);
}

/** Returns the same hash of a whole number from 0 below 2^53, as eight bytes, the lowest first. */
export function hashNumber(number: number, key: Words): Words {
  return hashWords([(number % WORD_SIZE) | 0, Math.floor(number / WORD_SIZE) | 0, 8 << 24], key);
}

/** A hash as a number from 0 below 1, of its first 53 bits. */
export function asFraction([first, second]: Words): number {
  return (first * 2 ** 21 + (second >>> 11)) / 2 ** 53;
}

/** Up to four bytes as a word, the lowest first. */
function wordOf(bytes: Uint8Array, from: number, count: number): number {
  let word = 0;
  for (let place = 0; place < count; place++) word |= (bytes[from + place] ?? 0) << (8 * place);
  return word;
}

/** Two rounds for each word, of which the last tells the length, then four for each half of the hash. */
function hashWords(words: readonly number[], [k0, k1]: Words): Words {
  let [v0, v1, v2, v3] = [k0 | 0, k1 ^ 0xee, 0x6c796765 ^ k0, 0x74656462 ^ k1];
  let first = 0;
  for (let phase = 0; phase < words.length + 2; phase++) {
    const isAbsorbing = phase < words.length;
    const word = words[phase] ?? 0;
    v3 ^= word;
    if (phase === words.length) v2 ^= 0xee;
    if (phase > words.length) {
      first = v1 ^ v3;
      v1 ^= 0xdd;
    }
    for (let round = isAbsorbing ? 2 : 4; round > 0; round--) {
      v0 = (v0 + v1) | 0;
      v1 = rotated(v1, 5) ^ v0;
      v0 = rotated(v0, 16);
      v2 = (v2 + v3) | 0;
      v3 = rotated(v3, 8) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = rotated(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotated(v1, 13) ^ v2;
      v2 = rotated(v2, 16);
    }
    v0 ^= word;
  }
  return [first >>> 0, (v1 ^ v3) >>> 0];
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
