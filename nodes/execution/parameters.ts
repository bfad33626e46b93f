import type { INode, NodeParameterValueType } from 'n8n-workflow';
import { cleanText } from '../../src/domain/json';

/** What a node's parameters are read from: n8n's context of a run, or another one that has them. */
export interface ParameterSource {
  getNode(): INode;
  getNodeParameter(name: string, itemIndex: number, fallback: never): unknown;
}

/**
 * Reads a node's parameters for each item. A parameter that holds no expression is the same for all items and is
 * evaluated once: n8n takes tens of microseconds for each evaluation, which for 10,000 items adds up.
 */
export class Parameters {
  private readonly context: ParameterSource;
  private readonly constants = new Map<string, unknown>();

  constructor(context: ParameterSource) {
    this.context = context;
  }

  /**
   * The parameter's value for an item, expressions resolved, its text as both databases can hold it (see `cleanText`); null
   * where the node has none of that name, or hides it.
   */
  value(name: string, itemIndex: number): unknown {
    if (this.constants.has(name)) return this.constants.get(name);
    const value = cleanValue(this.context.getNodeParameter(name, itemIndex, null as never), 0);
    if (!holdsExpression(this.raw(name))) this.constants.set(name, value);
    return value;
  }

  text(name: string, itemIndex: number): string {
    const value = this.value(name, itemIndex);
    return value === undefined || value === null ? '' : String(value);
  }

  number(name: string, itemIndex: number): number {
    return Number(this.value(name, itemIndex));
  }

  boolean(name: string, itemIndex: number): boolean {
    return this.value(name, itemIndex) === true;
  }

  /** An object parameter: a collection, a fixed collection, a locator. Absent ones are empty. */
  object(name: string, itemIndex: number): Readonly<Record<string, unknown>> {
    const value = this.value(name, itemIndex);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  }

  /** The rows of a fixed collection with several values: `rows('conditions', 'condition', 0)`. */
  rows(name: string, group: string, itemIndex: number): ReadonlyArray<Readonly<Record<string, unknown>>> {
    const rows = this.object(name, itemIndex)[group];
    return Array.isArray(rows) ? (rows as Array<Record<string, unknown>>) : [];
  }

  /**
   * Whether no parameter of the node holds an expression, apart from these: all others are the same for every item. One of
   * a collection is named with it: `options.key`.
   */
  isConstantApartFrom(names: readonly string[]): boolean {
    return Object.entries(this.context.getNode().parameters).every(
      ([name, value]) => names.includes(name) || !holdsExpression(value, `${name}.`, names),
    );
  }

  private raw(name: string): unknown {
    const [first = name, ...path] = name.split('.');
    let value: unknown = this.context.getNode().parameters[first];
    for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
    return value;
  }
}

/** How deep parameters are looked into; what an expression gives may hold more, which is data and cleaned where it is read. */
const DEEPEST = 8;

/** The value itself where there is nothing to clean; dates and other objects with a prototype of their own as they are. */
function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return value;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => cleanValue(entry, depth + 1));
    return entries.some((entry, at) => entry !== value[at]) ? entries : value;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, cleanValue(entry, depth + 1)] as const);
  const own = value as Record<string, unknown>;
  return entries.some(([key, entry]) => entry !== own[key]) ? Object.fromEntries(entries) : value;
}

function holdsExpression(value: unknown, path = '', apartFrom: readonly string[] = []): boolean {
  if (typeof value === 'string') return value.startsWith('=');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value as Record<string, NodeParameterValueType>).some(
    ([key, own]) => !apartFrom.includes(path + key) && holdsExpression(own),
  );
}
