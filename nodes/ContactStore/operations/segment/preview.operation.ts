import { previewSegment } from '../../../../src/app/segments/save-segment';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { Operation } from '../../operation';
import { oneByOne } from './one-by-one';
import {
  DEFINITION_OPTIONS,
  DEFINITION_PROPERTIES,
  definitionProblems,
  readDefinitionOf,
} from './segment-definition';

export const preview: Operation = {
  value: 'preview',
  name: 'Preview',
  action: 'Preview a segment',
  description: 'Tells how many contacts fit rules right now, and ten of them with the reasons; saves nothing',
  properties: [...DEFINITION_PROPERTIES, DEFINITION_OPTIONS],
  async execute(run) {
    const read = run.read((index) => readDefinitionOf(run, index));
    await oneByOne(run, read, async ({ request, places }) => {
      const previewed = await previewSegment(run.store, { name: null, ...request }, run.now);
      if (previewed.outcome === 'refused') {
        return { problems: definitionProblems(previewed.problems, places) };
      }
      const sample = previewed.sample.map(({ contact, reasons }) => ({
        contact: toTravelForm(contact),
        reasons: [...reasons],
      }));
      return { json: { preview: { contacts: previewed.fitting, sample } } };
    });
  },
};
