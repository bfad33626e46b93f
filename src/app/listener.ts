import type { Change, ChangeKind } from '../domain/change/change';
import type { NewTimer, Subscription, Timer, Transaction } from '../store/port';

/** What a listener makes of ripe timers; it names each of them. */
export interface Prepared<Item> {
  readonly deliver: ReadonlyArray<{ readonly timer: Timer; readonly item: Item }>;
  /** Looked at too early: nothing let them go, they wait on until they are due. */
  readonly postpone: readonly number[];
  /** Due, but not at this moment: they wait for another one. */
  readonly reschedule?: ReadonlyArray<{ readonly id: number; readonly dueAt: number }>;
  /** Nothing is to be delivered any more. */
  readonly discard: readonly number[];
}

/**
 * How an execution that was given a batch ended. A failed batch is delivered again one by one, unless somebody
 * stopped it on purpose: then it is `final`, and kept as failed. One whose process died under it is `lost`: that says
 * nothing about the contacts, who are due again when the claim has run out.
 */
export type DeliveryEnd =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string; readonly isFinal?: boolean; readonly isLost?: boolean };

/** One node of a published workflow that is to be told when something is due. */
export interface Listener<Item = unknown> {
  readonly subscription: Subscription;
  /** At most so many contacts in one delivery. */
  readonly batchSize: number;
  /** At most so many deliveries at the same time. */
  readonly maxInFlight: number;
  /** The kinds of change this listener turns into timers; none for waits. */
  readonly kinds: readonly ChangeKind[];
  /** What changes mean for it: the timers to set. Called with every change of its kinds once, in order. */
  route(tx: Transaction, changes: readonly Change[], now: number): Promise<readonly NewTimer[]>;
  /** How the timers of contacts that were there before are set, page by page; listeners that watch ahead only have none. */
  readonly seeding?: {
    /** Whether pages are left, by the subscription as the store has it. */
    isUnfinished(subscription: Subscription): boolean;
    next(tx: Transaction, now: number): Promise<void>;
  };
  prepare(tx: Transaction, timers: readonly Timer[], now: number): Promise<Prepared<Item>>;
  /** Starts an execution with these items and answers when it has ended. */
  deliver(items: readonly Item[], claim: string): Promise<DeliveryEnd>;
  /** In the transaction that ends a successful delivery. */
  settled?(tx: Transaction, timers: readonly Timer[], now: number): Promise<void>;
  /** Told when the store or the execution failed; the pump goes on by itself. */
  report(error: unknown): void;
}

/** Something that the store keeps right by itself, page by page, in every process that has it open. */
export interface Upkeep {
  /** Whether there is anything to do at once, and when there next is by time alone. */
  state(
    tx: Transaction,
    now: number,
  ): Promise<{ readonly isBehind: boolean; readonly nextAt: number | null }>;
  /** Does some of it in one transaction; does nothing where there is nothing to do. */
  next(tx: Transaction, now: number): Promise<unknown>;
  /** Told when it failed; the pump tries again by itself. */
  report(error: unknown): void;
}
