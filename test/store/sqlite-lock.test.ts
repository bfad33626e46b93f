import { DatabaseSync } from 'node:sqlite';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/open';

describe('a SQLite file that another program holds', () => {
  it('takes nothing, also from work that asks for its statements late, and says what to do', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'contact-store-'));
    const file = path.join(folder, 'contacts.sqlite');
    const store = await openSqliteStore(file, { busyTimeout: 30 });
    const other = new DatabaseSync(file);
    other.exec('begin immediate');

    const early = store.write((tx) => tx.catalogue.note([{ kind: 'tag', name: 'early' }]));
    await expect(early).rejects.toMatchObject({
      code: 'locked',
      advice: expect.stringContaining('PostgreSQL') as string,
    });
    const late = store.write(async (tx) => {
      // The transaction fails to begin, then the file is free: what follows must not be written without one.
      await new Promise((resolve) => setTimeout(resolve, 100));
      other.exec('rollback');
      await tx.catalogue.note([{ kind: 'tag', name: 'late' }]);
    });
    await expect(late).rejects.toMatchObject({ code: 'locked' });

    expect(await store.read((tx) => tx.catalogue.list('tag'))).toEqual([]);
    await store.write((tx) => tx.catalogue.note([{ kind: 'tag', name: 'after' }]));
    expect(await store.read((tx) => tx.catalogue.list('tag'))).toEqual(['after']);
    other.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
});
