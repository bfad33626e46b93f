import { contactPages } from '../../../../src/app/get-contacts';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { JsonObject } from '../../../../src/domain/json';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { CONTACT_FILTERS, readContactFilter } from './contact-filters';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many contacts',
  description: 'Gives an item for each contact that fits, by ID',
  properties: [...LIMIT_PROPERTIES, CONTACT_FILTERS],
  async execute(run) {
    const read = run.read((index) => {
      const limit = readLimit(run.parameters, index);
      if (!limit.ok) return limit;
      const filter = readContactFilter(run, index);
      return filter.ok ? { ok: true, value: { filter: filter.value, limit: limit.value } } : filter;
    });
    // Items that ask for the same, as they do without expressions, are answered from one look.
    const answers = new Map<string, JsonObject[]>();
    for (const { index, value } of read) {
      const question = JSON.stringify(value);
      let contacts = answers.get(question);
      if (!contacts) {
        contacts = [];
        for await (const page of contactPages(run.store, value.filter, value.limit ?? undefined)) {
          for (const profile of page) contacts.push(toTravelForm(profile));
        }
        answers.set(question, contacts);
      }
      for (const contact of contacts) run.emit(index, { json: { contact } });
    }
  },
};
