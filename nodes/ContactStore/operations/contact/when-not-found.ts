import type { INodeProperties } from 'n8n-workflow';
import type { JsonObject } from '../../../../src/domain/json';
import type { Run } from '../../../execution/run';

/** What a user wants of an item whose contact is unknown; `passed` says what the item then carries. */
export function whenNotFound(passed: string): INodeProperties {
  return {
    displayName: 'When Not Found',
    name: 'whenNotFound',
    type: 'options',
    default: 'error',
    options: [
      { name: 'Give an Error', value: 'error', description: 'Ends the run, or makes the item an error item' },
      { name: 'Leave the Item Out', value: 'nothing', description: 'Gives nothing for this item' },
      { name: 'Pass the Item', value: 'pass', description: passed },
    ],
    description: 'What becomes of an item whose contact is not in the store',
  };
}

/** Does with an item whose contact is unknown what the user chose. */
export function giveNotFound(run: Run, index: number, passed: JsonObject): void {
  const choice = run.parameters.value('whenNotFound', index);
  if (choice === 'pass') run.pass(index, passed);
  else if (choice !== 'nothing') {
    run.refuse(index, [{ field: 'contact', message: "This item's contact is not in the store." }]);
  }
}
