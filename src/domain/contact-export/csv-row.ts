import { CONTACT_FIELDS, type ContactProfile } from '../contact/contact';
import type { JsonValue } from '../json';
import { writeTextCell, writeValueText } from './cell-guard';

/** The line break of RFC 4180, after every line, the last one too. */
const LINE_BREAK = '\r\n';

/** The columns of an export, in order; they are its headers, and the import knows them again. */
export function exportColumns(propertyNames: readonly string[], channels: readonly string[]): string[] {
  return [
    'id',
    ...CONTACT_FIELDS,
    'tags',
    'lists',
    ...channels.map((channel) => `consent.${channel}`),
    ...propertyNames.map((name) => `properties.${name}`),
    'createdAt',
    'updatedAt',
  ];
}

/**
 * Returns a contact as the cells of these columns, each safe in a spreadsheet; what is unknown, null or not a
 * column is a blank. An import of the file restores the contact: its fields, tags, lists, properties with their
 * types (text that looks like a number, true, false or JSON is kept apart by a leading apostrophe) and consent.
 */
export function exportCells(profile: ContactProfile, columns: readonly string[]): string[] {
  return columns.map((column) => cellOf(profile, column));
}

/** Returns cells as one line of a CSV file by RFC 4180, line break included. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  const line = cells.map((cell) => {
    const needsQuotes = /["\r\n]|^\s|\s$/.test(cell) || cell.includes(delimiter);
    return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
  });
  // A line of one blank cell would be a blank line, which readers pass over.
  return (cells.length === 1 && cells[0] === '' ? '""' : line.join(delimiter)) + LINE_BREAK;
}

function cellOf(profile: ContactProfile, column: string): string {
  if (column.startsWith('properties.')) {
    const name = column.slice('properties.'.length);
    return Object.hasOwn(profile.properties, name) ? valueCell(profile.properties[name] ?? null) : '';
  }
  if (column.startsWith('consent.')) {
    const channel = column.slice('consent.'.length);
    return Object.hasOwn(profile.consent, channel) ? (profile.consent[channel] ?? '') : '';
  }
  if (column === 'tags' || column === 'lists') return writeTextCell(joinNames(profile[column]));
  if (column === 'createdAt' || column === 'updatedAt') return new Date(profile[column]).toISOString();
  if (column === 'id') return String(profile.id);
  const field = CONTACT_FIELDS.find((known) => known === column);
  return field ? writeTextCell(profile[field] ?? '') : '';
}

function valueCell(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? writeValueText(value) : JSON.stringify(value);
}

function joinNames(names: readonly string[]): string {
  return names.map((name) => (/[",;]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(', ');
}
