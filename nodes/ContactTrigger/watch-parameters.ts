import type { ITriggerFunctions } from 'n8n-workflow';
import { isConsentStatus } from '../../src/domain/consent/consent';
import type { DateWatch } from '../../src/domain/change/date-watch';
import type { ChangeWatch } from '../../src/domain/change/watch';
import type { Reading } from '../../src/domain/problem';
import { readLocalTime } from '../../src/domain/schedule/local-time';
import { readPeriod } from '../../src/domain/schedule/period';
import { readConditionRows, readEventTypes } from '../execution/conditions';

/** What a Contact Trigger is set to watch. */
export type Watch = ChangeWatch | DateWatch;

/** Reads the node's parameters, once, at publication. */
export function readWatch(context: ITriggerFunctions): Reading<Watch> {
  const on = String(context.getNodeParameter('on'));
  switch (on) {
    case 'event_recorded':
      return readEventWatch(context);
    case 'contact_created':
      return ok({ on });
    case 'contact_updated':
      return ok({ on, fields: names(context, 'fields') });
    case 'stage_changed':
      return ok({ on, stages: names(context, 'stages') });
    case 'tag_changed':
      return ok({
        on,
        action: context.getNodeParameter('tagAction') as 'added' | 'removed' | 'both',
        tags: names(context, 'tags'),
      });
    case 'list_changed':
      return ok({
        on,
        action: context.getNodeParameter('listAction') as 'joined' | 'left' | 'both',
        lists: names(context, 'lists'),
      });
    case 'journey_entered':
    case 'journey_completed':
    case 'journey_left': {
      const action = on.slice('journey_'.length) as 'entered' | 'completed' | 'left';
      return ok({ on: 'journey_changed', action, journeys: names(context, 'journeys') });
    }
    case 'score_crossed':
      return ok({
        on,
        models: names(context, 'models'),
        direction: context.getNodeParameter('crossing') as 'up' | 'down' | 'both',
        thresholds: names(context, 'thresholds'),
        grades: names(context, 'grades'),
      });
    case 'segment_entered':
    case 'segment_left':
      return readSegmentWatch(context, on);
    case 'consent_changed': {
      const statuses = context.getNodeParameter('statuses') as string[];
      return ok({ on, channels: names(context, 'channels'), statuses: statuses.filter(isConsentStatus) });
    }
    default:
      return readDateWatch(context);
  }
}

function ok(value: Watch): Reading<Watch> {
  return { ok: true, value };
}

/** Names written with commas, or chosen from a list. */
function names(context: ITriggerFunctions, parameter: string): string[] {
  const value = context.getNodeParameter(parameter);
  const parts = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return [...new Set(parts.map((part) => part.trim()))].filter((part) => part !== '');
}

function readEventWatch(context: ITriggerFunctions): Reading<Watch> {
  const chosen = context.getNodeParameter('eventType', '', { extractValue: true }) as string;
  const more = String(context.getNodeParameter('options.moreEventTypes', ''));
  const types = readEventTypes(`${chosen},${more}`, 'eventType');
  if (!types.ok) return types;
  const rows = context.getNodeParameter('conditions.condition', []) as Array<Record<string, unknown>>;
  const where = readConditionRows(rows, 'conditions');
  return where.ok ? ok({ on: 'event_recorded', types: types.value, where: where.value }) : where;
}

function readSegmentWatch(
  context: ITriggerFunctions,
  on: 'segment_entered' | 'segment_left',
): Reading<Watch> {
  const segments = names(context, 'segments');
  if (segments.length === 0) {
    const message = 'No segment is chosen; choose at least one, or save one with a Contact Store node first.';
    return { ok: false, problems: [{ field: 'segments', message }] };
  }
  const hasEntered = on === 'segment_entered';
  return ok({
    on: 'segment_changed',
    action: hasEntered ? 'entered' : 'left',
    segments,
    alreadyIn: hasEntered && context.getNodeParameter('alreadyIn') === true,
  });
}

function readDateWatch(context: ITriggerFunctions): Reading<Watch> {
  const property = String(context.getNodeParameter('dateProperty', '', { extractValue: true })).trim();
  if (property === '') {
    const message = 'No date is chosen; name the property that holds it, such as birthday.';
    return { ok: false, problems: [{ field: 'dateProperty', message }] };
  }
  const direction = context.getNodeParameter('direction');
  const amount = Number(context.getNodeParameter('offsetAmount', 0)) * (direction === 'before' ? -1 : 1);
  const offset = readPeriod({ amount, unit: context.getNodeParameter('offsetUnit', 'days') }, 'offset');
  if (direction !== 'on' && !offset.ok) return offset;
  const atTime = String(context.getNodeParameter('atTime')).trim();
  const time = readLocalTime(atTime, 'atTime');
  if (atTime !== '' && !time.ok) return time;
  return ok({
    on: 'date_reached',
    property,
    yearly: context.getNodeParameter('yearly') === true,
    offset: direction === 'on' || !offset.ok ? null : offset.value,
    atTime: atTime === '' ? null : atTime,
    leapDay: context.getNodeParameter('options.leapDay', 'february28') as DateWatch['leapDay'],
    workflowZone: context.getTimezone(),
  });
}
