import fc from 'fast-check';
import { LONGEST_COMMENT, readAnswer, readComment } from '../../../src/domain/nps/read-answer';
import { SCALES, type Scale } from '../../../src/domain/nps/scale';

const scaleOf: fc.Arbitrary<Scale> = fc.constantFrom(...Object.values(SCALES));
const onScale = (scale: Scale) => fc.integer({ min: scale.lowest, max: scale.highest });
/** What may stand between the answer and a comment. */
const separator = fc.constantFrom(' ', ' – ', ' - ', ', ', '! ', '. ', ':\n', '\n\n', '… ', '/10 ');
const comment = fc.constantFrom(
  'great service',
  'Größe passt nicht',
  'ありがとう',
  'love it!',
  "it's fine (mostly)",
);

describe('an answer as people write it', () => {
  it('is the number it begins with and the comment that follows, on every scale', () => {
    const answer = scaleOf.chain((scale) => fc.tuple(fc.constant(scale), onScale(scale), separator, comment));
    fc.assert(
      fc.property(answer, ([scale, score, between, said]) => {
        const written = `${score}${between.replace('/10', `/${scale.highest}`)}${said}`;
        expect(readAnswer(written, scale)).toEqual({ score, comment: said });
      }),
    );
  });

  it('is read alike however much white space, quotes or brackets stand around it', () => {
    const around = fc.constantFrom(
      ['', ''],
      [' ', '\t'],
      ['"', '"'],
      ['“', '”'],
      ['(', ')'],
      ['*', '*'],
      ['\n', ' '],
    );
    const answer = scaleOf.chain((scale) => fc.tuple(fc.constant(scale), onScale(scale), around));
    fc.assert(
      fc.property(answer, ([scale, score, [before, after]]) => {
        expect(readAnswer(`${before}${score}${after}`, scale)).toEqual({ score, comment: null });
      }),
    );
  });

  it('is the number before the top of its scale, however a language says "out of"', () => {
    const words = [
      'out of',
      'of',
      'von',
      'auf',
      'sur',
      'su',
      'de',
      'di',
      'van de',
      'op',
      'av',
      'af',
      'z',
      'na',
    ];
    const phrase = fc.constantFrom(
      ...['/', ' / ', '⁄', '／'],
      ...[
        ...words,
        'od',
        'из',
        'از',
        'em',
        'sobre',
        'ud af',
        'din',
        'iš',
        'από',
        'من',
        'מתוך',
        'dari',
        'trên',
      ].map((word) => ` ${word} `),
      ...[' points out of ', ' Punkte von ', ' баллов из ', ' (out of '],
    );
    const answer = scaleOf.chain((scale) => fc.tuple(fc.constant(scale), onScale(scale), phrase));
    fc.assert(
      fc.property(answer, ([scale, score, outOf]) => {
        const written = (top: number) => `${score}${outOf}${top}${outOf.includes('(') ? ')' : ''}`;
        expect(readAnswer(written(scale.highest), scale)).toEqual({ score, comment: null });
        expect(readAnswer(written(scale.highest + 1), scale)).toMatchObject({ score: null });
      }),
    );
  });

  it('is none where the top of its scale comes first: nobody is taken to have given the top', () => {
    const phrase = fc.constantFrom(
      ' üzerinden ',
      "'dan ",
      '’den ',
      '-st ',
      '-ből ',
      ' points max ',
      ' में से ',
      ' এর মধ্যে ',
    );
    const answer = scaleOf.chain((scale) => fc.tuple(fc.constant(scale), onScale(scale), phrase));
    fc.assert(
      fc.property(answer, ([scale, score, outOf]) => {
        expect(readAnswer(`${scale.highest}${outOf}${score}`, scale)).toMatchObject({ score: null });
      }),
    );
  });

  it('never gives a score off the scale, nor a score with the reason why there is none', () => {
    const anything = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.double(), fc.integer());
    const likely = fc.stringMatching(
      /^[ >"'(#-]?[\d٠-٩０-９]{0,3}[.,/:–-]?\d{0,2} ?(of|or|oder|days)? ?\d?$/u,
    );
    fc.assert(
      fc.property(scaleOf, fc.oneof(anything, likely), (scale, raw) => {
        const reading = readAnswer(raw, scale);
        if (reading.score === null) expect(reading.reason).not.toBe('');
        else {
          expect(Number.isInteger(reading.score)).toBe(true);
          expect(reading.score).toBeGreaterThanOrEqual(scale.lowest);
          expect(reading.score).toBeLessThanOrEqual(scale.highest);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is read in a time that grows with its length only', () => {
    for (const part of ['-', '"', ' ', '9 ', '- a', '/', '9,', '\n>', ':\n', '٩', '_']) {
      const begin = process.cpuUsage();
      readAnswer(`9 ${part.repeat(200_000)}x`, SCALES.nps);
      readAnswer(`"9${part.repeat(200_000)}x`, SCALES.nps);
      // Some 20 milliseconds; ten minutes if it grew with the square. The processor's time, because others share it.
      expect(process.cpuUsage(begin).user).toBeLessThan(500_000);
    }
  });

  it.each<[unknown, number, string | null]>([
    ['9', 9, null],
    [' 9/10', 9, null],
    ['10!', 10, null],
    ['9 – great service', 9, 'great service'],
    [0, 0, null],
    ['0', 0, null],
    [-0, 0, null],
    [10, 10, null],
    ['9.0', 9, null],
    ['9,0', 9, null],
    ['10.00', 10, null],
    ['09', 9, null],
    ['9 / 10 because you called back', 9, 'because you called back'],
    ['10/10 would buy again', 10, 'would buy again'],
    ['9 out of 10', 9, null],
    ['9 von 10, gerne wieder', 9, 'gerne wieder'],
    ['9 sur 10', 9, null],
    ['9⁄10', 9, null],
    ['9 op 10', 9, null],
    ['9 od 10, hvala', 9, 'hvala'],
    ['9 na 10', 9, null],
    ['۹ از ۱۰', 9, null],
    ['9 on 3 occasions, never again', 9, 'on 3 occasions, never again'],
    ['9 and a little more', 9, 'and a little more'],
    ['9 because I never give 10', 9, 'because I never give 10'],
    ['9\n\nSent from my iPhone', 9, null],
    ['9 – schnell\n\nVon meinem iPhone gesendet', 9, 'schnell'],
    ['9 hitro\n\nPoslano z mojega iPhona', 9, 'hitro'],
    ['9\nSent too late, but nice', 9, 'Sent too late, but nice'],
    ['9 great', 9, 'great'],
    ['9-great', 9, 'great'],
    ['9 👍', 9, '👍'],
    ['9👍', 9, '👍'],
    ['9 ★', 9, null],
    ['9?', 9, null],
    ['10++', 10, null],
    ['9 points', 9, 'points'],
    ['9 customer since 2019', 9, 'customer since 2019'],
    ['9\nAnn\n12 Main Street', 9, 'Ann\n12 Main Street'],
    ['9\n+49 151 2345678', 9, '49 151 2345678'],
    ['9\n06 12 34 56 78', 9, '06 12 34 56 78'],
    ['9 -> great', 9, 'great'],
    ['9\n\nAm liebsten immer', 9, 'Am liebsten immer'],
    ['9 because I wrote to you at 10:30:\nno answer', 9, 'because I wrote to you at 10:30:\nno answer'],
    ['９！', 9, null],
    ['9。很好', 9, '很好'],
    ['「9」', 9, null],
    ['（９）', 9, null],
    ['٩٫٠', 9, null],
    ['9! 5 people helped me', 9, '5 people helped me'],
    ['9 (though 2 days late)', 9, '(though 2 days late)'],
    ['９', 9, null],
    ['１０／１０', 10, null],
    ['٩', 9, null],
    ['१०', 10, null],
    ['9️⃣', 9, null],
    ['1️⃣0️⃣', 10, null],
    ['🔟', 10, null],
    ['"9"', 9, null],
    ['“9 – as "promised"”', 9, 'as "promised'],
    ['*9*', 9, null],
    ['\u200b9\u200b', 9, null],
    ['\ufeff 9', 9, null],
    ['9\r\n\r\nVery quick,\r\nvery kind.', 9, 'Very quick,\nvery kind.'],
  ])('%j is %j with the comment %j', (raw, score, said) => {
    expect(readAnswer(raw, SCALES.nps)).toEqual({ score, comment: said });
  });

  it.each<[unknown, string]>([
    [7.5, 'not a whole number'],
    ['7.5', 'not a whole number'],
    ['7,5', 'not a whole number'],
    ['9,000', 'not a whole number'],
    [11, 'outside the scale of 0 to 10'],
    ['11', 'outside the scale of 0 to 10'],
    [-1, 'outside the scale of 0 to 10'],
    ['-1', 'outside the scale of 0 to 10'],
    ['−1', 'outside the scale of 0 to 10'],
    ['99999999999999999999999', 'outside'],
    [NaN, 'not a whole number'],
    [Infinity, 'not a whole number'],
    ['one of 3', 'does not begin with a number'],
    ['1 of 3', 'out of 3'],
    ['', 'there is no answer'],
    ['  \n ', 'there is no answer'],
    ['> 9', 'there is no answer'],
    [null, 'there is no answer'],
    [undefined, 'there is no answer'],
    ["I'd say 9", 'does not begin with a number'],
    ['nine', 'does not begin with a number'],
    ['#1', 'does not begin with a number'],
    ['Score: 9', 'does not begin with a number'],
    ['~9', 'does not begin with a number'],
    ['<9', 'does not begin with a number'],
    ['½', 'does not begin with a number'],
    ['⑨', 'does not begin with a number'],
    ['9 or 10', 'more than one number'],
    ['9 oder 10', 'more than one number'],
    ['9-10', 'more than one number'],
    ['9 – 10', 'more than one number'],
    ['9, 10', 'more than one number'],
    ['0 to 10: 9', 'more than one number'],
    ['9\n8', 'more than one number'],
    ['1) 9', 'more than one number'],
    ['1. 9', 'more than one number'],
    ['9:30', 'more than one number'],
    ['8 maybe 9', 'more than one number'],
    ['8 vielleicht auch 9!', 'more than one number'],
    ['8, maybe 9', 'more than one number'],
    ['8 or even a 9', 'more than one number'],
    ['8... no, 9', 'more than one number'],
    ['8 (maybe 9/10)', 'more than one number'],
    ['8\n\nSorry, 9', 'more than one number'],
    ['1. Price\n2. Service', 'more than one number'],
    ['१० में से ९, अच्छा', 'number of its own'],
    ['9@example.com', 'number of its own'],
    ['٩٫٥', 'not a whole number'],
    ['007', 'digits that are no score'],
    ['10 üzerinden 9', 'more than one number'],
    ['10 üzerinden 9 veririm', 'number of its own'],
    ["10'dan 9", 'number of its own'],
    ['10-st 9', 'number of its own'],
    ['10-ből 9', 'number of its own'],
    ['9 and a half', 'not a whole number'],
    ['9 ½', 'not a whole number'],
    ['+49 151 1234567', 'does not begin with a number'],
    ['0151 2345678', 'digits that are no score'],
    ['8/5', 'out of 5'],
    ['9/11', 'out of 11'],
    ['10/5', 'out of 5'],
    ['9/10/2026', 'more than one number'],
    ['9.5.2026', 'not a whole number'],
    ['9.0.2026', 'more than one number'],
    ['2026-05-09', 'more than one number'],
    ['9. Mai 2026', 'date'],
    ['9 May 2026 I am back', 'date'],
    ['9%', 'amount'],
    ['9 percent', 'amount'],
    ['9 €', 'amount'],
    ["9 o'clock", 'amount'],
    ['9 p.m.', 'amount'],
    ['5 km', 'amount'],
    ['3× called', 'amount'],
    ['3 business days', 'amount'],
    ['3 дня жду', 'amount'],
    ['3 dny', 'amount'],
    ['3 dagar', 'amount'],
    ['3 दिन', 'amount'],
    ['3 日', 'amount'],
    ['3 أيام', 'amount'],
    ['5 stars out of 5', 'out of 5'],
    ['5 Punkte von 5', 'out of 5'],
    ['3 weeks and still no parcel', 'amount'],
    ['10-minute wait', 'amount'],
    ['2 of your people were rude', 'amount'],
    ['9th', 'number of its own'],
    ['1O', 'number of its own'],
    ['9½', 'not a whole number'],
    ['9²', 'not a whole number'],
    ['9(8)', 'number of its own'],
    [true, 'neither a number nor text'],
    [['9'], 'neither a number nor text'],
    [{ score: 9 }, 'neither a number nor text'],
  ])('%j is none: %s', (raw, reason) => {
    expect(readAnswer(raw, SCALES.nps)).toEqual({
      score: null,
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('names what it saw, at most 60 characters of it', () => {
    const reading = readAnswer(`I think ${'very '.repeat(50)}highly`, SCALES.nps);
    expect(reading).toMatchObject({
      reason: expect.stringMatching(/^"I think very .{40,60}\.\.\." does not/) as string,
    });
  });

  it('ends where its own scale ends', () => {
    expect(readAnswer('8/5', SCALES.csat)).toMatchObject({
      reason: expect.stringContaining('1 to 5') as string,
    });
    expect(readAnswer('0', SCALES.csat)).toMatchObject({ score: null });
    expect(readAnswer('6', SCALES.csat)).toMatchObject({ score: null });
    expect(readAnswer('4/5', SCALES.csat)).toEqual({ score: 4, comment: null });
    expect(readAnswer('4/10', SCALES.csat)).toMatchObject({ score: null });
    expect(readAnswer('7/7', SCALES.ces)).toEqual({ score: 7, comment: null });
  });
});

describe('a reply by e-mail', () => {
  const QUOTED = '> How likely are you to recommend us,\n> from 0 to 10?';

  it.each<[string, string, string | null]>([
    ['above the quotation', `9\n\nOn Sat, Mar 7, 2026 at 10:00 Shop wrote:\n${QUOTED}`, null],
    ['with a comment above it', `9, so quick!\n\nAm 07.03.2026 schrieb Shop:\n\n${QUOTED}`, 'so quick!'],
    ['below it', `On Sat, Mar 7, 2026 at 10:00 Shop wrote:\n${QUOTED}\n\n9 thanks`, 'thanks'],
    [
      'above a line that the program broke',
      `9\nOn Sat, Mar 7, 2026 Shop <shop@example.com>\nwrote:\n${QUOTED}`,
      null,
    ],
    ['above the original message', '9\n\n-----Original Message-----\nFrom: Shop\nHow likely 0 to 10', null],
    [
      'above the head that Outlook writes',
      '9 ok\n\nFrom: Shop <shop@example.com>\nSent: Saturday\n\nHow likely',
      'ok',
    ],
    [
      'above the answered mail that nothing marks',
      '9 ok\n\nOn Sat, Mar 7, 2026 at 10:00 Shop <shop@example.com> wrote:\n\nHow likely, 0 to 10?',
      'ok',
    ],
    ['above it in German', '9\n\nAm 07.03.2026 um 10:00 schrieb Shop:\nWie wahrscheinlich, 0 bis 10?', null],
    ['above the head in another language', '9\n\n差出人: Shop\n送信日時: 2026/03/07\n\n0 から 10', null],
    ['above a signature', '9\n-- \nAnn Example\n+44 20 7946 0958', null],
    ['above a rule', '9\n________________\nHow likely 0 to 10', null],
  ])('is read %s', (_, reply, said) => {
    expect(readAnswer(reply, SCALES.nps)).toEqual({ score: 9, comment: said });
  });

  it('keeps a comment that only looks like the head of a mail', () => {
    const said = 'From: my point of view all was well\nand quick';
    expect(readAnswer(`9\n${said}`, SCALES.nps)).toEqual({ score: 9, comment: said });
  });
});

describe('a comment', () => {
  it('is kept up to its longest length, well formed', () => {
    const reading = readAnswer(`9 ${'👍'.repeat(LONGEST_COMMENT)}`, SCALES.nps);
    const kept = reading.score === null ? '' : (reading.comment ?? '');
    expect(kept.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(kept.isWellFormed()).toBe(true);
    expect(kept.endsWith('…')).toBe(true);
  });

  it('is none where nothing is said', () => {
    expect(['', '  ', null, undefined, {}, true].map(readComment)).toEqual(Array(6).fill(null));
    expect(readComment(' fine ')).toBe('fine');
  });
});
