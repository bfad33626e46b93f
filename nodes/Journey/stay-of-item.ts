import type { IDataObject } from 'n8n-workflow';
import type { StayReference } from '../../src/app/journeys/find-stays';
import type { EntryRequest } from '../../src/app/journeys/enter-journey';
import { readJourneyName } from '../../src/app/journeys/save-journey';
import { cleanText, isJsonObject } from '../../src/domain/json';
import type { Reading } from '../../src/domain/problem';
import { contactOfItem } from '../execution/contact-of-item';
import { locatorText } from '../execution/locator-text';
import { Run } from '../execution/run';

/** The name of the journey that an item is about. */
export function journeyOfItem(run: Run, index: number): Reading<string> {
  return readJourneyName(locatorText(run.parameters.value('journey', index)));
}

/** Who is to enter, and by what. */
export function readEntry(run: Run, index: number): Reading<EntryRequest> {
  const json = run.items[index]?.json ?? {};
  const contact = contactOfItem(run.parameters, index, json);
  if (!contact.ok) return contact;
  return {
    ok: true,
    value: { contact: contact.value, startedBy: startOf(json), entryKey: keyOf(run, index, json) },
  };
}

/** Which stay an item means: the one it carries, else that of its contact in the journey. */
export function readStay(run: Run, index: number): Reading<StayReference> {
  const json = run.items[index]?.json ?? {};
  const name = journeyOfItem(run, index);
  if (!name.ok) return name;
  const carried = isJsonObject(json.journey) ? json.journey : {};
  if (typeof carried.enrolmentId === 'number' && carried.name === name.value) {
    return { ok: true, value: { enrolmentId: carried.enrolmentId } };
  }
  const contact = contactOfItem(run.parameters, index, json);
  return contact.ok ? { ok: true, value: { journey: name.value, contact: contact.value } } : contact;
}

function startOf({ event }: IDataObject): EntryRequest['startedBy'] {
  if (!isJsonObject(event)) return null;
  const occurredAt = typeof event.occurredAt === 'string' ? Date.parse(event.occurredAt) : Number.NaN;
  return Number.isFinite(occurredAt)
    ? { id: typeof event.id === 'number' ? event.id : null, occurredAt }
    : null;
}

/** The same event or change, delivered again, is the same entry. */
function keyOf({ parameters }: Run, index: number, { event, change }: IDataObject): string | null {
  const { entryKey } = parameters.object('entryOptions', index);
  const own = typeof entryKey === 'string' || typeof entryKey === 'number' ? String(entryKey).trim() : '';
  if (own !== '') return `key ${own}`;
  if (isJsonObject(event) && typeof event.id === 'number') return `event ${event.id}`;
  if (!isJsonObject(change) || typeof change.at !== 'string') return null;
  // One moment may cross several thresholds of a model.
  const crossed = change.kind === 'score_crossed' ? ` ${String(change.threshold ?? change.to)}` : '';
  return cleanText(`change ${String(change.kind)} ${String(change.subject)}${crossed} ${change.at}`);
}
