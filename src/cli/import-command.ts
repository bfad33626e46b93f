import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { importContactFile, type ImportFileOptions } from '../app/import-contact-file';
import { systemClock } from '../app/system-clock';
import { readColumnMapping, type ColumnMapping } from '../domain/contact-import/recognise-columns';
import { quote } from '../domain/problem';
import type { Store } from '../store/port';
import { namesOf, onlyFile, openNamedStore } from './command-line';
import { showProgress } from './progress';
import { refusedRowsFile, refusedRowsOnTerminal } from './refused-rows';
import { EXIT, UsageError, type ExitCode, type Terminal } from './terminal';

/** What `n8n-marketing import --help` says. */
export const IMPORT_HELP = `n8n-marketing import FILE.csv [options]

Creates or updates the contacts of a CSV file with a header row, of any size; - reads the standard input. Headers of
Mailchimp, HubSpot, Klaviyo and of this package's own export are recognised, every other column becomes a custom
property. Running it again changes nothing, and it never brings back who opted out.

  --store URL          sqlite:///absolute/path or postgres://user:password@host:5432/database
                       (default: CONTACT_STORE_URL, else the store in n8n's own folder)
  --list NAME          a list that every contact joins; may be given again
  --tag NAME           a tag that every contact gets; may be given again
  --country CODE       the country of telephone numbers without a country code, such as DE
  --map HEADER=TARGET  where a column goes: a field such as email or externalId, tags, lists, consent.email,
                       properties.plan, or nothing after the = to leave it out; may be given again
  --refused FILE       writes rows that were refused, and values that were left out, to a CSV file
                       (default: the first hundred on the standard error)
  --json               prints the result as JSON
`;

interface Options {
  readonly file: string;
  readonly store: string | undefined;
  readonly refused: string | undefined;
  readonly json: boolean;
  readonly contacts: Omit<ImportFileOptions, 'importedAt'>;
}

/** Imports a CSV file and prints what became of it. */
export async function importCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = readOptions(args);
  const { stream, bytes } = await openFile(options.file, terminal);
  let counts: Counts;
  try {
    const store = await openNamedStore(options.store, terminal, { mustExist: false });
    try {
      counts = await importStream(store, stream, bytes, options, terminal);
    } finally {
      await store.close();
    }
  } finally {
    stream.destroy();
  }
  terminal.stdout.write(options.json ? `${JSON.stringify(counts)}\n` : summary(counts));
  return counts.refused > 0 ? EXIT.refusedRows : EXIT.ok;
}

interface Counts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  valuesLeftOut: number;
}

async function importStream(
  store: Store,
  stream: Readable,
  bytes: number | null,
  { file, refused, contacts }: Options,
  terminal: Terminal,
): Promise<Counts> {
  const counts: Counts = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0, valuesLeftOut: 0 };
  const rows =
    refused === undefined
      ? refusedRowsOnTerminal(terminal)
      : await refusedRowsFile(refused, { store, source: file });
  const progress = showProgress(terminal, bytes);
  try {
    const settings = { ...contacts, importedAt: systemClock.now() };
    for await (const piece of importContactFile(store, stream, settings)) {
      for (const key of ['rows', 'created', 'updated', 'unchanged'] as const) counts[key] += piece[key];
      counts.refused += piece.refused.length;
      counts.valuesLeftOut += piece.leftOut.length;
      await rows.add('refused', piece.refused);
      await rows.add('left out', piece.leftOut);
      progress.update('bytesRead' in stream ? Number(stream.bytesRead) : 0, counts.rows);
    }
  } finally {
    progress.stop();
    await rows.finish();
  }
  return counts;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      store: { type: 'string' },
      list: { type: 'string', multiple: true },
      tag: { type: 'string', multiple: true },
      country: { type: 'string' },
      map: { type: 'string', multiple: true },
      refused: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const country = values.country?.trim().toUpperCase();
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) {
    throw new UsageError(`--country is ${quote(values.country)}; use a two-letter code such as DE.`);
  }
  return {
    file: onlyFile('import', positionals),
    store: values.store,
    refused: values.refused,
    json: values.json,
    contacts: {
      mapping: mappingOf(values.map ?? []),
      lists: namesOf('list', values.list),
      tags: namesOf('tag', values.tag),
      ...(country === undefined ? {} : { defaultCountry: country }),
    },
  };
}

function mappingOf(pairs: readonly string[]): ColumnMapping {
  const targets = pairs.map((pair): [string, string] => {
    // A header may hold an equals sign; no target does.
    const at = pair.lastIndexOf('=');
    if (at <= 0)
      throw new UsageError(
        `--map is ${quote(pair)}; write "Header=target", such as "Kundennummer=externalId".`,
      );
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const mapping = readColumnMapping(Object.fromEntries(targets));
  if (mapping.ok) return mapping.value;
  throw new UsageError(mapping.problems.map(({ message }) => `--map: ${message}`).join(' '));
}

async function openFile(
  file: string,
  { stdin }: Terminal,
): Promise<{ stream: Readable; bytes: number | null }> {
  if (file === '-') return { stream: stdin, bytes: null };
  try {
    const handle = await open(file);
    const stats = await handle.stat();
    if (stats.isDirectory()) {
      await handle.close();
      throw new UsageError(`${file} is a folder; import takes a CSV file.`);
    }
    const stream = createReadStream(file, { fd: handle });
    return { stream, bytes: stats.isFile() ? stats.size : null };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function summary({ rows, created, updated, unchanged, refused, valuesLeftOut }: Counts): string {
  const total = `${countOf(rows, 'row')}: ${countOf(created, 'contact')} created`;
  const lines = [
    `${total}, ${countOf(updated)} updated, ${countOf(unchanged)} unchanged, ${countOf(refused, 'row')} refused.\n`,
  ];
  if (valuesLeftOut > 0) {
    lines.push(`Taken without a value that cannot be read: ${countOf(valuesLeftOut, 'row')}.\n`);
  }
  return lines.join('');
}

function countOf(count: number, word?: string): string {
  const text = count.toLocaleString('en');
  return word === undefined ? text : `${text} ${word}${count === 1 ? '' : 's'}`;
}
