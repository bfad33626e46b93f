/**
 * What a spreadsheet would take for a formula: a beginning with `=`, `+`, `-`, `@` (also full-width, which East
 * Asian versions accept), a tab or a line break. OWASP, *CSV Injection*.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A number is none, however it begins; nor is a telephone number in E.164. */
const HARMLESS = /^(?:[+-]?\d+(?:\.\d+)?|-?\d+(?:\.\d+)?e[+-]?\d+)$/i;

/** Whether a cell with this text would be run as a formula. */
export function isFormula(text: string): boolean {
  return FORMULA.test(text) && !(HARMLESS.test(text) && Number.isFinite(Number(text)));
}

/** Whether text of a custom property would be read back as something else than text. */
function isAmbiguous(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A kind of text that must not stand in a cell as it is. */
type Danger = (text: string) => boolean;

/** An apostrophe is put before what is dangerous, and before what would look like that once it is taken away. */
function needsGuard(text: string, isDangerous: Danger): boolean {
  let bare = text;
  while (bare.startsWith("'") && !isDangerous(bare)) bare = bare.slice(1);
  return isDangerous(bare);
}

function guard(text: string, isDangerous: Danger): string {
  return needsGuard(text, isDangerous) ? `'${text}` : text;
}

function unguard(cell: string, isDangerous: Danger): string {
  return cell.startsWith("'") && needsGuard(cell.slice(1), isDangerous) ? cell.slice(1) : cell;
}

/**
 * Returns text as a cell that no spreadsheet runs: what begins like a formula gets a leading apostrophe. Numbers,
 * negative ones too, and E.164 telephone numbers stay bare: `-5` and `+442079460958` are no formulas.
 */
export function writeTextCell(text: string): string {
  return guard(text, isFormula);
}

/** Returns the text that `writeTextCell` wrote; other cells as they are, `'t Hooft` included. */
export function readTextCell(cell: string): string {
  return unguard(cell, isFormula);
}

const isNoPlainText: Danger = (text) => isFormula(text) || isAmbiguous(text);

/** Like `writeTextCell`, for text in a column of values: what would be read as another value gets an apostrophe too. */
export function writeValueText(text: string): string {
  return guard(text, isNoPlainText);
}

/** The text in a cell of a column of values, and whether an apostrophe says that it is nothing but text. */
export function readValueText(cell: string): { text: string; isText: boolean } {
  const text = unguard(cell, isNoPlainText);
  return { text, isText: text !== cell };
}
