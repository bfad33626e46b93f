import type { INodeType } from 'n8n-workflow';
import {
  loadNames,
  loadSegments,
  RULE_LIST_SEARCH,
  RULE_LOAD_OPTIONS,
  searchContacts,
  searchExperiments,
  searchJourneys,
  searchScores,
  searchNames,
} from '../execution/list-search';
import { testContactStore } from './credential-test';
import { loadContactFields, mapContact, mapContactChanges } from './operations/contact/contact-fields';

/** What the editor asks the node for: lists to choose from, by the names that parameters use. */
export const METHODS = {
  /** For resource locators: `searchListMethod`. */
  listSearch: {
    searchContacts,
    searchExperiments,
    searchJourneys,
    searchScores,
    searchEventTypes: searchNames('event'),
    searchSurveys: searchNames('survey'),
    ...RULE_LIST_SEARCH,
  },
  /** For options and multi-options: `loadOptionsMethod`. */
  loadOptions: {
    loadTags: loadNames('tag'),
    loadLists: loadNames('list'),
    ...RULE_LOAD_OPTIONS,
    loadChannels: loadNames('channel'),
    loadStages: loadNames('stage'),
    loadProperties: loadNames('property'),
    loadSegments,
    loadContactFields,
  },
  resourceMapping: { mapContact, mapContactChanges },
  credentialTest: { testContactStore },
} satisfies INodeType['methods'];
