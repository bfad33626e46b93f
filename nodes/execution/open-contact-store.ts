import {
  NodeOperationError,
  type ICredentialDataDecryptedObject,
  type IExecuteFunctions,
  type ILoadOptionsFunctions,
  type INode,
  type INodeCredentialDescription,
  type INodeProperties,
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

/** The parameter by which a user chooses between the store of this n8n, which needs no set-up, and a credential's. */
export const STORE_PROPERTY: INodeProperties = {
  displayName: 'Store',
  name: 'storeFrom',
  type: 'options',
  noDataExpression: true,
  default: 'instance',
  options: [
    {
      name: 'Built In',
      value: 'instance',
      description: 'Nothing to set up: a file in the folder of n8n, or what CONTACT_STORE_URL names',
    },
    {
      name: 'From a Credential',
      value: 'credential',
      description: 'Another file, or a PostgreSQL database, which queue mode needs',
    },
  ],
  description: 'Where the contacts are kept',
};

/** When a node shows its credential. */
export const CREDENTIAL_SHOWN: INodeCredentialDescription['displayOptions'] = {
  show: { storeFrom: ['credential'] },
};

type NodeContext = IExecuteFunctions | ITriggerFunctions | ILoadOptionsFunctions;

/** Opens the store a node works on. Throws a NodeOperationError that says what to do. */
export async function openContactStore(context: NodeContext): Promise<OpenStore> {
  try {
    const { parameters, credentials } = context.getNode();
    const location =
      parameters.storeFrom === 'credential' && credentials?.[CREDENTIAL]
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
