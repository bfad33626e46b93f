import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import type { Host } from './host.mts';
import type { Outbox } from './outbox.mts';
import { SimulationError } from './refusal.mts';

interface Mail {
  from?: Address;
  to?: Address[];
  cc?: Address[];
  bcc?: Address[];
  replyTo?: Address[];
  subject?: string;
  text?: string;
  html?: string;
  headers?: Record<string, string>;
  attachments?: Array<{ filename?: string }>;
}

interface Address {
  address: string;
  name: string;
}

interface Composed {
  envelope: { from: string | false; to: string[] };
  messageId: string;
  message: string;
}

interface Nodemailer {
  createTransport(options: object, defaults?: object): { sendMail(mail: object): Promise<Composed> };
}

interface Sending {
  outbox: Outbox;
  context: IExecuteFunctions;
  item: number;
}

const sending = new AsyncLocalStorage<Sending>();
let isReplaced = false;

/**
 * The real node with the real mail composer; only the connection is replaced. So what the recipient would read, the
 * addresses and their checks are those of n8n, the note about n8n at the end of the text included.
 */
export function withRecordingTransport(host: Host, real: INodeType, outbox: Outbox): INodeType {
  replaceTransport(host);
  return Object.assign(Object.create(real) as INodeType, {
    execute(this: IExecuteFunctions): Promise<unknown> {
      if (this.getNodeParameter('operation', 0, 'send') !== 'send') {
        throw new SimulationError(
          `"${this.getNode().name}" waits for an answer by mail, which is not simulated`,
        );
      }
      const state: Sending = { outbox, context: this, item: 0 };
      const noting = Object.create(this) as IExecuteFunctions;
      const read = this.getNodeParameter.bind(this) as (...given: unknown[]) => unknown;
      Object.assign(noting, {
        getNodeParameter: (name: string, item: number, ...rest: unknown[]) => {
          state.item = item;
          return read(name, item, ...rest);
        },
      });
      return sending.run(state, () => real.execute!.call(noting)) as Promise<INodeExecutionData[][]>;
    },
  });
}

function replaceTransport(host: Host): void {
  if (isReplaced) return;
  isReplaced = true;
  const nodemailer = createRequire(host.require.resolve('n8n-nodes-base/package.json'))(
    'nodemailer',
  ) as Nodemailer;
  const createTransport = nodemailer.createTransport.bind(nodemailer);
  const composer = createTransport({ jsonTransport: true });
  nodemailer.createTransport = () => ({ sendMail: (mail) => send(composer, mail) as never });
}

async function send(composer: ReturnType<Nodemailer['createTransport']>, given: object): Promise<object> {
  const state = sending.getStore();
  if (state === undefined) throw new SimulationError('A mail was sent outside a node that records it');
  const { envelope, messageId, message } = await composer.sendMail(given);
  if (envelope.to.length === 0)
    throw Object.assign(new Error('No recipients defined'), { code: 'EENVELOPE' });
  const mail = JSON.parse(message) as Mail;
  const { context, item, outbox } = state;
  outbox.send(
    {
      workflow: context.getWorkflow().name ?? '',
      node: context.getNode(),
      executionId: context.getExecutionId(),
      item: context.getInputData()[item],
    },
    {
      channel: 'email',
      to: listed(mail.to),
      ...pick(mail, ['subject', 'text', 'html']),
      details: detailsOf(mail),
    },
  );
  return {
    accepted: envelope.to,
    rejected: [],
    envelopeTime: 0,
    messageTime: 0,
    messageSize: message.length,
    response: '250 2.0.0 OK',
    envelope,
    messageId,
  };
}

function detailsOf({ from, cc, bcc, replyTo, headers, attachments }: Mail): Record<string, unknown> {
  return {
    from: from?.name ? `${from.name} <${from.address}>` : from?.address,
    ...(cc && { cc: listed(cc) }),
    ...(bcc && { bcc: listed(bcc) }),
    ...(replyTo && { replyTo: listed(replyTo) }),
    ...(headers && Object.keys(headers).length > 0 && { headers }),
    ...(attachments && { attachments: attachments.map(({ filename }) => filename) }),
  };
}

function listed(addresses: Address[] | undefined): string {
  return (addresses ?? []).map(({ address }) => address).join(', ');
}

function pick<T extends object, K extends keyof T>(from: T, keys: K[]): Partial<Pick<T, K>> {
  const found: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from[key] !== undefined) found[key] = from[key];
  return found;
}
