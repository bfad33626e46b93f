import { quote, type Reading } from '../problem';

/** The longest pattern taken, in characters. */
const LONGEST_PATTERN = 500;
/** How many steps a pattern may unfold to; `(a{1,50}){1,50}` would have 2,500. */
const MOST_STEPS = 1_000;
/** How much of a value is looked at, in characters. */
const LONGEST_TEXT = 10_000;

type Assertion = '^' | '$' | '\\b' | '\\B';

type Step =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'fork'; readonly either: number; readonly or: number }
  | { readonly kind: 'match' };

type Part =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly options: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number };

/** Whether a text has a place that fits. */
export type TextPattern = (text: string) => boolean;

/**
 * Returns a regular expression as a test of texts that takes time in proportion to the text's length, whatever
 * the pattern: every way through it is followed at once (Thompson 1968), none is tried again. The syntax is
 * JavaScript's with the flag `u`, and it finds a place anywhere unless anchored with `^` and `$`; back
 * references and look-arounds, which cannot be followed so, are refused, and patterns of more than 500
 * characters. Only the first 10,000 characters of a text are looked at, whose end is not
 * an end of the text.
 */
export function compilePattern(pattern: string, field: string): Reading<TextPattern> {
  const known = compiled.get(pattern);
  if (known) return { ok: true, value: known };
  const refuse = (message: string): Reading<TextPattern> => ({ ok: false, problems: [{ field, message }] });
  if (pattern === '') return refuse('The pattern is empty.');
  if (pattern.length > LONGEST_PATTERN) {
    return refuse(`The pattern has ${pattern.length} characters; at most ${LONGEST_PATTERN} are taken.`);
  }
  const syntax = syntaxError(pattern);
  if (syntax !== undefined) return refuse(`The pattern ${quote(pattern)} is not one: ${syntax}.`);
  const { part, refusal } = new PatternReader(pattern).read();
  const steps = refusal === undefined ? toSteps(part) : undefined;
  if (!steps) {
    const reason = refusal ?? `repeats too much at once; it may unfold to ${MOST_STEPS} steps.`;
    return refuse(`The pattern ${quote(pattern)} ${reason}`);
  }
  const test = toTest(steps);
  if (compiled.size >= MOST_KEPT) compiled.clear();
  compiled.set(pattern, test);
  return { ok: true, value: test };
}

/** What RegExp has against a pattern, so that the reader meets only well-formed ones. */
function syntaxError(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const compiled = new Map<string, TextPattern>();
const MOST_KEPT = 200;

/** Reads a pattern that RegExp has found well-formed. */
class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;
  /** What the pattern asks for that cannot be followed. */
  #refusal: string | undefined;

  constructor(pattern: string) {
    this.#characters = [...pattern];
  }

  read(): { part: Part; refusal: string | undefined } {
    const part = this.#choice();
    return { part, refusal: this.#refusal };
  }

  #choice(): Part {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #atom(): Part {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return this.#characterClass();
    if (character === '\\') return this.#escape();
    if (character === '^' || character === '$') return { kind: 'assertion', what: character };
    if (character === '.') return { kind: 'character', fits: fitsAtom('.') };
    return { kind: 'character', fits: (other) => other === character };
  }

  #group(): Part {
    if (this.#take('?') && !this.#take(':')) {
      const isNamed = this.#peek() === '<' && !['=', '!'].includes(this.#characters[this.#at + 1] ?? '');
      if (isNamed) while (this.#next() !== '>');
      else this.#refusal = 'looks ahead or behind or switches flags, which is not possible here.';
    }
    const part = this.#choice();
    this.#next();
    return part;
  }

  #characterClass(): Part {
    let text = '[';
    for (let character = this.#next(); character !== ']'; character = this.#next()) {
      text += character === '\\' ? character + this.#next() : character;
    }
    return { kind: 'character', fits: fitsAtom(`${text}]`) };
  }

  #escape(): Part {
    const character = this.#next();
    if (character === 'b' || character === 'B') return { kind: 'assertion', what: `\\${character}` };
    if (character === 'k' || /[1-9]/.test(character)) {
      this.#refusal = 'refers back to what a group found, which is not possible here.';
      return { kind: 'sequence', parts: [] };
    }
    let text = `\\${character}`;
    if (character === 'c') text += this.#next();
    if (character === 'x') text += this.#next() + this.#next();
    if ('pPu'.includes(character) && this.#peek() === '{') {
      while (!text.endsWith('}')) text += this.#next();
    } else if (character === 'u') {
      text += this.#hexDigits();
      // Two halves of one character, written one after the other.
      const rest = this.#characters.slice(this.#at, this.#at + 6).join('');
      if (/^\\ud[89ab]/i.test(text) && /^\\ud[c-f][\da-f]{2}$/i.test(rest)) {
        this.#at += 6;
        text += rest;
      }
    }
    return { kind: 'character', fits: fitsAtom(text) };
  }

  #hexDigits(): string {
    return this.#next() + this.#next() + this.#next() + this.#next();
  }

  #quantified(part: Part): Part {
    const limits = this.#limits();
    if (!limits) return part;
    // Lazy or greedy, the same texts fit.
    this.#take('?');
    return { kind: 'repeat', part, ...limits };
  }

  #limits(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Infinity };
    if (this.#take('+')) return { least: 1, most: Infinity };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (!this.#take('{')) return undefined;
    let text = '';
    for (let character = this.#next(); character !== '}'; character = this.#next()) text += character;
    const [least = '', most] = text.split(',');
    const upper = most === undefined ? Number(least) : most === '' ? Infinity : Number(most);
    return { least: Number(least), most: upper };
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new RangeError('A well-formed pattern does not end here.');
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }
}

/** RegExp itself judges single characters (classes, scripts, escapes): on one character nothing can be tried twice. */
function fitsAtom(atom: string): (character: string) => boolean {
  const single = new RegExp(`^${atom}$`, 'u');
  return (character) => single.test(character);
}

/** The steps of a pattern, or undefined if it has too many. */
function toSteps(pattern: Part): Step[] | undefined {
  const steps: Array<Step | undefined> = [];
  let isTooLong = false;
  const add = (step?: Step): number => {
    isTooLong ||= steps.length >= MOST_STEPS;
    return isTooLong ? 0 : steps.push(step) - 1;
  };
  const compile = (part: Part): void => {
    if (isTooLong) return;
    if (part.kind === 'character' || part.kind === 'assertion') add(part);
    else if (part.kind === 'sequence') part.parts.forEach(compile);
    else if (part.kind === 'choice') compileChoice(part.options);
    else compileRepeat(part);
  };
  const jumpTo = (at: number, either: number, or: number): void => {
    steps[at] = { kind: 'fork', either, or };
  };
  const compileChoice = (options: readonly Part[]): void => {
    const ends: number[] = [];
    options.forEach((option, index) => {
      if (index === options.length - 1) return compile(option);
      const fork = add();
      compile(option);
      ends.push(add());
      jumpTo(fork, fork + 1, steps.length);
    });
    for (const end of ends) jumpTo(end, steps.length, steps.length);
  };
  const compileRepeat = ({ part, least, most }: Part & { kind: 'repeat' }): void => {
    for (let count = 0; count < least && !isTooLong; count++) {
      const before = steps.length;
      compile(part);
      // Nothing repeated is nothing.
      if (steps.length === before) break;
    }
    if (most === Infinity) {
      const fork = add();
      compile(part);
      const back = add();
      jumpTo(back, fork, fork);
      jumpTo(fork, fork + 1, steps.length);
      return;
    }
    const forks: number[] = [];
    for (let count = least; count < most && !isTooLong; count++) {
      forks.push(add());
      compile(part);
    }
    for (const fork of forks) jumpTo(fork, fork + 1, steps.length);
  };
  compile(pattern);
  add({ kind: 'match' });
  return isTooLong ? undefined : steps.filter((step) => step !== undefined);
}

function toTest(steps: readonly Step[]): TextPattern {
  return (text) => {
    const characters = [...text.slice(0, LONGEST_TEXT)];
    const isWhole = text.length <= LONGEST_TEXT;
    const seenAt = new Int32Array(steps.length).fill(-1);
    let present: number[] = [];
    for (let at = 0; at <= characters.length; at++) {
      // What stands here already, and a fresh start: a match may begin anywhere.
      const reached: number[] = [];
      const open = [...present, 0].reverse();
      for (let step = open.pop(); step !== undefined; step = open.pop()) {
        if (seenAt[step] === at) continue;
        seenAt[step] = at;
        const current = steps[step];
        if (!current) continue;
        if (current.kind === 'match') return true;
        if (current.kind === 'character') reached.push(step);
        else if (current.kind === 'fork') open.push(current.or, current.either);
        else if (holds(current.what, characters, at, isWhole)) open.push(step + 1);
      }
      const character = characters[at];
      if (character === undefined) return false;
      present = [];
      for (const step of reached) {
        const current = steps[step];
        if (current?.kind === 'character' && current.fits(character)) present.push(step + 1);
      }
    }
    return false;
  };
}

/** The end of what is looked at is the text's own only where all of it is. */
function holds(what: Assertion, characters: readonly string[], at: number, isWhole: boolean): boolean {
  if (what === '^') return at === 0;
  if (what === '$') return isWhole && at === characters.length;
  const isBoundary = isWordCharacter(characters[at - 1]) !== isWordCharacter(characters[at]);
  return isBoundary === (what === '\\b');
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
