import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import type { Host } from './host.mts';

export interface RequestOptions {
  method?: string;
  /** Path below the webhook address, or a whole address. */
  url: string;
  headers?: Record<string, string>;
  /** An object goes as JSON unless the content type says otherwise; text and bytes go as they are. */
  body?: unknown;
  /** Fields of a form, sent as `multipart/form-data`. */
  form?: Record<string, string | string[]>;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  /** Parsed where the content type is JSON, text otherwise. */
  body: unknown;
  rawBody: Buffer;
}

/** Express's request, with what n8n's middleware adds. */
export type HttpRequest = IncomingMessage & {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  contentType?: string;
  encoding?: string;
  readRawBody(): Promise<void>;
};

/** Express's response, so far as it is called here by name. */
export type HttpReply = ServerResponse & {
  status(code: number): HttpReply;
  json(body: unknown): HttpReply;
  send(body: unknown): HttpReply;
};

type Handler = (request: HttpRequest, reply: HttpReply) => void;

interface Express {
  (request: IncomingMessage, response: ServerResponse): void;
  use(handler: (request: HttpRequest, reply: HttpReply, next: () => void) => void): void;
  disable(setting: string): void;
  set(setting: string, value: unknown): void;
  engine(name: string, engine: unknown): void;
}

/** One request through Express as n8n sets it up, in memory: real request and response objects, no port. */
export async function exchange(
  host: Host,
  options: RequestOptions,
  handle: Handler,
  onSent: (response: HttpResponse) => void,
): Promise<HttpResponse> {
  app ??= createApp(host);
  const request = incoming(options);
  handlers.set(request, handle);
  const response = new ServerResponse(request);
  const chunks: Buffer[] = [];
  const headers: Record<string, unknown> = {};
  const read = (): HttpResponse => readResponse(response, Buffer.concat(chunks), headers);
  capture(response, chunks, headers, () => onSent(read()));
  const finished = new Promise<void>((resolve) => response.once('finish', () => resolve()));
  app(request, response);
  await finished;
  return read();
}

/** One application for all requests; each brings its handler along. */
let app: Express | undefined;
const handlers = new WeakMap<IncomingMessage, Handler>();

function createApp(host: Host): Express {
  const app = (host.require('express') as () => Express)();
  app.disable('x-powered-by');
  app.disable('etag');
  // Pages of forms are templates of n8n's own.
  const { createHandlebarsEngine } = host.require(n8nFile(host, 'utils/handlebars.util.js')) as {
    createHandlebarsEngine: () => unknown;
  };
  app.engine('handlebars', createHandlebarsEngine());
  app.set('view engine', 'handlebars');
  app.set('views', n8nFile(host, '../templates'));
  const { rawBodyReader } = host.require(n8nFile(host, 'middlewares/body-parser.js')) as {
    rawBodyReader: Parameters<Express['use']>[0];
  };
  app.use(rawBodyReader);
  app.use((request, reply) => handlers.get(request)?.(request, reply));
  return app;
}

function readResponse(
  response: ServerResponse,
  rawBody: Buffer,
  written: Record<string, unknown>,
): HttpResponse {
  const sent = Object.entries({ ...written, ...response.getHeaders() });
  const headers = Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), String(value)]));
  const isJson = headers['content-type']?.includes('json') === true && rawBody.length > 0;
  const body: unknown = isJson ? JSON.parse(rawBody.toString()) : rawBody.toString();
  const read = { status: response.statusCode, headers, body };
  // Not enumerable: bytes do not belong into what a scenario gives as its result.
  return Object.defineProperty(read, 'rawBody', { value: rawBody, enumerable: false }) as HttpResponse;
}

/** A file of the n8n server's own, which its package does not export. */
export function n8nFile(host: Host, path: string): string {
  return host.require.resolve('n8n/package.json').replace(/package\.json$/, `dist/${path}`);
}

function incoming({ method = 'GET', url, headers = {}, body, form }: RequestOptions): IncomingMessage {
  const { contentType, bytes } = encode(body, form);
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: '127.0.0.1' });
  const request = new IncomingMessage(socket);
  Object.assign(request, { method, url, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 });
  request.headers = {
    host: 'n8n.example.com',
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(bytes.length > 0 && { 'content-length': String(bytes.length) }),
    ...lower,
  };
  if (bytes.length > 0) request.push(bytes);
  request.push(null);
  request.complete = true;
  return request;
}

function encode(body: unknown, form: RequestOptions['form']): { contentType?: string; bytes: Buffer } {
  if (form !== undefined) return encodeForm(form);
  if (body === undefined) return { bytes: Buffer.alloc(0) };
  if (Buffer.isBuffer(body)) return { contentType: 'application/octet-stream', bytes: body };
  if (body instanceof URLSearchParams) {
    return { contentType: 'application/x-www-form-urlencoded', bytes: Buffer.from(body.toString()) };
  }
  if (typeof body === 'string') return { contentType: 'text/plain', bytes: Buffer.from(body) };
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}

function encodeForm(form: Record<string, string | string[]>): { contentType: string; bytes: Buffer } {
  const boundary = 'simulated-form-boundary';
  const parts = Object.entries(form).flatMap(([name, values]) =>
    [values]
      .flat()
      .map((value) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
  };
}

/** Notes body and headers on their way into a socket that leads nowhere. */
function capture(
  response: ServerResponse,
  chunks: Buffer[],
  headers: Record<string, unknown>,
  onEnd: () => void,
): void {
  response.assignSocket(new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as Socket);
  const [write, end, writeHead] = [response.write, response.end, response.writeHead].map((method) =>
    (method as (...given: unknown[]) => unknown).bind(response),
  ) as [
    (...given: unknown[]) => boolean,
    (...given: unknown[]) => ServerResponse,
    (...given: unknown[]) => ServerResponse,
  ];
  const keep = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string')
      chunks.push(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  let isEnding = false;
  Object.assign(response, {
    write: (chunk: unknown, ...rest: unknown[]) => {
      if (!isEnding) keep(chunk, rest[0]);
      return write(chunk, ...rest);
    },
    end: (chunk: unknown, ...rest: unknown[]) => {
      if (isEnding) return end(chunk, ...rest);
      isEnding = true;
      keep(chunk, rest[0]);
      const ended = end(chunk, ...rest);
      onEnd();
      return ended;
    },
    writeHead: (status: number, ...rest: unknown[]) => {
      const given = rest.find((each) => typeof each === 'object' && each !== null);
      Object.assign(headers, given);
      return writeHead(status, ...rest);
    },
  });
}
