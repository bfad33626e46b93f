import { findContacts } from '../../../../src/app/find-contacts';
import { removeContacts } from '../../../../src/app/remove-contacts';
import { contactOfItem } from '../../../execution/contact-of-item';
import type { Run } from '../../../execution/run';
import { giveNotFound } from './when-not-found';

/** Removes the contact of every item, all in one transaction, and passes the items on as they came. */
export async function removeContactsOfItems(run: Run, action: 'delete' | 'erase'): Promise<void> {
  const read = run.read((index) => contactOfItem(run.parameters, index, run.items[index]?.json ?? {}));
  const references = read.map(({ value }) => value);
  const ids = await run.store.read((tx) => findContacts(tx, references));
  const found: Array<{ index: number; contactId: number }> = [];
  read.forEach(({ index }, at) => {
    const contactId = ids[at];
    if (typeof contactId === 'number') found.push({ index, contactId });
    else giveNotFound(run, index, { result: { outcome: 'not_found', contactId: null } });
  });
  await removeContacts(
    run.store,
    action,
    found.map(({ contactId }) => contactId),
    run.now,
  );
  const outcome = action === 'delete' ? 'deleted' : 'erased';
  for (const { index, contactId } of found) run.pass(index, { result: { outcome, contactId } });
}
