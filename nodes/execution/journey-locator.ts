import type { INodeProperties } from 'n8n-workflow';
import { nameLocator } from './name-locator';

/** The parameter `journey`: one that contacts have entered, chosen from the list with its size, or a name. */
export function journeyLocator(description: string): INodeProperties {
  return nameLocator({
    displayName: 'Journey',
    name: 'journey',
    searchListMethod: 'searchJourneys',
    placeholder: 'e.g. welcome',
    description,
    initial: { mode: 'name', value: '' },
    required: true,
  });
}
