import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, JsonObject } from 'n8n-workflow';
import type { Host } from './host.mts';
import { withRecordingTransport } from './mail-transport.mts';
import type { Outbox, Outgoing, Sender } from './outbox.mts';
import { SimulationError } from './refusal.mts';

/** Which parameters of a node say what it sends, and what n8n would put out afterwards. */
interface Recorder {
  channel: string;
  /** The only resource and operation that is simulated, where the node has several. */
  only?: Record<string, string>;
  to: string;
  text: string;
  subject?: string;
  /** Parameter whose value (`html` or `true`) says that `text` is HTML. */
  htmlWhen?: string;
  html?: string;
  output: (sent: Outgoing) => IDataObject;
}

const sms = { resource: 'sms', operation: 'send' };
const message = (operation: string): Record<string, string> => ({ resource: 'message', operation });

const recorders: Record<string, Recorder> = {
  sendGrid: {
    ...{ channel: 'email', only: { resource: 'mail', operation: 'send' }, to: 'toEmail', subject: 'subject' },
    ...{ text: 'contentValue', htmlWhen: 'contentType', output: () => ({ messageId: 'simulated' }) },
  },
  mailgun: {
    ...{ channel: 'email', to: 'toEmail', subject: 'subject', text: 'text', html: 'html' },
    output: () => ({ id: '<simulated@mailgun>', message: 'Queued. Thank you.' }),
  },
  gmail: {
    ...{ channel: 'email', only: message('send'), to: 'sendTo', subject: 'subject', text: 'message' },
    ...{
      htmlWhen: 'emailType',
      output: () => ({ id: 'simulated', threadId: 'simulated', labelIds: ['SENT'] }),
    },
  },
  awsSes: {
    ...{
      channel: 'email',
      only: { resource: 'email', operation: 'send' },
      to: 'toAddresses',
      subject: 'subject',
    },
    ...{ text: 'body', htmlWhen: 'isBodyHtml', output: () => ({ MessageId: 'simulated' }) },
  },
  twilio: {
    ...{ channel: 'sms', only: sms, to: 'to', text: 'message' },
    output: ({ to, text }) => ({ sid: 'simulated', status: 'queued', to: to ?? null, body: text ?? null }),
  },
  vonage: {
    channel: 'sms',
    only: sms,
    to: 'to',
    text: 'message',
    output: ({ to }) => ({ to: to ?? null, status: '0' }),
  },
  messageBird: {
    ...{ channel: 'sms', only: sms, to: 'recipients', text: 'message' },
    output: ({ text }) => ({ id: 'simulated', type: 'sms', body: text ?? null }),
  },
  plivo: {
    ...{ channel: 'sms', only: sms, to: 'to', text: 'message' },
    output: () => ({ message: 'message(s) queued', message_uuid: ['simulated'] }),
  },
  whatsApp: {
    ...{ channel: 'whatsapp', only: message('send'), to: 'recipientPhoneNumber', text: 'textBody' },
    output: ({ to }) => ({ messaging_product: 'whatsapp', contacts: [{ input: to ?? null }] }),
  },
  slack: {
    ...{ channel: 'slack', only: message('post'), to: 'channelId', text: 'text' },
    output: ({ to, text }) => ({ ok: true, channel: to ?? null, message: { text: text ?? null } }),
  },
  telegram: {
    ...{ channel: 'telegram', only: message('sendMessage'), to: 'chatId', text: 'text' },
    output: ({ to, text }) => ({ ok: true, result: { chat: { id: to ?? null }, text: text ?? null } }),
  },
  mattermost: {
    ...{ channel: 'mattermost', only: message('post'), to: 'channelId', text: 'message' },
    output: ({ text }) => ({ id: 'simulated', message: text ?? null }),
  },
  pushover: {
    ...{ channel: 'push', only: message('push'), to: 'userKey', text: 'message' },
    output: () => ({ status: 1, request: 'simulated' }),
  },
};

export const recordedNodes: readonly string[] = ['emailSend', 'httpRequest', ...Object.keys(recorders)];

/** The node with its real description that writes down instead of sending; undefined where there is no recorder. */
export function recordingNode(
  host: Host,
  name: string,
  real: INodeType,
  outbox: Outbox,
): INodeType | undefined {
  if (name === 'emailSend') return withRecordingTransport(host, real, outbox);
  if (name === 'httpRequest')
    return withExecute(host, real, (context, item) => recordRequest(host, context, item, outbox));
  const recorder = recorders[name];
  return (
    recorder && withExecute(host, real, (context, item) => recordMessage(context, item, recorder, outbox))
  );
}

type Record1 = (context: IExecuteFunctions, item: number) => INodeExecutionData[];

function withExecute(host: Host, real: INodeType, record: Record1): INodeType {
  return Object.assign(Object.create(real) as INodeType, {
    execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
      const results: INodeExecutionData[] = [];
      for (const item of this.getInputData().keys()) {
        try {
          results.push(...record(this, item).map((result) => ({ ...result, pairedItem: { item } })));
        } catch (error) {
          if (error instanceof SimulationError || !(error instanceof Error)) throw error;
          if (!this.continueOnFail()) {
            throw new host.workflow.NodeApiError(this.getNode(), error as unknown as JsonObject, {
              itemIndex: item,
            });
          }
          results.push({ json: { error: error.message }, pairedItem: { item } });
        }
      }
      return Promise.resolve([results]);
    },
  });
}

function recordMessage(
  context: IExecuteFunctions,
  item: number,
  recorder: Recorder,
  outbox: Outbox,
): INodeExecutionData[] {
  for (const [parameter, expected] of Object.entries(recorder.only ?? {})) {
    const found = context.getNodeParameter(parameter, item, expected);
    if (found === expected) continue;
    const { name, type } = context.getNode();
    throw new SimulationError(`"${name}" (${type}) does "${String(found)}"; only "${expected}" is simulated`);
  }
  const read = (parameter: string | undefined): string | undefined =>
    parameter === undefined ? undefined : plain(context.getNodeParameter(parameter, item, ''));
  const isHtml = ['html', 'text/html', 'true'].includes(read(recorder.htmlWhen) ?? '');
  const text = read(recorder.text);
  const html = isHtml ? text : read(recorder.html);
  const outgoing: Outgoing = {
    channel: recorder.channel,
    ...defined({
      to: read(recorder.to),
      subject: read(recorder.subject),
      text: isHtml ? undefined : text,
      html,
    }),
  };
  outbox.send(senderOf(context, item), outgoing);
  return [{ json: recorder.output(outgoing) }];
}

function recordRequest(
  host: Host,
  context: IExecuteFunctions,
  item: number,
  outbox: Outbox,
): INodeExecutionData[] {
  const url = plain(context.getNodeParameter('url', item)) ?? '';
  const method = plain(context.getNodeParameter('method', item, 'GET'));
  const body = part(context, item, 'Body', context.getNodeParameter('body', item, ''));
  const details = {
    ...{ method, query: part(context, item, 'Query'), headers: part(context, item, 'Headers'), body },
  };
  const sender = senderOf(context, item);
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  outbox.send(sender, { channel: 'http', to: url, ...defined({ text }), details: defined(details) });

  const { status = 200, body: answer = {}, headers = {} } = outbox.responseTo(sender, url);
  const { response } = context.getNodeParameter('options.response', item, {}) as {
    response?: { fullResponse?: boolean; neverError?: boolean };
  };
  if (status >= 400 && !response?.neverError) {
    const problem = { message: `Request failed with status code ${status}`, httpCode: String(status) };
    if (context.continueOnFail()) return [{ json: { error: problem.message } }];
    throw new host.workflow.NodeApiError(context.getNode(), problem, {
      itemIndex: item,
      httpCode: String(status),
    });
  }
  if (response?.fullResponse) return [{ json: { body: answer, headers, statusCode: status } as IDataObject }];
  return [answer].flat().map((json) => ({
    json: typeof json === 'object' ? (json as IDataObject) : ({ data: json } as IDataObject),
  }));
}

/** One of the parts of a request that are given as pairs, as JSON or not at all. */
function part(
  context: IExecuteFunctions,
  item: number,
  name: 'Body' | 'Query' | 'Headers',
  raw?: unknown,
): unknown {
  if (context.getNodeParameter(`send${name}`, item, false) !== true) return undefined;
  const group = { Body: 'bodyParameters', Query: 'queryParameters', Headers: 'headerParameters' }[name];
  if (context.getNodeParameter(`specify${name}`, item, 'keypair') === 'json') {
    const json: unknown = context.getNodeParameter(`json${name}`, item, '{}');
    return typeof json === 'string' ? JSON.parse(json) : json;
  }
  if (raw !== undefined && raw !== '') return raw;
  const pairs = context.getNodeParameter(`${group}.parameters`, item, []) as Array<{
    name: string;
    value: unknown;
  }>;
  return Object.fromEntries(pairs.map((pair) => [pair.name, pair.value]));
}

function senderOf(context: IExecuteFunctions, item: number): Sender {
  return {
    workflow: context.getWorkflow().name ?? '',
    node: context.getNode(),
    executionId: context.getExecutionId(),
    item: context.getInputData()[item],
  };
}

/** A parameter's value as text; a resource locator gives what it locates. */
function plain(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (typeof value === 'object' && 'value' in value) return plain(value.value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

function defined<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}
