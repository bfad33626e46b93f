import type { IDataObject } from 'n8n-workflow';
import type { LeaveRule } from '../../src/app/leave-early';
import type { PlannedWait, WaitRequest } from '../../src/app/park-waits';
import type { ContactProfile } from '../../src/domain/contact/contact';
import { contactValue } from '../../src/domain/contact/value';
import { isJsonObject, toJsonObject } from '../../src/domain/json';
import type { Problem, Reading } from '../../src/domain/problem';
import { readDeliveryHours, type DeliveryHours } from '../../src/domain/schedule/delivery-window';
import type { LeapDay } from '../../src/domain/schedule/anniversary';
import { isNoDate } from '../../src/domain/schedule/parse-date';
import { readPeriod, type Period } from '../../src/domain/schedule/period';
import { planWait, type WaitRule } from '../../src/domain/schedule/wait';
import { resolveZone } from '../../src/domain/schedule/zone';
import { readConditionRows, readEventTypes } from '../execution/conditions';
import { contactOfItem } from '../execution/contact-of-item';
import { locatorText } from '../execution/locator-text';
import type { Parameters } from '../execution/parameters';
import { readSegmentName } from '../execution/segment-locator';

/** What a wait is set to for one item, besides its contact. */
interface WaitSettings {
  rule(contact: ContactProfile): WaitRule;
  readonly hours: DeliveryHours;
  readonly zoneOf: 'contact' | 'workflow' | 'fixed';
  readonly fixedZone: string;
  readonly unknownZones: readonly string[];
  readonly pastDates: 'pass' | 'missed';
  readonly graceMinutes: number;
  readonly noDate: 'missed' | 'error';
}

/** Where a wait runs: what it does not take from parameters. */
export interface WaitPlace {
  readonly workflowZone: string;
  readonly now: number;
}

/** Reads everything that decides on an item's wait. */
export function readWaitRequest(
  parameters: Parameters,
  index: number,
  json: IDataObject,
  place: WaitPlace,
): Reading<WaitRequest> {
  const contact = contactOfItem(parameters, index, json);
  if (!contact.ok) return contact;
  const plan = readPlanner(parameters, index, place);
  if (!plan.ok) return plan;
  const mode = parameters.value('mode', index);
  const leaveOn = mode === 'park' ? readLeaveRules(parameters, index) : { ok: true as const, value: [] };
  if (!leaveOn.ok) return leaveOn;
  return {
    ok: true,
    value: {
      contact: contact.value,
      item: toJsonObject(json),
      key: parameters.text('options.key', index),
      again: (parameters.value('again', index) ?? 'keep') as WaitRequest['again'],
      leaveOn: mode === 'park' ? [...leaveOn.value, ...stayOf(parameters, index, json)] : [],
      startedBy: startOf(json),
      plan: plan.value,
    },
  };
}

/** Reads when the item's contact goes on, as a function of the contact. */
export function readPlanner(
  parameters: Parameters,
  index: number,
  place: WaitPlace,
): Reading<(contact: ContactProfile) => Reading<PlannedWait>> {
  const settings = readSettings(parameters, index);
  if (!settings.ok) return settings;
  const { hours, zoneOf, fixedZone, unknownZones, pastDates, graceMinutes, noDate, rule } = settings.value;
  return {
    ok: true,
    value: (contact) => {
      const zone = resolveZone(
        {
          inZoneOf: zoneOf,
          fixedZone,
          unknownZones,
          contactZone: contact.timezone,
          country: contact.country,
          workflowZone: place.workflowZone,
        },
        place.now,
      );
      if (!zone.ok) return zone;
      const { zone: name, source: zoneSource } = zone.value;
      const decided = rule(contact);
      if (noDate === 'missed' && 'property' in decided && isNoDate(decided.value)) {
        const reasons = [`the contact has no date in ${decided.property ?? 'its data'}`];
        return {
          ok: true,
          value: {
            outcome: 'missed',
            dueAt: place.now,
            targetAt: place.now,
            zone: name,
            zoneSource,
            reasons,
          },
        };
      }
      const plan = planWait(decided, { zone: zone.value, hours, pastDates, graceMinutes }, place.now);
      if (!plan.ok || (!hours.windows && !hours.quiet)) return plan;
      const { quietZones } = zone.value;
      return { ok: true, value: { ...plan.value, openIn: { hours, zones: { zone: name, quietZones } } } };
    },
  };
}

function readSettings(parameters: Parameters, index: number): Reading<WaitSettings> {
  const hours = readDeliveryHours({
    windows: parameters.rows('windows', 'window', index).map(({ weekdays, from, to }) => ({
      weekdays: weekdays as number[],
      from: String(from),
      to: String(to),
    })),
    quietHours: parameters.boolean('quietHours', index)
      ? { from: parameters.text('quietFrom', index), to: parameters.text('quietTo', index) }
      : null,
  });
  if (!hours.ok) return hours;
  const rule = readRule(parameters, index);
  if (!rule.ok) return rule;
  return {
    ok: true,
    value: {
      rule: rule.value,
      hours: hours.value,
      zoneOf: parameters.text('zoneOf', index) as WaitSettings['zoneOf'],
      fixedZone: parameters.text('fixedZone', index),
      unknownZones: commaSeparated(parameters.text('options.unknownZones', index)),
      pastDates: parameters.value('pastDates', index) === 'missed' ? 'missed' : 'pass',
      graceMinutes: Number(parameters.value('options.graceMinutes', index) ?? 0),
      noDate: parameters.value('noDate', index) === 'error' ? 'error' : 'missed',
    },
  };
}

function readRule(parameters: Parameters, index: number): Reading<(contact: ContactProfile) => WaitRule> {
  const kind = parameters.text('until', index);
  const atTime = parameters.text('atTime', index).trim();
  const time = atTime === '' ? {} : { atTime };
  if (kind === 'period') {
    const period = readPeriod(
      { amount: amountOf(parameters, 'amount', index), unit: parameters.value('unit', index) },
      'amount',
    );
    if (!period.ok) return period;
    return { ok: true, value: () => ({ kind, period: period.value, ...time }) };
  }
  if (kind === 'weekday') {
    const weekdays = parameters.value('weekdays', index) as number[];
    const weekdayTime = parameters.text('weekdayTime', index);
    return { ok: true, value: () => ({ kind, weekdays, atTime: weekdayTime }) };
  }
  const offset = readOffset(parameters, index);
  if (!offset.ok) return offset;
  const distance = offset.value === null ? {} : { offset: offset.value };
  if (kind === 'date') {
    const value = parameters.value('date', index);
    return { ok: true, value: () => ({ kind, value, ...distance, ...time }) };
  }
  const property = locatorText(parameters.value('property', index));
  if (property === '') {
    const message = 'No date of the contact is chosen; name the property that holds it, such as birthday.';
    return { ok: false, problems: [{ field: 'property', message }] };
  }
  const leapDay = (parameters.value('options.leapDay', index) ?? 'february28') as LeapDay;
  return {
    ok: true,
    value: (contact) => {
      const date = { value: contactValue(contact, property), property, ...distance, ...time };
      return kind === 'anniversary'
        ? { kind, ...date, leapDay, ownYear: 'skipped' }
        : { kind: 'contactDate', ...date };
    },
  };
}

/** The number that a parameter gives, or what it holds where that is none, so that an error can tell it. */
function amountOf(parameters: Parameters, name: string, index: number): unknown {
  const amount = parameters.number(name, index);
  return Number.isNaN(amount) ? parameters.value(name, index) : amount;
}

function readOffset(parameters: Parameters, index: number): Reading<Period | null> {
  const direction = parameters.value('direction', index);
  if (direction !== 'before' && direction !== 'after') return { ok: true, value: null };
  const given = amountOf(parameters, 'offsetAmount', index);
  const amount = typeof given === 'number' && direction === 'before' ? -given : given;
  return readPeriod({ amount, unit: parameters.value('offsetUnit', index) }, 'offsetAmount');
}

function readLeaveRules(parameters: Parameters, index: number): Reading<LeaveRule[]> {
  const rules: LeaveRule[] = [];
  const problems: Problem[] = [];
  parameters.rows('leaveOn', 'event', index).forEach((row, at) => {
    const types = readEventTypes(String(row.type ?? ''), `leaveOn[${at}].type`);
    const rows =
      (row.conditions as { condition?: Array<Record<string, unknown>> } | undefined)?.condition ?? [];
    const where = readConditionRows(rows, `leaveOn[${at}].conditions`);
    if (!types.ok) problems.push(...types.problems);
    if (!where.ok) problems.push(...where.problems);
    if (types.ok && where.ok) rules.push(...types.value.map((type) => ({ type, where: where.value })));
  });
  for (const row of parameters.rows('leaveOn', 'segment', index)) {
    const segment = readSegmentName(row.segment);
    if (segment.ok) rules.push({ segment: segment.value, is: row.moves === 'leaves' ? 'out' : 'in' });
    else problems.push(...segment.problems);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: rules };
}

/** The stay in a journey that an item carries lets it go when it ends, unless the user switched that off. */
function stayOf(parameters: Parameters, index: number, { journey }: IDataObject): LeaveRule[] {
  if (parameters.value('options.leaveWithJourney', index) === false || !isJsonObject(journey)) return [];
  return typeof journey.enrolmentId === 'number' ? [{ enrolmentId: journey.enrolmentId }] : [];
}

/** The segments that the node names without an expression, by its parameters as they are saved. */
export function segmentsNamed(parameters: Readonly<Record<string, unknown>>): string[] {
  const { segment: rows } = (parameters.leaveOn ?? {}) as { segment?: unknown };
  if (!Array.isArray(rows)) return [];
  return (rows as Array<Record<string, unknown>>)
    .map((row) => locatorText(row.segment))
    .filter((name) => name !== '' && !name.startsWith('='));
}

/** The event that an item carries, as the start of what the wait is about. */
function startOf(json: IDataObject): WaitRequest['startedBy'] {
  const { event } = json;
  if (!isJsonObject(event)) return null;
  const occurredAt = typeof event.occurredAt === 'string' ? Date.parse(event.occurredAt) : NaN;
  return Number.isFinite(occurredAt)
    ? { id: typeof event.id === 'number' ? event.id : null, occurredAt }
    : null;
}

function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
