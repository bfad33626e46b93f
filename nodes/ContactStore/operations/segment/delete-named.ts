import type { INodeProperties } from 'n8n-workflow';
import type { Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import { oneByOne, type Answer } from './one-by-one';

/** The parameter `regardless`; `namedBy` and `keptBy` are what may hold the name: "triggers and waits", "Segments". */
export function regardlessOf({ namedBy, keptBy }: { namedBy: string; keptBy: string }): INodeProperties {
  return {
    displayName: 'Even if Nodes Name It',
    name: 'regardless',
    type: 'boolean',
    default: false,
    description: `Whether to delete it though ${namedBy} name it, for example of workflows that were deleted. ${keptBy} made of it always keep it.`,
  };
}

/** Deletes what each item names and gives what is left to tell of it, or refuses the item. */
export async function deleteNamed(
  run: Run,
  readName: (index: number) => Reading<string>,
  remove: (name: string, options: { readonly regardless: boolean }) => Promise<Answer>,
): Promise<void> {
  const read = run.read((index) => {
    const name = readName(index);
    const regardless = run.parameters.boolean('regardless', index);
    return name.ok ? { ok: true, value: { name: name.value, regardless } } : name;
  });
  await oneByOne(run, read, ({ name, regardless }) => remove(name, { regardless }));
}
