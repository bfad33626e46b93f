import type { INodeProperties } from 'n8n-workflow';
import { nameLocator } from './name-locator';

/** The parameter `score`: a saved score model, chosen from the list, or by its name. */
export function scoreLocator(description: string): INodeProperties {
  return nameLocator({
    displayName: 'Score Model',
    name: 'score',
    searchListMethod: 'searchScores',
    placeholder: 'e.g. default',
    description,
    required: true,
  });
}
