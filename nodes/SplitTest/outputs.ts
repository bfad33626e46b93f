import type { INodeExecutionData } from 'n8n-workflow';

/**
 * One output for each variant, then that of the control group, and where the winner is taken that of who got something in
 * the test. It is an expression, because n8n works outputs out from the parameters.
 */
export const OUTPUTS = `={{ (($parameter["variants"] || {}).variant || []).map((own, at) => ({ type: 'main', displayName: own.name || 'Variant ' + (at + 1) })).concat({ type: 'main', displayName: 'Control Group' }, $parameter["operation"] === 'takeWinner' ? [{ type: 'main', displayName: 'Took Part' }] : []) }}`;

/** Where an item leaves: by the place of its variant, with those who get nothing, or with those who took part. */
export type Way = number | 'control' | 'tookPart';

/** Whoever has no variant, error items too, leaves with the control group: nobody is sent anything by mistake. */
export function split(
  items: readonly INodeExecutionData[],
  ways: ReadonlyMap<number, Way>,
  variants: number,
  isWinner: boolean,
): INodeExecutionData[][] {
  const outputs: INodeExecutionData[][] = Array.from({ length: variants + (isWinner ? 2 : 1) }, () => []);
  for (const item of items) {
    const { item: index } = item.pairedItem as { item: number };
    const way = ways.get(index) ?? 'control';
    const place = way === 'control' ? variants : way === 'tookPart' ? variants + 1 : way;
    outputs[place]?.push(item);
  }
  return outputs;
}
