import type { Change } from '../../domain/change/change';
import { factsBefore } from '../../domain/rule/facts-before';
import type { RuleFacts } from '../../domain/rule/rule-facts';

/** The facts of a contact after each of several changes in order, worked out back from the last when they are asked for. */
export class PastFacts {
  private readonly facts: RuleFacts;
  private readonly occasions: ReadonlyArray<{ readonly change: Change | null }>;
  /** Before the last, before the last but one, and so on. */
  private readonly before: RuleFacts[] = [];

  /** `facts` are those after all of them; an occasion without a change changed nothing. */
  constructor(facts: RuleFacts, occasions: ReadonlyArray<{ readonly change: Change | null }>) {
    this.facts = facts;
    this.occasions = occasions;
  }

  /** After so many of the changes; where that cannot be told, after as few more as it can. */
  after(count: number): RuleFacts {
    const undone = this.occasions.length - count;
    if (undone === 0) return this.facts;
    while (this.before.length < undone) {
      const later = this.before.at(-1) ?? this.facts;
      const change = this.occasions.at(-1 - this.before.length)?.change ?? null;
      const earlier = change ? factsBefore(change, later) : later;
      if (!earlier) break;
      this.before.push(earlier);
    }
    return this.before[Math.min(undone, this.before.length) - 1] ?? this.facts;
  }
}
