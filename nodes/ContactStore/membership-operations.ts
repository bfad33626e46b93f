import type { INodeProperties } from 'n8n-workflow';
import { changeMembershipByReference, type MembershipRequest } from '../../src/app/change-membership';
import { contactPages } from '../../src/app/get-contacts';
import { toTravelForm } from '../../src/domain/contact/contact';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import type { Membership } from '../../src/store/port';
import { CONTACT_PROPERTIES, contactOfItem } from '../execution/contact-of-item';
import { locatorText } from '../execution/locator-text';
import { fromList } from '../execution/name-locator';
import type { Run } from '../execution/run';
import { LIMIT_PROPERTIES, readLimit } from './limit';
import type { Operation } from './operation';

/** What tags and lists are called, and where the editor finds their names. */
interface Words {
  readonly kind: Membership;
  readonly title: string;
  readonly searchListMethod: string;
  readonly example: string;
}

const WORDS: Readonly<Record<Membership, Words>> = {
  list: { kind: 'list', title: 'List', searchListMethod: 'searchLists', example: 'newsletter' },
  tag: { kind: 'tag', title: 'Tag', searchListMethod: 'searchTags', example: 'vip' },
};

const LONGEST_NAME = 100;

/** Add, Remove and Members of tags or of lists, which differ in their words only. */
export function membershipOperations(kind: Membership): readonly Operation[] {
  return [addOperation(WORDS[kind]), membersOperation(WORDS[kind]), removeOperation(WORDS[kind])];
}

function addOperation(words: Words): Operation {
  const isList = words.kind === 'list';
  return {
    value: 'add',
    name: 'Add',
    action: isList ? 'Add a contact to a list' : 'Add a tag to a contact',
    description: isList
      ? 'Puts contacts on a list, which does not by itself give consent'
      : 'Gives contacts a tag',
    properties: [
      ...CONTACT_PROPERTIES,
      nameProperty(words, `The ${words.kind}; a new name makes a new ${words.kind}`),
    ],
    execute: (run) => change(run, words, 'add'),
  };
}

function removeOperation(words: Words): Operation {
  const isList = words.kind === 'list';
  return {
    value: 'remove',
    name: 'Remove',
    action: isList ? 'Remove a contact from a list' : 'Remove a tag from a contact',
    description: isList
      ? 'Takes contacts off a list; their consent stays as it is'
      : 'Takes a tag from contacts',
    properties: [...CONTACT_PROPERTIES, nameProperty(words, `The ${words.kind} that the contact leaves`)],
    execute: (run) => change(run, words, 'remove'),
  };
}

function membersOperation(words: Words): Operation {
  const isList = words.kind === 'list';
  return {
    value: 'members',
    name: 'Members',
    action: isList ? 'Get the members of a list' : 'Get the contacts with a tag',
    description: isList
      ? 'Gives the contacts of a list, each as an item'
      : 'Gives the contacts with a tag, each as an item',
    properties: [nameProperty(words, `The ${words.kind} whose contacts to give`), ...LIMIT_PROPERTIES],
    async execute(run) {
      const read = run.read((index) => {
        const name = readName(run, index, words);
        const limit = readLimit(run.parameters, index);
        if (name.ok && limit.ok) return { ok: true, value: { name: name.value, limit: limit.value } };
        return { ok: false, problems: problemsOf(name, limit) };
      });
      for (const { index, value } of read) {
        const filter = words.kind === 'list' ? { list: value.name } : { tag: value.name };
        for await (const page of contactPages(run.store, filter, value.limit ?? Number.POSITIVE_INFINITY)) {
          for (const profile of page) run.emit(index, { json: { contact: toTravelForm(profile) } });
        }
      }
    },
  };
}

function nameProperty(
  { kind, title, searchListMethod, example }: Words,
  description: string,
): INodeProperties {
  return {
    displayName: title,
    name: kind,
    type: 'resourceLocator',
    required: true,
    default: { mode: 'list', value: '' },
    description,
    modes: [
      fromList(searchListMethod),
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: `e.g. ${example}` },
    ],
  };
}

async function change(run: Run, words: Words, action: 'add' | 'remove'): Promise<void> {
  const read = run.read((index): Reading<MembershipRequest> => {
    const contact = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
    const name = readName(run, index, words);
    if (contact.ok && name.ok) return { ok: true, value: { contact: contact.value, name: name.value } };
    return { ok: false, problems: problemsOf(contact, name) };
  });
  const results = await run.batch(read, (requests, policy) =>
    changeMembershipByReference(run.store, words.kind, action, requests, run.now, policy),
  );
  for (const { index, value } of results) {
    run.pass(index, { contact: toTravelForm(value.contact), result: { outcome: value.outcome } });
  }
}

function readName(run: Run, index: number, { kind, title, example }: Words): Reading<string> {
  const name = locatorText(run.parameters.value(kind, index));
  const refuse = (message: string): Reading<string> => ({ ok: false, problems: [{ field: kind, message }] });
  if (name === '') return refuse(`${title} is empty; choose one or give a name such as ${example}.`);
  if (name.length > LONGEST_NAME) {
    return refuse(`${title} is ${quote(name)}; a name has at most ${LONGEST_NAME} characters.`);
  }
  return { ok: true, value: name };
}

function problemsOf(...readings: ReadonlyArray<Reading<unknown>>): Problem[] {
  return readings.flatMap((reading) => (reading.ok ? [] : [...reading.problems]));
}
