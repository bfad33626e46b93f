import type { Change } from '../change/change';
import { isConsentStatus } from '../consent/consent';
import { CONTACT_FIELDS, type ContactField, type ContactProfile } from '../contact/contact';
import { customName } from '../contact/value';
import { isJsonObject, type JsonValue } from '../json';
import type { RuleFacts } from './rule-facts';

/**
 * Returns the facts of a contact as they were before the latest change that they know of; the same facts where a change
 * tells nothing of what rules read. Null for a merge: the log does not tell what each of the two was before.
 */
export function factsBefore(change: Change, facts: RuleFacts): RuleFacts | null {
  const { contact } = facts;
  const of = (own: Partial<ContactProfile>): RuleFacts => ({ ...facts, contact: { ...contact, ...own } });
  const subject = change.subject ?? '';
  switch (change.kind) {
    case 'contact_merged':
      return null;
    case 'contact_updated':
      return beforeUpdate(change, facts);
    case 'tag_added':
      return of({ tags: contact.tags.filter((name) => name !== subject) });
    case 'tag_removed':
      return of({ tags: [...contact.tags, subject] });
    case 'list_joined':
      return of({ lists: contact.lists.filter((name) => name !== subject) });
    case 'list_left':
      return of({ lists: [...contact.lists, subject] });
    case 'consent_changed': {
      const { from } = change.detail;
      const others = Object.entries(contact.consent).filter(([channel]) => channel !== subject);
      const own = typeof from === 'string' && isConsentStatus(from) ? [[subject, from] as const] : [];
      return of({ consent: Object.fromEntries([...others, ...own]) });
    }
    case 'event_recorded': {
      const events = [...facts.events].map(
        ([type, list]) => [type, list.filter(({ id }) => id !== change.eventId)] as const,
      );
      return { ...facts, events: new Map(events) };
    }
    default:
      return facts;
  }
}

function beforeUpdate({ at, detail }: Change, facts: RuleFacts): RuleFacts {
  if (!isJsonObject(detail.fields)) return facts;
  const fields: Partial<Record<ContactField, string | null>> = {};
  const properties = new Map(Object.entries(facts.contact.properties));
  const history = new Map(facts.history);
  for (const [name, values] of Object.entries(detail.fields)) {
    const before: JsonValue = Array.isArray(values) ? (values[0] ?? null) : null;
    const field = CONTACT_FIELDS.find((own) => own === name);
    if (field) fields[field] = typeof before === 'string' ? before : null;
    else if (before === null) properties.delete(customName(name));
    else properties.set(customName(name), before);
    history.set(
      name,
      (history.get(name) ?? []).filter((past) => past.at < at),
    );
  }
  return {
    ...facts,
    contact: { ...facts.contact, ...fields, properties: Object.fromEntries(properties) },
    history,
  };
}
