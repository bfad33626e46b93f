import { types } from 'node:util';
import { StoreError } from '../store-error';
import type { PostgresLocation } from './postgres-dialect';

/** What the network says, and (SQLSTATE) a server that is going down, coming up, or has no connection to spare. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);

const CUT = new Set(['ECONNRESET', 'EPIPE', '57P01']);

/** Whether an error says that a connection, which was there, has been cut. */
export function isCut(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return CUT.has(code) || /terminated|Connection ended|not queryable/i.test(error.message);
}

/** An error of PostgreSQL in the user's words; others stay as they are. Passwords never enter a message. */
export function explainPostgresError(error: unknown, location: PostgresLocation): unknown {
  // Not instanceof: an error of the network may come from another realm than this code.
  if (!types.isNativeError(error) || error instanceof StoreError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const place = describeLocation(location);
  if (NETWORK.has(code) || /timeout|terminated|Connection ended|not queryable/i.test(error.message)) {
    return new StoreError(
      'unreachable',
      `The PostgreSQL server of the contact store (${place}) does not answer.`,
      'Check host and port in the credential or CONTACT_STORE_URL, and that the server runs. Nothing was written.',
      error,
    );
  }
  if (
    code.startsWith('ERR_TLS') ||
    code.includes('CERT') ||
    code.startsWith('UNABLE_TO_') ||
    /\bSSL\b/.test(error.message)
  ) {
    return new StoreError(
      'misconfigured',
      `The connection to ${place} cannot be encrypted as asked: ${error.message}.`,
      'Choose the TLS setting of the Contact Store credential that the server offers.',
      error,
    );
  }
  // Without a password the driver complains before the server does.
  if (code === '28P01' || code === '28000' || /^SASL/.test(error.message)) {
    return new StoreError(
      'misconfigured',
      `PostgreSQL refuses the login for ${place}.`,
      'Check user and password of the Contact Store credential.',
      error,
    );
  }
  if (code === '3D000') {
    return new StoreError(
      'misconfigured',
      `The database of ${place} does not exist.`,
      'Create it, or correct its name in the Contact Store credential.',
      error,
    );
  }
  if (code === '42501') {
    return new StoreError(
      'misconfigured',
      `The PostgreSQL user of ${place} lacks a permission: ${error.message}.`,
      'Grant it the right to create a schema in the database, or create the schema for it.',
      error,
    );
  }
  if (code === '53100') {
    return new StoreError(
      'full',
      `The disk of the PostgreSQL server (${place}) is full.`,
      'Free some space and run this again. Nothing was written.',
      error,
    );
  }
  if (code === '25006') {
    return new StoreError(
      'read_only',
      `The PostgreSQL server (${place}) takes no writes: it is a replica or read-only.`,
      'Point the Contact Store credential at the primary server.',
      error,
    );
  }
  if (code.startsWith('XX')) {
    return new StoreError(
      'damaged',
      `PostgreSQL reports damaged data in ${place}: ${error.message}.`,
      'Restore the database from a backup.',
      error,
    );
  }
  return error;
}

/** Host, database and schema, without user and password. */
export function describeLocation({ connection, schema }: PostgresLocation): string {
  const url = connection.connectionString ? new URL(connection.connectionString) : null;
  const host = url?.host ?? `${connection.host ?? 'localhost'}:${connection.port ?? 5432}`;
  const database = url ? url.pathname.slice(1) : (connection.database ?? 'postgres');
  return `${host}/${database}, schema ${schema}`;
}
