import { resolveZone } from './zone';

const MOST_ANSWERS_KEPT = 5_000;
/** By what was asked and the year, on which the zones of a country depend. */
const answers = new Map<string, string>();

/** Returns the zone a contact's days are counted in: its own, else its country's, else the one given; UTC if there is none. */
export function contactZone(
  contact: { readonly timezone: string | null; readonly country: string | null },
  workflowZone: string,
  now: number,
): string {
  const { timezone, country } = contact;
  // Parted by what no text of a contact holds.
  const key = `${new Date(now).getUTCFullYear()}\0${timezone ?? ''}\0${country ?? ''}\0${workflowZone}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const decision = resolveZone({ contactZone: timezone, country, workflowZone }, now);
  const zone = decision.ok ? decision.value.zone : 'UTC';
  if (answers.size >= MOST_ANSWERS_KEPT) answers.clear();
  answers.set(key, zone);
  return zone;
}
