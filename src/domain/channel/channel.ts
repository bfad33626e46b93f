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

/** Under which channel the addresses of this one are suppressed; null where none are kept. */
export function suppressionChannel({ name, address }: Pick<Channel, 'name' | 'address'>): string | null {
  if (address.from === 'email') return 'email';
  if (address.from !== 'phone') return null;
  return name === 'sms' || name === 'whatsapp' ? name : 'phone';
}
