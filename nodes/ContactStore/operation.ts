import type { INodeProperties } from 'n8n-workflow';
import type { Run } from '../execution/run';

/**
 * One operation of the node: its fields and its execution, in one file of `operations/<resource>/`, exported as a
 * constant named like its `value`:
 *
 *     export const get: Operation = {
 *       value: 'get',
 *       name: 'Get',
 *       action: 'Get a contact',
 *       description: 'Gives each item the contact it means',
 *       properties: [...CONTACT_PROPERTIES, WHEN_NOT_FOUND],
 *       async execute(run) { ... },
 *     };
 */
export interface Operation {
  /** The value of the parameter `operation`; saved workflows hold it, so it never changes. */
  readonly value: string;
  /** In Title Case, n8n's own word where there is one. */
  readonly name: string;
  /** What the node panel and a tool call it, in sentence case: "Get a contact". */
  readonly action: string;
  /** What happens, as one sentence in the list of operations. */
  readonly description: string;
  /**
   * The fields of this operation only, in the order they are shown. The registry adds which resource and operation they
   * belong to; `displayOptions` hold only what is to be true besides. Two operations may use one
   * property object.
   */
  readonly properties: readonly INodeProperties[];
  /**
   * Does the work for all items at once and gives what comes of each through `run.pass`, `run.emit` and
   * `run.refuse`. What is thrown ends the run; errors of the store are put into words by the router.
   */
  execute(run: Run): Promise<void>;
}

/**
 * A thing the node works on, exported by `operations/<value>/index.ts`. One line in the list of `resources.ts` adds
 * it to the node.
 */
export interface Resource {
  /** The value of the parameter `resource`. */
  readonly value: string;
  readonly name: string;
  readonly description: string;
  /** In the order they are offered; n8n wants them by name. */
  readonly operations: readonly Operation[];
  /** The `value` of the operation that a new node begins with. */
  readonly defaultOperation: string;
}
