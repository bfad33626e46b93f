import type { Consent } from '../consent/consent';
import type { StoredEvent } from '../event/event';
import type { Message, Purpose } from '../message/message';
import type { Reading } from '../problem';
import type { DeliveryHours } from '../schedule/delivery-window';
import type { ZoneDecision } from '../schedule/zone';
import type { Channel } from './channel';
import type { ChannelAddress } from './channel-address';
import type { FrequencyCap } from './frequency-cap';

/** What does not change from contact to contact about a message that is to be sent over one of several channels. */
export interface ChannelRules {
  readonly message: string;
  readonly purpose: Purpose;
  readonly channels: readonly Channel[];
  readonly order: 'fixed' | 'answers';
  readonly caps: readonly FrequencyCap[];
  readonly hours: DeliveryHours;
  /** How long a contact has to react before the next channel is tried, in milliseconds. */
  readonly reactionTimeMs: number;
}

/** What is known of one contact for the choice of a channel; messages and events of this contact only, oldest first. */
export interface ChannelFacts {
  readonly zone: ZoneDecision;
  readonly consents: Readonly<Record<string, Consent>>;
  /** By the name of the channel. */
  readonly addresses: ReadonlyMap<string, Reading<ChannelAddress>>;
  /** The suppressions of those addresses, by the name of the channel. */
  readonly suppressions: ReadonlyMap<string, { readonly reason: string; readonly at: number }>;
  /** The attempts to send this very message. */
  readonly attempts: readonly Message[];
  /** What may have arrived, of any message, as far back as caps and the order look. */
  readonly recent: readonly Message[];
  /** The reactions that matter to `attempts` and, for the order by answers, to `recent`. */
  readonly events: readonly StoredEvent[];
}
