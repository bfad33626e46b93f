import type { Enrolment } from '../../domain/journey/enrolment';
import type { Problem } from '../../domain/problem';
import type { Transaction } from '../../store/port';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { unknownJourney } from './save-journey';

/** Which stay is meant: by its number, or the present or last one of a contact in a journey. */
export type StayReference =
  { readonly enrolmentId: number } | { readonly journey: string; readonly contact: ContactReference };

/** A stay that was found, or why none was; null where the contact was never in the journey. */
export type FoundStay =
  | { readonly stay: Enrolment | null; readonly contactId: number | null; readonly journey: string }
  | { readonly problems: readonly Problem[] };

/** Returns the stays that are meant, in order, in a number of statements that goes with the number of different journeys. */
export async function findStays(tx: Transaction, references: readonly StayReference[]): Promise<FoundStay[]> {
  const journeys = await tx.journeys.list();
  const nameOf = new Map(journeys.map(({ id, name }) => [id, name]));
  const idOf = new Map(journeys.map(({ id, name }) => [name, id]));
  const numbered = references.flatMap((own) => ('enrolmentId' in own ? [own.enrolmentId] : []));
  const byId = numbered.length > 0 ? await tx.enrolments.get(numbered) : new Map<number, Enrolment>();
  const contactIds = await findContacts(
    tx,
    references.map((own) => ('contact' in own ? own.contact : { id: null, identifiers: [] })),
  );
  const found = references.map((own): FoundStay => {
    if (!('enrolmentId' in own)) return { problems: [UNKNOWN_CONTACT] };
    const stay = byId.get(own.enrolmentId);
    if (stay) return { stay, contactId: stay.contactId, journey: nameOf.get(stay.journeyId) ?? '' };
    const message = `There is no enrolment ${own.enrolmentId}; take journey.enrolmentId of an item that entered, or name the journey.`;
    return { problems: [{ field: 'enrolment', message }] };
  });
  const named = Map.groupBy(references.keys(), (index) => {
    const own = references[index];
    return own && 'journey' in own ? own.journey : null;
  });
  for (const [journey, indexes] of named) {
    if (journey === null) continue;
    const journeyId = idOf.get(journey);
    const ids = [...new Set(indexes.flatMap((index) => contactIds[index] ?? []))];
    const stays = journeyId === undefined ? [] : await tx.enrolments.of(journeyId, ids);
    const staysOf = Map.groupBy(stays, ({ contactId }) => contactId);
    for (const index of indexes) {
      const contactId = contactIds[index] ?? null;
      if (contactId === null) continue;
      const own = staysOf.get(contactId) ?? [];
      found[index] =
        journeyId === undefined
          ? { problems: [unknownJourney(journey)] }
          : {
              stay: own.find(({ state }) => state === 'active') ?? own.at(-1) ?? null,
              contactId,
              journey,
            };
    }
  }
  return found;
}
