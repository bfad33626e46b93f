import {
  NodeOperationError,
  type ICredentialDataDecryptedObject,
  type IExecuteFunctions,
  type ILoadOptionsFunctions,
  type INode,
  type ITriggerFunctions,
} from 'n8n-workflow';
import {
  locationFromEnvironment,
  openStore,
  refuseSqliteInQueueMode,
  type OpenStore,
  type StoreLocation,
} from '../../src/app/open-store';
import { StoreError } from '../../src/store/store-error';
import { VERSION } from '../../src/version';

/** The credential that says where the store is; without it the environment decides. */
export const CREDENTIAL = 'contactStoreApi';

type NodeContext = IExecuteFunctions | ITriggerFunctions | ILoadOptionsFunctions;

/** Opens the store a node works on. Throws a NodeOperationError that says what to do. */
export async function openContactStore(context: NodeContext): Promise<OpenStore> {
  try {
    const location = context.getNode().credentials?.[CREDENTIAL]
      ? locationFromCredential(await context.getCredentials(CREDENTIAL))
      : locationFromEnvironment(process.env);
    refuseSqliteInQueueMode(location, process.env);
    return await openStore(location, VERSION);
  } catch (error) {
    throw toNodeError(context.getNode(), error);
  }
}

/** The place that a Contact Store credential describes. */
export function locationFromCredential(credential: ICredentialDataDecryptedObject): StoreLocation {
  if (credential.database === 'sqlite') return { kind: 'sqlite', file: String(credential.file) };
  const url = new URL('postgres://localhost');
  url.hostname = String(credential.host);
  url.port = String(credential.port);
  url.username = encodeURIComponent(String(credential.user));
  url.password = encodeURIComponent(String(credential.password));
  url.pathname = `/${encodeURIComponent(String(credential.databaseName))}`;
  const place = { kind: 'postgres', url: url.toString(), schema: String(credential.schema) } as const;
  return credential.tls === 'verify' || credential.tls === 'accept'
    ? { ...place, tls: credential.tls }
    : place;
}

/** An error as n8n shows it: what is wrong as the message, what to do as the description. */
export function toNodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
  if (error instanceof NodeOperationError) return error;
  const item = itemIndex === undefined ? {} : { itemIndex };
  if (error instanceof StoreError)
    return new NodeOperationError(node, error.message, { description: error.advice, ...item });
  return new NodeOperationError(node, error instanceof Error ? error : String(error), item);
}
