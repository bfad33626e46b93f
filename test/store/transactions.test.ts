import type { CompiledQuery } from 'kysely';
import type { Store } from '../../src/store/port';
import { openSqlStore } from '../../src/store/sql/sql-store';
import { StoreError } from '../../src/store/store-error';
import { DATABASES } from './databases';
import { contactOf, onEachDatabase } from './each-database';
import { fill, OPERATIONS } from './every-operation';
import { spyingOn } from './spying-dialect';

onEachDatabase('transactions', (test) => {
  const put = (id: number) => test.write((tx) => tx.contacts.put([contactOf(id)]));
  const ids = async (store: Store = test.store) =>
    store.read(async (tx) => (await tx.contacts.select({ limit: 100 })).map(({ id }) => id));

  it('a write happens whole or not at all, and gives what its work gives', async () => {
    expect(await test.write(async () => 'done')).toBe('done');
    await put(1);
    const failing = test.write(async (tx) => {
      await tx.contacts.put([contactOf(2)]);
      await tx.contacts.remove([1], { erase: true });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await ids()).toEqual([1]);
    await put(3);
    expect(await ids()).toEqual([1, 3]);
  });

  it('an error of the database undoes the write and leaves the store usable', async () => {
    const failing = test.write(async (tx) => {
      await tx.contacts.put([contactOf(1)]);
      await tx.contacts.put([{ ...contactOf(2), createdAt: null as never }]);
    });
    await expect(failing).rejects.toThrow();
    expect(await ids()).toEqual([]);
    await put(1);
    expect(await ids()).toEqual([1]);
  });

  it.each(['done', 'failed'])(
    'what is asked of a transaction after it is %s is refused, never written',
    async (end) => {
      let goOn: () => void = () => {};
      const paused = new Promise<void>((resolve) => (goOn = resolve));
      let late: Promise<void> | undefined;
      const written = test.write(async (tx) => {
        await tx.contacts.put([contactOf(1)]);
        late = paused.then(() => tx.contacts.put([contactOf(2)]));
        late.catch(() => {});
        if (end === 'failed') throw new Error('failed');
      });
      await written.catch(() => {});
      const next = test.write(async (tx) => {
        goOn();
        await late?.catch(() => {});
        await tx.contacts.put([contactOf(3)]);
      });
      await next;
      await expect(late).rejects.toThrow(/ended|already/);
      expect(await ids()).toEqual(end === 'failed' ? [3] : [1, 3]);
    },
  );

  it('so is what is asked while its end is on its way', async () => {
    let late: Promise<void> | undefined;
    const failing = test.write(async (tx) => {
      const failed = Promise.reject(new Error('failed'));
      // Some turns later the store has begun to undo the write, and the database has not answered yet.
      late = failed.catch(async () => {
        for (let turn = 0; turn < 12; turn++) await Promise.resolve();
        await tx.contacts.put([contactOf(2)]);
      });
      late.catch(() => {});
      await failed;
    });
    await expect(failing).rejects.toThrow('failed');
    await expect(late).rejects.toThrow(/ended|already/);
    expect(await ids()).toEqual([]);
  });

  it('statements that were not awaited belong to the write, and fail with it', async () => {
    const failing = test.write(async (tx) => {
      const first = tx.contacts.put([contactOf(1)]);
      const wrong = tx.contacts.put([{ ...contactOf(2), createdAt: null as never }]);
      const after = tx.contacts.put([contactOf(3)]);
      await Promise.all([first, wrong, after]);
    });
    await expect(failing).rejects.toThrow();
    expect(await ids()).toEqual([]);
    await test.write(async (tx) => {
      await Promise.all([
        tx.contacts.put([contactOf(1)]),
        tx.contacts.put([contactOf(1, { firstName: 'later' })]),
      ]);
    });
    expect((await test.read((tx) => tx.contacts.get([1]))).get(1)?.firstName).toBe('later');
  });

  it('a read sees one state, whatever is written meanwhile', async () => {
    const other = await test.openAgain();
    await put(1);
    const counts = await test.read(async (tx) => {
      const before = await tx.contacts.count({});
      await other.write((writing) => writing.contacts.put([contactOf(2), contactOf(3)]));
      return [before, await tx.contacts.count({}), (await tx.contacts.select({ limit: 9 })).length];
    });
    expect(counts).toEqual([1, 1, 1]);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it('writers of several processes take turns: what one read stays true until it ends', async () => {
    const stores = [test.store, await test.openAgain(), await test.openAgain()];
    await put(1);
    const increment = (store: Store) =>
      store.write(async (tx) => {
        const contact = (await tx.contacts.get([1])).get(1);
        if (!contact) throw new Error('Contact 1 is gone');
        const n = Number(contact.properties.n ?? 0) + 1;
        await tx.contacts.put([{ ...contact, properties: { n } }]);
      });
    await Promise.all(Array.from({ length: 60 }, (_, n) => increment(stores[n % 3] ?? test.store)));
    expect((await test.read((tx) => tx.contacts.get([1]))).get(1)?.properties).toEqual({ n: 60 });
  });

  it('tells listeners of each write, of this process and of others, and of no read', async () => {
    let heard = 0;
    const stop = test.store.onWrite(() => heard++);
    await put(1);
    expect(heard).toBe(1);
    await ids();
    await expect(test.write(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(heard).toBe(1);

    const other = await test.openAgain();
    // The first look of a process, and the connection that listens, may come after the write: it is repeated.
    let foreign = 0;
    const heardOfForeign = new Promise<void>((resolve) => {
      const stopForeign = other.onWrite(() => {
        foreign++;
        stopForeign();
        resolve();
      });
    });
    for (let id = 2; foreign === 0; id++) {
      await put(id);
      await Promise.race([heardOfForeign, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    stop();
    const before = heard;
    await put(1_000);
    expect(heard).toBe(before);
  });

  it('a closed store says so, closes again without harm, and keeps what was written', async () => {
    const other = await test.openAgain();
    await other.write((tx) => tx.contacts.put([contactOf(1)]));
    await other.close();
    await other.close();
    await expect(other.read((tx) => tx.contacts.count({}))).rejects.toMatchObject({ code: 'closed' });
    await expect(other.write((tx) => tx.contacts.count({}))).rejects.toBeInstanceOf(StoreError);
    expect(await ids()).toEqual([1]);
  });

  it('tells where it is without a secret', () => {
    const { password } = new URL(test.database.url);
    expect(test.store.location.length).toBeGreaterThan(5);
    if (password) expect(test.store.location).not.toContain(password);
  });
});

describe.each(DATABASES)('statements in $name', ({ create }) => {
  const statements: CompiledQuery[] = [];
  let database: Awaited<ReturnType<typeof create>>;
  let store: Store;
  const ids = Array.from({ length: 400 }, (_, n) => n + 1);

  beforeAll(async () => {
    database = await create();
    // Opened once, so that the schema is there.
    await (await database.open()).close();
    store = await openSqlStore(spyingOn(database.dialect(), statements), 'spied on');
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it.each(Object.entries(OPERATIONS))('%s costs the same number for 3 and for 300', async (_, operation) => {
    const cost = async (count: number) => {
      const undone = store.write(async (tx) => {
        await fill(tx, ids);
        statements.length = 0;
        await operation(tx, ids.slice(10, 10 + count));
        throw new Error('undo');
      });
      await expect(undone).rejects.toThrow('undo');
      return statements.length;
    };
    const few = await cost(3);
    expect(few).toBeGreaterThan(0);
    expect(await cost(300)).toBe(few);
  });
});
