import { IDENTIFIER_KINDS, type ContactPatch, type IdentifierKind } from './contact';
import type { UpsertResult } from './upsert';

type Accepted = Exclude<UpsertResult, { outcome: 'refused' }>;

/** An identifier as a sentence names it. */
const IDENTIFIER_WORDS: Readonly<Record<IdentifierKind, string>> = {
  email: 'e-mail',
  phone: 'phone',
  externalId: 'external id',
  anonymousId: 'anonymous id',
  pushToken: 'push token',
};

/** Returns why a request had its outcome: by what its contact was found, and which anonymous ones it took in. */
export function explainUpsert(
  patch: Pick<ContactPatch, 'identifiers'>,
  result: Pick<Accepted, 'contactId' | 'foundBy' | 'absorbed'>,
): string[] {
  const reasons = [foundReason(patch, result)];
  for (const id of result.absorbed) reasons.push(`took in the anonymous contact ${id}`);
  return reasons;
}

function foundReason(
  { identifiers }: Pick<ContactPatch, 'identifiers'>,
  { contactId, foundBy }: Pick<Accepted, 'contactId' | 'foundBy'>,
) {
  if (foundBy === 'id') return `found by its id ${contactId}`;
  if (foundBy !== null) return `found by ${IDENTIFIER_WORDS[foundBy]} ${identifiers[foundBy]}`;
  const given = IDENTIFIER_KINDS.flatMap((kind) => {
    const value = identifiers[kind];
    return value ? [`${IDENTIFIER_WORDS[kind]} ${value}`] : [];
  });
  return `no contact had ${given.join(' or ')}`;
}
