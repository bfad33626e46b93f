/** The workflows that the tests publish, and the two calls that drive them. */
import type { RunningN8n } from '../host/n8n.mts';
import type { WorkflowJson, WorkflowNode } from '../host/rest.mts';

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

/** Sends JSON and resolves with the answer's text; rejects unless it is a 2xx. */
export async function post(url: string, body: unknown): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer.slice(0, 1000)}`);
  return answer;
}

/** Sends people into {@link parkAndTell}; resolves when the execution that parks them has ended. */
export async function parkPeople(n8n: RunningN8n, people: readonly object[]): Promise<void> {
  await post(n8n.webhookUrl('park'), { people });
}

/** What {@link listWaiting} answers: nothing is an empty list. */
export async function whoWaits(n8n: RunningN8n): Promise<Array<Record<string, unknown>>> {
  const answer = await post(n8n.webhookUrl('waiting'), {});
  return (answer === '' ? [] : JSON.parse(answer)) as Array<Record<string, unknown>>;
}
