import { contactPages } from '../../../../src/app/get-contacts';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { JsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { CONTACT_FILTERS, readContactFilter } from './contact-filters';
import { readSorting, sortedByScore, SORTING } from './sorted-by-score';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many contacts',
  description: 'Gives an item for each contact that fits, by ID or by score',
  properties: [...LIMIT_PROPERTIES, ...SORTING, CONTACT_FILTERS],
  async execute(run) {
    const read = run.read((index) => {
      const limit = readLimit(run.parameters, index);
      if (!limit.ok) return limit;
      const filter = readContactFilter(run, index);
      if (!filter.ok) return filter;
      const sorting = readSorting(run, index);
      if (!sorting.ok) return sorting;
      return { ok: true, value: { filter: filter.value, limit: limit.value, sorting: sorting.value } };
    });
    // Items that ask for the same, as they do without expressions, are answered from one look.
    const answers = new Map<string, Reading<JsonObject[]>>();
    for (const { index, value } of read) {
      const question = JSON.stringify(value);
      const { filter, sorting, limit } = value;
      const contacts =
        answers.get(question) ??
        (sorting
          ? await sortedByScore(run, filter, sorting, limit ?? Number.MAX_SAFE_INTEGER)
          : { ok: true as const, value: await byId(run, filter, limit ?? undefined) });
      answers.set(question, contacts);
      if (!contacts.ok) run.refuse(index, contacts.problems);
      else for (const contact of contacts.value) run.emit(index, { json: { contact } });
    }
  },
};

async function byId(
  run: Run,
  filter: Parameters<typeof contactPages>[1],
  limit: number | undefined,
): Promise<JsonObject[]> {
  const contacts: JsonObject[] = [];
  for await (const page of contactPages(run.store, filter, limit)) {
    for (const profile of page) contacts.push(toTravelForm(profile));
  }
  return contacts;
}
