import type { IntakeRequest } from '../../../../src/app/record-intake';
import type { ContactPatch, IdentifierKind } from '../../../../src/domain/contact/contact';
import { readEvent } from '../../../../src/domain/event/read-event';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { isNoDate } from '../../../../src/domain/schedule/parse-date';
import { contactOfItem } from '../../../execution/contact-of-item';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';
import { readAssignments, readObject } from '../../read-values';

/** The event that the node's fields describe, for the contact an item means. */
export function eventFromFields(run: Run, index: number): Reading<IntakeRequest[]> {
  const { parameters } = run;
  const json = run.items[index]?.json ?? {};
  const contact = contactOfItem(parameters, index, json);
  const properties =
    parameters.value('propertiesFrom', index) === 'json'
      ? readObject(parameters.value('propertiesJson', index), 'properties')
      : readAssignments(parameters.object('properties', index), 'properties');
  const occurredAt = parameters.value('occurredAt', index);
  const event = readEvent(
    {
      type: locatorText(parameters.value('eventType', index)),
      occurredAt: isNoDate(occurredAt) ? json.occurredAt : occurredAt,
      key: parameters.value('idempotencyKey', index),
      properties: properties.ok ? properties.value : {},
    },
    { now: run.now, zone: run.context.getTimezone(), field: 'event' },
  );
  if (!contact.ok || !properties.ok || !event.ok) {
    const problems: Problem[] = [];
    for (const reading of [contact, event, properties]) if (!reading.ok) problems.push(...reading.problems);
    return { ok: false, problems };
  }
  const identifiers: Partial<Record<IdentifierKind, string>> = {};
  // The first of a kind is the one on the item's contact.
  for (const { kind, value } of contact.value.identifiers) identifiers[kind] ??= value;
  const patch: ContactPatch = { identifiers, fields: {}, properties: {}, tags: [], lists: [] };
  return {
    ok: true,
    value: [{ reference: contact.value, patch, event: event.value, consents: [] }],
  };
}
