import type { KeptMessageState, Message, MessageState, NewMessage } from '../domain/message/message';

/** Which message of whom, whatever the channel. */
export type MessageOccasion = Pick<NewMessage, 'contactId' | 'name' | 'occasion'>;

/**
 * The ledger of messages: each attempt to send one is claimed before it is made. There is at most one attempt for each
 * contact, message, occasion and channel.
 */
export interface MessageTable {
  /**
   * Claims attempts, and gives their ids in the order given. One that was released gives up its place. An attempt that
   * stands already makes the whole transaction fail: what is claimed is to be looked up before, in the same one.
   */
  claim(messages: readonly NewMessage[]): Promise<number[]>;
  get(ids: readonly number[]): Promise<Map<number, Message>>;
  /** Every attempt to send these messages, in the order in which they were made. */
  attempts(asked: readonly MessageOccasion[]): Promise<Message[]>;
  /** What contacts may have got: attempts claimed at or after a moment, those that failed or were released left out; oldest first. */
  since(asked: ReadonlyArray<{ readonly contactId: number; readonly at: number }>): Promise<Message[]>;
  /** Writes how attempts ended. Repeating it changes nothing. */
  settle(
    outcomes: ReadonlyArray<{
      readonly id: number;
      readonly state: KeptMessageState;
      readonly at: number;
      readonly error: string | null;
    }>,
  ): Promise<void>;
  /** Attempts that fit every given condition, the newest first. */
  select(query: MessageQuery): Promise<Message[]>;
  /** How many claims are uncertain at a moment. */
  countUncertain(now: number): Promise<number>;
  count(): Promise<number>;
  /**
   * Goes through up to `limit` messages after one in the order in which they were claimed, and deletes those of them that were
   * claimed before `before` and keep no message from being sent twice. Claims whose outcome nobody told are kept. Gives the
   * last one it looked at; null where none before `before` is left.
   */
  prune(query: MessagePruning): Promise<{ readonly deleted: number; readonly lastId: number | null }>;
}

/** Which messages may go. */
export interface MessagePruning {
  readonly before: number;
  /** Whether those that were sent once for a key of the user go too, so that the same key sends them again. */
  readonly withKeys: boolean;
  readonly afterId: number;
  readonly limit: number;
}

/** Which attempts; every condition given must hold. */
export interface MessageQuery {
  readonly state?: MessageState;
  /** The moment by which claims are uncertain or not. */
  readonly now: number;
  readonly contactIds?: readonly number[];
  readonly name?: string;
  readonly channel?: string;
  /** Only those with a smaller id, to go on where a page ended. */
  readonly beforeId?: number;
  readonly limit: number;
}
