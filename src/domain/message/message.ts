/** Why a message is sent: for marketing, which needs consent, or because of what the contact itself did. */
export const PURPOSES = ['marketing', 'transactional'] as const;
export type Purpose = (typeof PURPOSES)[number];

/**
 * Where an attempt to send a message stands. `claimed`: it is being sent; `uncertain`: nobody said in time how that ended;
 * `released`: somebody decided that it was not sent and may be tried again.
 */
export const MESSAGE_STATES = ['claimed', 'sent', 'failed', 'uncertain', 'released'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** What the ledger keeps of a state: a claim becomes uncertain by time alone. */
export type KeptMessageState = Exclude<MessageState, 'uncertain'>;

/** What an occasion begins with: a stay in a journey or a key of the user; what is sent once for ever has the empty one. */
export const OCCASIONS = { enrolment: 'enrolment ', key: 'key ' } as const;

/** An attempt to send a message that is about to be made. Times are epoch milliseconds UTC. */
export interface NewMessage {
  readonly contactId: number;
  readonly name: string;
  /** What the message is sent once for: an enrolment, a key of the user, or the empty text for ever. */
  readonly occasion: string;
  readonly channel: string;
  readonly purpose: Purpose;
  /** Where it goes: an e-mail address, a number, a token; empty where the channel needs none. */
  readonly address: string;
  /** How often this message was tried by now, over every channel. */
  readonly attempt: number;
  readonly claimedAt: number;
  /** Until when the outcome must be told. */
  readonly leaseUntil: number;
  readonly enrolmentId: number | null;
  readonly journey: string | null;
  readonly workflowId: string;
  readonly nodeName: string;
}

/** An attempt as the ledger holds it. */
export interface Message extends Omit<NewMessage, 'occasion'> {
  readonly id: number;
  /** Null where another attempt stands for this message: contacts were merged that both had got it. */
  readonly occasion: string | null;
  readonly state: KeptMessageState;
  /** When the outcome was told. */
  readonly settledAt: number | null;
  /** Why it failed. */
  readonly error: string | null;
}

/** Where an attempt stands at a moment: a claim whose outcome never came is uncertain from the end of its lease on. */
export function stateAt(
  { state, leaseUntil }: Pick<Message, 'state' | 'leaseUntil'>,
  now: number,
): MessageState {
  return state === 'claimed' && leaseUntil <= now ? 'uncertain' : state;
}

/** Whether an attempt may have reached its contact, so that caps count it and it is never made again by itself. */
export function mayHaveArrived({ state }: Pick<Message, 'state'>): boolean {
  return state === 'claimed' || state === 'sent';
}
