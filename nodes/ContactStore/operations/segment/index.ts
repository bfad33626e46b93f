import type { Resource } from '../../operation';
import { deleteSegments } from './delete.operation';
import { getAll } from './get-all.operation';
import { members } from './members.operation';
import { preview } from './preview.operation';
import { save } from './save.operation';

export const segment: Resource = {
  value: 'segment',
  name: 'Segment',
  description: 'Contacts who fit saved rules, always up to date',
  operations: [deleteSegments, getAll, members, preview, save],
  defaultOperation: 'save',
};
