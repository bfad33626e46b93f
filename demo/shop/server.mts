/** The shop: serves its page, keeps carts so that a mail can lead back to one, and tells n8n what happens. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { CURRENCY, PRODUCTS, SHOP_NAME } from './catalogue.mts';
import {
  cartUpdated,
  couponRedeemed,
  orderPlaced,
  problemOf,
  type CartLine,
  type IntakeBody,
  type Visit,
} from './events.mts';
import type { Intake } from './intake.mts';
import { interestOf } from './interest.mts';
import { PAGES } from './reading.mts';

export interface ShopOptions {
  port: number;
  intake: Intake;
  /** Carts survive a restart in this file. */
  cartsFile: string;
  inboxUrl: string;
  editorUrl: string;
  /** When the first mail comes after the last change; the page counts down to it. */
  reminderSeconds: number;
}

/** What a post says: what is to be recorded, in this order, and what follows from it. */
type Understood =
  { problem: string } | { bodies: readonly IntakeBody[]; recorded?: () => void; orderId?: string };

export interface Shop {
  url: string;
  stop(): Promise<void>;
}

const MOST_CARTS = 500;
const LARGEST_BODY = 64_000;

const STATIC: Record<string, { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  // The same page: its script puts the product of the link into the cart.
  '/reorder': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/survey': { file: 'survey.html', type: 'text/html; charset=utf-8' },
  '/style.css': { file: 'style.css', type: 'text/css; charset=utf-8' },
  ...Object.fromEntries(
    ['shop.js', 'telling.js', 'reading.js', 'survey.js'].map((file) => [
      `/${file}`,
      { file, type: 'text/javascript; charset=utf-8' },
    ]),
  ),
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > LARGEST_BODY) throw new Error('The body is too large.');
  }
  return JSON.parse(text) as unknown;
}

function openCarts(file: string) {
  const carts = new Map<string, CartLine[]>(
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as [string, CartLine[]][]) : [],
  );
  return {
    get: (cartId: string) => carts.get(cartId),
    set(cartId: string, lines: CartLine[]) {
      carts.delete(cartId);
      if (lines.length > 0) carts.set(cartId, lines);
      writeFileSync(file, JSON.stringify([...carts].slice(-MOST_CARTS)));
    },
  };
}

/** The shop's address, which mails can name before it is started. */
export const shopUrlAt = (port: number): string => `http://127.0.0.1:${port}`;

/** Starts the shop on 127.0.0.1. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const url = shopUrlAt(options.port);
  const { intake, inboxUrl, editorUrl, reminderSeconds } = options;
  const carts = openCarts(options.cartsFile);
  const facts = {
    shopName: SHOP_NAME,
    currency: CURRENCY,
    products: PRODUCTS,
    pages: PAGES,
    inboxUrl,
    editorUrl,
    reminderSeconds,
  };

  const keepCart = ({ cartId }: Visit, lines: CartLine[]) => ({
    recorded: () => carts.set(cartId, lines),
  });
  const posts: Readonly<Record<string, (said: unknown) => Understood>> = {
    '/api/cart': (said) => {
      const problem = problemOf(said);
      if (problem !== undefined) return { problem };
      const visit = said as Visit;
      return { bodies: [cartUpdated(visit, { shopUrl: url })], ...keepCart(visit, visit.lines) };
    },
    '/api/order': (said) => {
      const problem = problemOf(said);
      if (problem !== undefined) return { problem };
      const visit = said as Visit;
      if (visit.lines.length === 0) return { problem: 'The cart is empty.' };
      const orderId = `KL-${randomBytes(4).toString('hex').toUpperCase()}`;
      const coupon = couponRedeemed(visit, { orderId });
      return {
        bodies: [orderPlaced(visit, { orderId }), ...(coupon ? [coupon] : [])],
        orderId,
        ...keepCart(visit, []),
      };
    },
    '/api/interest': (said) => {
      const body = interestOf(said, url);
      return 'problem' in body ? body : { bodies: [body] };
    },
  };

  async function take(
    request: IncomingMessage,
    response: ServerResponse,
    understand: (said: unknown) => Understood,
  ): Promise<void> {
    // Another site's page can post here, but not as JSON without asking first, which nothing here permits.
    if (!request.headers['content-type']?.startsWith('application/json')) {
      send(response, 415, { problem: 'Only JSON is taken here.' });
      return;
    }
    const understood = understand(await readBody(request).catch(() => undefined));
    if ('problem' in understood) {
      send(response, 400, understood);
      return;
    }
    const { bodies, recorded, orderId } = understood;
    try {
      for (const body of bodies) await intake.record(body);
    } catch (error) {
      send(response, 502, { problem: error instanceof Error ? error.message : String(error) });
      return;
    }
    recorded?.();
    const events = bodies.map(({ event }) => event);
    send(response, 200, { event: events[0], events, ...(orderId === undefined ? {} : { orderId }) });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    const page = STATIC[pathname];
    if (request.method === 'GET' && page) {
      const content = await readFile(fileURLToPath(new URL(`public/${page.file}`, import.meta.url)));
      response.writeHead(200, { ...HEADERS, 'content-type': page.type });
      response.end(content);
    } else if (request.method === 'GET' && pathname === '/api/shop') {
      send(response, 200, facts);
    } else if (request.method === 'GET' && pathname.startsWith('/api/carts/')) {
      const lines = carts.get(pathname.slice('/api/carts/'.length));
      send(response, lines ? 200 : 404, { lines: lines ?? [] });
    } else if (request.method === 'POST' && Object.hasOwn(posts, pathname)) {
      await take(request, response, posts[pathname]!);
    } else {
      send(response, 404, { problem: 'There is nothing here.' });
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, { problem: String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: '127.0.0.1' }, resolve);
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
