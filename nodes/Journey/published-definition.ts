import type { ITriggerFunctions } from 'n8n-workflow';
import type { JsonObject } from '../../src/domain/json';
import type { Reading } from '../../src/domain/problem';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { Parameters } from '../execution/parameters';
import { readDefinition } from './journey-definition';

/** What may differ from item to item, whatever the journey is. */
const OF_ITEMS = [...CONTACT_PROPERTIES.map(({ name }) => name), 'entryOptions.entryKey'];

/** Returns the definition of a journey when its workflow is published; null where expressions of its items make it up. */
export function publishedDefinition(context: ITriggerFunctions): Reading<JsonObject> | null {
  const { parameters: written } = context.getNode();
  const parameters = new Parameters({
    getNode: () => context.getNode(),
    getNodeParameter: (name, _itemIndex, fallback) => written[name] ?? fallback,
  });
  return parameters.isConstantApartFrom(OF_ITEMS) ? readDefinition(parameters, 0) : null;
}
