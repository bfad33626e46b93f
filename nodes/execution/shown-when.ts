import type { INodeProperties } from 'n8n-workflow';

/** The same fields, shown only while other parameters have these values as well. */
export function shownWhen(
  show: Readonly<Record<string, readonly (string | boolean)[]>>,
  properties: readonly INodeProperties[],
): INodeProperties[] {
  return properties.map((property) => ({
    ...property,
    displayOptions: {
      ...property.displayOptions,
      show: {
        ...property.displayOptions?.show,
        ...Object.fromEntries(Object.entries(show).map(([name, values]) => [name, [...values]])),
      },
    },
  }));
}
