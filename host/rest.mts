/** A client for the interface that n8n's own editor uses (`/rest/*`, n8n 2.41). */
import { createRequire } from 'node:module';

const flatted = createRequire(import.meta.url)('flatted') as { parse(text: string): unknown };

/**
 * Sends a request on a connection of its own. n8n closes one that has rested for 5 s, and where it is busy it does so at
 * the very moment the next request comes, which is lost.
 */
export const OWN_CONNECTION = { connection: 'close' } as const;

/** Any constant serves: n8n binds the session to it. */
const BROWSER_ID = 'n8n-nodes-marketing-automation';

export interface WorkflowNode {
  id?: string;
  name: string;
  type: string;
  typeVersion?: number;
  position?: [number, number];
  parameters?: Record<string, unknown>;
  credentials?: Record<string, { id: string; name: string }>;
  [key: string]: unknown;
}

export interface WorkflowJson {
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings?: Record<string, unknown>;
  pinData?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface WorkflowRecord extends WorkflowJson {
  id: string;
  active: boolean;
  isArchived: boolean;
  versionId: string;
  activeVersionId?: string | null;
}

export interface WorkflowSummary {
  id: string;
  name: string;
  active: boolean;
  isArchived: boolean;
}

export interface CredentialRecord {
  id: string;
  name: string;
  type: string;
}

export interface PublicationStatus {
  status: 'in_progress' | 'published' | 'partial' | 'failed' | 'not_published';
  triggers: { nodeId: string; status: 'activated' | 'failed'; errorMessage: string | null }[];
}

export type ExecutionStatus =
  'new' | 'running' | 'waiting' | 'success' | 'error' | 'crashed' | 'canceled' | 'unknown';

export interface ExecutionSummary {
  id: string;
  workflowId: string;
  mode: string;
  status: ExecutionStatus;
  startedAt: string;
  stoppedAt: string | null;
}

export interface RunItem {
  json: Record<string, unknown>;
  binary?: Record<string, unknown>;
  error?: unknown;
  pairedItem?: unknown;
}

export interface NodeRun {
  startTime: number;
  executionTime: number;
  executionStatus?: string;
  error?: { message: string; description?: string };
  data?: { main?: (RunItem[] | null)[] };
}

export interface ExecutionDetail extends ExecutionSummary {
  data: {
    resultData: {
      runData: Record<string, NodeRun[]>;
      lastNodeExecuted?: string;
      error?: { message: string; description?: string };
    };
    [key: string]: unknown;
  };
}

/** An answer other than 2xx; `body` is what n8n said, parsed where it was JSON. */
export class RestError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(method: string, path: string, status: number, body: unknown) {
    const said =
      typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : String(body);
    super(`${method} ${path} answered ${status}: ${said}`);
    this.name = 'RestError';
    this.status = status;
    this.body = body;
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Keeps the session cookie of one signed-in person. */
export class Rest {
  readonly url: string;
  private readonly cookies = new Map<string, string>();

  /** `url` is n8n's own address, without `/rest`. */
  constructor(url: string) {
    this.url = url.replace(/\/$/, '');
  }

  /** Sends JSON and resolves with the answer's `data` (the whole answer where it has none). Rejects with `RestError`. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.raw(method, path, body);
    return (typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : answer) as T;
  }

  async login(email: string, password: string): Promise<void> {
    await this.request('POST', '/login', { emailOrLdapLoginId: email, password });
  }

  /** The `Cookie` header of the session, for a browser that should be signed in already. */
  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Creates a workflow from its exported JSON; ids and the active flag of the export are left behind. */
  async createWorkflow(workflow: WorkflowJson): Promise<WorkflowRecord> {
    const { name, nodes, connections, settings, pinData } = workflow;
    return await this.request('POST', '/workflows', {
      name,
      nodes,
      connections,
      settings: settings ?? {},
      pinData,
    });
  }

  async updateWorkflow(id: string, change: Partial<WorkflowJson>): Promise<WorkflowRecord> {
    return await this.request('PATCH', `/workflows/${id}`, change);
  }

  async workflow(id: string): Promise<WorkflowRecord> {
    return await this.request('GET', `/workflows/${id}`);
  }

  /** Every workflow that is not archived. */
  async workflows(): Promise<WorkflowSummary[]> {
    const filter = encodeURIComponent(JSON.stringify({ isArchived: false }));
    return await this.request('GET', `/workflows?filter=${filter}`);
  }

  /** Publishes the latest version and resolves when every trigger is live; rejects with the trigger's own error. */
  async publish(
    id: string,
    { timeoutSeconds = 60 }: { timeoutSeconds?: number } = {},
  ): Promise<WorkflowRecord> {
    const { versionId } = await this.workflow(id);
    await this.request('POST', `/workflows/${id}/activate`, { versionId });
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const { status, triggers } = await this.publicationStatus(id);
      if (status === 'published') return await this.workflow(id);
      if (status === 'failed' || status === 'partial') {
        const why = triggers.flatMap(({ errorMessage }) => (errorMessage ? [errorMessage] : []));
        throw new Error(`Workflow ${id} could not be published: ${why.join('; ') || status}`);
      }
      if (Date.now() > deadline)
        throw new Error(`Workflow ${id} is still ${status} after ${timeoutSeconds} s.`);
      await pause(150);
    }
  }

  /** Takes a workflow offline and resolves when no trigger is left. */
  async unpublish(id: string, { timeoutSeconds = 60 }: { timeoutSeconds?: number } = {}): Promise<void> {
    await this.request('POST', `/workflows/${id}/deactivate`, {});
    const deadline = Date.now() + timeoutSeconds * 1000;
    while ((await this.publicationStatus(id)).status !== 'not_published') {
      if (Date.now() > deadline)
        throw new Error(`Workflow ${id} still has triggers after ${timeoutSeconds} s.`);
      await pause(150);
    }
  }

  async publicationStatus(id: string): Promise<PublicationStatus> {
    return await this.request('GET', `/workflows/${id}/publication-status`);
  }

  /** Deletes for good; n8n deletes only what was archived. */
  async deleteWorkflow(id: string): Promise<void> {
    await this.request('POST', `/workflows/${id}/archive`, {});
    await this.request('DELETE', `/workflows/${id}`);
  }

  async createCredential(credential: {
    name: string;
    type: string;
    data: Record<string, unknown>;
  }): Promise<CredentialRecord> {
    return await this.request('POST', '/credentials', credential);
  }

  /** Replaces name, type and all data of a credential. */
  async updateCredential(
    id: string,
    credential: { name: string; type: string; data: Record<string, unknown> },
  ): Promise<CredentialRecord> {
    return await this.request('PATCH', `/credentials/${id}`, credential);
  }

  async credentials(): Promise<CredentialRecord[]> {
    return await this.request('GET', '/credentials');
  }

  async deleteCredential(id: string): Promise<void> {
    await this.request('DELETE', `/credentials/${id}`);
  }

  /** The newest executions first, `limit` at most (n8n gives 100 a page). Running ones are listed as well. */
  async executions({
    workflowId,
    status,
    limit = 100,
  }: { workflowId?: string; status?: ExecutionStatus[]; limit?: number } = {}): Promise<ExecutionSummary[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId, status }));
    const found: ExecutionSummary[] = [];
    let cursor = '';
    do {
      const page = await this.request<{ results: ExecutionSummary[]; nextCursor?: string | null }>(
        'GET',
        `/executions?filter=${filter}&limit=${Math.min(100, limit - found.length)}${cursor}`,
      );
      found.push(...page.results);
      cursor = page.nextCursor && page.results.length > 0 ? `&cursor=${page.nextCursor}` : '';
    } while (cursor !== '' && found.length < limit);
    return found;
  }

  /** One execution with what every node received and gave; n8n sends that part as "flatted" text. */
  async execution(id: string): Promise<ExecutionDetail> {
    const record = await this.request<Omit<ExecutionDetail, 'data'> & { data: unknown }>(
      'GET',
      `/executions/${id}`,
    );
    const data = typeof record.data === 'string' ? flatted.parse(record.data) : record.data;
    return { ...record, data } as ExecutionDetail;
  }

  async stopExecution(id: string): Promise<void> {
    await this.request('POST', `/executions/${id}/stop`);
  }

  async deleteExecutions(ids: string[]): Promise<void> {
    await this.request('POST', '/executions/delete', { ids });
  }

  private async raw(method: string, path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/rest${path}`, {
      method,
      headers: {
        'browser-id': BROWSER_ID,
        ...OWN_CONNECTION,
        ...(this.cookies.size > 0 ? { cookie: this.cookieHeader() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const separator = pair.indexOf('=');
      this.cookies.set(pair.slice(0, separator), pair.slice(separator + 1));
    }
    const text = await response.text();
    const answer: unknown =
      response.headers.get('content-type')?.includes('json') && text ? JSON.parse(text) : text;
    if (!response.ok) throw new RestError(method, path, response.status, answer);
    return answer;
  }
}

/** What a node gave on one output, over all its runs in this execution. */
export function outputOf(execution: ExecutionDetail, nodeName: string, output = 0): RunItem[] {
  const runs = execution.data.resultData.runData[nodeName] ?? [];
  return runs.flatMap((run) => run.data?.main?.[output] ?? []);
}
