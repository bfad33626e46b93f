import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Store } from '../store/port';
import { UsageError } from './terminal';

/** What a file that is written must not be. */
export interface KeptFiles {
  /** The store that is worked on; its file holds everything there is. */
  readonly store: Store;
  /** The file that is read meanwhile; `-` is the standard input. */
  readonly source?: string;
}

/** Throws a UsageError where writing to `file`, under whatever name or link, would destroy the store or what is read. */
export async function refuseToDestroy(file: string, { store, source = '-' }: KeptFiles): Promise<void> {
  const databases =
    store.kind === 'sqlite' ? ['', '-wal', '-shm'].map((suffix) => `${store.location}${suffix}`) : [];
  for (const database of databases) {
    if (await isSameFile(file, database)) {
      throw new UsageError(`${file} is the contact store itself; write to another file.`);
    }
  }
  if (source !== '-' && (await isSameFile(file, source))) {
    throw new UsageError(`${file} is the file that is read; write to another one.`);
  }
}

/**
 * Opens a file to write it anew, readable and writable for its owner only, also where it was there before with more
 * rights. With `isNew` it must not be there, so that no link can lead elsewhere.
 */
export async function openPrivately(
  file: string,
  { isNew }: { readonly isNew: boolean },
): Promise<FileHandle> {
  const handle = await open(file, isNew ? 'wx' : 'w', 0o600);
  try {
    if ((await handle.stat()).isFile()) await handle.chmod(0o600);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [one, other].map((file) => stat(file, { bigint: true }).catch(() => null)),
  );
  return a != null && b != null && a.ino === b.ino && a.dev === b.dev;
}
