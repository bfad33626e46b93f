import { StoreError } from '../store-error';
import { SqliteError } from './connection';

/** SQLite's primary result codes, from sqlite3.h. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** The worker's own: the file holds tables, but no store. */
const NOT_A_STORE = NOTADB | (1 << 8);

/** An error of SQLite in the user's words; errors that are not SQLite's stay as they are. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof SqliteError) || error.resultCode === null) return error;
  if (error.resultCode === NOT_A_STORE) {
    return new StoreError(
      'misconfigured',
      `The file ${path} is the database of another program.`,
      'Give the contact store a file of its own, which is made when it is missing. Nothing was written.',
      error,
    );
  }
  switch (error.resultCode & 0xff) {
    case BUSY:
    case LOCKED:
      return new StoreError(
        'locked',
        `The contact store ${path} is in use by another process and stayed locked.`,
        'Close the other program that holds the file, or try again. Nothing was written. Where several n8n processes work on one store, use PostgreSQL.',
        error,
      );
    case READONLY:
      return readOnlyError(path, error);
    case FULL:
      return new StoreError(
        'full',
        `The disk that holds the contact store ${path} is full.`,
        'Free some space and run this again. Nothing was written; what was acknowledged before is kept.',
        error,
      );
    case CORRUPT:
    case NOTADB:
      return new StoreError(
        'damaged',
        `The file ${path} is damaged or is not a contact store.`,
        'Stop n8n, put the file aside together with its -wal and -shm files, and restore a backup; "sqlite3 FILE .recover" may save what is in it. Nothing was written.',
        error,
      );
    case CANTOPEN:
      return new StoreError(
        'unreachable',
        `The contact store ${path} cannot be opened.`,
        'See that the folder exists and that the user n8n runs as may read and write it.',
        error,
      );
    case IOERR:
      return new StoreError(
        'failed',
        `The disk that holds the contact store ${path} gave an error: ${error.message}.`,
        'Check the disk, and that the file is not on a network share. Nothing was written.',
        error,
      );
    default:
      return error;
  }
}

/** What is said of a store in a file that cannot be written to. */
export function readOnlyError(path: string, cause: unknown): StoreError {
  return new StoreError(
    'read_only',
    `The contact store ${path} cannot be written to.`,
    "Give the user that n8n runs as write permission for the file and its folder, and see that the disk or Docker volume isn't mounted read-only. Nothing was written.",
    cause,
  );
}
