import type { INodeProperties } from 'n8n-workflow';
import { fromList } from '../../../execution/name-locator';

/** Which channel is meant: one that the store has seen, or any other by its name. */
export function channelProperty(description: string): INodeProperties {
  return {
    displayName: 'Channel',
    name: 'channel',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'name', value: 'email' },
    description,
    modes: [
      fromList('searchChannels'),
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. email' },
    ],
  };
}
