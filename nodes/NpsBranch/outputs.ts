import type { INodeExecutionData } from 'n8n-workflow';
import type { Band } from '../../src/domain/nps/scale';

/** The node's outputs, in the order of its description. */
const PLACES: Readonly<Record<Band | 'none', number>> = { high: 0, middle: 1, low: 2, none: 3 };

/**
 * The names of the outputs as the editor shows them, in the words of the scale. It is an expression, because n8n works
 * outputs out from the parameters, and their number is always the same, because connections are saved by it.
 */
export const OUTPUTS = `={{ ({
  nps: ['Promoter', 'Passive', 'Detractor'],
  csat: ['Satisfied', 'Neutral', 'Dissatisfied'],
  ces: ['Easy', 'Neutral', 'Difficult'],
  own: ['Satisfied', 'Neutral', 'Dissatisfied'],
}[$parameter["scale"] || 'nps']).concat('No Score').map((displayName) => ({ type: 'main', displayName })) }}`;

/** Whoever has no score, error items too, leaves through No Score: nobody is thanked or comforted by mistake. */
export function split(
  items: readonly INodeExecutionData[],
  bands: ReadonlyMap<number, Band>,
): INodeExecutionData[][] {
  const outputs: INodeExecutionData[][] = [[], [], [], []];
  for (const item of items) {
    const { item: index } = item.pairedItem as { item: number };
    outputs[PLACES[bands.get(index) ?? 'none']]?.push(item);
  }
  return outputs;
}
