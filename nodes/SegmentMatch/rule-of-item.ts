import type { Reading } from '../../src/domain/problem';
import type { Rule } from '../../src/domain/rule/rule';
import type { Parameters } from '../execution/parameters';
import { parseWrittenRule, readWrittenRule } from '../execution/rule-decoding';
import { readSegmentName } from '../execution/segment-locator';

/** What an item's contact is asked. Items that ask the same hold the same object. */
export interface AskedRule {
  readonly rule: Rule;
  /** The saved segment that was chosen; null where the node has rules of its own. */
  readonly segment: string | null;
}

/** Reads what each item asks; rules that are alike are parsed once. */
export class RulesOfItems {
  private readonly parameters: Parameters;
  private readonly known = new Map<string, Reading<AskedRule>>();
  /** The parameters of the item before, and what they asked: without expressions they are the same objects. */
  private before: { readonly raw: readonly unknown[]; readonly asked: Reading<AskedRule> } | undefined;

  constructor(parameters: Parameters) {
    this.parameters = parameters;
  }

  read(index: number): Reading<AskedRule> {
    const raw = ['defineBy', 'segment', 'combine', 'groups', 'ruleJson'].map((name) =>
      this.parameters.value(name, index),
    );
    if (this.before?.raw.every((value, at) => value === raw[at])) return this.before.asked;
    const asked = this.decode(index);
    this.before = { raw, asked };
    return asked;
  }

  private decode(index: number): Reading<AskedRule> {
    const defineBy = this.parameters.value('defineBy', index);
    if (defineBy === 'segment') {
      const name = readSegmentName(this.parameters.value('segment', index));
      if (!name.ok) return name;
      const segment = name.value;
      return this.once(segment, () => ({
        ok: true,
        value: { rule: { kind: 'segment', segment }, segment },
      }));
    }
    const written = readWrittenRule(this.parameters, index, defineBy === 'json' ? 'json' : 'groups');
    if (!written.ok) return written;
    return this.once(JSON.stringify([written.value.json, [...written.value.places]]), () => {
      const rule = parseWrittenRule(written.value);
      return rule.ok ? { ok: true, value: { rule: rule.value, segment: null } } : rule;
    });
  }

  private once(key: string, parse: () => Reading<AskedRule>): Reading<AskedRule> {
    const asked = this.known.get(key) ?? parse();
    this.known.set(key, asked);
    return asked;
  }
}
