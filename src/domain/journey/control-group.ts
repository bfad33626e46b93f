import { splitter } from '../experiment/split-contact';

/**
 * Returns what tells who belongs to the control group of a journey: by the contact's id and the journey's name alone, so
 * that it is the same for ever; a larger share keeps who was in the smaller one, and journeys know nothing of each other.
 */
export function controlGroup(journey: string, share: number): (contactId: number) => boolean {
  const split = splitter({
    name: `journey: ${journey}`,
    variants: [{ name: 'journey', weight: 1 }],
    controlShare: share,
  });
  return (contactId) => split(contactId) === null;
}
