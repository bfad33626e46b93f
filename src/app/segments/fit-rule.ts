import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Contact, Identifier } from '../../domain/contact/contact';
import type { Reading } from '../../domain/problem';
import type { Explanation } from '../../domain/rule/explain-rule';
import type { Store, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import { findContacts } from '../find-contacts';
import { watchHistories } from '../property-history';
import { savedRules } from './live-rules';
import { matchIn, type ContactMatch } from './match-contacts';
import { readDefinition, type ReadDefinition } from './read-definition';

/** A rule as it was written, and the moment and zone it is judged by. */
export interface RuleRequest {
  readonly rule: unknown;
  readonly now: number;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
}

/** A rule that was read, with what it may name. */
export type AskedRule = ReadDefinition & { readonly now: number };

/** Reads a rule against the segments and scores that are saved; refused as a segment with this rule would be. */
export async function readRule(store: Store, { rule, now, zone }: RuleRequest): Promise<Reading<AskedRule>> {
  const { book } = await store.read(savedRules);
  let name = 'this rule';
  while (book.segments.has(name)) name += '.';
  const reading = readDefinition({ name, rule, zone }, book);
  if (!reading.ok) return reading;
  await watchHistories(
    store,
    reading.value.needs.history.map((need) => need.name),
  );
  return { ok: true, value: { ...reading.value, now } };
}

/** The contacts that a rule holds for, by id ascending; judged by the database. */
export function fittingIds(store: Store, asked: AskedRule): Promise<number[]> {
  return store.read((tx) => tx.rules.select(questionOf(asked), { limit: Number.MAX_SAFE_INTEGER }));
}

/** Contacts by their ids, page by page; those that are gone by then are left out. */
export async function* contactsById(store: Store, ids: readonly number[]): AsyncGenerator<Contact[]> {
  for (const piece of chunks(ids, PAGE)) {
    const found = await store.read((tx) => tx.contacts.get(piece));
    yield piece.flatMap((id) => found.get(id) ?? []);
    await nextTurn();
  }
}

const PAGE = 1_000;

/** Whether a rule holds for one contact, with the whole explanation; null where there is no such contact. */
export function explainFor(
  store: Store,
  asked: AskedRule,
  contact: { readonly id: number | null; readonly identifiers: readonly Identifier[] },
): Promise<{ match: ContactMatch; explanation: Explanation } | null> {
  return store.read(async (tx: Transaction) => {
    const [id] = await findContacts(tx, [contact]);
    if (id === null || id === undefined) return null;
    const { rule, book, now, zone } = asked;
    const match = (await matchIn(tx, [id], rule, { now, workflowZone: zone }, book)).get(id);
    return match ? { match, explanation: match.explain() } : null;
  });
}

function questionOf({ rule, book, now, zone }: AskedRule) {
  return { rule, book, now, workflowZone: zone };
}
