import type { ListedStay } from '../../../../src/app/journeys/list-stays';
import type { StayReference } from '../../../../src/app/journeys/find-stays';
import { readJourneyName } from '../../../../src/app/journeys/save-journey';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { Enrolment } from '../../../../src/domain/journey/enrolment';
import { isJsonObject, type JsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import { contactOfItem } from '../../../execution/contact-of-item';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';

/** A stay as it travels on items, with where the contact waits; `stepExists` and `stepLeadsOn` are null where that cannot be seen. */
export function describeStay({ enrolment, journey, contact, waits }: ListedStay): JsonObject {
  return {
    contact: toTravelForm(contact),
    journey: {
      ...describeEnrolment(journey.name, enrolment),
      workflowVersion: enrolment.workflowVersion,
      isOldVersion: enrolment.workflowVersion < journey.workflowVersion,
      waits: waits.map(({ timer, step, doesExist, doesLeadOn }) => ({
        step: step.nodeName,
        workflow: step.workflowName,
        dueAt: new Date(timer.dueAt).toISOString(),
        stepExists: doesExist,
        stepLeadsOn: doesLeadOn,
      })),
    },
  };
}

/** An enrolment as it travels. */
export function describeEnrolment(name: string, enrolment: Enrolment): JsonObject {
  return {
    name,
    enrolmentId: enrolment.id,
    state: enrolment.state,
    enteredAt: new Date(enrolment.enteredAt).toISOString(),
    isControl: enrolment.isControl,
    endedAt: enrolment.endedAt === null ? null : new Date(enrolment.endedAt).toISOString(),
    reason: enrolment.reason,
  };
}

/** Which stay an item means: the enrolment it carries of this journey, else that of its contact in it. */
export function readStay(run: Run, index: number): Reading<StayReference> {
  const name = readJourneyName(locatorText(run.parameters.value('journey', index)));
  if (!name.ok) return name;
  const json = run.items[index]?.json ?? {};
  const carried = isJsonObject(json.journey) ? json.journey : {};
  if (typeof carried.enrolmentId === 'number' && carried.name === name.value) {
    return { ok: true, value: { enrolmentId: carried.enrolmentId } };
  }
  const contact = contactOfItem(run.parameters, index, json);
  return contact.ok ? { ok: true, value: { journey: name.value, contact: contact.value } } : contact;
}
