/** Where the address of a channel comes from; `none` where it needs no address. */
export type AddressSource =
  | { readonly from: 'email' | 'phone' | 'pushToken' | 'none' }
  | { readonly from: 'property'; readonly property: string };

/** One way to reach contacts with a message, as a list of channels names it. */
export interface Channel {
  /** Tells the attempts, caps and events of this channel from others: `email`, `sms`, an own name. */
  readonly name: string;
  /** As it is shown: `E-Mail`. */
  readonly label: string;
  readonly address: AddressSource;
  /** The channel whose consent permits marketing over this one. */
  readonly consent: string;
  /** Whether the quiet hours hold for it. */
  readonly keepsQuietHours: boolean;
}

/** What is usual for the channels there are names for. Both kinds of push share the consent and the events of `push`. */
export const KNOWN_CHANNELS = {
  email: { label: 'E-Mail', address: 'email', consent: 'email' },
  sms: { label: 'SMS', address: 'phone', consent: 'sms' },
  whatsapp: { label: 'WhatsApp', address: 'phone', consent: 'whatsapp' },
  web_push: { label: 'Web Push', address: 'pushToken', consent: 'push' },
  mobile_push: { label: 'Mobile Push', address: 'pushToken', consent: 'push' },
  chat: { label: 'Chat', address: 'none', consent: 'chat' },
  ads: { label: 'Ads Audience', address: 'email', consent: 'ads' },
} as const;
export type KnownChannel = keyof typeof KNOWN_CHANNELS;

/** Whether text is the name of one of {@link KNOWN_CHANNELS}. */
export function isKnownChannel(name: string): name is KnownChannel {
  return Object.hasOwn(KNOWN_CHANNELS, name);
}

/** What event types of a channel begin with: `email_sent`, `sms_replied`; both kinds of push tell of `push`. */
export function eventPrefix(channel: string): string {
  return channel === 'web_push' || channel === 'mobile_push' ? 'push' : channel;
}

/**
 * What the address of a channel has to be: an e-mail address, a telephone number, or anything (null). A property that holds the
 * address of a channel for e-mails or text messages is judged like the contact's own.
 */
export function addressKind({ name, address }: Pick<Channel, 'name' | 'address'>): 'email' | 'phone' | null {
  const usual = isKnownChannel(name) ? KNOWN_CHANNELS[name].address : null;
  const from = address.from === 'property' ? usual : address.from;
  return from === 'email' || from === 'phone' ? from : null;
}

/** Under which channel the addresses of this one are suppressed; null where none are kept. */
export function suppressionChannel(channel: Pick<Channel, 'name' | 'address'>): string | null {
  const kind = addressKind(channel);
  if (kind !== 'phone') return kind;
  return channel.name === 'sms' || channel.name === 'whatsapp' ? channel.name : 'phone';
}
