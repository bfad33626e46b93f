import { quote } from '../problem';
import { ownWords, withPlainDigits } from './reply-text';
import type { Scale } from './scale';

/** What somebody answered, or why it is no answer. */
export type AnswerReading =
  | { readonly score: number; readonly comment: string | null }
  | { readonly score: null; readonly reason: string };

/** The longest comment that is kept, in characters. */
export const LONGEST_COMMENT = 5_000;

const NOTHING: AnswerReading = { score: null, reason: 'there is no answer' };

/**
 * Returns the score and comment of an answer on a scale, or the reason why there is none. An answer is a number, or text
 * that begins with one whole number of the scale, which may stand in quotes or brackets and be followed by the top of
 * the scale ("9/10", "9 out of 10"), by punctuation, and by a comment. Only what cannot mean anything else counts, because
 * an answer nobody gave does more harm than one that a person has to look at: "I'd say 9", "nine", "#1", "9 or 10", "9.5.2026",
 * "90 %", "9th" and "3 weeks and no parcel" are no scores. "9.0" is 9. Digits may be of any script.
 */
export function readAnswer(raw: unknown, scale: Scale): AnswerReading {
  if (raw === undefined || raw === null) return NOTHING;
  if (typeof raw === 'number') return onScale(raw, String(raw), null, scale);
  if (typeof raw !== 'string') return refuse(`${quote(raw)} is neither a number nor text`);
  const words = ownWords(raw);
  return words === '' ? NOTHING : readWords(words, scale);
}

/** Quotes, brackets and stars that people and programs put around a number. */
const OPENING = /^[\s\p{Cf}"'“”„‟‘’‚«»‹›([{*_`]+/u;
const NUMBER = /^(\d+)(?:[.,](\d+))?/;
/** "/10", "out of 10", and "of" in languages that say it so. */
const OUT_OF = /^\s*(?:\/|(?:out\s+of|of|von|sur|su|de|di|van\s+de|van|av|af|z|ze|из)\s)\s*(\d+)/iu;
/** The same in words that mean much else besides, so that only the top of the scale after them makes them say it. */
const MAYBE_OUT_OF = /^\s*(?:on|op|auf|od|na|از)\s+(\d+)(?!\d)/iu;
/** What may stand between two numbers of which nobody knows which is the answer: "9-10", "9 or 10", "1) 9". */
const ANOTHER_NUMBER =
  /^[\s,;:.)\]\p{Pd}~&+|/\\…]*(?:(?:or|to|and|oder|bis|und|ou|à|et|o|a|y|e|u|tot|en|eller|till|til|och|og|lub|albo|do|i|или|до|и)\s+)?\d/iu;
/** A reply that ends with another number a word or two later: "8 maybe 9"; and "10 üzerinden 9", which is 9 out of 10. */
const NUMBER_AT_THE_END = /^\s*\p{L}+(?:\s+\p{L}+)?\s+\d+[\s.!]*$/u;
/** The top of the scale said first, with an ending that says "out of": Turkish, Estonian, Hungarian, Finnish. */
const TOP_FIRST = /^(?:['’]\p{L}|-(?:st|ből|ból|stä|sta)(?!\p{L})|\s+üzerinden(?!\p{L}))/iu;
/** A part of a number that is not whole: "9 ½", "9 and a half". */
const FRACTION = /^\s*(?:\p{No}|(?:and\s+)?a\s+half(?!\p{L}))/iu;
const DATE_IN_WORDS = /^\.?\s*\p{L}+\.?,?\s+(?:19|20)\d\d(?!\d)/u;
const AMOUNT = /^\s*[%‰°\p{Sc}]/u;
/** Between the number and the comment, or all that follows the number. */
const CLOSING = /^[\s\p{Cf}\p{Pd}:;,.!?…|/+)\]}"'”’»›*_`★☆⭐]+/u;
const CLOSING_QUOTES = new Set(`"'”’“»›*_\``);

function readWords(words: string, scale: Scale): AnswerReading {
  const start = OPENING.exec(words)?.[0].length ?? 0;
  const plain = withPlainDigits(words);
  const number = NUMBER.exec(plain.slice(start));
  if (!number) {
    const isNegative = /^[-−–]\d/.test(plain.slice(start));
    return refuse(isNegative ? outside(quote(words), scale) : `${quote(words)} does not begin with a number`);
  }
  const [whole, digits = '', decimals = ''] = number;
  // More zeros are thousands: "9,000".
  if (!/^0{0,2}$/.test(decimals)) return refuse(`${quote(words)} is not a whole number`);
  let end = start + whole.length;
  const maybe = MAYBE_OUT_OF.exec(plain.slice(end));
  const outOf = Number(maybe?.[1]) === scale.highest ? maybe : OUT_OF.exec(plain.slice(end));
  if (outOf) {
    if (Number(outOf[1]) !== scale.highest) {
      return refuse(`${quote(words)} is out of ${outOf[1]}, and the scale ends at ${scale.highest}`);
    }
    end += outOf[0].length;
  }
  const rest = plain.slice(end);
  if (FRACTION.test(rest)) return refuse(`${quote(words)} is not a whole number`);
  if (ANOTHER_NUMBER.test(rest) || NUMBER_AT_THE_END.test(rest)) {
    return refuse(`${quote(words)} holds more than one number`);
  }
  if (TOP_FIRST.test(rest)) return refuse(`${quote(words)} does not begin with a number of its own`);
  if (/^[\p{L}\p{M}\p{N}]/u.test(rest) || /^[^\s\p{L}]+\p{N}/u.test(rest)) {
    return refuse(`${quote(words)} does not begin with a number of its own`);
  }
  if (DATE_IN_WORDS.test(rest)) return refuse(`${quote(words)} begins with a date`);
  if (AMOUNT.test(rest) || isCounting(rest)) return refuse(`${quote(words)} is an amount, not a score`);
  return onScale(Number(digits), quote(words), commentIn(words.slice(end), start > 0), scale);
}

function onScale(score: number, written: string, comment: string | null, scale: Scale): AnswerReading {
  if (!Number.isInteger(score)) return refuse(`${written} is not a whole number`);
  if (score < scale.lowest || score > scale.highest) return refuse(outside(written, scale));
  // A negative zero would be written as "-0".
  return { score: score + 0, comment };
}

function outside(written: string, { lowest, highest }: Scale): string {
  return `${written} is outside the scale of ${lowest} to ${highest}`;
}

function refuse(reason: string): AnswerReading {
  return { score: null, reason };
}

/** A comment as it is kept: trimmed, at most 5,000 characters; null where nothing is said. */
export function readComment(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const words = ownWords(String(value));
  if (words === '') return null;
  return words.length > LONGEST_COMMENT ? `${words.slice(0, LONGEST_COMMENT - 1).toWellFormed()}…` : words;
}

function commentIn(rest: string, isEnclosed: boolean): string | null {
  const comment = rest.replace(CLOSING, '').trimEnd();
  let end = comment.length;
  while (isEnclosed && CLOSING_QUOTES.has(comment.charAt(end - 1))) end--;
  return readComment(comment.slice(0, end));
}

/** Whether what follows the number says what was counted: "3 weeks", "10-minute wait", "2 of them". */
function isCounting(rest: string): boolean {
  const word = /^[\s-]*([\p{L}\p{M}]+)/u.exec(rest)?.[1] ?? '';
  return COUNTED.has(word.toLowerCase());
}

/** Lengths of time, shares and money in the languages people answer in most. */
const COUNTED: ReadonlySet<string> = new Set(
  [
    'second seconds minute minutes min mins hour hours hr hrs day days week weeks month months year years time times',
    'people person persons item items order orders of percent per euro euros eur dollar dollars usd pound pounds gbp',
    'am pm sekunde sekunden minuten stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren',
    'mal prozent uhr seconde secondes heure heures jour jours semaine semaines mois an ans année années fois pour',
    'segundo segundos minuto minutos hora horas día días dia dias semana semanas mes meses año años ano anos vez veces',
    'vezes secondi minuti ora ore giorno giorni settimana settimane mese mesi anno anni volta volte uur dag dagen weken',
    'maand maanden jaar keer',
  ]
    .join(' ')
    .split(' '),
);
