import type { INodeExecutionData } from 'n8n-workflow';
import { KNOWN_CHANNELS } from '../../src/domain/channel/channel';

const LABELS = JSON.stringify(
  Object.fromEntries(Object.entries(KNOWN_CHANNELS).map(([name, { label }]) => [name, label])),
);

/**
 * The outputs as the editor shows them: one for each channel, in the order of the list, then Answered and Unreachable. It is
 * an expression, because n8n works outputs out from the parameters.
 */
export const OUTPUTS: `={{${string}}}` = `={{ (($parameter["channels"] || {}).channel || []).map((row) => (${LABELS})[row.channel] || row.ownName || 'Own Channel').concat('Answered', 'Unreachable').map((displayName) => ({ type: 'main', displayName })) }}`;

/** Through which output an item leaves: a channel by its place in the list, or one of the two others. */
export type Place = number | 'answered' | 'unreachable';

/** Whoever has no place, error items too, leaves through Unreachable: nobody is written to by mistake. */
export function split(
  items: readonly INodeExecutionData[],
  channels: number,
  places: ReadonlyMap<number, Place>,
): INodeExecutionData[][] {
  const outputs: INodeExecutionData[][] = Array.from({ length: channels + 2 }, () => []);
  for (const item of items) {
    const { item: index } = item.pairedItem as { item: number };
    const place = places.get(index) ?? 'unreachable';
    const at = place === 'unreachable' ? channels + 1 : place === 'answered' ? channels : place;
    outputs[at]?.push(item);
  }
  return outputs;
}
