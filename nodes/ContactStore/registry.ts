import type { INodeProperties } from 'n8n-workflow';
import type { Operation, Resource } from './operation';

/** Every parameter of a node with these resources: which resource, which operation, and each operation's own fields. */
export function parametersOf(resources: readonly Resource[]): INodeProperties[] {
  return [
    // eslint-disable-next-line n8n-nodes-base/node-param-default-missing -- it is there; the rule knows literals only
    {
      displayName: 'Resource',
      name: 'resource',
      type: 'options',
      noDataExpression: true,
      default: resources[0]?.value ?? '',
      options: resources.map(({ name, value, description }) => ({ name, value, description })),
      description: 'What to work on',
    },
    ...resources.map(operationParameter),
    ...resources.flatMap((resource) =>
      resource.operations.flatMap((operation) =>
        operation.properties.map((property) => only(property, resource, operation)),
      ),
    ),
  ];
}

/** The operation that the two parameters choose. */
export function chosenOperation(
  resources: readonly Resource[],
  resource: string,
  operation: string,
): Operation {
  const chosen = resources
    .find(({ value }) => value === resource)
    ?.operations.find(({ value }) => value === operation);
  if (!chosen) throw new RangeError(`The Contact Store has no operation "${operation}" of "${resource}".`);
  return chosen;
}

function operationParameter(resource: Resource): INodeProperties {
  // eslint-disable-next-line n8n-nodes-base/node-param-default-missing -- it is there; the rule knows literals only
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource.value] } },
    default: resource.defaultOperation,
    options: resource.operations.map(({ name, value, description, action }) => ({
      name,
      value,
      description,
      action,
    })),
    description: 'What to do',
  };
}

function only(property: INodeProperties, resource: Resource, operation: Operation): INodeProperties {
  const { show, ...displayOptions } = property.displayOptions ?? {};
  return {
    ...property,
    displayOptions: {
      ...displayOptions,
      show: { resource: [resource.value], operation: [operation.value], ...show },
    },
  };
}
