/** What the person at the terminal chose: command line first, then environment, then defaults. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, isPortFree } from '../host/ports.mjs';
import { ROOT, SetupError } from '../host/toolchain.mjs';

interface PortChoice {
  flag: string;
  variable: string;
  standard: number;
  /** What listens there, as it reads in a message. */
  what: string;
}

const PORTS = {
  editor: { flag: 'port', variable: 'DEMO_PORT', standard: 5678, what: 'the n8n editor' },
  inbox: { flag: 'inbox-port', variable: 'DEMO_INBOX_PORT', standard: 1080, what: 'the inbox page' },
  smtp: { flag: 'smtp-port', variable: 'DEMO_SMTP_PORT', standard: 1025, what: 'the mail server' },
  shop: { flag: 'shop-port', variable: 'DEMO_SHOP_PORT', standard: 4000, what: 'the shop page' },
} as const satisfies Record<string, PortChoice>;

export type PortName = keyof typeof PORTS;
const PORT_NAMES = Object.keys(PORTS) as PortName[];

export interface DemoOptions {
  isFresh: boolean;
  ports: Record<PortName, number>;
  folder: string;
}

function toPort(text: string, source: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SetupError(`${source} is "${text}"; a port is a number from 1 to 65535.`);
}

function parse(args: string[]): { fresh?: boolean; data?: string } & Record<string, unknown> {
  try {
    return parseArgs({
      args,
      options: {
        fresh: { type: 'boolean' },
        data: { type: 'string' },
        ...Object.fromEntries(PORT_NAMES.map((name) => [PORTS[name].flag, { type: 'string' as const }])),
      },
    }).values as { fresh?: boolean; data?: string } & Record<string, unknown>;
  } catch (error) {
    throw new SetupError(
      error instanceof Error ? error.message : String(error),
      'npm start -- --help lists the options.',
    );
  }
}

/** Reads `npm start -- …` and the `DEMO_*` variables. Throws a `SetupError` that names what it does not understand. */
export function readOptions(args: string[], environment: NodeJS.ProcessEnv): DemoOptions {
  const given = parse(args);
  const port = (name: PortName): number => {
    const { flag, variable, standard } = PORTS[name];
    const onCommandLine = given[flag];
    if (typeof onCommandLine === 'string') return toPort(onCommandLine, `--${flag}`);
    const inEnvironment = environment[variable];
    return inEnvironment ? toPort(inEnvironment, variable) : standard;
  };
  const ports = Object.fromEntries(PORT_NAMES.map((name) => [name, port(name)])) as Record<PortName, number>;
  for (const name of PORT_NAMES) {
    const twin = PORT_NAMES.find((other) => other !== name && ports[other] === ports[name]);
    if (twin)
      throw new SetupError(
        `Port ${ports[name]} is chosen for ${PORTS[name].what} and for ${PORTS[twin].what}.`,
      );
  }
  return {
    isFresh: given.fresh ?? false,
    ports,
    folder: resolve(given.data ?? environment['DEMO_DATA'] ?? join(ROOT, '.n8n-demo')),
  };
}

/** Throws a `SetupError` that names every port in use and the command that goes round them. */
export async function requireFreePorts(ports: Record<PortName, number>): Promise<void> {
  const free = await Promise.all(PORT_NAMES.map((name) => isPortFree(ports[name])));
  const busy = PORT_NAMES.filter((_name, index) => !free[index]);
  if (busy.length === 0) return;
  const lines = busy.map(
    (name) => `Port ${ports[name]}, meant for ${PORTS[name].what}, is in use by another program.`,
  );
  const flags = await Promise.all(busy.map(async (name) => `--${PORTS[name].flag} ${await freePort()}`));
  throw new SetupError(
    lines.join('\n'),
    `Stop that program, or choose another port:\n\n  npm start -- ${flags.join(' ')}`,
  );
}
