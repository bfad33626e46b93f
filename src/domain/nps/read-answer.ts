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
const OPENING = /^[\s\p{Cf}\p{Ps}\p{Pi}"'”’‚»›*_`]+/u;
const NUMBER = /^(\d+)(?:[.,٫](\d+))?/;
/** What a scale counts, said between the number and its top: "9 points out of 10". */
const UNIT =
  /^\s*(?:points?|pts|stars?|punkte?n?|sterne?|étoiles?|puntos?|estrellas?|punti|stelle|pontos?|estrelas?|punten|sterren|poäng|poeng|pkt|punktów|балл(?:а|ов)?|puan|pistettä)(?!\p{L})/iu;
/** "/10", "out of 10", and "of" in languages that say it so. */
const OUT_OF =
  /^\s*[([]?(?:\/|(?:out\s+of|of|von|sur|su|de|di|van\s+de|van|av|af|ud\s+af|z|ze|из|із|từ|مِن|من|מתוך)\s)\s*(\d+)/iu;
/** The same in words that mean much else besides, so that only the top of the scale after them makes them say it. */
const MAYBE_OUT_OF =
  /^\s*(?:on|op|auf|od|na|em|sobre|din|dari|iz|iš|з|зі|от|από|στα|trên|จาก|از)\s+(\d+)(?!\d)/iu;
/** What may stand between two numbers of which nobody knows which is the answer: "9-10", "9 or 10", "1) 9". */
const ANOTHER_NUMBER =
  /^[\s,;:.)\]\p{Pd}~&+|/\\…]*(?:(?:or|to|and|oder|bis|und|ou|à|et|o|a|y|e|u|tot|en|eller|till|til|och|og|lub|albo|do|i|или|до|и)\s+)?\d/iu;
/** A reply that ends with another number up to three words later: "8, maybe a 9"; and "10 üzerinden 9", which is 9 out of 10. */
const NUMBER_AT_THE_END =
  /^[.,;:!?…]*\s[\s.,;:!?…()'’"\p{Pd}]*(?:[\p{L}\p{M}]+[\s.,;:!?…()'’"\p{Pd}]+){1,3}(\d+)(?:\s*\/\s*\d+)?[\s\p{P}]*$/u;
/** The top of the scale said first, as Turkish, Estonian, Hungarian, Finnish, and the languages of India say "out of". */
const TOP_FIRST =
  /^(?:['’]\p{L}|-(?:st|ből|ból|stä|sta)(?!\p{L})|\s+(?:üzerinden|में\s+से|मध्ये|पैकी|এর\s+মধ্যে|میں\s+سے|ਵਿੱਚੋਂ|માંથી)(?![\p{L}\p{M}]))/iu;
/** The first point of a list, which has a second one. */
const LIST = /^\s*[.)](?=\s).*\s2\s*[.)]\s/su;
/** Seven digits and more, however they are parted, on one line. */
const TELEPHONE = /^\d(?:[ ()./-]{0,3}\d){6}/;
/** A part of a number that is not whole: "9 ½", "9 and a half". */
const FRACTION = /^\s*(?:\p{No}|(?:and\s+)?a\s+half(?!\p{L}))/iu;
const DATE_IN_WORDS = /^\.?[^\S\n]*\p{L}+\.?,?\s+(?:19|20)\d\d(?!\d)/u;
const AMOUNT = /^\s*[%‰°\p{Sc}]/u;
/** Between the number and the comment, or all that follows the number. */
const CLOSING = /^[\s\p{Cf}\p{Pd}\p{Pe}\p{Pf}:;,.!?…。、，．！？：；|/+=~>·•"'“»*_`★☆⭐]+/u;
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
  if (/^0\d\d/.test(digits)) return refuse(`${quote(words)} begins with digits that are no score`);
  // More zeros are thousands: "9,000".
  if (!/^0{0,2}$/.test(decimals)) return refuse(`${quote(words)} is not a whole number`);
  let end = start + whole.length;
  const unit = UNIT.exec(plain.slice(end))?.[0].length ?? 0;
  const afterUnit = plain.slice(end + unit);
  const maybe = MAYBE_OUT_OF.exec(afterUnit);
  const outOf = Number(maybe?.[1]) === scale.highest ? maybe : OUT_OF.exec(afterUnit);
  if (outOf) {
    if (Number(outOf[1]) !== scale.highest) {
      return refuse(`${quote(words)} is out of ${outOf[1]}, and the scale ends at ${scale.highest}`);
    }
    end += unit + outOf[0].length;
  }
  const rest = plain.slice(end);
  if (FRACTION.test(rest)) return refuse(`${quote(words)} is not a whole number`);
  if (holdsAnother(rest, scale) || (digits === '1' && LIST.test(rest))) {
    return refuse(`${quote(words)} holds more than one number`);
  }
  if (TOP_FIRST.test(rest)) return refuse(`${quote(words)} does not begin with a number of its own`);
  if (/^(?:[\p{L}\p{M}\p{N}]|@\p{L})/u.test(rest) || /^[^\s\p{L}]+\p{N}/u.test(rest)) {
    return refuse(`${quote(words)} does not begin with a number of its own`);
  }
  if (DATE_IN_WORDS.test(rest)) return refuse(`${quote(words)} begins with a date`);
  if (AMOUNT.test(rest) || isCounting(rest)) return refuse(`${quote(words)} is an amount, not a score`);
  return onScale(Number(digits), quote(words), commentIn(words.slice(end), start > 0), scale);
}

/** Whether another number follows that may as well be the answer. What begins a later line and is beyond the scale is a signature. */
function holdsAnother(rest: string, { highest }: Scale): boolean {
  const next = ANOTHER_NUMBER.exec(rest)?.[0];
  if (next !== undefined) {
    const begins = rest.slice(next.length - 1);
    return !next.includes('\n') || (Number(/^\d+/.exec(begins)?.[0]) <= highest && !TELEPHONE.test(begins));
  }
  const last = NUMBER_AT_THE_END.exec(rest)?.[1];
  // A number of four digits is a year.
  return last !== undefined && last.length < 4;
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
  const counted =
    /^(?:[^\S\n]|-)*(?:(?:business|working|whole|full|more|long)\s+)?([\p{L}\p{M}]+)/iu.exec(rest)?.[1] ?? '';
  return COUNTED.has(counted.toLowerCase()) || /^[^\S\n]*(?:o['’]clock|[ap]\.\s?m|×)/i.test(rest);
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
    'maand maanden jaar keer h x kg cm km thirds',
    'sekund sekunder minut minuter minutter timme timmar timer dag dagar dage dager vecka veckor uge uger uke uker',
    'månad månader måned måneder år gånger ganger gange minuuttia tuntia päivä päivää viikko viikkoa kuukautta vuotta',
    'minutit tundi päev päeva nädal nädalat kuud aastat minut minuty godzin godziny dni dzień tydzień tygodni tygodnie',
    'miesiąc miesiące miesięcy lat razy hodin hodiny dny týden týdny týdnů měsíc měsíce měsíců rok roky krát',
    'perc óra óráig nap napja hét hete hónap éve évig tjedan tjedna tedna mjesec mesec godina',
    'минут минуты час часа часов день дня дней неделя недели недель месяц месяца месяцев год года лет раз раза',
    'dakika saat gün gündür hafta haftadır yıl yıldır kez दिन घंटे हफ्ते सप्ताह महीने साल बार',
    'أيام يوم ساعة ساعات أسابيع شهر أشهر سنوات روز هفته ماه سال ימים שעות שבועות שנים 日 天 小时 周 个月 年 日間 週間 日 일',
  ]
    .join(' ')
    .split(' '),
);
