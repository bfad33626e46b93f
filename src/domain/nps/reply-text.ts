import { cleanText } from '../json';

/** More of a reply than this is never read. */
const LONGEST_REPLY = 20_000;

/** A key with a digit on it, as telephones offer them among the emoji; and that of ten, which is one character. */
const KEYCAP = /(\d)\uFE0F?\u20E3/g;
const KEYCAP_TEN = /\u{1F51F}/gu;

/** Where a mail program puts the mail that is answered, or a signature: nothing after it is the writer's answer. */
const CUT = [
  /^\s*-{3,}.*\p{L}.*-{3,}\s*$/u,
  /^\s*_{5,}\s*$/,
  /^--\s?$/,
  // What telephones sign with, each in the language it is set to.
  /^\s*(?:Sent|Gesendet|Von meinem|Envoyé|Enviado|Inviato|Verzonden|Wysłan[eo]|Poslano|Saadetud|Skickat|Sendt|Lähetetty)(?!\p{L}).*(?:iPhon|iPad|Android|Galaxy|Samsung|Huawei|Xiaomi|Outlook)/u,
  /^\s*Get Outlook for /,
];
/** No line that parts mails is longer, and the patterns above take time that grows with the square of the length. */
const LONGEST_RULE = 200;
/** The head of the answered mail as Outlook writes it, `From:` with another line of that kind after it. */
const SENDER_LINE =
  /^\s*\*?(?:From|Von|De|Da|Van|Från|Fra|Od|Lähettäjä|Saatja|Feladó|Kimden|Gönderen|От|Від|发件人|寄件者|差出人|보낸 사람)\s?[:：]/i;
const HEADER_LINE = /^\s*\*?\p{L}[\p{L} -]*[:：]/u;
/** The line above the answered mail, in the languages of mail programs; not all of them mark that mail with `>`. */
const WROTE =
  /(?<!\p{L})(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|kirjoitti|kirjutas|írta|yazdı|написала?|пишет|写道)(?:\s.{0,100})?\s?[:：]\s*$/iu;
/** What such a line, or the first half of it, holds besides: an address, a time or a year. */
const WHEN_OR_WHO = /@|\d[:.]\d\d|\d{4}/;

/**
 * Returns what the writer of a reply says: without the mail it answers (lines that begin with `>`, the line above them that
 * ends with a colon, everything below "-----Original Message-----"), without a signature, with emoji keycaps as digits.
 */
export function ownWords(reply: string): string {
  const lines = cleanText(reply.slice(0, LONGEST_REPLY))
    .replace(KEYCAP, '$1')
    .replace(KEYCAP_TEN, '10')
    .split(/\r\n|\r|\n/);
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^\s*>/.test(line)) {
      dropAttribution(kept);
      continue;
    }
    if (line.length <= LONGEST_RULE && CUT.some((pattern) => pattern.test(line))) break;
    if (SENDER_LINE.test(line) && HEADER_LINE.test(lines[index + 1] ?? '')) break;
    kept.push(line);
    if (isAboveAnswered(lines, index) && kept.slice(0, -1).some((own) => own.trim() !== '')) {
      dropAttribution(kept);
      break;
    }
  }
  return kept.join('\n').trim();
}

/** Whether the mail that is answered follows a line, and nothing marks it as quoted. */
function isAboveAnswered(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (line.length > LONGEST_RULE || !WROTE.test(line)) return false;
  const next = lines.slice(index + 1, index + 6).find((own) => own.trim() !== '') ?? '';
  return WHEN_OR_WHO.test(`${lines[index - 1] ?? ''}\n${line}`) && !/^\s*>/.test(next);
}

/** "On Saturday Ann wrote:" above a quotation, which mail programs break in two where it is long. */
function dropAttribution(lines: string[]): void {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.trim() === '') end--;
  const last = lines[end - 1] ?? '';
  if (!last.trimEnd().endsWith(':')) return;
  const isWhole = /[@\d]/.test(last);
  const before = lines[end - 2] ?? '';
  lines.length = !isWhole && before.includes('@') ? end - 2 : end - 1;
}

/** Text of the same length in which the digits of every script are those of ASCII, and every slash is one: ／, ⁄, ∕. */
export function withPlainDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, plainDigit).replace(/[\uFF0F\u2044\u2215]/gu, '/');
}

/** Each script has its ten digits in a row, some scripts several such rows. Digits beyond the first 65,536 characters stay. */
function plainDigit(digit: string): string {
  if (digit.length > 1) return digit;
  const code = digit.charCodeAt(0);
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCharCode(zero - 1))) zero--;
  return String((code - zero) % 10);
}
