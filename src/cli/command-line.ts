import { existsSync } from 'node:fs';
import { connectStore, locationFromEnvironment, parseStoreUrl, type StoreLocation } from '../app/open-store';
import { readNames } from '../domain/contact/contact-patch';
import { quote, type Problem } from '../domain/problem';
import type { Store } from '../store/port';
import { StoreError } from '../store/store-error';
import { UsageError, type Terminal } from './terminal';

/** The one file that a command takes. */
export function onlyFile(command: string, positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (file === undefined || file === '')
    throw new UsageError(
      `${command} needs a file; - is the standard ${command === 'import' ? 'input' : 'output'}.`,
    );
  if (more.length > 0)
    throw new UsageError(
      `${command} takes one file, not ${positionals.length}: ${quote(more[0])} is one too many.`,
    );
  return file;
}

/** The names that an option gives, each once; text with commas gives several. */
export function namesOf(option: string, values: readonly string[] = []): string[] {
  const problems: Problem[] = [];
  const names = readNames(`--${option}`, values.join(','), problems);
  if (problems.length > 0) throw new UsageError(problems.map(({ message }) => message).join(' '));
  return names;
}

/** The one name that an option gives; undefined where the option is absent. */
export function nameOf(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const name = value.trim();
  if (name === '') throw new UsageError(`--${option} is empty.`);
  return name;
}

/**
 * Opens the store that `--store` names, else the environment (`CONTACT_STORE_URL`), else the one in n8n's own
 * folder. With `mustExist` a SQLite file that is not there is refused instead of made.
 */
export async function openNamedStore(
  url: string | undefined,
  { env }: Terminal,
  { mustExist }: { readonly mustExist: boolean },
): Promise<Store> {
  const location = url === undefined ? locationFromEnvironment(env) : locationOf(url);
  if (mustExist && location.kind === 'sqlite' && !existsSync(location.file)) {
    throw new StoreError(
      'unreachable',
      `There is no contact store at ${location.file}.`,
      'Name the store with --store sqlite:///absolute/path/contacts.sqlite or --store postgres://user:password@host:5432/database, or set CONTACT_STORE_URL.',
    );
  }
  return connectStore(location);
}

function locationOf(url: string): StoreLocation {
  try {
    return parseStoreUrl(url);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // The address itself is not repeated: it may hold a password.
    throw new UsageError(`--store is not the address of a contact store. ${error.advice}`);
  }
}
