import { joined } from '../schedule/wording';
import { describe } from './match-condition';
import type { PropertyCondition } from './property-condition';
import { periodWords } from './rule-period';
import type { CountOperator, EventFilter, EventMeasure, EventWindow, Rule } from './rule';
import type { PastWindow } from './rule-window';

const COUNT_WORDS: Readonly<Record<CountOperator, string>> = {
  gte: 'at least',
  gt: 'more than',
  lte: 'at most',
  lt: 'fewer than',
  equals: 'exactly',
  notEquals: 'not exactly',
};

/** What a rule says, in words: `order_placed at least 2 times in the last 30 days`. */
export function ruleWords(rule: Rule): string {
  switch (rule.kind) {
    case 'group': {
      const parts = rule.rules.map(ruleWords);
      if (rule.mode === 'none') return `none of (${parts.join('; ')})`;
      return parts.length === 1 ? parts.join('') : `(${parts.join(rule.mode === 'all' ? ' and ' : ' or ')})`;
    }
    case 'property':
      return `${conditionWords(rule.condition)}${rule.for ? ` for ${windowLength(rule.for)}` : ''}`;
    case 'event':
      return `${measureWords(rule.filter, rule.measure)}${windowWords(rule.within)}`;
    case 'sequence':
      return `${rule.steps.map(filterWords).join(', then ')}${windowWords(rule.within)}`;
    case 'tag':
      return `has the tag ${rule.tag}`;
    case 'list':
      return `is on the list ${rule.list}`;
    case 'segment':
      return `is in the segment ${rule.segment}`;
    case 'consent':
      return `consent for ${rule.channel} is ${rule.is}`;
    case 'stage':
      return `is at the stage ${rule.stage}`;
    case 'score':
      return `the score ${rule.score} is ${describe(rule.comparison)}`;
    case 'journey':
      return `the journey ${rule.journey}: ${rule.is}`;
    case 'randomBucket':
      return `is in a random ${Math.round(rule.share * 1e6) / 1e4} % by ${rule.seed}`;
    case 'everyone':
      return 'everyone';
  }
}

function conditionWords(condition: PropertyCondition): string {
  return `${condition.property} ${describe(condition)}`;
}

/** Which events a filter means, in words: `order_placed with value gte "50"`. */
export function filterWords({ types, where, machine }: EventFilter): string {
  const conditions = where.map(conditionWords).join(' and ');
  const counted = machine === 'include' && types.some(isOfReactions) ? ' (machines too)' : '';
  return `${joined(types, 'or')}${counted}${conditions === '' ? '' : ` with ${conditions}`}`;
}

function isOfReactions(type: string): boolean {
  return type.endsWith('_opened') || type.endsWith('_clicked');
}

function measureWords(filter: EventFilter, measure: EventMeasure): string {
  const events = filterWords(filter);
  switch (measure.of) {
    case 'count':
      return `${events} ${COUNT_WORDS[measure.op]} ${measure.n} ${measure.n === 1 ? 'time' : 'times'}`;
    case 'sum':
      return `${measure.property} of ${events} adds up to ${COUNT_WORDS[measure.op]} ${measure.n}`;
    case 'distinct':
      return `${events} with ${COUNT_WORDS[measure.op]} ${measure.n} different ${measure.property}`;
    case 'first':
    case 'last':
      return `the ${measure.of} ${events} has ${measure.has.map(conditionWords).join(' and ')}`;
  }
}

/** When events must have occurred, in words that follow theirs: ` in the last 30 days`; nothing without a window. */
export function windowWords(window: EventWindow | null): string {
  if (window === null) return '';
  if ('last' in window) return ` in the last ${windowLength(window)}`;
  if ('period' in window) return ` ${periodWords(window.period)}`;
  if ('between' in window) return ` between ${window.between[0]} and ${window.between[1]}`;
  const sides = [
    window.after === null ? [] : [`after ${window.after}`],
    window.before === null ? [] : [`before ${window.before}`],
  ];
  return ` ${sides.flat().join(' and ')}`;
}

function windowLength({ last, unit }: PastWindow): string {
  const words = unit === 'calendarDays' ? 'calendar days' : unit;
  return `${last} ${last === 1 ? words.slice(0, -1) : words}`;
}
