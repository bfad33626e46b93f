import fc from 'fast-check';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { readPhoneNumber, readReachableNumber } from '../../../src/domain/contact/phone-number';

const e164 = (text: string, country?: string | null): string | null => {
  const reading = readPhoneNumber(text, country);
  return reading.ok ? reading.value.e164 : null;
};
const wrong = (text: string, country?: string | null): string => {
  const reading = readReachableNumber(text, country);
  return reading.ok ? '' : reading.problems.map(({ message }) => message).join(' ');
};

describe('telephone numbers', () => {
  test('a mobile number of every country is read from how it is dialled there, and from E.164 anywhere', () => {
    for (const country of getCountries()) {
      const national = examples[country];
      const reading = readReachableNumber(national, country);
      if (!reading.ok) throw new Error(wrong(national, country));
      expect(reading.value.country).toMatch(/^[A-Z]{2}$/);
      for (const elsewhere of [undefined, null, 'DE', 'us', 'XX']) {
        expect(readReachableNumber(reading.value.e164, elsewhere)).toEqual(reading);
      }
    }
  });

  test.each([
    ['+44 20 7946 0958', null],
    ['+44 (0)20 7946 0958', null],
    ['(+44) 20.7946.0958', null],
    ['＋４４ ２０ ７９４６ ０９５８', null],
    ['+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨', null],
    ['۰۲۰ ۷۹۴۶ ۰۹۵۸', 'GB'],
    ['\u202a+44\u00a020\u202f7946\u20110958\u202c', null],
    ['tel:+44-20-7946-0958', null],
    ['0044 20 7946 0958', null],
    ['0044 20 7946 0958', 'US'],
    ['011 44 20 7946 0958', 'US'],
    ['0011 44 20 7946 0958', 'AU'],
    ['020 7946 0958', 'gb'],
    ['20 7946 0958', ' GB '],
    ['44 20 7946 0958', 'GB'],
  ])('%s in %s is +442079460958', (text, country) => {
    expect(e164(text, country)).toBe('+442079460958');
    expect(wrong(text, country)).toBe('');
  });

  test.each([
    ['020 7946 0958', null, 'without a country'],
    ['020 7946 0958', 'XX', 'without a country'],
    ['020 7946 0958', 'FR', 'of FR: it has too few or too many digits'],
    ['+44 20 7946 0958 ext. 12', null, 'with an extension'],
    ['+442079460958x12', null, 'with an extension'],
    ['tel:+442079460958;ext=12', null, 'with an extension'],
    ['1-800-FLOWERS', 'US', 'give one number in digits'],
    ['call +44 20 7946 0958', null, 'give one number in digits'],
    ['+44 20 7946 0958 or 0959', null, 'give one number in digits'],
    ['+44 20 7946 0958, +44 20 7946 0959', null, 'give one number in digits'],
    ['+44 20 7946 0958 \u{1f4de}', null, 'give one number in digits'],
    ['\u{1f600}', 'GB', 'give one number in digits'],
    ['4.42079E+11', 'GB', 'give one number in digits'],
    ['++44 20 7946 0958', null, 'give one number in digits'],
    ['*31#+442079460958', 'GB', 'give one number in digits'],
    ['null', 'GB', 'give one number in digits'],
    ['+', null, 'give one number in digits'],
    ['', 'GB', 'give one number in digits'],
    ['112', 'DE', 'too few or too many digits'],
    ['+44 20 7946 0958 0958 0958', null, 'more than 15 digits'],
    ['+1 555 555 5555', null, 'no numbering plan knows it'],
    ['555 555 5555', 'US', 'read as +15555555555, is not a valid telephone number'],
    ['+2079460958', 'GB', 'no numbering plan knows it'],
  ])('%s in %s cannot be reached, and it says why', (text, country, words) => {
    expect(wrong(text, country)).toContain(words);
    expect(wrong(text, country)).toContain(JSON.stringify(text));
  });

  test('what has the right length only is kept, and nothing is sent to it', () => {
    expect(readPhoneNumber('+1 555 555 5555')).toMatchObject({
      ok: true,
      value: { e164: '+15555555555', isValid: false },
    });
  });

  test('what would be another number when it is read again is refused', () => {
    expect(readPhoneNumber('000000', 'DE')).toMatchObject({
      ok: false,
      problems: [{ message: '"000000" is not a telephone number of DE: no number there begins like it.' }],
    });
  });

  test('what only the plan of one country of several knows is refused where its number in full is none', () => {
    expect(wrong('627 6067', 'CA')).toContain('of the calling code +1: it has too few or too many digits');
  });

  test('what has more digits than E.164 takes once its country stands before it is refused', () => {
    expect(wrong('6993287413008165', 'ID')).toContain('more than 15 digits');
  });

  test('whatever the text, a number is E.164, reads as itself, and keeps the country it has', () => {
    const countries = fc.constantFrom(...getCountries());
    const signs = [...'0123456789+-. ()/x#', '\u0663', '\uff10', '\u202d', '\u{1f4de}', 'a'];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...signs), maxLength: 24 }),
          fc.nat(99_999_999).map((n) => `+4420${n}`),
          fc.nat(9_999_999).map((n) => `+1212${n}`),
          fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 17 }),
          fc
            .tuple(countries, fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 13 }))
            .map(([own, digits]) => `+${getCountryCallingCode(own)}${digits}`),
        ),
        fc.option(countries),
        fc.option(countries),
        (text, country, other) => {
          const reading = readPhoneNumber(text, country);
          if (!reading.ok) return;
          expect(reading.value.e164).toMatch(/^\+[1-9]\d{3,14}$/);
          expect(readPhoneNumber(reading.value.e164)).toEqual(reading);
          expect(readPhoneNumber(reading.value.e164, other)).toEqual(reading);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
