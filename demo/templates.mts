/** Reads the shipped templates and brings a copy of each into the demo's n8n, ready to run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RestError, type Rest, type WorkflowJson, type WorkflowNode } from '../host/rest.mts';
import { ROOT, SetupError } from '../host/toolchain.mjs';
import { DEMO_SETTINGS, SHOP_URL, type SettingValue } from './settings.mts';

export interface Template {
  /** The folder's name, `<nn>-<slug>`. */
  folder: string;
  workflow: WorkflowJson;
}

/** Credential type → the credential that the demo made for it. */
export type CredentialsByType = Record<string, { id: string; name: string }>;

/** The node types that need a credential in the demo, and of which type. */
const CREDENTIAL_OF_NODE: Record<string, string> = {
  'n8n-nodes-base.twilio': 'twilioApi',
  'n8n-nodes-base.emailSend': 'smtp',
  'n8n-nodes-base.webhook': 'httpHeaderAuth',
};

interface Assignment {
  name: string;
  value: unknown;
}

/** Every template, in the order of their numbers: the foundations come first. */
export function readTemplates(folder = join(ROOT, 'templates')): Template[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'workflow.json')))
    .sort()
    .map((name) => ({
      folder: name,
      workflow: JSON.parse(readFileSync(join(folder, name, 'workflow.json'), 'utf8')) as WorkflowJson,
    }));
}

function withSettings(
  node: WorkflowNode,
  changes: Readonly<Record<string, SettingValue>>,
  { folder, shopUrl }: { folder: string; shopUrl: string },
): WorkflowNode {
  const copy = structuredClone(node);
  const { assignments = [] } = (copy.parameters?.['assignments'] ?? {}) as { assignments?: Assignment[] };
  for (const [name, value] of Object.entries(changes)) {
    const assignment = assignments.find((candidate) => candidate.name === name);
    if (!assignment)
      throw new SetupError(
        `demo/settings.mts changes "${name}", which the Settings node of templates/${folder} does not have.`,
      );
    assignment.value = typeof value === 'string' ? value.replaceAll(SHOP_URL, shopUrl) : value;
  }
  return copy;
}

function withCredential(node: WorkflowNode, credentials: CredentialsByType): WorkflowNode {
  const type = CREDENTIAL_OF_NODE[node.type];
  const credential = type ? credentials[type] : undefined;
  const isOpen =
    node.type === 'n8n-nodes-base.webhook' && node.parameters?.['authentication'] !== 'headerAuth';
  return type && credential && !isOpen ? { ...node, credentials: { [type]: credential } } : node;
}

/**
 * The template with the demo's settings, the address of its shop, and its credentials. Throws a `SetupError` for a
 * setting that it does not have.
 */
export function demoCopy(
  { folder, workflow }: Template,
  credentials: CredentialsByType,
  shopUrl: string,
): WorkflowJson {
  const changes = DEMO_SETTINGS[folder] ?? {};
  if (Object.keys(changes).length > 0 && !workflow.nodes.some(({ name }) => name === 'Settings')) {
    throw new SetupError(`demo/settings.mts changes templates/${folder}, which has no node "Settings".`);
  }
  const nodes = workflow.nodes.map((node) => {
    const changed = node.name === 'Settings' ? withSettings(node, changes, { folder, shopUrl }) : node;
    return withCredential(changed, credentials);
  });
  return { ...workflow, nodes };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function isThere(rest: Rest, id: string): Promise<boolean> {
  try {
    return !(await rest.workflow(id)).isArchived;
  } catch (error) {
    if (error instanceof RestError && (error.status === 404 || error.status === 403)) return false;
    throw error;
  }
}

/**
 * Imports and publishes each template that n8n does not have yet; one that is there stays as its user left it, published
 * or not. Resolves with every template's workflow id, and which were imported now.
 */
export async function importTemplates(
  rest: Rest,
  templates: readonly Template[],
  known: Readonly<Record<string, string>>,
  credentials: CredentialsByType,
  shopUrl: string,
): Promise<{ workflows: Record<string, string>; imported: string[] }> {
  const workflows: Record<string, string> = { ...known };
  const imported: string[] = [];
  for (const template of templates) {
    const id = known[template.folder];
    if (id && (await isThere(rest, id))) continue;
    const copy = demoCopy(template, credentials, shopUrl);
    try {
      const created = await rest.createWorkflow(copy);
      await rest.publish(created.id);
      workflows[template.folder] = created.id;
    } catch (error) {
      throw new SetupError(`templates/${template.folder} could not be brought into n8n: ${messageOf(error)}`);
    }
    imported.push(template.workflow.name);
  }
  return { workflows, imported };
}
