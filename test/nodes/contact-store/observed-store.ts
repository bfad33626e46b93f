import type { Store, Transaction } from '../../../src/store/port';

/** The store, telling of every operation on its tables: `messages.settle`. */
export function observed(inner: Store, tell: (call: string) => void): Store {
  const observe = (tx: Transaction): Transaction =>
    new Proxy(tx, {
      get: (_, table: keyof Transaction) =>
        new Proxy(tx[table], {
          get(target, operation) {
            tell(`${table}.${String(operation)}`);
            return Reflect.get(target, operation) as unknown;
          },
        }),
    });
  return {
    ...inner,
    read: (work) => inner.read((tx) => work(observe(tx))),
    write: (work) => inner.write((tx) => work(observe(tx))),
  };
}
