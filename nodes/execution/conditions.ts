import type { INodeProperties } from 'n8n-workflow';
import { quote, type Reading } from '../../src/domain/problem';
import { parsePropertyConditions, type PropertyCondition } from '../../src/domain/rule/property-condition';
import { locatorText } from './locator-text';
import { PERIODS } from './period-options';

const WINDOW_OPERATORS = ['withinLast', 'notWithinLast', 'withinNext'];
const LIST_OPERATORS = ['in', 'notIn'];
const UNARY_OPERATORS = ['exists', 'notExists', 'anniversaryToday'];

/** What a condition asks of a property: its operator, and the value that the operator takes. */
const COMPARISON_FIELDS: readonly INodeProperties[] = [
  {
    displayName: 'Operator',
    name: 'op',
    type: 'options',
    noDataExpression: true,
    default: 'equals',
    options: [
      { name: 'After', value: 'after' },
      { name: 'Before', value: 'before' },
      { name: 'Between', value: 'between' },
      { name: 'Contains', value: 'contains' },
      { name: 'Does Not Contain', value: 'notContains' },
      { name: 'Does Not Exist', value: 'notExists' },
      { name: 'Ends With', value: 'endsWith' },
      { name: 'Equals', value: 'equals' },
      { name: 'Exists', value: 'exists' },
      { name: 'Greater Than', value: 'gt' },
      { name: 'Greater Than or Equal', value: 'gte' },
      { name: 'Has Its Anniversary Today', value: 'anniversaryToday' },
      { name: 'In Calendar Period', value: 'inPeriod' },
      { name: 'Is None Of', value: 'notIn' },
      { name: 'Is One Of', value: 'in' },
      { name: 'Less Than', value: 'lt' },
      { name: 'Less Than or Equal', value: 'lte' },
      { name: 'Matches Regular Expression', value: 'regex' },
      { name: 'Not Equal', value: 'notEquals' },
      { name: 'Not Within the Last', value: 'notWithinLast' },
      { name: 'Starts With', value: 'startsWith' },
      { name: 'Within the Last', value: 'withinLast' },
      { name: 'Within the Next', value: 'withinNext' },
    ],
    description: 'How the property is compared with the value',
  },
  {
    displayName: 'Value',
    name: 'value',
    type: 'string',
    default: '',
    displayOptions: { hide: { op: [...UNARY_OPERATORS, 'inPeriod'] } },
    placeholder: 'e.g. 50',
    description:
      'What it is compared with. Several values are separated by commas; a window is written as "30 days" or "7 calendarDays".',
  },
  {
    displayName: 'Period',
    name: 'period',
    type: 'options',
    default: 'thisMonth',
    displayOptions: { show: { op: ['inPeriod'] } },
    options: PERIODS,
    description: "The days, weeks and months of the contact's own calendar; weeks begin on Monday",
  },
];

/** The fields of one condition, for the property that `property` lets the user choose. */
export function conditionFields(property: INodeProperties): INodeProperties[] {
  return [property, ...COMPARISON_FIELDS];
}

/** Rows of conditions on properties, as a fixed collection named `conditions` with the rows in `condition`. */
export const CONDITION_ROWS: INodeProperties = {
  displayName: 'Only If',
  name: 'conditions',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Condition' },
  default: {},
  placeholder: 'Add Condition',
  description: 'Conditions on the properties of the event; all of them must hold',
  options: [
    {
      displayName: 'Condition',
      name: 'condition',
      values: conditionFields({
        displayName: 'Property',
        name: 'property',
        type: 'string',
        default: '',
        placeholder: 'e.g. value or items.sku',
        description: 'The property of the event; a dot reaches into an object',
      }),
    },
  ],
};

/** Reads the rows of {@link CONDITION_ROWS} into conditions. */
export function readConditionRows(
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
  path: string,
): Reading<PropertyCondition[]> {
  return parsePropertyConditions(rows.map(conditionJson), path);
}

/** A row of {@link conditionFields} as the rule language writes it. */
export function conditionJson({
  property,
  op,
  value,
  period,
}: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const name = locatorText(property);
  if (UNARY_OPERATORS.includes(String(op))) return { property: name, op };
  if (op === 'inPeriod') return { property: name, op, value: period };
  return { property: name, op, value: conditionValue(String(op), value) };
}

function conditionValue(op: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (LIST_OPERATORS.includes(op)) return value.split(',').map((part) => part.trim());
  if (op === 'between') return value.split(/,|\.\.|\band\b/).map((part) => part.trim());
  return WINDOW_OPERATORS.includes(op) ? windowOfText(value, op === 'withinNext' ? 'next' : 'last') : value;
}

/** A length written as "30 days", as the rule language writes windows. Without a unit it has none, which is refused there. */
export function windowOfText(text: string, direction: 'last' | 'next'): Record<string, unknown> {
  const [amount, unit] = text.trim().split(/\s+/);
  return { [direction]: Number(amount), ...(unit === undefined ? {} : { unit }) };
}

/** Reads event types written as text with commas; at least one unless `mayBeEmpty`. */
export function readEventTypes(text: string, field: string, mayBeEmpty = false): Reading<string[]> {
  const types = [...new Set(text.split(',').map((type) => type.trim()))].filter((type) => type !== '');
  const strange = types.find((type) => type.slice(0, -1).includes('*'));
  if (strange !== undefined) {
    const message = `${quote(strange)} has a * in the middle; a type is written out, or its beginning is followed by one *.`;
    return { ok: false, problems: [{ field, message }] };
  }
  if (types.length === 0 && !mayBeEmpty) {
    return {
      ok: false,
      problems: [{ field, message: 'No event type is given; write one such as order_placed.' }],
    };
  }
  return { ok: true, value: types };
}
