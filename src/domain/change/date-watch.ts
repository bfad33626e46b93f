import { contactValue, customName } from '../contact/value';
import type { Contact } from '../contact/contact';
import { nextAnniversary, type LeapDay } from '../schedule/anniversary';
import { momentOfDate } from '../schedule/contact-date';
import { readLocalTime } from '../schedule/local-time';
import { isNoDate, readDate, readYearlyDate } from '../schedule/parse-date';
import type { Period } from '../schedule/period';
import { resolveZone } from '../schedule/zone';
import type { Moment } from '../schedule/zone-clock';
import type { Change } from './change';
import { changedFields } from './watch';

/** Somebody who wants to be told when a date of a contact is reached. */
export interface DateWatch {
  readonly on: 'date_reached';
  /** The name of the value: a field, or a custom property. */
  readonly property: string;
  readonly yearly: boolean;
  readonly offset: Period | null;
  /** `HH:MM` in the contact's zone; null: the date's own time, 00:00 for a calendar day. */
  readonly atTime: string | null;
  readonly leapDay: LeapDay;
  /** Whose clock counts where the contact's zone is unknown. */
  readonly workflowZone: string;
}

/**
 * Returns when the contact's date is next reached, strictly after `after`, with how that came about; null
 * when it has no such date, or one that is past and does not return.
 */
export function nextReached(
  watch: DateWatch,
  contact: Contact,
  after: number,
): (Moment & { zone: string }) | null {
  const value = contactValue(contact, watch.property);
  if (isNoDate(value)) return null;
  const zoneReading = resolveZone(
    { contactZone: contact.timezone, country: contact.country, workflowZone: watch.workflowZone },
    after,
  );
  if (!zoneReading.ok) return null;
  const { zone, text } = zoneReading.value;
  const time = watch.atTime === null ? undefined : readLocalTime(watch.atTime, 'atTime');
  if (time && !time.ok) return null;
  const rule = { zone, time: time?.value, offset: watch.offset ?? undefined };
  const moment = watch.yearly ? nextReturn(watch, value, rule, after) : onlyReach(watch, value, rule, after);
  return moment && { at: moment.at, zone, reasons: [`${watch.property} in ${text}`, ...moment.reasons] };
}

function nextReturn(
  watch: DateWatch,
  value: unknown,
  rule: Parameters<typeof momentOfDate>[1],
  after: number,
): Moment | null {
  const date = readYearlyDate(value, watch.property);
  return date.ok
    ? nextAnniversary(date.value, { ...rule, leapDay: watch.leapDay, ownYear: 'skipped' }, after)
    : null;
}

function onlyReach(
  watch: DateWatch,
  value: unknown,
  rule: Parameters<typeof momentOfDate>[1],
  after: number,
): Moment | null {
  const date = readDate(value, watch.property);
  if (!date.ok) return null;
  const moment = momentOfDate(date.value, rule);
  return moment.at > after ? moment : null;
}

/** Whether a change may move the moment at which a watched date is reached. */
export function movesDate(watch: DateWatch, change: Change): boolean {
  if (change.kind === 'contact_created' || change.kind === 'contact_merged') return true;
  if (change.kind !== 'contact_updated') return false;
  if (watch.property === 'updatedAt') return true;
  const name = customName(watch.property);
  const names = new Set(['timezone', 'country', watch.property]);
  for (const own of [name, name.split('.')[0]]) names.add(`properties.${own}`);
  return changedFields(change).some((field) => names.has(field));
}
