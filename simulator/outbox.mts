import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import type { Timeline } from './timeline.mts';

/** What leaves through a node for one item. */
export interface Outgoing {
  channel: string;
  to?: string;
  subject?: string;
  text?: string;
  html?: string;
  details?: Record<string, unknown>;
}

/** An attempt to send that is to fail. Attempts of one node count from 1, tries again included. */
export interface Failure {
  node: string;
  workflow?: string;
  /** Which attempts: by number, by recipient (compared without case), or both. All of them by default. */
  when?: { nth?: number | number[]; to?: string };
  /** The message of the error that the node meets. */
  error: string;
  /** How often at most. */
  times?: number;
  /** Whether the message leaves all the same, and only its confirmation fails. */
  afterSending?: boolean;
}

/** An answer of the outside world to an HTTP request; the first that matches answers. */
export interface CannedResponse {
  workflow?: string;
  node?: string;
  /** Part of the address. */
  url?: string;
  body?: unknown;
  status?: number;
  headers?: Record<string, string>;
}

export interface Sender {
  workflow: string;
  node: INode;
  executionId: string | undefined;
  item: INodeExecutionData | undefined;
}

/** Where everything ends that would leave the house: written down, never sent. */
export class Outbox {
  readonly #timeline: Timeline;
  readonly #failures: Array<Failure & { left: number }>;
  readonly #responses: CannedResponse[];
  readonly #zoneOf: (address: string) => string | undefined;
  readonly #attempts = new Map<string, number>();

  constructor(
    timeline: Timeline,
    failures: Failure[],
    responses: CannedResponse[],
    zoneOf: (address: string) => string | undefined,
  ) {
    this.#timeline = timeline;
    this.#failures = failures.map((failure) => ({ ...failure, left: failure.times ?? Infinity }));
    this.#responses = responses;
    this.#zoneOf = zoneOf;
  }

  /** Writes down one attempt; throws the error that the scenario has in store for it. */
  send(sender: Sender, outgoing: Outgoing): void {
    const failure = this.#failureOf(sender, outgoing);
    const entry = { ...this.#describe(sender, outgoing), ...outgoing };
    if (failure === undefined || failure.afterSending) this.#timeline.add({ kind: 'sent', ...entry });
    if (failure === undefined) return;
    failure.left -= 1;
    this.#timeline.add({ kind: 'error', ...entry, message: failure.error });
    throw new Error(failure.error);
  }

  fail(failure: Failure): void {
    this.#failures.push({ ...failure, left: failure.times ?? Infinity });
  }

  respond(response: CannedResponse): void {
    this.#responses.unshift(response);
  }

  responseTo(sender: Sender, url: string): CannedResponse {
    const found = this.#responses.find(
      (response) =>
        (response.node === undefined || response.node === sender.node.name) &&
        (response.workflow === undefined || response.workflow === sender.workflow) &&
        (response.url === undefined || url.includes(response.url)),
    );
    return found ?? { body: {} };
  }

  #failureOf({ workflow, node }: Sender, { to }: Outgoing): (Failure & { left: number }) | undefined {
    const key = JSON.stringify([workflow, node.name]);
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    return this.#failures.find(
      (failure) =>
        failure.left > 0 &&
        failure.node === node.name &&
        (failure.workflow === undefined || failure.workflow === workflow) &&
        (failure.when?.nth === undefined || [failure.when.nth].flat().includes(attempt)) &&
        (failure.when?.to === undefined || failure.when.to.toLowerCase() === to?.toLowerCase()),
    );
  }

  #describe(
    { workflow, node, executionId, item }: Sender,
    { to }: Outgoing,
  ): { workflow: string; node: string; executionId?: string; contact?: string; zone?: string } {
    const contact = (item?.json.contact ?? {}) as IDataObject;
    const zone = typeof contact.timezone === 'string' ? contact.timezone : to && this.#zoneOf(to);
    return {
      workflow,
      node: node.name,
      ...(executionId !== undefined && { executionId }),
      ...(contact.id !== undefined && contact.id !== null && { contact: String(contact.id) }),
      ...(zone && { zone }),
    };
  }
}
