import type { INodeProperties } from 'n8n-workflow';

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
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: 'searchChannels', searchable: true },
      },
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. email' },
    ],
  };
}
