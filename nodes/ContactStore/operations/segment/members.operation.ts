import { segmentMembers } from '../../../../src/app/segments/saved-segments';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { JsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import { readSegmentName, segmentLocator } from '../../../execution/segment-locator';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { oneByOne, type Answer } from './one-by-one';

/** Members that are read in one transaction. */
const PAGE = 1_000;

interface MembersRequest {
  readonly name: string;
  /** Null asks for everybody. */
  readonly limit: number | null;
}

export const members: Operation = {
  value: 'members',
  name: 'Get Members',
  action: 'Get the members of a segment',
  description: 'Gives who is in a segment right now and since when, by contact ID, each as an item',
  properties: [segmentLocator('The segment whose members to give'), ...LIMIT_PROPERTIES],
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    await oneByOne(run, read, (request) => membersOf(run, request));
  },
};

function readRequest(run: Run, index: number): Reading<MembersRequest> {
  const name = readSegmentName(run.parameters.value('segment', index));
  if (!name.ok) return name;
  const limit = readLimit(run.parameters, index);
  return limit.ok ? { ok: true, value: { name: name.value, limit: limit.value } } : limit;
}

async function membersOf(run: Run, { name, limit }: MembersRequest): Promise<Answer> {
  const items: JsonObject[] = [];
  for (let afterId = 0, left = limit ?? Infinity; left > 0;) {
    const page = { limit: Math.min(PAGE, left), afterId };
    const found = await segmentMembers(run.store, name, page, run.now);
    if (found.outcome === 'refused') return found;
    for (const { contact, enteredAt } of found.members) {
      items.push({
        contact: toTravelForm(contact),
        membership: { segment: name, enteredAt: new Date(enteredAt).toISOString() },
      });
    }
    const last = found.members.at(-1);
    if (!last || found.members.length < page.limit) break;
    afterId = last.contact.id;
    left -= found.members.length;
  }
  return { items };
}
