import type { INodeProperties } from 'n8n-workflow';

/** A name to be chosen from what the store holds, or to be written. */
export function nameLocator({
  displayName,
  name,
  searchListMethod,
  placeholder,
  description,
  initial = { mode: 'list', value: '' },
}: {
  readonly displayName: string;
  readonly name: string;
  readonly searchListMethod: string;
  readonly placeholder: string;
  readonly description: string;
  readonly initial?: { readonly mode: 'list' | 'name'; readonly value: string };
}): INodeProperties {
  return {
    displayName,
    name,
    type: 'resourceLocator',
    default: { ...initial },
    description,
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod, searchable: true },
      },
      { displayName: 'By Name', name: 'name', type: 'string', placeholder },
    ],
  };
}
