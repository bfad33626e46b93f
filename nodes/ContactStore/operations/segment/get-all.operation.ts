import { listSegments } from '../../../../src/app/segments/saved-segments';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { describeSegment } from './segment-form';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many segments',
  description: 'Gives the saved segments with their sizes, by name, each as an item',
  properties: LIMIT_PROPERTIES,
  async execute(run) {
    const read = run.read((index) => readLimit(run.parameters, index));
    if (read.length === 0) return;
    const segments = (await listSegments(run.store, run.now)).map(describeSegment);
    for (const { index, value: limit } of read) {
      for (const segment of segments.slice(0, limit ?? segments.length))
        run.emit(index, { json: { segment } });
    }
  },
};
