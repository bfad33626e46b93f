import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { exportContacts, type ExportFormat } from '../app/export-contacts';
import type { ContactFilter } from '../app/get-contacts';
import { quote } from '../domain/problem';
import type { Store } from '../store/port';
import { nameOf, onlyFile, openNamedStore } from './command-line';
import { openPrivately, refuseToDestroy } from './output-file';
import { showProgress } from './progress';
import { EXIT, UsageError, type ExitCode, type Terminal } from './terminal';

/** What `n8n-marketing export --help` says. */
export const EXPORT_HELP = `n8n-marketing export FILE [options]

Writes contacts to a file, which appears when it is complete; - writes to the standard output. CSV is what import takes
again, and safe to open in a spreadsheet.

  --store URL        sqlite:///absolute/path or postgres://user:password@host:5432/database
                     (default: CONTACT_STORE_URL, else the store in n8n's own folder)
  --format FORMAT    csv or jsonl, one contact a line (default: by the name of the file, else csv)
  --list NAME        only contacts of this list
  --tag NAME         only contacts with this tag
  --json             prints the result as JSON
`;

interface Options {
  readonly file: string;
  readonly store: string | undefined;
  readonly format: ExportFormat;
  readonly filter: ContactFilter;
  readonly json: boolean;
}

/** Exports contacts to a file and prints how many; with the standard output as the file it prints that on standard error. */
export async function exportCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args);
  const store = await openNamedStore(options.store, terminal, { mustExist: true });
  let contacts: number | null;
  try {
    contacts =
      options.file === '-'
        ? await writeTo(terminal.stdout, store, options, terminal)
        : await writeFile(store, options, terminal);
  } finally {
    await store.close();
  }
  // Who closes the pipe early, as head does, has what they wanted.
  if (contacts === null) return EXIT.ok;
  const told = options.json
    ? JSON.stringify({ contacts })
    : `${contacts.toLocaleString('en')} contact${contacts === 1 ? '' : 's'} exported.`;
  (options.file === '-' ? terminal.stderr : terminal.stdout).write(`${told}\n`);
  return EXIT.ok;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      store: { type: 'string' },
      format: { type: 'string' },
      list: { type: 'string' },
      tag: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const file = onlyFile('export', positionals);
  const format = values.format ?? (/\.(jsonl|ndjson)$/i.test(file) ? 'jsonl' : 'csv');
  if (format !== 'csv' && format !== 'jsonl') {
    throw new UsageError(`--format is ${quote(format)}; it must be csv or jsonl.`);
  }
  const list = nameOf('list', values.list);
  const tag = nameOf('tag', values.tag);
  return {
    file,
    store: values.store,
    format: { as: format === 'csv' ? 'csv' : 'jsonLines' },
    filter: { ...(list === undefined ? {} : { list }), ...(tag === undefined ? {} : { tag }) },
    json: values.json,
  };
}

/** Writes beside the file and puts it in its place when it is complete, so that nobody takes a half for the whole. */
async function writeFile(store: Store, options: Options, terminal: Terminal): Promise<number> {
  const present = await stat(options.file).catch(() => null);
  if (present?.isDirectory()) throw new UsageError(`${options.file} is a folder; export writes a file.`);
  await refuseToDestroy(options.file, { store });
  const isSpecial = present !== null && !present.isFile();
  // A name of its own, so that two exports to one file do not mix.
  const file = isSpecial ? options.file : `${options.file}.${randomBytes(4).toString('hex')}.partial`;
  const handle = await openPrivately(file, { isNew: !isSpecial }).catch((error: Error) => {
    throw new UsageError(`${options.file} cannot be written: ${error.message}`);
  });
  const stream = handle.createWriteStream();
  const closed = finished(stream);
  // Its failure is told where it is awaited.
  closed.catch(() => {});
  try {
    const contacts = await writeTo(stream, store, options, terminal);
    stream.end();
    await closed;
    if (!isSpecial) await rename(file, options.file);
    return contacts ?? 0;
  } catch (error) {
    stream.destroy();
    if (!isSpecial) await rm(file, { force: true });
    throw error;
  }
}

/** Returns how many contacts were written; null where the reader went away. */
async function writeTo(
  stream: Writable,
  store: Store,
  { filter, format }: Options,
  terminal: Terminal,
): Promise<number | null> {
  const total = await store.read((tx) => tx.contacts.count(filter));
  const progress = showProgress(terminal, total);
  let contacts = 0;
  try {
    for await (const piece of exportContacts(store, filter, format)) {
      if (!stream.write(piece.text)) await once(stream, 'drain');
      contacts += piece.contacts;
      progress.update(contacts, contacts);
    }
    return contacts;
  } catch (error) {
    if (isBrokenPipe(error)) return null;
    throw error;
  } finally {
    progress.stop();
  }
}

function isBrokenPipe(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
