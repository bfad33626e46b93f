import type { INodeProperties } from 'n8n-workflow';
import { deleteSegment } from '../../../../src/app/segments/saved-segments';
import { readSegmentName, segmentLocator } from '../../../execution/segment-locator';
import type { Operation } from '../../operation';
import { oneByOne } from './one-by-one';
import { describeSegment } from './segment-form';

const REGARDLESS: INodeProperties = {
  displayName: 'Even if Nodes Name It',
  name: 'regardless',
  type: 'boolean',
  default: false,
  description:
    'Whether to delete it though triggers and waits name it, for example of workflows that were deleted. Segments made of it always keep it.',
};

export const deleteSegments: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete a segment',
  description: 'Deletes a segment, unless other segments, triggers or waits depend on it; contacts stay',
  properties: [segmentLocator('The segment to delete'), REGARDLESS],
  async execute(run) {
    const read = run.read((index) => {
      const name = readSegmentName(run.parameters.value('segment', index));
      const regardless = run.parameters.boolean('regardless', index);
      return name.ok ? { ok: true, value: { name: name.value, regardless } } : name;
    });
    await oneByOne(run, read, async ({ name, regardless }) => {
      const deleted = await deleteSegment(run.store, name, { regardless });
      if (deleted.outcome === 'refused') return { problems: deleted.problems };
      return { json: { segment: describeSegment(deleted.segment), result: { outcome: 'deleted' } } };
    });
  },
};
