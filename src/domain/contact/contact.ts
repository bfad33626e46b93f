import type { ConsentStatus } from '../consent/consent';
import type { JsonObject } from '../json';

/** What can identify a contact. Each (kind, value) belongs to at most one contact of a store. */
export const IDENTIFIER_KINDS = ['email', 'phone', 'externalId', 'anonymousId', 'pushToken'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** The kinds that make a contact known; a contact with none of them is anonymous. */
export const KNOWN_KINDS = ['email', 'phone', 'externalId'] as const satisfies readonly IdentifierKind[];

/** An identifier in its normal form: e-mail in lower case, phone in E.164. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

/** The stages of a contact's life, in their usual order. A store may use others. */
export const LIFECYCLE_STAGES = [
  'subscriber',
  'lead',
  'marketing_qualified_lead',
  'sales_qualified_lead',
  'opportunity',
  'customer',
  'evangelist',
] as const;

/** The fields every contact has besides its custom properties; null where unknown. */
export const CONTACT_FIELDS = [
  'email',
  'phone',
  'externalId',
  'firstName',
  'lastName',
  'locale',
  'timezone',
  'country',
  'lifecycleStage',
] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

/** A contact as it is stored. Times are epoch milliseconds UTC. */
export interface Contact extends Readonly<Record<ContactField, string | null>> {
  readonly id: number;
  readonly properties: JsonObject;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A contact with what hangs on it, as decisions and later steps need it. */
export interface ContactProfile extends Contact {
  readonly tags: readonly string[];
  readonly lists: readonly string[];
  /** The present consent by channel; a channel without a record is absent. */
  readonly consent: Readonly<Record<string, ConsentStatus>>;
}

/** A contact as it travels between nodes (`item.json.contact`): times as ISO text. */
export function toTravelForm(profile: ContactProfile): JsonObject {
  return {
    id: profile.id,
    email: profile.email,
    phone: profile.phone,
    externalId: profile.externalId,
    firstName: profile.firstName,
    lastName: profile.lastName,
    locale: profile.locale,
    timezone: profile.timezone,
    country: profile.country,
    lifecycleStage: profile.lifecycleStage,
    properties: profile.properties,
    tags: [...profile.tags],
    lists: [...profile.lists],
    consent: { ...profile.consent },
    createdAt: new Date(profile.createdAt).toISOString(),
    updatedAt: new Date(profile.updatedAt).toISOString(),
  };
}

/**
 * A change somebody asks for. An absent key leaves the value as it was, null clears it. `properties` merge
 * key by key by the same rule. Tags and lists are added, never removed.
 */
export interface ContactPatch {
  /** The identifiers given, in their normal form; null clears that kind. */
  readonly identifiers: Readonly<Partial<Record<IdentifierKind, string | null>>>;
  /** A telephone number that is to be read in the country of the contact as it is kept, else in `country`; see `readContactPatch`. */
  readonly nationalPhone?: { readonly text: string; readonly country: string | null };
  readonly fields: Readonly<Partial<Record<Exclude<ContactField, IdentifierKind>, string | null>>>;
  readonly properties: JsonObject;
  readonly tags: readonly string[];
  readonly lists: readonly string[];
}
