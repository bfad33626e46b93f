import { getConsents, type ConsentRecord } from '../../../../src/app/state-consent';
import { UNKNOWN_CONTACT } from '../../../../src/app/find-profiles';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { JsonObject } from '../../../../src/domain/json';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a consent',
  description: 'Gives where a contact stands on each channel, with suppressions and evidence',
  properties: [
    ...CONTACT_PROPERTIES,
    {
      displayName: 'Include Evidence',
      name: 'includeEvidence',
      type: 'boolean',
      noDataExpression: true,
      default: true,
      description: 'Whether to give every statement ever recorded for the contact, oldest first',
    },
  ],
  async execute(run) {
    const read = run.read((index) => contactOfItem(run.parameters, index, run.items[index]?.json ?? {}));
    const withEvidence = run.parameters.boolean('includeEvidence', 0);
    const records = await getConsents(
      run.store,
      read.map(({ value }) => value),
      withEvidence,
    );
    read.forEach(({ index }, at) => {
      const record = records[at];
      if (!record) return run.refuse(index, [UNKNOWN_CONTACT]);
      const consent: JsonObject = { channels: channelsOf(record) };
      if (withEvidence) consent.statements = record.statements.map(toEvidence);
      run.pass(index, { contact: toTravelForm(record.contact), consent });
    });
  },
};

function channelsOf({ consents, suppressions }: ConsentRecord): JsonObject {
  const names = [...new Set([...Object.keys(consents), ...Object.keys(suppressions)])].sort();
  return Object.fromEntries(
    names.map((name): [string, JsonObject] => {
      const consent = consents[name];
      const suppression = suppressions[name];
      return [
        name,
        {
          status: consent?.status ?? null,
          at: consent ? new Date(consent.at).toISOString() : null,
          suppressed: suppression
            ? { reason: suppression.reason, at: new Date(suppression.at).toISOString() }
            : null,
        },
      ];
    }),
  );
}

function toEvidence(statement: ConsentRecord['statements'][number]): JsonObject {
  return {
    channel: statement.channel,
    status: statement.status,
    at: new Date(statement.at).toISOString(),
    recordedAt: new Date(statement.recordedAt).toISOString(),
    source: statement.source,
    by: statement.by,
    evidence: statement.evidence,
    changed: statement.changed,
  };
}
