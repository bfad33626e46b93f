import {
  NodeHelpers,
  type INode,
  type INodeParameters,
  type INodeProperties,
  type INodeTypeDescription,
} from 'n8n-workflow';
import type { TemplateNode } from './read-templates';

type Values = Readonly<Record<string, unknown>>;

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');
const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Everything in a node's saved parameters that its description does not know, does not show for these values, or
 * does not offer; and what n8n itself would mark in red.
 */
export function parameterProblems(node: TemplateNode, description: INodeTypeDescription): string[] {
  const inode = { ...node, position: [0, 0] } as unknown as INode;
  const complete = NodeHelpers.getNodeParameters(
    description.properties,
    node.parameters,
    true,
    false,
    inode,
    description,
  );
  const shown = description.properties.filter((property) =>
    NodeHelpers.displayParameter(complete ?? {}, property, inode, description),
  );
  const issues = NodeHelpers.getNodeParametersIssues(description.properties, inode, description);
  return [...unknownIn(shown, node.parameters, ''), ...Object.values(issues?.parameters ?? {}).flat()];
}

function unknownIn(
  properties: readonly INodeProperties[],
  values: INodeParameters | Values,
  path: string,
): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const candidates = properties.filter(({ name }) => name === key);
    if (candidates.length === 0) return [`${path}${key} is not there`];
    const problems = candidates.map((property) => problemsOf(property, value, `${path}${key}`));
    return problems.find((found) => found.length === 0) ?? problems[0] ?? [];
  });
}

function problemsOf(property: INodeProperties, value: unknown, path: string): string[] {
  if (isExpression(value)) return property.noDataExpression ? [`${path} takes no expression`] : [];
  const options = (property.options ?? []) as Array<{
    name: string;
    value?: unknown;
    values?: INodeProperties[];
  }>;
  switch (property.type) {
    case 'options':
      return options.length === 0 || options.some((option) => option.value === value)
        ? []
        : [`${path} does not offer ${JSON.stringify(value)}`];
    case 'boolean':
    case 'number':
    case 'string':
      return typeof value === property.type
        ? []
        : [`${path} is no ${property.type}: ${JSON.stringify(value)}`];
    case 'collection':
      return isObject(value)
        ? unknownIn(property.options as INodeProperties[], value, `${path}.`)
        : [`${path} is no object`];
    case 'fixedCollection':
      return Object.entries(isObject(value) ? value : {}).flatMap(([group, rows]) => {
        const known = options.find(({ name }) => name === group);
        if (!known) return [`${path}.${group} is not there`];
        return (Array.isArray(rows) ? rows : [rows]).flatMap((row, index) =>
          unknownIn(known.values ?? [], row as Values, `${path}.${group}[${index}].`),
        );
      });
    case 'resourceLocator':
      return property.modes?.some(({ name }) => name === (value as { mode?: string }).mode)
        ? []
        : [`${path} has no such mode`];
    default:
      return [];
  }
}
