import type { INodeType } from 'n8n-workflow';
import { loadNames, searchContacts, searchNames } from '../execution/list-search';
import { testContactStore } from './credential-test';
import { loadContactFields, mapContact, mapContactChanges } from './operations/contact/contact-fields';

/** What the editor asks the node for: lists to choose from, by the names that parameters use. */
export const METHODS = {
  /** For resource locators: `searchListMethod`. */
  listSearch: {
    searchContacts,
    searchTags: searchNames('tag'),
    searchLists: searchNames('list'),
    searchEventTypes: searchNames('event'),
    searchChannels: searchNames('channel'),
    searchStages: searchNames('stage'),
  },
  /** For options and multi-options: `loadOptionsMethod`. */
  loadOptions: {
    loadTags: loadNames('tag'),
    loadLists: loadNames('list'),
    loadEventTypes: loadNames('event'),
    loadChannels: loadNames('channel'),
    loadStages: loadNames('stage'),
    loadProperties: loadNames('property'),
    loadContactFields,
  },
  resourceMapping: { mapContact, mapContactChanges },
  credentialTest: { testContactStore },
} satisfies INodeType['methods'];
