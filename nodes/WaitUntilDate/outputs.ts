import type { INodeExecutionData } from 'n8n-workflow';
import type { ContactProfile } from '../../src/domain/contact/contact';
import { toTravelForm } from '../../src/domain/contact/contact';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import type { WaitPlan } from '../../src/domain/schedule/wait';
import { Run } from '../execution/run';

/** The node's outputs, in the order of its description. */
export const OUTPUTS = { due: 0, left_early: 1, missed: 2 } as const;
export type WaitOutput = keyof typeof OUTPUTS;

/** The items of a call, by the output each leaves through; error items leave through Due, where n8n looks for them. */
export class WaitOutputs {
  private readonly run: Run;
  private readonly outputOf = new Map<number, WaitOutput>();

  constructor(run: Run) {
    this.run = run;
  }

  /** Lets an item out with the contact as it is now and what was decided about its wait. */
  leave(index: number, output: WaitOutput, contact: ContactProfile | null, wait: JsonObject): void {
    this.outputOf.set(index, output);
    const before = this.run.items[index]?.json.contact;
    const fresh = contact && {
      contact: { ...(isJsonObject(before) ? before : {}), ...toTravelForm(contact) },
    };
    this.run.pass(index, { ...fresh, wait });
  }

  finish(): INodeExecutionData[][] {
    const outputs: INodeExecutionData[][] = [[], [], []];
    for (const item of this.run.finish()) {
      const { item: index } = item.pairedItem as { item: number };
      outputs[OUTPUTS[this.outputOf.get(index) ?? 'due']]?.push(item);
    }
    return outputs;
  }
}

/** What an item tells of its wait: how it left, and why then. */
export function describeWait(
  outcome: string,
  plan: WaitPlan,
  now: number,
  more: JsonObject = {},
): JsonObject {
  return {
    outcome,
    dueAt: new Date(plan.dueAt).toISOString(),
    leftAt: new Date(now).toISOString(),
    zone: plan.zone,
    reasons: [...plan.reasons],
    ...more,
  };
}
