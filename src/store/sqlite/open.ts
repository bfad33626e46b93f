import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from '../port';
import { openSqlStore } from '../sql/sql-store';
import { StoreError } from '../store-error';
import { readOnlyError } from './explain';
import { sqliteDialect } from './sqlite-dialect';

/**
 * Opens the SQLite store in the file at `file`, made with mode 0600 when it is new. Throws a StoreError that says what to do.
 */
export async function openSqliteStore(
  file: string,
  options: { readonly busyTimeout?: number } = {},
): Promise<Store> {
  await makeFile(file);
  return openSqlStore(sqliteDialect(file, options.busyTimeout), file);
}

async function makeFile(file: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const present = await stat(file).catch(() => null);
    // To open a device or a pipe may wait for ever, and its mode belongs to the whole machine.
    if (present && !present.isFile() && !present.isDirectory()) throw noFileError(file);
    const handle = await open(file, 'a', 0o600);
    try {
      const { size } = await handle.stat();
      if (size === 0) await handle.chmod(0o600);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    // A store is written to when it is opened; SQLite itself would only say that it cannot open the file.
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') throw readOnlyError(file, error);
    throw new StoreError(
      code === 'ENOSPC' ? 'full' : 'unreachable',
      `The contact store ${file} cannot be opened (${code ?? String(error)}).`,
      'See that the folder exists, that the disk has room, and that the user n8n runs as may read and write it.',
      error,
    );
  }
}

function noFileError(file: string): StoreError {
  return new StoreError(
    'misconfigured',
    `The contact store ${file} is a device or a pipe.`,
    'Give the absolute path of a file, which is made when it is missing. Nothing was written.',
  );
}
