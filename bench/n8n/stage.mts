/** A real n8n with the packed package in a scratch folder, and workflows driven through it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { installPackage, startN8n, type RunningN8n } from '../../host/n8n.mts';
import {
  OWN_CONNECTION,
  type ExecutionDetail,
  type ExecutionSummary,
  type RunItem,
  type WorkflowJson,
  type WorkflowNode,
} from '../../host/rest.mts';
import { packPackage } from '../../host/toolchain.mjs';
import { patchOf } from '../people.mts';

const PACKAGE = 'n8n-nodes-marketing-automation';

/** How long executions may take together before something is wrong, in milliseconds. */
const ENDED_WITHIN = 300_000;

/** Starts n8n with more in its environment, lets `work` use it, and leaves nothing behind. */
export async function withN8n<T>(
  work: (n8n: RunningN8n) => Promise<T>,
  env: Record<string, string> = {},
): Promise<T> {
  const userFolder = await mkdtemp(path.join(os.tmpdir(), 'bench-n8n-'));
  try {
    await installPackage(userFolder, { tarball: process.env['BENCH_TARBALL'] ?? (await packPackage()) });
    const n8n = await startN8n({ userFolder, env });
    try {
      return await work(n8n);
    } finally {
      await n8n.stop();
    }
  } finally {
    await rm(userFolder, { recursive: true, force: true });
  }
}

/** A node of n8n's own by its short type, or of ours by its name with a leading dot. */
export function node(
  name: string,
  type: string,
  parameters: Record<string, unknown>,
  typeVersion = 1,
): WorkflowNode {
  const fullType = type.startsWith('.') ? `${PACKAGE}${type}` : `n8n-nodes-base.${type}`;
  return { id: crypto.randomUUID(), name, type: fullType, typeVersion, position: [0, 0], parameters };
}

/** Takes a POST at `/webhook/<path>` and answers before the execution has run. */
export function webhook(path: string): WorkflowNode {
  const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} };
  return { ...node('Webhook', 'webhook', parameters, 2), webhookId: crypto.randomUUID() };
}

/** One item for each entry of the body's list `people`. */
export const splitPeople = () => node('Split', 'splitOut', { fieldToSplitOut: 'body.people', options: {} });

/** Creates the workflow of these nodes one after the other and publishes it; resolves with its id. */
export async function publish(
  n8n: RunningN8n,
  name: string,
  nodes: readonly WorkflowNode[],
): Promise<string> {
  const connections: WorkflowJson['connections'] = {};
  nodes.slice(1).forEach((next, place) => {
    const before = nodes[place];
    if (before) connections[before.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
  });
  const { id } = await n8n.rest.createWorkflow({
    name,
    nodes: nodes.map((each, place) => ({ ...each, position: [place * 224, 0] })),
    connections,
    settings: { executionOrder: 'v1' },
  });
  await n8n.rest.publish(id);
  return id;
}

export async function post(n8n: RunningN8n, path: string, body: unknown): Promise<void> {
  const response = await fetch(n8n.webhookUrl(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...OWN_CONNECTION },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`The webhook ${path} answered ${response.status}`);
}

/** Resolves when the workflow has `count` executions and all of them have ended. Rejects when one of them failed. */
export async function ended(
  n8n: RunningN8n,
  workflowId: string,
  count: number,
  askEvery = 250,
): Promise<ExecutionSummary[]> {
  const deadline = Date.now() + ENDED_WITHIN;
  for (;;) {
    const executions = await n8n.rest.executions({ workflowId, limit: count + 1 });
    const failed = executions.find(({ status }) => status === 'error' || status === 'crashed');
    if (failed) throw new Error(await whyFailed(n8n, failed.id));
    if (executions.length >= count && executions.every(({ status }) => status === 'success'))
      return executions;
    if (Date.now() > deadline) throw new Error(`Not all executions of workflow ${workflowId} ended in time`);
    await pause(askEvery);
  }
}

async function whyFailed(n8n: RunningN8n, id: string): Promise<string> {
  const { data } = await n8n.rest.execution(id);
  return `Execution ${id} failed: ${data.resultData.error?.message ?? 'n8n does not say why'}`;
}

/** The execution that this body makes of a published workflow, which has no other; its record is deleted. */
export async function runOnce(
  n8n: RunningN8n,
  { path, workflowId }: { readonly path: string; readonly workflowId: string },
  body: unknown,
): Promise<ExecutionDetail> {
  await post(n8n, path, body);
  const [last] = await ended(n8n, workflowId, 1);
  if (!last) throw new Error('n8n keeps no executions');
  const detail = await n8n.rest.execution(last.id);
  await n8n.rest.deleteExecutions([last.id]);
  return detail;
}

/** What a node gave on each of its outputs, in an execution where it ran once. */
export function outputsOf(execution: ExecutionDetail, name: string): ReadonlyArray<readonly RunItem[]> {
  const outputs = execution.data.resultData.runData[name]?.[0]?.data?.main ?? [];
  return outputs.map((items) => items ?? []);
}

/** Contacts a second, for so many that these nodes worked on one after the other. */
export function rateOf(execution: ExecutionDetail, names: readonly string[], size: number): number {
  return (size / names.reduce((sum, name) => sum + nodeTime(execution, name), 0)) * 1000;
}

/** How long a node ran in an execution, in milliseconds, as n8n itself recorded it. */
export function nodeTime(execution: ExecutionDetail, name: string): number {
  const runs = execution.data.resultData.runData[name] ?? [];
  if (runs.length === 0) throw new Error(`The node ${name} did not run in execution ${execution.id}`);
  return runs.reduce((sum, { executionTime }) => sum + executionTime, 0);
}

/** How long an execution ran, in milliseconds. */
export function wholeTime({ startedAt, stoppedAt }: ExecutionSummary): number {
  return Date.parse(stoppedAt ?? '') - Date.parse(startedAt);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A person as a flat item, the shape that a form or a shop gives. */
export function personOf(number: number, version: number): Record<string, unknown> {
  const { identifiers, fields, properties } = patchOf(number, version);
  return { ...identifiers, ...fields, ...properties };
}

/** So many people, the same for whoever asks. */
export const people = (size: number): Array<Record<string, unknown>> =>
  Array.from({ length: size }, (_, number) => personOf(number, 0));
