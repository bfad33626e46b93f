/** The workflows that the tests publish, and the calls that drive them and read what came of them. */
import type { RunningN8n } from '../host/n8n.mts';
import { OWN_CONNECTION, type ExecutionDetail, type WorkflowJson, type WorkflowNode } from '../host/rest.mts';
import { eventually, PATIENCE_SECONDS } from './patience.mts';

/** An n8n that is signed in to, whoever started it. */
export type N8n = Pick<RunningN8n, 'rest' | 'webhookUrl'>;

export const PACKAGE = 'n8n-nodes-marketing-automation';

/** A node of n8n's own by its short type, or of ours by its name with a leading dot. */
export function node(
  name: string,
  type: string,
  parameters: Record<string, unknown> = {},
  typeVersion = 1,
): WorkflowNode {
  const fullType = type.startsWith('.') ? `${PACKAGE}${type}` : `n8n-nodes-base.${type}`;
  return { id: crypto.randomUUID(), name, type: fullType, typeVersion, parameters };
}

/** Takes a POST at `/webhook/<path>` and answers when the execution has ended. */
export function webhook(name: string, path: string, responseData: 'noData' | 'allEntries'): WorkflowNode {
  const parameters = { httpMethod: 'POST', path, responseMode: 'lastNode', responseData, options: {} };
  return { ...node(name, 'webhook', parameters, 2), webhookId: crypto.randomUUID() };
}

/** The nodes one after the other, each on the first output of the one before. */
export function chain(name: string, nodes: readonly WorkflowNode[]): WorkflowJson {
  const connections: WorkflowJson['connections'] = {};
  nodes.slice(1).forEach(({ name: target }, place) => {
    connections[nodes[place]!.name] = { main: [[{ node: target, type: 'main', index: 0 }]] };
  });
  return {
    name,
    nodes: nodes.map((each, place) => ({ ...each, position: [place * 224, 0] })),
    connections,
    settings: { executionOrder: 'v1' },
  };
}

/** One item for each person in the body's list; the contact store has heard of them afterwards. */
const SPLIT = node('Split People', 'splitOut', { fieldToSplitOut: 'body.people', options: {} });
const SAVE = node('Save Contact', '.contactStore', {
  resource: 'contact',
  operation: 'upsert',
  data: 'item',
});

/** Tells the sink who came out of the wait, and how. */
export function tellSink(url: string): WorkflowNode {
  const told =
    '{ email: $json.contact.email, outcome: $json.wait.outcome, attempt: $json.wait.attempt, redelivered: $json.wait.redelivered, dueAt: $json.wait.dueAt, executionId: $execution.id }';
  return node(
    'Tell Sink',
    'httpRequest',
    { method: 'POST', url, sendBody: true, specifyBody: 'json', jsonBody: `={{ ${told} }}`, options: {} },
    4.2,
  );
}

/** Each item's contact is written to the store, then waits with these parameters over the node's defaults. */
export const saveAndWait = (waitParameters: Record<string, unknown>) => [
  SAVE,
  node('Wait Until Date', '.waitUntilDate', waitParameters),
];

/** Takes people at `/webhook/park`, lets them wait, and tells the sink who has waited. */
export const parkAndTell = (sinkUrl: string, waitParameters: Record<string, unknown>) =>
  chain('Park and tell', [
    webhook('Receive People', 'park', 'noData'),
    SPLIT,
    ...saveAndWait(waitParameters),
    tellSink(sinkUrl),
  ]);

/** Lists who waits, at `/webhook/waiting`. */
export const listWaiting = () =>
  chain('List waiting', [
    webhook('Receive Question', 'waiting', 'allEntries'),
    node('List Waiting', '.contactStore', {
      resource: 'waiting',
      operation: 'getAll',
      waitsOf: 'everyone',
      returnAll: true,
    }),
  ]);

/** Lists everybody's stays in a journey, at `/webhook/stays`. */
export const listStays = (journey: string) =>
  chain('List stays', [
    webhook('Receive Question', 'stays', 'allEntries'),
    node('List Stays', '.contactStore', {
      resource: 'journey',
      operation: 'getAll',
      journey: { __rl: true, mode: 'name', value: journey },
      stayState: 'any',
      staysOf: 'everyone',
      returnAll: true,
    }),
  ]);

/** Creates a workflow and publishes it; resolves with its id. */
export async function publishNew(n8n: N8n, workflow: WorkflowJson): Promise<string> {
  const { id } = await n8n.rest.createWorkflow(workflow);
  await n8n.rest.publish(id, { timeoutSeconds: PATIENCE_SECONDS });
  return id;
}

/** All executions of a workflow once there are so many and none of them runs any more, the newest first. */
export async function executionsOf(
  n8n: N8n,
  workflowId: string,
  { atLeast = 1 }: { atLeast?: number } = {},
): Promise<ExecutionDetail[]> {
  const all = await eventually(
    () => n8n.rest.executions({ workflowId }),
    (found) => found.length >= atLeast && found.every(({ stoppedAt }) => stoppedAt !== null),
    (found) =>
      `${atLeast} executions are not there and ended: ${found.map(({ id, status }) => `${id} ${status}`).join(', ')}`,
  );
  return await Promise.all(all.map(({ id }) => n8n.rest.execution(id)));
}

/** Sends JSON and resolves with the answer's text; rejects unless it is a 2xx. */
export async function post(url: string, body: unknown): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...OWN_CONNECTION },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_SECONDS * 1000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer.slice(0, 1000)}`);
  return answer;
}

/** Sends people into {@link parkAndTell}; resolves when the execution that parks them has ended. */
export async function parkPeople(n8n: N8n, people: readonly object[]): Promise<void> {
  await post(n8n.webhookUrl('park'), { people });
}

/** Asks a workflow that lists something: the items it answers with; nothing is an empty list. */
async function list<T>(n8n: N8n, path: string): Promise<T[]> {
  const answer = await post(n8n.webhookUrl(path), {});
  return (answer === '' ? [] : JSON.parse(answer)) as T[];
}

interface Contact {
  readonly email: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What {@link listWaiting} answers. */
export const whoWaits = (n8n: N8n) => list<{ readonly contact: Contact }>(n8n, 'waiting');

export interface Stay {
  readonly contact: Contact;
  readonly journey: {
    readonly state: string;
    readonly reason: string | null;
    readonly waits: ReadonlyArray<{ readonly step: string }>;
  };
}

/** What {@link listStays} answers. */
export const whoStays = (n8n: N8n) => list<Stay>(n8n, 'stays');

/** Resolves when the store has nobody who waits: what a workflow has done with is let go a moment after. */
export async function untilNobodyWaits(n8n: N8n): Promise<void> {
  await eventually(
    () => whoWaits(n8n),
    (left) => left.length === 0,
    (left) => `${left.length} still wait: ${JSON.stringify(left.slice(0, 3))}`,
  );
}
