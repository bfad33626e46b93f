import type { INodeProperties } from 'n8n-workflow';
import { previewSegment, saveSegment } from '../../../../src/app/segments/save-segment';
import type { JsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import { readSegmentName, segmentLocator } from '../../../execution/segment-locator';
import type { Operation } from '../../operation';
import { oneByOne, type Answer } from './one-by-one';
import {
  DEFINITION_OPTIONS,
  DEFINITION_PROPERTIES,
  definitionProblems,
  readDefinitionOf,
  type WrittenDefinition,
} from './segment-definition';
import { describeSegment } from './segment-form';

const NAME: INodeProperties = {
  ...segmentLocator('The name to save the segment under; one that there is gets its next version'),
  default: { mode: 'name', value: '' },
};

const DRY_RUN: INodeProperties = {
  displayName: 'Dry Run',
  name: 'dryRun',
  type: 'boolean',
  default: false,
  description: 'Whether to tell only how many would enter and leave, without saving anything',
};

interface SaveRequest extends WrittenDefinition {
  readonly name: string;
  readonly isDryRun: boolean;
}

export const save: Operation = {
  value: 'save',
  name: 'Save',
  action: 'Save a segment',
  description: 'Saves rules under a name; who fits is in the segment from then on, at every moment',
  properties: [NAME, ...DEFINITION_PROPERTIES, DRY_RUN, DEFINITION_OPTIONS],
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    await oneByOne(run, read, (request) => (request.isDryRun ? dryRun(run, request) : saveNow(run, request)));
  },
};

function readRequest(run: Run, index: number): Reading<SaveRequest> {
  const name = readSegmentName(run.parameters.value('segment', index));
  const definition = readDefinitionOf(run, index);
  if (name.ok && definition.ok) {
    const isDryRun = run.parameters.boolean('dryRun', index);
    return { ok: true, value: { ...definition.value, name: name.value, isDryRun } };
  }
  return {
    ok: false,
    problems: [name, definition].flatMap((reading) => (reading.ok ? [] : [...reading.problems])),
  };
}

async function saveNow(run: Run, { name, request, places }: SaveRequest): Promise<Answer> {
  const saved = await saveSegment(run.store, { name, ...request }, run.now);
  if (saved.outcome === 'refused') return { problems: definitionProblems(saved.problems, places) };
  const { outcome, entered, left } = saved;
  return { json: { segment: describeSegment(saved.segment), result: { outcome, entered, left } } };
}

async function dryRun(run: Run, { name, request, places }: SaveRequest): Promise<Answer> {
  const previewed = await previewSegment(run.store, { name, ...request }, run.now);
  if (previewed.outcome === 'refused') return { problems: definitionProblems(previewed.problems, places) };
  const result: JsonObject = {
    outcome: 'dry_run',
    members: previewed.fitting,
    entered: previewed.entering,
    left: previewed.leaving,
  };
  return { json: { result } };
}
