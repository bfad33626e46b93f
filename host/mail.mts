/** A mail server that keeps everything it is sent, with an inbox page (MailDev). Nothing ever leaves the machine. */
import { text } from 'node:stream/consumers';
import { MailDev } from 'maildev';

export interface MailOptions {
  /** 0 or nothing: a free one. */
  smtpPort?: number;
  /** The inbox page's port. 0 or nothing: a free one. */
  webPort?: number;
  /** Where messages are kept from one start to the next; in memory unless given. */
  folder?: string;
}

export interface MailMessage {
  id: string;
  /** The addresses of the envelope: who it was really delivered to. */
  recipients: string[];
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** Every header as it was sent, names in lower case, folded lines joined; one that came twice: its values on two lines. */
  headers: Record<string, string>;
  receivedAt: Date;
  /** The message as it came over the wire. */
  source: string;
}

export interface MailServer {
  smtpPort: number;
  webPort: number;
  /** The inbox page. */
  url: string;
  /** Every message, the oldest first. */
  messages(): Promise<MailMessage[]>;
  /** Resolves with the first message that matches, present or to come; rejects after `timeoutSeconds` (30). */
  waitFor(
    matches: (message: MailMessage) => boolean,
    options?: { timeoutSeconds?: number },
  ): Promise<MailMessage>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

interface StoredAddress {
  address?: string;
}

interface StoredMail {
  id: string;
  envelope?: { to?: StoredAddress[] };
  from?: StoredAddress[];
  to?: StoredAddress[];
  subject?: string;
  text?: string;
  html?: string;
  time: Date | string;
}

const addresses = (list: StoredAddress[] | undefined) =>
  (list ?? []).flatMap(({ address }) => (address ? [address] : []));

/** MailDev's own reading drops what mailparser gives as an object (`List-Unsubscribe` for one), so the source is read. */
function headersOf(source: string): Record<string, string> {
  const [head = ''] = source.split(/\r?\n\r?\n/, 1);
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const separator = line.indexOf(':');
    const name = line.slice(0, separator).toLowerCase();
    const value = line.slice(separator + 1).trim();
    if (separator > 0) headers[name] = name in headers ? `${headers[name]}\n${value}` : value;
  }
  return headers;
}

function toMessage(mail: StoredMail, source: string): MailMessage {
  return {
    id: mail.id,
    recipients: addresses(mail.envelope?.to),
    from: addresses(mail.from)[0] ?? '',
    to: addresses(mail.to),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: headersOf(source),
    receivedAt: new Date(mail.time),
    source,
  };
}

/** MailDev announces its address on standard output; the caller does that in its own words. */
async function withoutAnnouncement<T>(start: () => Promise<T>): Promise<T> {
  const { info } = console;
  console.info = () => undefined;
  try {
    return await start();
  } finally {
    console.info = info;
  }
}

/** Starts SMTP (no sign-in, no TLS) and the inbox page, both on 127.0.0.1 only. */
export async function startMail({
  smtpPort = 0,
  webPort = 0,
  folder,
}: MailOptions = {}): Promise<MailServer> {
  const server = new MailDev({
    smtp: smtpPort,
    ip: '127.0.0.1',
    web: webPort,
    webIp: '127.0.0.1',
    silent: true,
    maxEmails: 5000,
    hideExtensions: ['STARTTLS'],
    ...(folder ? { mailDirectory: folder } : {}),
  });
  const { smtp, api } = await withoutAnnouncement(() => server.start());
  const boundWebPort = api?.getPort() ?? webPort;

  async function messages(): Promise<MailMessage[]> {
    const stored = (await smtp.getAllEmails()) as StoredMail[];
    const read = stored.map(async (mail) => toMessage(mail, await text(await smtp.getRawEmail(mail.id))));
    return (await Promise.all(read)).sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
  }

  return {
    smtpPort: smtp.getPort(),
    webPort: boundWebPort,
    url: `http://127.0.0.1:${boundWebPort}`,
    messages,
    async waitFor(matches, { timeoutSeconds = 30 } = {}) {
      const deadline = Date.now() + timeoutSeconds * 1000;
      for (;;) {
        const all = await messages();
        const found = all.find(matches);
        if (found) return found;
        if (Date.now() > deadline) {
          const subjects = all.map(({ subject, recipients }) => `${recipients.join(', ')}: ${subject}`);
          throw new Error(
            `No such mail within ${timeoutSeconds} s. Arrived: ${subjects.join(' | ') || 'none'}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async clear() {
      await smtp.deleteAllEmails();
    },
    async stop() {
      await server.stop();
    },
  };
}
