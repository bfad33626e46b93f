import type { INodeProperties } from 'n8n-workflow';

/** The fields of a row that are there from the start, in a collection that hides its optional ones until they are added. */
export function alwaysShown(fields: readonly INodeProperties[]): INodeProperties[] {
  return fields.map((field) => ({
    ...field,
    typeOptions: { ...field.typeOptions, showEvenWhenOptional: true },
  }));
}
