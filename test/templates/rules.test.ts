import { readTemplates, stepsOf, wiresOf, type Template } from './read-templates';

/** The verbs that names of nodes begin with; a template that needs another adds it. */
const VERBS =
  /^(Answer|Check|Choose|Enter|Keep|Leave|Mark|Prepare|Read|Receive|Record|Remove|Save|Score|Send|Split|Start|Tell|Wait)( |$)/;
/** Nodes that reach a network, where one attempt is not enough. */
const NETWORK =
  /^n8n-nodes-base\.(emailSend|httpRequest|slack|telegram|twilio|gmail|sendGrid|mailgun|awsSes|whatsApp)$/;
/** How many outputs a type has before its error output; one unless it is named here. */
const OUTPUTS: Readonly<Record<string, number>> = {
  'n8n-nodes-base.if': 2,
  'n8n-nodes-base.respondToWebhook': 1,
  'n8n-nodes-marketing-automation.journey': 2,
  'n8n-nodes-marketing-automation.npsBranch': 4,
  'n8n-nodes-marketing-automation.segmentMatch': 2,
  'n8n-nodes-marketing-automation.waitUntilDate': 3,
};
const WAIT = 'n8n-nodes-marketing-automation.waitUntilDate';
const FALLBACK = 'n8n-nodes-marketing-automation.channelFallback';
/** A test has an output for each variant and one for the control group; a fallback one for each channel, Answered and Unreachable. */
const outputsOf = ({ type, parameters }: Pick<Template['nodes'][number], 'type' | 'parameters'>): number => {
  if (type === FALLBACK) return (parameters.channels as { channel: unknown[] }).channel.length + 2;
  if (!type.endsWith('.splitTest')) return OUTPUTS[type] ?? 1;
  const { variant } = parameters.variants as { variant: unknown[] };
  return variant.length + (parameters.operation === 'takeWinner' ? 2 : 1);
};
/** What contacts come out of one at a time, where that is set. */
const GATES = [WAIT, FALLBACK, 'n8n-nodes-marketing-automation.contactTrigger'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const templates = readTemplates();
const each = describe.each(templates.map((template): [string, Template] => [template.folder, template]));

each('the workflow of %s', (folder, template) => {
  const steps = stepsOf(template);
  const wires = wiresOf(template);
  const wired = (name: string, output: number) =>
    wires.some((wire) => wire.from === name && wire.output === output);

  it('has a title in sentence case, a description that says what it needs, and its place', () => {
    expect(folder).toMatch(/^\d{2}-[a-z]+(-[a-z]+)*$/);
    expect(template.name).toMatch(/^[A-Z][a-z]+(-[a-z]+)? [^A-Z.!]{10,70}$/);
    expect(template.description).toMatch(
      /self-hosted n8n with the community node n8n-nodes-marketing-automation\.$/,
    );
    expect(template.meta).toMatchObject({ package: 'n8n-nodes-marketing-automation', template: folder });
    expect(template.settings).toEqual({ executionOrder: 'v1' });
  });

  it('carries nothing of whoever made it: no credential, no instance, no data, no address but of example.com', () => {
    expect(template.nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
    expect(template.text).not.toContain('instanceId');
    expect(template.pinData).toEqual({});
    const addresses = template.text.match(/[\w.+-]+@[\w-]+\.[\w.-]*\w/g) ?? [];
    expect(addresses.filter((address) => !address.endsWith('@example.com'))).toEqual([]);
    const hosts = [...template.text.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host ?? '');
    expect(hosts.filter((host) => !/(^|\.)example\.com$/.test(host))).toEqual([]);
  });

  it('names every node, verb first, and each once', () => {
    const names = template.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(steps.map(({ name }) => name).filter((name) => name !== 'Settings' && !VERBS.test(name))).toEqual(
      [],
    );
  });

  it('gives every node and webhook an id of its own', () => {
    const ids = template.nodes.flatMap(({ id, webhookId }) =>
      webhookId === undefined ? [id] : [id, webhookId],
    );
    expect(ids.filter((id) => !UUID.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('connects nodes that exist, each of them reached from where it starts', () => {
    const names = new Set(steps.map(({ name }) => name));
    expect(wires.filter(({ from, to }) => !names.has(from) || !names.has(to))).toEqual([]);
    const starts = steps.filter(({ name }) => !wires.some(({ to }) => to === name));
    expect(starts.map(({ type }) => /trigger$|\.webhook$/i.test(type))).toEqual(starts.map(() => true));
  });

  it('continues on an error exactly where an error output leads on', () => {
    for (const { name, type, parameters, onError } of steps) {
      const hasErrorOutput = wired(name, outputsOf({ type, parameters })) && type !== 'n8n-nodes-base.switch';
      expect({ name, onError }).toEqual({
        name,
        onError: hasErrorOutput ? 'continueErrorOutput' : undefined,
      });
    }
  });

  it('tries again what reaches a network, for one contact at a time', () => {
    for (const { name, type, retryOnFail, maxTries, waitBetweenTries } of steps) {
      if (!NETWORK.test(type)) continue;
      expect({ name, retryOnFail, maxTries, waitBetweenTries }).toEqual({
        ...{ name, retryOnFail: true, maxTries: 3, waitBetweenTries: 5000 },
      });
      // A node that is tried again does all its items again: those of others would be sent twice.
      const before = ancestors(template, name).filter(({ type: kind }) => GATES.includes(kind));
      const options = before.map(({ parameters }) => parameters.options as { batchSize?: number });
      expect(options.map(({ batchSize }) => batchSize)).toEqual(before.map(() => 1));
      expect(before.length).toBeGreaterThan(0);
    }
  });

  it('leads on from every way out of a wait that can be taken', () => {
    for (const { name, type, parameters } of steps) {
      if (type !== WAIT) continue;
      const canLeave =
        Object.keys((parameters.leaveOn ?? {}) as object).length > 0 || isInJourney(template, name);
      const isWired = [0, 1, 2].map((output) => wired(name, output));
      expect({ name, isWired }).toEqual({
        name,
        isWired: [true, canLeave, parameters.pastDates === 'missed'],
      });
    }
  });

  it('looks back at no node from before a wait or a hold, which is empty when contacts come back', () => {
    for (const step of steps) {
      const known = new Set(ancestors(template, step.name, [WAIT, FALLBACK]).map(({ name }) => name));
      const asked = [...JSON.stringify(step.parameters).matchAll(/\$\('([^']+)'\)/g)].map(
        ([, name]) => name ?? '',
      );
      expect({ name: step.name, lost: asked.filter((name) => !known.has(name)) }).toEqual({
        name: step.name,
        lost: [],
      });
    }
  });

  it('gathers what the user sets in one node right after the start, if it has any', () => {
    const settings = steps.find(({ name }) => name === 'Settings');
    const isUsed = template.text.includes('$json.settings.');
    expect(settings !== undefined).toBe(isUsed);
    if (!settings) return;
    const { assignments } = settings.parameters.assignments as { assignments: Array<{ name: string }> };
    const names = assignments.map(({ name }) => name);
    const used = new Set([...template.text.matchAll(/json\.(settings\.\w+)/g)].map(([, name]) => name));
    expect([...names].sort()).toEqual([...used].sort());
    expect(settings.parameters.includeOtherFields).toBe(true);
    const before = wires.filter(({ to }) => to === 'Settings').map(({ from }) => from);
    expect(before.length).toBeGreaterThan(0);
    // Each of them is a start: nothing leads to it.
    expect(wires.filter(({ to }) => before.includes(to))).toEqual([]);
  });
});

/** Whether contacts come to a wait with their stay in a journey, whose end lets them go. */
const isInJourney = (template: Template, wait: string): boolean =>
  ancestors(template, wait).some(({ name, type }) =>
    type === WAIT ? isInJourney(template, name) : type === 'n8n-nodes-marketing-automation.journey',
  );

/** The steps that run before one in the same execution: back to its wait, that included, or to the start; or to other stops. */
function ancestors(template: Template, name: string, stops: readonly string[] = [WAIT]) {
  const steps = new Map(stepsOf(template).map((step) => [step.name, step]));
  const wires = wiresOf(template);
  const found = new Set<string>();
  const queue = [name];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (at !== name && stops.includes(steps.get(at)?.type ?? '')) continue;
    for (const { from, to } of wires) {
      if (to !== at || found.has(from)) continue;
      found.add(from);
      queue.push(from);
    }
  }
  return [...found].flatMap((found) => steps.get(found) ?? []);
}
