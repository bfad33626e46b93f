import type { INodeProperties, INodePropertyMode } from 'n8n-workflow';

/**
 * The mode in which something is chosen from a list that the node gives. The editor asks nothing of a node that could have
 * a credential and has none, unless it is told that lists need none.
 */
export function fromList(searchListMethod: string): INodePropertyMode {
  // eslint-disable-next-line n8n-nodes-base/node-param-default-missing -- a mode, which has none, not a parameter
  return {
    displayName: 'From List',
    name: 'list',
    type: 'list',
    typeOptions: { searchListMethod, searchable: true, skipCredentialsCheckInRLC: true },
  };
}

/** A name to be chosen from what the store holds, or to be written. */
export function nameLocator({
  displayName,
  name,
  searchListMethod,
  placeholder,
  description,
  initial = { mode: 'list', value: '' },
  required = false,
}: {
  readonly displayName: string;
  readonly name: string;
  readonly searchListMethod: string;
  readonly placeholder: string;
  readonly description: string;
  readonly initial?: { readonly mode: 'list' | 'name'; readonly value: string };
  readonly required?: boolean;
}): INodeProperties {
  return {
    displayName,
    name,
    type: 'resourceLocator',
    ...(required ? { required } : {}),
    default: { ...initial },
    description,
    modes: [
      fromList(searchListMethod),
      { displayName: 'By Name', name: 'name', type: 'string', placeholder },
    ],
  };
}
