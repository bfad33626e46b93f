import { deleteSegment } from '../../../../src/app/segments/saved-segments';
import { readSegmentName, segmentLocator } from '../../../execution/segment-locator';
import type { Operation } from '../../operation';
import { deleteNamed, regardlessOf } from './delete-named';
import { describeSegment } from './segment-form';

export const deleteSegments: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete a segment',
  description: 'Deletes a segment, unless other segments, triggers or waits depend on it; contacts stay',
  properties: [
    segmentLocator('The segment to delete'),
    regardlessOf({ namedBy: 'triggers and waits', keptBy: 'Segments' }),
  ],
  async execute(run) {
    await deleteNamed(
      run,
      (index) => readSegmentName(run.parameters.value('segment', index)),
      async (name, options) => {
        const deleted = await deleteSegment(run.store, name, options);
        if (deleted.outcome === 'refused') return { problems: deleted.problems };
        return { json: { segment: describeSegment(deleted.segment), result: { outcome: 'deleted' } } };
      },
    );
  },
};
