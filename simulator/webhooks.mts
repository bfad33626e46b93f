import type {
  IDataObject,
  IN8nHttpFullResponse,
  INode,
  IRun,
  IRunExecutionData,
  ITaskData,
  IWebhookResponseData,
  Workflow,
} from 'n8n-workflow';
import type { Executions } from './executions.mts';
import {
  exchange,
  n8nFile,
  type HttpReply,
  type HttpRequest,
  type HttpResponse,
  type RequestOptions,
} from './http-exchange.mts';
import type { Publication } from './publication.mts';
import { SimulationError } from './refusal.mts';
import { findRoute, fullPath, type Route } from './webhook-paths.mts';
import { toEngineWorkflow } from './workflow-source.mts';
import type { World } from './world.mts';

export interface WebhookRequest extends Omit<RequestOptions, 'url'> {
  /** Path of the webhook, e.g. `events`, or a whole address of this n8n with its query. */
  path?: string;
  query?: Record<string, string>;
  /** Instead of a path: the workflow, and the node if it has several webhooks. */
  workflow?: string;
  node?: string;
}

interface Answer {
  data?: unknown;
  status?: number;
  headers?: Record<string, unknown>;
  isSent?: boolean;
}

interface ResponseHeaders {
  applyToResponse(reply: HttpReply): void;
  set(name: string, value: string): void;
  addFromNodeHeaders(headers: unknown): void;
}

interface WebhookExecutionContext {
  evaluateSimpleWebhookDescriptionExpression(property: string, data?: unknown, fallback?: unknown): unknown;
  evaluateComplexWebhookDescriptionExpression(property: string, data?: unknown, fallback?: unknown): unknown;
}

/** The webhook's description with its expressions worked out. */
interface Described {
  webhook: Route['webhook'];
  simple(property: string, fallback?: unknown): unknown;
  complex(property: string, fallback?: unknown): unknown;
}

type LastNodeResult =
  { ok: true; result: { type: string; body?: unknown; contentType?: string } } | { ok: false; error: Error };

/** Answers requests to published webhooks the way n8n's own webhook server does, with its own parts where it has them. */
export class Webhooks {
  readonly #world: World;
  readonly #executions: Executions;
  readonly #publication: Publication;

  constructor(world: World, executions: Executions, publication: Publication) {
    this.#world = world;
    this.#executions = executions;
    this.#publication = publication;
  }

  async request(request: WebhookRequest): Promise<HttpResponse> {
    const method = (request.method ?? ((request.body ?? request.form) ? 'POST' : 'GET')).toUpperCase();
    const { path, search } = this.#locate(request, method);
    const route = this.#findRoute(method, path);
    const options = { ...request, method, url: `/webhook/${path}${search}` };
    const workflow = route && this.#world.workflows.get(route.webhook.workflowId).source.name;
    const note = ({ status, rawBody }: HttpResponse): void =>
      this.#world.timeline.add({
        kind: 'response',
        ...(route && { workflow, node: route.webhook.node }),
        status,
        ...{ channel: 'http', to: `${method} ${path}`, text: rawBody.toString().slice(0, 2_000) },
      });
    const handle = (received: HttpRequest, reply: HttpReply): void => {
      if (route === undefined) {
        const message = `The requested webhook "${method} ${path}" is not registered.`;
        reply.status(404).json({ code: 404, message });
        return;
      }
      received.params = route.params;
      this.#answer(route, received, reply).catch((error: unknown) => this.#sendError(reply, error));
    };
    return await exchange(this.#world.host, options, handle, note);
  }

  /** Forms are called below `form/`, which is no part of their path. */
  #findRoute(method: string, path: string): Route | undefined {
    const webhooks = this.#publication.webhooks();
    return findRoute(webhooks, method, path) ?? findRoute(webhooks, method, path.replace(/^form\//, ''));
  }

  #locate({ path, query, workflow, node }: WebhookRequest, method: string): { path: string; search: string } {
    const given = new URLSearchParams(query);
    if (path !== undefined) {
      const url = new URL(path, 'https://n8n.example.com/webhook/');
      for (const [name, value] of given) url.searchParams.append(name, value);
      return { path: url.pathname.replace(/^\/(webhook\/)?/, ''), search: url.search };
    }
    const id = workflow === undefined ? undefined : this.#world.workflows.get(workflow).source.id;
    const found = this.#publication
      .webhooks()
      .filter(
        (each) => (id === undefined || each.workflowId === id) && (node === undefined || each.node === node),
      )
      .filter(({ httpMethod }) => httpMethod === method);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const paths = found.map((each) => fullPath(each)).join(', ') || 'none';
      throw new SimulationError(
        `Which webhook? ${method} of ${workflow ?? 'any workflow'} / ${node ?? 'any node'} matches: ${paths}`,
      );
    }
    return { path: fullPath(only), search: given.size > 0 ? `?${given.toString()}` : '' };
  }

  async #answer({ webhook }: Route, request: HttpRequest, reply: HttpReply): Promise<void> {
    const { host, nodeTypes, workflows } = this.#world;
    const state = workflows.get(webhook.workflowId);
    const workflow = toEngineWorkflow(host, nodeTypes, state);
    const node = workflow.getNode(webhook.node)!;
    const described = this.#describe(workflow, node, webhook);
    const mode = String(described.simple('responseMode', 'onReceived'));
    if (!['onReceived', 'lastNode', 'responseNode'].includes(mode)) {
      throw new SimulationError(`The webhook "${node.name}" responds by "${mode}", which is not simulated`);
    }
    const status = described.simple('responseCode', 200) as number;
    const cleanUp = await this.#parseBody(request, node);
    const shared = { httpRequest: request, httpResponse: reply };
    let result: IWebhookResponseData;
    let startError: Error | undefined;
    try {
      result = await this.#runNode(workflow, node, webhook, shared);
    } catch (error) {
      startError = error instanceof Error ? error : new Error(String(error));
      const isConfiguration = error instanceof host.workflow.WorkflowConfigurationError;
      const message = isConfiguration
        ? startError.message
        : 'Workflow Webhook Error: Workflow could not be started!';
      this.#sendError(reply, new Error(message));
      this.#world.timeline.add({
        kind: 'error',
        workflow: state.source.name,
        node: node.name,
        message: startError.message,
      });
      if (startError instanceof SimulationError) this.#world.report(startError);
      return;
    } finally {
      await cleanUp?.();
    }
    const headers = this.#responseHeaders(described);
    if (!reply.headersSent) headers.applyToResponse(reply);
    if (result.workflowData === undefined) {
      if (result.noWebhookResponse === true) return;
      this.#send(reply, { data: result.webhookResponse ?? { message: 'Webhook call received' }, status });
      return;
    }

    let isAnswered = result.noWebhookResponse === true;
    const answer = (given: Answer): void => {
      if (isAnswered) return;
      isAnswered = true;
      this.#send(reply, given);
    };
    const { ended } = this.#executions.start({
      ...{ state, mode: 'webhook', node: node.name, items: result.workflowData, more: shared },
      onResponse: (response) => {
        if (mode === 'responseNode') answer(this.#fromResponseNode(response));
      },
    });
    if (mode === 'onReceived') {
      const data = described.complex('responseData', 'firstEntryJson');
      const { extractWebhookOnReceivedResponse: extract } = this.#part(
        'webhook-on-received-response-extractor',
      ) as {
        extractWebhookOnReceivedResponse: (data: unknown, result: IWebhookResponseData) => unknown;
      };
      answer({ data: extract(data, result), status });
    }
    const run = await ended;
    if (!isAnswered) answer(await this.#fromRun(run, mode, status, described, headers));
  }

  /** What is answered when the execution ended without an answer of its own. */
  async #fromRun(
    run: IRun,
    mode: string,
    status: number,
    described: Described,
    headers: ResponseHeaders,
  ): Promise<Answer> {
    const { error, runData, lastNodeExecuted } = run.data.resultData;
    const last: ITaskData | undefined =
      lastNodeExecuted === undefined ? undefined : runData[lastNodeExecuted]?.at(-1);
    if (error !== undefined || last?.error !== undefined)
      return { data: { message: 'Error in workflow' }, status: 500 };
    if (mode === 'responseNode') return { data: undefined, status };
    if (last === undefined) {
      return {
        data: { message: 'Workflow executed successfully but the last node did not return any data' },
        status,
      };
    }
    const { extractWebhookLastNodeResponse: extract } = this.#part(
      'webhook-last-node-response-extractor',
    ) as {
      extractWebhookLastNodeResponse: (
        kind: unknown,
        last: ITaskData,
        all: boolean,
        options: object,
      ) => Promise<LastNodeResult>;
    };
    const extracted = await extract(described.complex('responseData', 'firstEntryJson'), last, false, {
      responsePropertyName: described.simple('responsePropertyName'),
      responseContentType: described.simple('responseContentType'),
      responseBinaryPropertyName: described.simple('responseBinaryPropertyName', 'data'),
    });
    if (!extracted.ok) return { data: { code: 0, message: extracted.error.message }, status: 500 };
    const { type, body, contentType } = extracted.result;
    if (type !== 'static') throw new SimulationError('A webhook that answers with a file is not simulated');
    if (contentType) headers.set('content-type', contentType);
    return { data: body, status, headers: contentType ? { 'content-type': contentType } : {} };
  }

  #fromResponseNode(response: IN8nHttpFullResponse): Answer {
    return {
      data: response.body,
      status: response.statusCode,
      headers: response.headers as Record<string, unknown>,
    };
  }

  #send(reply: HttpReply, { data, status, headers = {} }: Answer): void {
    if (status !== undefined) reply.status(status);
    for (const [name, value] of Object.entries(headers)) reply.setHeader(name, String(value));
    if (typeof data === 'string' || Buffer.isBuffer(data)) reply.send(data);
    else reply.json(data);
    if (!reply.writableEnded) reply.end();
  }

  #sendError(reply: HttpReply, error: unknown): void {
    if (error instanceof SimulationError) this.#world.report(error);
    const { message, httpStatusCode, errorCode } = error as Error & {
      httpStatusCode?: number;
      errorCode?: number;
    };
    reply.status(httpStatusCode ?? 500).json({ code: errorCode ?? 0, message });
  }

  async #parseBody(request: HttpRequest, node: INode): Promise<(() => Promise<void>) | undefined> {
    const { host } = this.#world;
    if (request.contentType === 'multipart/form-data') {
      const { createMultiFormDataParser } = this.#part('webhook-form-data') as {
        createMultiFormDataParser: (
          megabytes: number,
        ) => (request: HttpRequest) => Promise<{ body: unknown; cleanup: () => Promise<void> }>;
      };
      const { body, cleanup } = await createMultiFormDataParser(200)(request);
      request.body = body;
      return cleanup;
    }
    const isParsable = /^(application\/json|text\/plain|application\/x-www-form-urlencoded)|[/+]xml$/;
    if (node.typeVersion > 1 && !isParsable.test(request.contentType ?? '')) return undefined;
    const { parseBody } = host.require(n8nFile(host, 'middlewares/body-parser.js')) as {
      parseBody: (request: HttpRequest) => Promise<void>;
    };
    await parseBody(request);
    return undefined;
  }

  async #runNode(
    workflow: Workflow,
    node: INode,
    webhook: Route['webhook'],
    shared: Record<string, unknown>,
  ): Promise<IWebhookResponseData> {
    const { host, nodeTypes } = this.#world;
    const type = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
    const closeFunctions: Array<() => Promise<void>> = [];
    const additionalData = this.#executions.additionalData({ ...shared, workflowId: workflow.id });
    const context = new host.core.WebhookContext(
      ...([workflow, node, additionalData, 'webhook', webhook, closeFunctions] as const),
      null as IRunExecutionData | null,
    );
    const run = type.webhook as unknown as (
      this: unknown,
      context?: unknown,
    ) => Promise<IWebhookResponseData>;
    if (run === undefined) throw new Error(`The node "${node.name}" has no webhook`);
    const isInstance = type instanceof (host.workflow.Node as unknown as new () => object);
    try {
      return isInstance ? await run.call(type, context) : await run.call(context);
    } finally {
      for (const close of closeFunctions) await close();
    }
  }

  #describe(workflow: Workflow, node: INode, webhook: Route['webhook']): Described {
    const { WebhookExecutionContext: Context } = this.#part('webhook-execution-context') as {
      WebhookExecutionContext: new (...given: unknown[]) => WebhookExecutionContext;
    };
    const context = new Context(workflow, node, webhook, 'webhook', {});
    return {
      webhook,
      simple: (property: string, fallback?: unknown) =>
        context.evaluateSimpleWebhookDescriptionExpression(property, undefined, fallback),
      complex: (property: string, fallback?: unknown) =>
        context.evaluateComplexWebhookDescriptionExpression(property, undefined, fallback),
    };
  }

  #responseHeaders(described: Described): ResponseHeaders {
    const { WebhookResponseHeaders } = this.#part('webhook-response-headers') as {
      WebhookResponseHeaders: new () => ResponseHeaders;
    };
    const headers = new WebhookResponseHeaders();
    if (described.webhook.webhookDescription.responseHeaders === undefined) return headers;
    const given = described.complex('responseHeaders') as IDataObject | undefined;
    if (given) headers.addFromNodeHeaders(given);
    return headers;
  }

  /** One of the n8n server's own parts that stands on its own. */
  #part(name: string): unknown {
    return this.#world.host.require(n8nFile(this.#world.host, `webhooks/${name}.js`));
  }
}
