import type { Contact } from '../../src/domain/contact/contact';
import type { Store, Transaction } from '../../src/store/port';
import { DATABASES, type TestDatabase } from './databases';

/** A store of its own for each test, and the database it stands in. */
export class TestStore {
  database!: TestDatabase;
  store!: Store;
  private readonly others: Store[] = [];
  private create: (() => Promise<TestDatabase>) | null = null;

  /** What a writing transaction gives. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.store.write(work);
  }

  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.store.read(work);
  }

  /** The same database as another process has it open. */
  async openAgain(): Promise<Store> {
    const store = await this.database.open();
    this.others.push(store);
    return store;
  }

  async begin(create: () => Promise<TestDatabase>): Promise<void> {
    this.create = create;
    this.database = await create();
    this.store = await this.database.open();
  }

  /** Goes on with an empty store in a database of its own. */
  async beginAnew(): Promise<void> {
    const { create } = this;
    if (!create) throw new Error('The test has not begun');
    await this.end();
    await this.begin(create);
  }

  async end(): Promise<void> {
    for (const store of [this.store, ...this.others.splice(0)]) await store.close();
    await this.database.drop();
  }
}

/** One suite on every database. */
export function onEachDatabase(title: string, suite: (test: TestStore) => void): void {
  describe.each(DATABASES)(`${title} in $name`, ({ create }) => {
    const test = new TestStore();
    beforeEach(() => test.begin(create));
    afterEach(() => test.end());
    suite(test);
  });
}

/** A contact with nothing but an id, unless said otherwise. */
export function contactOf(id: number, values: Partial<Contact> = {}): Contact {
  return {
    id,
    email: null,
    phone: null,
    externalId: null,
    firstName: null,
    lastName: null,
    locale: null,
    timezone: null,
    country: null,
    lifecycleStage: null,
    properties: {},
    createdAt: 1_000,
    updatedAt: 1_000,
    ...values,
  };
}

/** Text that has broken out of some quoting, pattern or encoding before. */
export const HOSTILE_TEXTS = [
  `'; drop table contact; --`,
  `" or "1"="1`,
  '`$(touch /tmp/owned)`',
  '100%',
  '%_%',
  '_',
  'back\\slash\\',
  "O'Brien",
  'two\nlines\ttab\r',
  '🎉👩‍👩‍👧',
  'null',
  'NULL',
  '{"a":1}',
  '[1,2]',
  '$1 ? :name @p $.path',
  '__proto__',
  'constructor',
  '\u202egnp.exe',
  'a.b',
  '$."x"',
  '12345678901234567890',
  'true',
  '\u007f\u0001',
  '\uffff',
  ' padded ',
] as const;
