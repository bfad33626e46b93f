import { isByMachine, type StoredEvent } from '../event/event';
import type { Message } from '../message/message';
import { eventPrefix } from './channel';

const REACTIONS = ['opened', 'clicked', 'replied'] as const;

/** The event types by which a contact reacts to a message on a channel. */
export function reactionTypes(channel: string): string[] {
  return REACTIONS.map((reaction) => `${eventPrefix(channel)}_${reaction}`);
}

/**
 * Whether an event is a reaction of a person to an attempt: one of the channel's, about a message of that name, not before
 * it was claimed. An event that names its channel speaks of that one only.
 */
export function isReactionTo(
  { channel, name, claimedAt }: Pick<Message, 'channel' | 'name' | 'claimedAt'>,
  event: StoredEvent,
): boolean {
  const { properties } = event;
  // What writes events may take the name 2026 for a number.
  const about = typeof properties.message === 'number' ? String(properties.message) : properties.message;
  return (
    event.occurredAt >= claimedAt &&
    about === name &&
    reactionTypes(channel).includes(event.type) &&
    (typeof properties.channel !== 'string' || properties.channel === channel) &&
    !isByMachine(event)
  );
}
