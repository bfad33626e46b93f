import type { INodeProperties } from 'n8n-workflow';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { nameLocator } from '../execution/name-locator';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { shownWhen } from '../execution/shown-when';
import { EVENT_RULES, GRADING, PROFILE_RULES } from './model-properties';

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  {
    displayName: 'Define By',
    name: 'defineBy',
    type: 'options',
    noDataExpression: true,
    default: 'rules',
    options: [
      { name: 'JSON', value: 'json', description: 'Write the model' },
      { name: 'Rules', value: 'rules', description: 'Build the model here, from lists' },
      { name: 'Saved Model', value: 'saved', description: 'Take one that another Lead Scoring node defines' },
    ],
    description: 'How you say what gives points',
  },
  nameLocator({
    displayName: 'Model',
    name: 'model',
    searchListMethod: 'searchScores',
    placeholder: 'e.g. default',
    description:
      'The name of the score. Defined here, it is saved under this name when the published workflow runs, and watched from then on.',
    initial: { mode: 'name', value: 'default' },
    required: true,
  }),
  ...shownWhen({ defineBy: ['rules'] }, [EVENT_RULES, PROFILE_RULES]),
  ...GRADING.map((property) => ({
    ...property,
    displayOptions: { show: { ...property.displayOptions?.show, defineBy: ['rules'] } },
  })),
  ...shownWhen({ defineBy: ['json'] }, [
    {
      displayName: 'Model (JSON)',
      name: 'modelJson',
      type: 'json',
      default:
        '{\n  "rules": [\n    { "event": "page_viewed", "points": 2, "halfLifeDays": 30, "cap": 20 },\n    { "rule": { "stage": "customer" }, "points": 10 }\n  ],\n  "grades": { "total": [{ "name": "Hot", "from": 60 }, { "name": "Cold" }] }\n}',
      typeOptions: { rows: 12 },
      description: 'The model without its name. The page of this node in the documentation tells all of it.',
    },
  ]),
  {
    displayName: 'Branch by Grade',
    name: 'branch',
    type: 'boolean',
    noDataExpression: true,
    default: false,
    displayOptions: { show: { defineBy: ['rules'] }, hide: { gradeBy: ['none'] } },
    description:
      'Whether contacts leave through an output for each grade; who has none leaves through No Score',
  },
  ...shownWhen({ defineBy: ['rules', 'json'] }, [
    {
      displayName: 'Options',
      name: 'modelOptions',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        {
          displayName: 'Everyone Already There',
          name: 'tellsPresent',
          type: 'boolean',
          default: true,
          description:
            'Whether what contacts have reached already is told as crossed when the model is saved for the first time, or in its next version. Otherwise it watches from then on.',
        },
        {
          displayName: 'Time Zone of Contacts Without One',
          name: 'zone',
          type: 'string',
          default: '',
          placeholder: 'e.g. Europe/Berlin',
          description:
            "In which zone calendar days count for contacts whose own is unknown. Empty: the zone the model was first saved with, for a new model the workflow's.",
        },
      ],
      description: 'What else belongs to the model',
    },
  ]),
  ...CONTACT_PROPERTIES,
  {
    displayName: 'If the Contact Is Unknown',
    name: 'unknownContact',
    type: 'options',
    default: 'pass',
    options: [
      { name: 'Give an Error', value: 'error', description: 'Ends the run, or makes the item an error item' },
      { name: 'Let It Go On', value: 'pass', description: 'Without a score, and its reason says so' },
    ],
    description: 'What becomes of an item that names no contact of the store',
  },
  STORE_PROPERTY,
];
