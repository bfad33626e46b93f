import { csvLine, exportCells, exportColumns } from '../domain/contact-export/csv-row';
import { toTravelForm, type ContactProfile, type Identifier } from '../domain/contact/contact';
import type { Store } from '../store/port';
import { namesSeen } from './browse';
import { contactPages, type ContactFilter } from './get-contacts';

/** How contacts are written to a file. */
export type ExportFormat = { readonly as: 'csv'; readonly delimiter?: string } | { readonly as: 'jsonLines' };

/** A piece of the file, and how many contacts it holds. */
export interface ExportedPiece {
  readonly text: string;
  readonly contacts: number;
}

/** A spreadsheet takes a file without it for one in its own code page. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Gives the contacts that fit as the text of a file, page by page in flat memory, by id ascending. CSV (RFC 4180, UTF-8 with a
 * byte order mark, safe from formulas) has a header, a column for each property and channel that the store has
 * seen, and is what the import takes; it is never empty. JSON lines have the travel form of each contact with all
 * its identifiers.
 */
export async function* exportContacts(
  store: Store,
  filter: ContactFilter,
  format: ExportFormat,
): AsyncGenerator<ExportedPiece> {
  if (format.as === 'jsonLines') {
    for await (const page of contactPages(store, filter)) {
      yield { text: await jsonLines(store, page), contacts: page.length };
    }
    return;
  }
  const columns = exportColumns(await namesSeen(store, 'property'), await namesSeen(store, 'channel'));
  yield { text: BYTE_ORDER_MARK + csvLine(columns, format.delimiter), contacts: 0 };
  for await (const page of contactPages(store, filter)) {
    const lines = page.map((profile) => csvLine(exportCells(profile, columns), format.delimiter));
    yield { text: lines.join(''), contacts: page.length };
  }
}

async function jsonLines(store: Store, page: readonly ContactProfile[]): Promise<string> {
  const identifiers = await store.read((tx) => tx.contacts.identifiers(page.map(({ id }) => id)));
  const own = new Map<number, Identifier[]>();
  for (const { contactId, kind, value } of identifiers) {
    const known = own.get(contactId);
    if (known) known.push({ kind, value });
    else own.set(contactId, [{ kind, value }]);
  }
  return page
    .map((profile) => {
      const line = { ...toTravelForm(profile), identifiers: own.get(profile.id) ?? [] };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
}
