import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { conditionFields } from './conditions';
import { nameLocator } from './name-locator';
import { alwaysShown } from './optional-fields';
import { ENGAGEMENT_KIND, EVENT_KIND } from './rule-event-kinds';

/** Lets a user say a rule the other way round. */
function isOrIsNot(is: string, isNot: string): INodeProperties {
  const options = [
    { name: is, value: 'is' },
    { name: isNot, value: 'isNot' },
  ];
  return {
    displayName: 'Contact',
    name: 'is',
    type: 'options',
    noDataExpression: true,
    default: 'is',
    options,
    description: 'Whether the rule holds for those it names, or for all others',
  };
}

const PROPERTY_KIND: INodePropertyCollection = {
  displayName: 'Property of the Contact',
  name: 'property',
  values: [
    ...alwaysShown(
      conditionFields(
        nameLocator({
          displayName: 'Property',
          required: true,
          name: 'property',
          searchListMethod: 'searchContactProperties',
          placeholder: 'e.g. plan or address.city',
          description: 'A field or custom property of the contact; a dot reaches into an object',
        }),
      ),
    ),
    {
      displayName: 'Held For',
      name: 'heldFor',
      type: 'string',
      default: '',
      placeholder: 'e.g. 14 days',
      description:
        'How long this must have been so without a break. Empty: now is enough. Only for whole properties, and not for windows, periods and anniversaries.',
    },
  ],
};

const TAG_KIND: INodePropertyCollection = {
  displayName: 'Tag',
  name: 'tag',
  values: alwaysShown([
    isOrIsNot('Has the Tag', 'Does Not Have the Tag'),
    nameLocator({
      displayName: 'Tag',
      required: true,
      name: 'tag',
      searchListMethod: 'searchTags',
      placeholder: 'e.g. vip',
      description: 'The tag that is looked for',
    }),
  ]),
};

const LIST_KIND: INodePropertyCollection = {
  displayName: 'List',
  name: 'list',
  values: alwaysShown([
    isOrIsNot('Is on the List', 'Is Not on the List'),
    nameLocator({
      displayName: 'List',
      required: true,
      name: 'list',
      searchListMethod: 'searchLists',
      placeholder: 'e.g. newsletter',
      description: 'The list that is looked for',
    }),
  ]),
};

const SEGMENT_KIND: INodePropertyCollection = {
  displayName: 'Segment',
  name: 'segment',
  values: alwaysShown([
    isOrIsNot('Is in the Segment', 'Is Not in the Segment'),
    nameLocator({
      displayName: 'Segment',
      required: true,
      name: 'segment',
      searchListMethod: 'searchSegments',
      placeholder: 'e.g. engaged',
      description: 'A saved segment; its rules are asked at that moment',
    }),
  ]),
};

const STAGE_KIND: INodePropertyCollection = {
  displayName: 'Lifecycle Stage',
  name: 'stage',
  values: alwaysShown([
    isOrIsNot('Is at the Stage', 'Is Not at the Stage'),
    nameLocator({
      displayName: 'Stage',
      required: true,
      name: 'stage',
      searchListMethod: 'searchStages',
      placeholder: 'e.g. customer',
      description: 'The stage that is looked for; a contact without one is at none',
    }),
  ]),
};

const CONSENT_KIND: INodePropertyCollection = {
  displayName: 'Consent',
  name: 'consent',
  values: alwaysShown([
    nameLocator({
      displayName: 'Channel',
      required: true,
      name: 'channel',
      searchListMethod: 'searchChannels',
      placeholder: 'e.g. email',
      description: 'The channel that the consent is for',
      initial: { mode: 'name', value: 'email' },
    }),
    {
      displayName: 'Status',
      name: 'status',
      type: 'options',
      default: 'opted_in',
      options: [
        { name: 'Never Said', value: 'unknown', description: 'Nothing was ever recorded for this channel' },
        { name: 'Opted In', value: 'opted_in' },
        { name: 'Opted Out', value: 'opted_out' },
        { name: 'Pending', value: 'pending', description: 'Asked, and not confirmed yet' },
      ],
      description: 'Where the contact stands on the channel',
    },
  ]),
};

const RANDOM_KIND: INodePropertyCollection = {
  displayName: 'Random Share',
  name: 'randomShare',
  values: alwaysShown([
    {
      displayName: 'Percent',
      name: 'percent',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 100 },
      default: 10,
      description: 'How many of a hundred contacts are in it; the same ones for ever',
    },
    {
      displayName: 'Seed',
      name: 'seed',
      type: 'string',
      default: '',
      placeholder: 'e.g. autumn-offer',
      description:
        'Any text. Another seed draws other contacts; the same seed draws the same ones everywhere.',
    },
  ]),
};

/** The kinds of rule that the builder offers; each is an entry of the menu that adds a rule to a group. */
export const RULE_KINDS: readonly INodePropertyCollection[] = [
  CONSENT_KIND,
  ENGAGEMENT_KIND,
  EVENT_KIND,
  STAGE_KIND,
  LIST_KIND,
  PROPERTY_KIND,
  RANDOM_KIND,
  SEGMENT_KIND,
  TAG_KIND,
];
