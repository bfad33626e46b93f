import type { Problem } from '../problem';
import type { RuleBook } from './rule-book';
import type { Rule } from './rule';

/** How many rules and conditions on events a rule may come to, with the segments and scores it is made of. */
const MOST_IN_ALL = 5_000;
/** How deep groups, segments and scores may stand inside each other. */
const DEEPEST_IN_ALL = 100;

/** How large a rule is with the segments and scores it is made of. */
export interface RuleSize {
  /** Rules and conditions on events; a segment or score that is named twice counts twice. */
  readonly rules: number;
  /** The levels of groups, segments and scores above the deepest rule. */
  readonly depth: number;
}

/** Returns how large rules are, each segment and score worked out once; neither must be made of itself. */
export class RuleSizes {
  private readonly book: RuleBook;
  private readonly known = new Map<string, RuleSize>();
  private readonly knownScores = new Map<string, RuleSize>();

  constructor(book: RuleBook) {
    this.book = book;
  }

  of(rule: Rule): RuleSize {
    switch (rule.kind) {
      case 'group': {
        const { rules, depth } = this.together(rule.rules);
        return { rules: rules + 1, depth: depth + 1 };
      }
      case 'segment':
        return this.ofSegment(rule.segment);
      case 'score':
        return this.ofScore(rule.score);
      case 'event': {
        const { filter, measure } = rule;
        return { rules: 1 + filter.where.length + ('has' in measure ? measure.has.length : 0), depth: 0 };
      }
      case 'sequence':
        return { rules: rule.steps.reduce((sum, { where }) => sum + 1 + where.length, 0), depth: 0 };
      default:
        return { rules: 1, depth: 0 };
    }
  }

  /** Of a saved segment; one that is not in the book is as good as empty. */
  ofSegment(name: string): RuleSize {
    const known = this.known.get(name);
    if (known) return known;
    const saved = this.book.segments.get(name);
    const own = saved ? this.of(saved.rule) : { rules: 0, depth: 0 };
    const size = { rules: own.rules + 1, depth: own.depth + 1 };
    this.known.set(name, size);
    return size;
  }

  /** The same of a saved score, with what gives points to it. */
  ofScore(name: string): RuleSize {
    const known = this.knownScores.get(name);
    if (known) return known;
    const { rules, depth } = this.together(this.book.scores.get(name)?.rules ?? []);
    const size = { rules: rules + 1, depth: depth + 1 };
    this.knownScores.set(name, size);
    return size;
  }

  private together(parts: readonly Rule[]): RuleSize {
    let [rules, depth] = [0, 0];
    for (const part of parts) {
      const own = this.of(part);
      rules += own.rules;
      depth = Math.max(depth, own.depth);
    }
    return { rules, depth };
  }
}

/**
 * The problem of a rule that is too large with the segments and scores it is made of; null where it is not. Each may be small: of
 * thirty segments, each made of the one before twice, the last comes to a billion rules.
 */
export function sizeProblem(what: string, { rules, depth }: RuleSize, field = 'rule'): Problem | null {
  const advice = 'Make it of fewer, or take some of their rules out.';
  if (rules > MOST_IN_ALL) {
    const message = `With the segments and scores it is made of, ${what} comes to more than ${MOST_IN_ALL} rules. ${advice}`;
    return { field, message };
  }
  if (depth > DEEPEST_IN_ALL) {
    const message = `With the segments and scores it is made of, ${what} stands more than ${DEEPEST_IN_ALL} levels deep. ${advice}`;
    return { field, message };
  }
  return null;
}
