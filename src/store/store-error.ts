/** What can be wrong with a store as such, whatever was asked of it. */
export type StoreErrorCode =
  | 'locked'
  | 'read_only'
  | 'full'
  | 'damaged'
  | 'newer'
  | 'unreachable'
  | 'misconfigured'
  | 'closed'
  | 'failed';

/** An error of the store. The message says what is wrong and what to do; it never holds a secret. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** What to do about it, as a sentence. */
  readonly advice: string;

  constructor(code: StoreErrorCode, message: string, advice: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.code = code;
    this.advice = advice;
  }
}
