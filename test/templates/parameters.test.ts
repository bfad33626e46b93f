import { ChannelFallback } from '../../nodes/ChannelFallback/ChannelFallback.node';
import { ContactStore } from '../../nodes/ContactStore/ContactStore.node';
import { ContactTrigger } from '../../nodes/ContactTrigger/ContactTrigger.node';
import { Journey } from '../../nodes/Journey/Journey.node';
import { LeadScoring } from '../../nodes/LeadScoring/LeadScoring.node';
import { NpsBranch } from '../../nodes/NpsBranch/NpsBranch.node';
import { SegmentMatch } from '../../nodes/SegmentMatch/SegmentMatch.node';
import { SplitTest } from '../../nodes/SplitTest/SplitTest.node';
import { WaitUntilDate } from '../../nodes/WaitUntilDate/WaitUntilDate.node';
import { parameterProblems } from './check-parameters';
import { readTemplates, stepsOf, type TemplateNode } from './read-templates';

const PACKAGE = 'n8n-nodes-marketing-automation.';
const DESCRIPTIONS = new Map(
  [
    new ChannelFallback(),
    new ContactStore(),
    new ContactTrigger(),
    new Journey(),
    new LeadScoring(),
    new NpsBranch(),
    new SegmentMatch(),
    new SplitTest(),
    new WaitUntilDate(),
  ].map(({ description }) => [`${PACKAGE}${description.name}`, description]),
);

const ours = readTemplates().flatMap((template) =>
  stepsOf(template)
    .filter(({ type }) => type.startsWith(PACKAGE))
    .map((node): [string, string, TemplateNode] => [template.folder, node.name, node]),
);

describe('parameters of our own nodes in templates', () => {
  it.each(ours)('%s: %s', (_folder, _name, node) => {
    const description = DESCRIPTIONS.get(node.type);
    expect(description?.version).toBe(node.typeVersion);
    expect(description && parameterProblems(node, description)).toEqual([]);
  });

  it('notice what the package does not know, does not show or does not offer', () => {
    const [, , wait] = ours.find(([, , { parameters }]) => parameters.until === 'date') ?? [];
    const description = DESCRIPTIONS.get(`${PACKAGE}waitUntilDate`);
    if (!wait || !description) throw new Error('There is no wait');
    const problems = (parameters: object) =>
      parameterProblems({ ...wait, parameters: { ...wait.parameters, ...parameters } }, description);
    expect(problems({ untill: 'date' })).toEqual(['untill is not there']);
    expect(problems({ weekdayTime: '10:00' })).toEqual(['weekdayTime is not there']);
    expect(problems({ again: 'begin' })).toContain('again does not offer "begin"');
    expect(problems({ options: { batchsize: 1 } })).toEqual(['options.batchsize is not there']);
    expect(problems({ leaveOn: { event: [{ types: 'a', type: 'b' }] } })).toEqual([
      'leaveOn.event[0].types is not there',
    ]);
    expect(problems({ date: '' })).toEqual([expect.stringContaining('"Date" is required') as string]);
  });
});
