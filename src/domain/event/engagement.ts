/**
 * What can become of a message, and the events that say so by channel; the channels of both kinds of push tell of `push`.
 * Channels with a name of the user's own have events called after it, which no list holds.
 */
export const ENGAGEMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sent: {
    email: 'email_sent',
    sms: 'sms_sent',
    push: 'push_sent',
    whatsapp: 'whatsapp_sent',
    chat: 'chat_sent',
    ads: 'ads_sent',
    site: 'site_message_shown',
  },
  opened: { email: 'email_opened', push: 'push_opened', whatsapp: 'whatsapp_opened', chat: 'chat_opened' },
  clicked: {
    email: 'email_clicked',
    sms: 'sms_clicked',
    push: 'push_clicked',
    whatsapp: 'whatsapp_clicked',
    chat: 'chat_clicked',
    ads: 'ads_clicked',
  },
  replied: {
    email: 'email_replied',
    sms: 'sms_replied',
    whatsapp: 'whatsapp_replied',
    chat: 'chat_replied',
  },
  bounced: { email: 'email_bounced' },
  complained: { email: 'email_complained' },
};

/** The event types that say that something became of a message, on any channel with a name. */
export function engagementTypes(what: 'sent' | 'opened' | 'clicked' | 'replied'): string[] {
  return Object.values(ENGAGEMENTS[what] ?? {});
}
