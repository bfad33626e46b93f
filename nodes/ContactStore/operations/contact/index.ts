import type { Resource } from '../../operation';
import { deleteContact } from './delete.operation';
import { erase } from './erase.operation';
import { exportToFile } from './export.operation';
import { get } from './get.operation';
import { getAll } from './get-all.operation';
import { importContacts } from './import.operation';
import { merge } from './merge.operation';
import { update } from './update.operation';
import { upsert } from './upsert.operation';

export const contact: Resource = {
  value: 'contact',
  name: 'Contact',
  description: 'People with their addresses, properties, tags and lists',
  operations: [upsert, deleteContact, erase, exportToFile, get, getAll, importContacts, merge, update],
  defaultOperation: upsert.value,
};
