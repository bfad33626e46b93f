import { CONTACT_FIELDS, IDENTIFIER_KINDS } from '../contact/contact';

/** What a column can set directly: the contact's own fields and identifiers. */
export const COLUMN_FIELDS = [...new Set([...IDENTIFIER_KINDS, ...CONTACT_FIELDS])];
export type ColumnField = (typeof COLUMN_FIELDS)[number];

/**
 * What a cell says about consent on a channel. `status`: a word such as *subscribed*; `at`: when that status
 * began; `optInAt`, `optOutAt`: a time, which by being there says that the contact opted in or out then;
 * `optOut`: yes, or the reason, for having opted out; `evidence`: what proves it.
 */
export type ConsentPart = 'status' | 'at' | 'optInAt' | 'optOutAt' | 'optOut' | 'evidence';

/** How the cells of a property are read: as text; as a UTC time; as month/day; as this package's export wrote them. */
export type PropertyFormat = 'text' | 'utcTime' | 'monthDay' | 'exported';

/** Where the cells of a column go. */
export type ColumnTarget =
  | { readonly to: 'field'; readonly field: ColumnField }
  | { readonly to: 'property'; readonly name: string; readonly format: PropertyFormat }
  | { readonly to: 'tag' }
  | { readonly to: 'list' }
  | { readonly to: 'consent'; readonly channel: string; readonly part: ConsentPart; readonly name: string }
  | { readonly to: 'nothing' };

export const NOTHING: ColumnTarget = { to: 'nothing' };

/**
 * Returns what a name for a target means: a field (`email`, `firstName`), `tags`, `lists`, `consent.email` (its
 * status), `properties.plan`, or a blank for nothing. The export heads its columns with these names, and a user's
 * own mapping uses them. Undefined for anything else.
 */
export function targetOfName(name: string): ColumnTarget | undefined {
  if (name.trim() === '') return NOTHING;
  if (name.startsWith('properties.') && name.length > 'properties.'.length) {
    return { to: 'property', name: name.slice('properties.'.length), format: 'exported' };
  }
  const plain = name.trim();
  const field = COLUMN_FIELDS.find((known) => known === plain);
  if (field) return { to: 'field', field };
  if (plain === 'tags') return { to: 'tag' };
  if (plain === 'lists') return { to: 'list' };
  const channel = /^consent\.(.+)$/.exec(plain)?.[1];
  return channel === undefined ? undefined : { to: 'consent', channel, part: 'status', name: 'status' };
}
