/** TCP ports on 127.0.0.1. */
import { createServer } from 'node:net';

/**
 * The ports to choose from: below those that Linux, macOS and Windows give to outgoing connections, any of which could
 * take a port between the moment it was found free and the moment it is listened on.
 */
const FIRST = 10_000;
const LAST = 32_000;
const MOST_TRIES = 1_000;

/** What this process was given already. @type {Set<number>} */
const given = new Set();

/**
 * Whether nothing listens on `port` of `host`; 0 is always free.
 *
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export function isPortFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port by chance that nobody listens on at this moment, another one at each call. Another program may still take it
 * before it is used.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (given.has(port) || !(await isPortFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No free port was found from ${FIRST} to ${LAST}.`);
}
