import path from 'node:path';
import type {
  ICredentialDataDecryptedObject,
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow';
import {
  connectStore,
  processClock,
  refuseSqliteInQueueMode,
  type StoreLocation,
} from '../../src/app/open-store';
import { statistics } from '../../src/app/statistics';
import { StoreError } from '../../src/store/store-error';
import { locationFromCredential } from '../execution/open-contact-store';

const DATABASE_NAME = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;

/** Opens the place that a credential describes and tells what is there. An empty place becomes a store. */
export async function testContactStore(
  this: ICredentialTestFunctions,
  credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
  try {
    return { status: 'OK', message: await describeStore(locationFromCredential(credential.data ?? {})) };
  } catch (error) {
    const { message } = error as Error;
    return { status: 'Error', message: error instanceof StoreError ? `${message} ${error.advice}` : message };
  }
}

async function describeStore(location: StoreLocation): Promise<string> {
  if (location.kind === 'sqlite' && !path.isAbsolute(location.file)) {
    throw new StoreError(
      'misconfigured',
      `"${location.file}" is not an absolute path.`,
      'Give the whole path of the file, such as /home/node/.n8n/marketing.sqlite.',
    );
  }
  refuseSqliteInQueueMode(location, process.env);
  const store = await connectStore(location);
  try {
    const { contacts, events, waiting } = await statistics(store, processClock().now());
    const count = (n: number, word: string) => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
    return `${DATABASE_NAME[store.kind]} store at ${store.location}: ${count(contacts, 'contact')}, ${count(events, 'event')}, ${waiting.toLocaleString('en')} waiting`;
  } finally {
    await store.close();
  }
}
