import type { INodeProperties } from 'n8n-workflow';
import { quote, type Reading } from '../../src/domain/problem';
import type { Parameters } from '../execution/parameters';

/** How many results each item gives: n8n's own two fields. */
export const LIMIT_PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 50,
    displayOptions: { show: { returnAll: [false] } },
    description: 'Max number of results to return',
  },
];

/** The limit that the fields of {@link LIMIT_PROPERTIES} set; null where all are asked for. */
export function readLimit(parameters: Parameters, index: number): Reading<number | null> {
  if (parameters.boolean('returnAll', index)) return { ok: true, value: null };
  const limit = parameters.number('limit', index);
  if (Number.isSafeInteger(limit) && limit >= 1) return { ok: true, value: limit };
  const message = `Limit is ${quote(parameters.value('limit', index))}; it must be a whole number from 1.`;
  return { ok: false, problems: [{ field: 'limit', message }] };
}
