import type { INodeProperties } from 'n8n-workflow';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { RULE_GROUPS, RULE_JSON } from '../execution/rule-properties';
import { segmentLocator } from '../execution/segment-locator';
import { shownWhen } from '../execution/shown-when';

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  {
    displayName: 'Define By',
    name: 'defineBy',
    type: 'options',
    noDataExpression: true,
    default: 'segment',
    options: [
      { name: 'JSON', value: 'json', description: 'Write the rule; of any depth, with sequences of events' },
      { name: 'Rules', value: 'rules', description: 'Build the rule here, from lists' },
      {
        name: 'Saved Segment',
        value: 'segment',
        description: 'Take the rules of a segment that a Contact Store node saved',
      },
    ],
    description: 'How you say who matches',
  },
  ...shownWhen({ defineBy: ['segment'] }, [segmentLocator('The segment whose rules decide')]),
  ...shownWhen({ defineBy: ['rules'] }, RULE_GROUPS),
  ...shownWhen({ defineBy: ['json'] }, [RULE_JSON]),
  ...CONTACT_PROPERTIES,
  {
    displayName: 'If the Contact Is Unknown',
    name: 'unknownContact',
    type: 'options',
    default: 'noMatch',
    options: [
      { name: 'Give an Error', value: 'error', description: 'Ends the run, or makes the item an error item' },
      {
        name: 'Leave Through No Match',
        value: 'noMatch',
        description: 'The item goes on, and its reason says that the contact is not in the store',
      },
    ],
    description: 'What becomes of an item that names no contact of the store',
  },
  STORE_PROPERTY,
];
