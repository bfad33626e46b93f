import { StoreError } from '../store-error';
import type { PostgresLocation } from './postgres-dialect';

const NETWORK = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
]);

/** An error of PostgreSQL in the user's words; others stay as they are. Passwords never enter a message. */
export function explainPostgresError(error: unknown, location: PostgresLocation): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const place = describeLocation(location);
  if (NETWORK.has(code) || /timeout|terminated|Connection ended/i.test(error.message)) {
    return new StoreError(
      'unreachable',
      `The PostgreSQL server of the contact store (${place}) does not answer.`,
      'Check host and port in the credential or CONTACT_STORE_URL, and that the server runs. Nothing was written.',
      error,
    );
  }
  if (code === '28P01' || code === '28000') {
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
