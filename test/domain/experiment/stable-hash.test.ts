import fc from 'fast-check';
import { asFraction, halfSipHash, hashNumber, hashText } from '../../../src/domain/experiment/stable-hash';

const KEY = [0x03020100, 0x07060504] as const;
const hex = ([first, second]: readonly [number, number]) =>
  [first, second].flatMap((word) =>
    [0, 8, 16, 24].map((bits) => ((word >>> bits) & 0xff).toString(16).padStart(2, '0')),
  );

describe('halfSipHash', () => {
  // The first sixteen of the authors' vectors for 64 bits: the bytes 0, 1, 2, … of length 0 to 15.
  it.each(
    [
      '21 8d 1f 59 b9 b8 3c c8',
      'be 55 24 12 f8 38 73 15',
      '06 4f 39 ef 7c 50 eb 57',
      'ce 0f 1a 45 f7 06 06 79',
      'd5 e7 8a 17 5b e5 2e a1',
      'cb 9d 7c 3f 2f 3d b5 80',
      'ce 3e 91 35 8a a2 bc 25',
      'ff 20 27 28 b0 7b c6 84',
      'ed fe e8 20 bc e4 85 8c',
      '5b 51 cc cc 13 88 83 07',
      '95 b0 46 9f 06 a6 f2 ee',
      'ae 26 33 39 94 dd cd 48',
      '7b c7 1f 9f ae f5 c7 99',
      '5a 23 52 d7 5a 0c 37 44',
      '3b b1 a8 70 ea e8 e6 58',
      '21 7d 0b cb 4e 81 c9 02',
    ].map((expected, length) => [length, expected] as const),
  )('hashes %i bytes as its authors do', (length, expected) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index);
    expect(hex(halfSipHash(bytes, KEY)).join(' ')).toBe(expected);
  });

  it('hashes a number as its eight bytes, and text as UTF-8', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string({ unit: 'binary' }), (number, text) => {
        const bytes = new DataView(new ArrayBuffer(8));
        bytes.setBigUint64(0, BigInt(number), true);
        expect(hashNumber(number, KEY)).toEqual(halfSipHash(new Uint8Array(bytes.buffer), KEY));
        expect(hashText(text, KEY)).toEqual(halfSipHash(Buffer.from(text, 'utf8'), KEY));
      }),
    );
  });

  it('moves each bit of the output with each bit of the number, half of the time', () => {
    const samples = 2_000;
    const bitsOf = (number: number) => {
      const [first, second] = hashNumber(number, KEY);
      return (BigInt(first) << 32n) | BigInt(second);
    };
    for (const bit of [0, 1, 7, 20, 31, 32, 45, 52]) {
      const moved = new Array<number>(64).fill(0);
      for (let number = 0; number < samples; number++) {
        const one = BigInt(number) * 4_503_599_627_371n;
        let changed = bitsOf(Number(one)) ^ bitsOf(Number(one ^ (1n << BigInt(bit))));
        for (let place = 0; place < 64; place++, changed >>= 1n) {
          if (changed & 1n) moved[place] = (moved[place] ?? 0) + 1;
        }
      }
      // Five standard deviations of 2,000 coins.
      for (const count of moved) expect(Math.abs(count - samples / 2)).toBeLessThan(112);
    }
  });
});

describe('asFraction', () => {
  it('lies from 0 below 1, in the order of the hash', () => {
    const [none, all] = [asFraction([0, 0]), asFraction([0xffffffff, 0xffffffff])];
    expect([none, all]).toEqual([0, 1 - 2 ** -53]);
    expect(asFraction([0x80000000, 0])).toBe(0.5);
    expect(asFraction([5, 0x800])).toBeGreaterThan(asFraction([5, 0]));
  });
});
