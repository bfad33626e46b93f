import type { JsonObject } from '../domain/json';
import type { Store, SubscriptionKey } from '../store/port';
import { renewSegments } from './leave-by-segment';
import type { OpenStore } from './open-store';
import type { DeliveryEnd, Listener } from './listener';
import { wakeWaits, type WokenItem } from './wake-waits';

/** How contacts that leave a wait are passed on. */
export interface WaitDelivery {
  /** The segments that let contacts leave early, as far as the node names them without an item. */
  readonly segments?: readonly string[];
  readonly batchSize: number;
  readonly maxInFlight: number;
  deliver(items: JsonObject[], claim: string): Promise<DeliveryEnd>;
  report(error: unknown): void;
}

/** Wakes the contacts of a wait when their time has come; returns how to stop. Who waits stays in the store meanwhile. */
export async function watchWait(
  open: OpenStore,
  key: SubscriptionKey,
  delivery: WaitDelivery,
): Promise<() => void> {
  const now = open.clock.now();
  const { subscription } = await open.store.write(async (tx) => {
    const opened = await tx.subscriptions.open(key, {}, now);
    await renewSegments(tx, opened.subscription, delivery.segments ?? []);
    return opened;
  });
  const listener: Listener<WokenItem> = {
    subscription,
    batchSize: delivery.batchSize,
    maxInFlight: delivery.maxInFlight,
    kinds: [],
    route: async () => [],
    prepare: (tx, timers, at) => wakeWaits(tx, subscription, timers, at),
    deliver: (items, claim) =>
      delivery.deliver(
        items.map(({ json }) => json),
        claim,
      ),
    report: (error) => delivery.report(error),
  };
  return open.pump.add(listener as Listener);
}

/** Whether this wait has ever been watched, on any process: contacts that were parked before are woken when it is again. */
export function isWaitKnown(store: Store, key: SubscriptionKey): Promise<boolean> {
  return store.read(async (tx) => (await tx.subscriptions.get(key.key)) !== null);
}
