import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { RefusedRequest, type BatchPolicy } from '../../src/app/all-or-nothing';
import type { OpenStore } from '../../src/app/open-store';
import type { JsonObject } from '../../src/domain/json';
import type { Problem, Reading } from '../../src/domain/problem';
import { openContactStore, toNodeError } from './open-contact-store';
import { Parameters } from './parameters';

/** A value that was read for an item. */
export interface ForItem<T> {
  readonly index: number;
  readonly value: T;
}

/**
 * One call of a node with all its items: reads parameters for each, gathers what comes of each, and keeps n8n's
 * manners about errors and pairing. Where the node does not continue on fail, the first refused item ends the run
 * before anything is written.
 */
export class Run {
  readonly context: IExecuteFunctions;
  readonly items: readonly INodeExecutionData[];
  readonly open: OpenStore;
  readonly parameters: Parameters;
  /** The moment of this run, epoch milliseconds. */
  readonly now: number;
  readonly policy: BatchPolicy;
  private readonly outputs = new Map<number, INodeExecutionData[]>();

  private constructor(context: IExecuteFunctions, open: OpenStore) {
    this.context = context;
    this.items = context.getInputData();
    this.open = open;
    this.parameters = new Parameters(context);
    this.now = open.clock.now();
    this.policy = { allOrNothing: !context.continueOnFail() };
  }

  static async begin(context: IExecuteFunctions): Promise<Run> {
    return new Run(context, await openContactStore(context));
  }

  get store() {
    return this.open.store;
  }

  /** Reads something for every item; items with problems are refused. */
  read<T>(decode: (index: number) => Reading<T>): Array<ForItem<T>> {
    const read: Array<ForItem<T>> = [];
    for (let index = 0; index < this.items.length; index++) {
      const reading = decode(index);
      if (reading.ok) read.push({ index, value: reading.value });
      else this.refuse(index, reading.problems);
    }
    return read;
  }

  /**
   * Runs a batch over what was read and returns each result with its item. A refusal in the batch is an error of
   * its item; any other failure is one of the whole run.
   */
  async batch<T, R extends { readonly outcome: string }>(
    read: ReadonlyArray<ForItem<T>>,
    work: (values: T[], policy: BatchPolicy) => Promise<R[]>,
  ): Promise<Array<ForItem<Exclude<R, { outcome: 'refused' }>>>> {
    let results: R[];
    try {
      results = await work(
        read.map(({ value }) => value),
        this.policy,
      );
    } catch (error) {
      if (error instanceof RefusedRequest) throw this.error(read[error.index]?.index ?? 0, error.problems);
      throw toNodeError(this.context.getNode(), error);
    }
    const accepted: Array<ForItem<Exclude<R, { outcome: 'refused' }>>> = [];
    results.forEach((result, at) => {
      const index = read[at]?.index ?? 0;
      if (result.outcome === 'refused')
        this.refuse(index, (result as unknown as { problems: readonly Problem[] }).problems);
      else accepted.push({ index, value: result as Exclude<R, { outcome: 'refused' }> });
    });
    return accepted;
  }

  /** Passes an item on with what this node adds to it. Binary data stay with the item. */
  pass(index: number, additions: JsonObject): void {
    const item = this.items[index];
    this.emit(index, {
      json: { ...item?.json, ...additions },
      ...(item?.binary ? { binary: item.binary } : {}),
    });
  }

  /** Gives an item of its own that comes from item `index`; an item may give many or none. */
  emit(index: number, item: INodeExecutionData): void {
    const own = this.outputs.get(index);
    const paired = { ...item, pairedItem: { item: index } };
    if (own) own.push(paired);
    else this.outputs.set(index, [paired]);
  }

  /**
   * Ends the run with an error of this item, or gives the item as an error where the node continues on fail. n8n adds
   * what the item carried, unless other keys than `error`, `message` and `details` stand beside the error.
   */
  refuse(index: number, problems: readonly Problem[]): void {
    const error = this.error(index, problems);
    if (this.policy.allOrNothing) throw error;
    const details = problems.map(({ field, message }) => ({ field, message }));
    this.emit(index, { json: { error: error.message, details } });
  }

  /** Everything that was given, in the order of the items it comes from. */
  finish(): INodeExecutionData[] {
    const all: INodeExecutionData[] = [];
    for (let index = 0; index < this.items.length; index++) {
      for (const item of this.outputs.get(index) ?? []) all.push(item);
    }
    return all;
  }

  private error(index: number, problems: readonly Problem[]): NodeOperationError {
    const [first, ...more] = problems;
    return new NodeOperationError(this.context.getNode(), first?.message ?? 'This item cannot be taken.', {
      itemIndex: index,
      ...(more.length > 0 ? { description: more.map(({ message }) => message).join(' ') } : {}),
    });
  }
}

/**
 * What becomes of all items when a node could do nothing for any: an error that ends the run, or each item as an error
 * where the node continues on fail. Were it thrown there, n8n would pass the items on through the first output,
 * as if the node had done its work.
 */
export function failAll(context: IExecuteFunctions, error: unknown): INodeExecutionData[] {
  const failure = toNodeError(context.getNode(), error);
  if (!context.continueOnFail()) throw failure;
  return context
    .getInputData()
    .map((_item, index) => ({ json: { error: failure.message }, pairedItem: { item: index } }));
}
