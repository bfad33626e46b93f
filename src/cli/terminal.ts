import type { Readable, Writable } from 'node:stream';

/** What a command reads from and writes to. `process` is one. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a command ends with. */
export const EXIT = {
  /** Everything was done. */
  ok: 0,
  /** It was done, but rows of the file were refused. */
  refusedRows: 1,
  /** The command line or the file is wrong; nothing was written. */
  usage: 2,
  /** The store, or something under it, failed; what was done before that stays done. */
  store: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Thrown where a command cannot be carried out as it was given; nothing was written. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
