import type { INodeProperties, INodeType } from 'n8n-workflow';
import { ChannelFallback } from '../../nodes/ChannelFallback/ChannelFallback.node';
import { ContactStore } from '../../nodes/ContactStore/ContactStore.node';
import { ContactTrigger } from '../../nodes/ContactTrigger/ContactTrigger.node';
import { SegmentMatch } from '../../nodes/SegmentMatch/SegmentMatch.node';
import { WaitUntilDate } from '../../nodes/WaitUntilDate/WaitUntilDate.node';

/** The modes of every locator of a description that offer a list, those inside collections too. */
function listModes(properties: readonly INodeProperties[]): Array<{ of: string; skips: boolean }> {
  return properties.flatMap(({ name, modes = [], options = [] }) => [
    ...modes
      .filter(({ type }) => type === 'list')
      .map(({ typeOptions }) => ({ of: name, skips: typeOptions?.skipCredentialsCheckInRLC === true })),
    ...options.flatMap((option) =>
      'values' in option
        ? listModes(option.values)
        : 'type' in option && 'displayName' in option
          ? listModes([option as INodeProperties])
          : [],
    ),
  ]);
}

// The editor says "Could not load list" of a node without a credential unless it is told that lists need none.
it.each<[string, INodeType]>([
  ['Channel Fallback', new ChannelFallback()],
  ['Contact Store', new ContactStore()],
  ['Contact Trigger', new ContactTrigger()],
  ['Segment Match', new SegmentMatch()],
  ['Wait Until Date', new WaitUntilDate()],
])('%s offers its lists with the built-in store, which has no credential', (_, node) => {
  const modes = listModes(node.description.properties);
  expect(modes.length).toBeGreaterThan(0);
  expect(modes.filter(({ skips }) => !skips)).toEqual([]);
});
