/** An HTTP server on 127.0.0.1 that keeps what a workflow sends to it: the far end of the journeys under test. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { PATIENCE_SECONDS } from './patience.mts';
import { atEnd } from './stage.mts';

/** What a workflow tells of a contact that has come out of a wait. */
export interface Arrival {
  email: string;
  outcome: string;
  attempt: number;
  redelivered: boolean;
  dueAt: string;
  executionId: string;
  /** When it came in here, epoch milliseconds. */
  receivedAt: number;
}

export interface Sink {
  readonly url: string;
  /** In the order in which they came. */
  readonly arrivals: readonly Arrival[];
  /** Resolves with the first arrival of this contact, present or to come. */
  arrivalOf(email: string): Promise<Arrival>;
  /** Resolves when `isEnough` holds; rejects with what `describe` says when nothing comes any more. */
  until(isEnough: () => boolean, describe: () => string): Promise<void>;
}

/**
 * Starts a sink that keeps each request open for `delayMilliseconds()`, so that there is something in flight. It stops when
 * the tests of this file have ended.
 */
export async function startSink({
  delayMilliseconds = () => 0,
}: { delayMilliseconds?: () => number } = {}): Promise<Sink> {
  const arrivals: Arrival[] = [];
  const onArrival = new Set<() => void>();
  const server = createServer((request, response) => {
    json(request).then(
      (body) => {
        arrivals.push({ ...(body as Omit<Arrival, 'receivedAt'>), receivedAt: Date.now() });
        for (const look of onArrival) look();
        setTimeout(() => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end('{}');
        }, delayMilliseconds());
      },
      // The sender was killed in the middle of its request: it has not arrived.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));

  atEnd(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );

  function until(isEnough: () => boolean, describe: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        onArrival.delete(look);
        clearTimeout(timer);
        settle();
      };
      const look = () => {
        if (isEnough()) end(resolve);
        else timer.refresh();
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`Nothing came for ${PATIENCE_SECONDS} s: ${describe()}`))),
        PATIENCE_SECONDS * 1000,
      );
      onArrival.add(look);
      look();
    });
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    until,
    async arrivalOf(email) {
      const find = () => arrivals.find((arrival) => arrival.email === email);
      await until(
        () => find() !== undefined,
        () =>
          `${email} did not arrive; there came ${arrivals.map((each) => each.email).join(', ') || 'nobody'}`,
      );
      return find() as Arrival;
    },
  };
}
