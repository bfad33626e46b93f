import { resolveZone } from './zone';

/** Returns the zone a contact's days are counted in: its own, else its country's, else the one given; UTC if there is none. */
export function contactZone(
  contact: { readonly timezone: string | null; readonly country: string | null },
  workflowZone: string,
  now: number,
): string {
  const decision = resolveZone(
    { contactZone: contact.timezone, country: contact.country, workflowZone },
    now,
  );
  return decision.ok ? decision.value.zone : 'UTC';
}
