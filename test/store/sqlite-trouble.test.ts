import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../src/store/port';
import { openSqliteStore } from '../../src/store/sqlite/open';
import { StoreError, type StoreErrorCode } from '../../src/store/store-error';
import { contactOf } from './each-database';

/** A disk of its own for a test: memory that is mounted, of which only root has the say. */
class Disk {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(size: string): Promise<Disk> {
    const disk = new Disk(await mkdtemp(path.join(os.tmpdir(), 'disk-')));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk.folder]);
    return disk;
  }

  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.folder]);
  }

  makeWritable(): void {
    execFileSync('mount', ['-o', 'remount,rw', this.folder]);
  }

  async drop(): Promise<void> {
    execFileSync('umount', ['-l', this.folder]);
    await rm(this.folder, { recursive: true });
  }

  static readonly isPossible: boolean = (() => {
    const folder = path.join(os.tmpdir(), `may-mount-${process.pid}`);
    try {
      execFileSync('mkdir', [folder]);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
      execFileSync('umount', [folder]);
      return true;
    } catch {
      return false;
    } finally {
      execFileSync('rmdir', [folder]);
    }
  })();
}

async function errorOf(work: Promise<unknown>): Promise<StoreError> {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StoreError))
    throw new Error(`Expected a StoreError, got ${String(error)}`, { cause: error });
  return error;
}

function expectAdvice(error: StoreError, codes: readonly StoreErrorCode[], file: string): void {
  expect(codes).toContain(error.code);
  expect(error.message).toContain(file);
  expect(error.advice.length).toBeGreaterThan(30);
}

const put = (store: Store, from: number, count: number, size = 10) =>
  store.write((tx) =>
    tx.contacts.put(
      Array.from({ length: count }, (_, n) =>
        contactOf(from + n, { properties: { text: 'x'.repeat(size) } }),
      ),
    ),
  );
const count = (store: Store) => store.read((tx) => tx.contacts.count({}));

// Whoever may not mount a disk can neither fill one up nor make it read-only; elsewhere these run.
const onDisk = Disk.isPossible ? describe : describe.skip;

onDisk('a SQLite file on a disk in trouble (needs the right to mount)', () => {
  let disk: Disk;
  let file: string;
  let store: Store | null = null;
  beforeEach(async () => {
    disk = await Disk.create('2m');
    file = path.join(disk.folder, 'contacts.sqlite');
  });
  afterEach(async () => {
    await store?.close();
    store = null;
    await disk.drop();
  });

  it('that is full: what was acknowledged is kept, nothing else is written, and it goes on when there is room', async () => {
    store = await openSqliteStore(file);
    const ballast = path.join(disk.folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(500_000));
    let acknowledged = 0;
    let error: StoreError | null = null;
    for (let round = 0; round < 1_000 && !error; round++) {
      const writing = put(store, acknowledged + 1, 20, 500);
      error = await writing.then(
        () => null,
        (caught: unknown) => caught as StoreError,
      );
      if (!error) acknowledged += 20;
    }
    if (!error) throw new Error('The disk never was full');
    expect(acknowledged).toBeGreaterThan(0);
    expectAdvice(error, ['full'], file);
    expect(await count(store)).toBe(acknowledged);
    await store.close();

    await rm(ballast);
    store = await openSqliteStore(file);
    expect(await count(store)).toBe(acknowledged);
    await put(store, acknowledged + 1, 20, 500);
    expect(await count(store)).toBe(acknowledged + 20);
  });

  it('that is full before there is a store', async () => {
    await writeFile(path.join(disk.folder, 'ballast'), Buffer.alloc(2_000_000)).catch(() => {});
    await open(path.join(disk.folder, 'more'), 'w')
      .then(async (more) => {
        for (;;) await more.write(Buffer.alloc(4_096)).catch(() => Promise.reject(more.close()));
      })
      .catch(() => {});
    expectAdvice(await errorOf(openSqliteStore(file)), ['full'], file);
  });

  it('that is read-only now: what was written is kept, and it goes on when it is writable again', async () => {
    const before = await openSqliteStore(file);
    await put(before, 1, 3);
    await before.close();
    disk.makeReadOnly();
    const error = await errorOf(openSqliteStore(file));
    expectAdvice(error, ['read_only'], file);
    disk.makeWritable();
    store = await openSqliteStore(file);
    expect(await count(store)).toBe(3);
  });

  it('that is read-only and has no store', async () => {
    disk.makeReadOnly();
    expectAdvice(await errorOf(openSqliteStore(file)), ['read_only'], file);
    const deeper = path.join(disk.folder, 'a', 'b', 'contacts.sqlite');
    // Node says of folders it may not make there only that there are none.
    expectAdvice(await errorOf(openSqliteStore(deeper)), ['read_only', 'unreachable'], deeper);
  });
});

describe('a SQLite file that is not what it should be', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'contact-store-'));
    file = path.join(folder, 'contacts.sqlite');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const filled = async () => {
    const store = await openSqliteStore(file);
    await put(store, 1, 3_000, 200);
    await store.close();
  };
  const overwrite = async (from: number, bytes: Uint8Array) => {
    const handle = await open(file, 'r+');
    await handle.write(bytes, 0, bytes.length, from);
    await handle.close();
  };

  it('with a damaged beginning is told of and left as it is', async () => {
    await filled();
    await overwrite(0, Buffer.from('This is a letter, not a database'));
    const { size } = await stat(file);
    expectAdvice(await errorOf(openSqliteStore(file)), ['damaged'], file);
    expect((await stat(file)).size).toBe(size);
  });

  it('with damaged pages is told of by whoever meets them', async () => {
    await filled();
    const { size } = await stat(file);
    const junk = Buffer.alloc(4_096, 0xa5);
    for (let page = Math.ceil(size / 4_096 / 2); page < size / 4_096; page++)
      await overwrite(page * 4_096, junk);
    const store = await openSqliteStore(file);
    try {
      const reading = store.read((tx) => tx.contacts.select({ limit: 10_000 }));
      expectAdvice(await errorOf(reading), ['damaged'], file);
      expect(await store.read((tx) => tx.contacts.select({ limit: 3 }))).toHaveLength(3);
    } finally {
      await store.close();
    }
  });

  it('that is some other file is told of and left as it is', async () => {
    const text = 'id,email\n1,ann@example.com\n'.repeat(100);
    await writeFile(file, text);
    expectAdvice(await errorOf(openSqliteStore(file)), ['damaged'], file);
    expect((await stat(file)).size).toBe(text.length);
  });

  it('that is the database of another program is told of and left as it is', async () => {
    const other = new DatabaseSync(file);
    other.exec('create table workflow_entity (id integer)');
    other.close();
    const before = await readFile(file);
    expectAdvice(await errorOf(openSqliteStore(file)), ['misconfigured'], file);
    expect(await readFile(file)).toEqual(before);
  });

  it('that is a device or a pipe is told of, without waiting for it or changing who may use it', async () => {
    execFileSync('mkfifo', ['-m', '644', file]);
    expectAdvice(await errorOf(openSqliteStore(file)), ['misconfigured'], file);
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it('that was cut off is told of', async () => {
    await filled();
    const handle = await open(file, 'r+');
    await handle.truncate(8_192);
    await handle.close();
    expectAdvice(
      await errorOf(openSqliteStore(file).then((store) => count(store).finally(() => store.close()))),
      ['damaged'],
      file,
    );
  });

  it('that is a folder, or in a folder that is a file', async () => {
    await mkdir(file);
    expectAdvice(await errorOf(openSqliteStore(file)), ['unreachable'], file);
    const inFile = path.join(folder, 'plain');
    await writeFile(inFile, 'x');
    const impossible = path.join(inFile, 'contacts.sqlite');
    expectAdvice(await errorOf(openSqliteStore(impossible)), ['unreachable'], impossible);
  });

  it('whose folders are missing is made with them', async () => {
    const deep = path.join(folder, 'a', 'ü ber', "it's", 'contacts.sqlite');
    const store = await openSqliteStore(deep);
    await put(store, 1, 1);
    await store.close();
    expect((await stat(deep)).mode & 0o777).toBe(0o600);
  });
});
