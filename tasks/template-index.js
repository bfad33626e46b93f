const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const FOLDER = join(__dirname, '..', 'templates');
const OURS = 'n8n-nodes-marketing-automation.';
const STICKY = 'n8n-nodes-base.stickyNote';
/** Nodes that cannot run without a credential, and of which kind. */
const CREDENTIALS = { 'n8n-nodes-base.emailSend': 'SMTP', 'n8n-nodes-base.webhook': 'Header Auth' };
/** How n8n calls the nodes that are not called like their type. */
const LABELS = {
  emailSend: 'Send Email',
  if: 'If',
  n8nTrigger: 'n8n Trigger',
  npsBranch: 'NPS Branch',
  respondToWebhook: 'Respond to Webhook',
  set: 'Edit Fields (Set)',
};

/** `contactStore` as the editor shows it: Contact Store. */
function labelOf(type) {
  const name = type.slice(type.lastIndexOf('.') + 1);
  return LABELS[name] ?? name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase());
}

function nodesOf(workflow) {
  const types = [...new Set(workflow.nodes.map(({ type }) => type).filter((type) => type !== STICKY))];
  const labels = (all) => all.map(labelOf).sort().join(', ');
  const ours = types.filter((type) => type.startsWith(OURS));
  return `${labels(ours)}; of n8n's own: ${labels(types.filter((type) => !ours.includes(type)))}`;
}

/** A setting's value as it is, or what a longer one is made of, which the node itself shows. */
function shown({ type, value }) {
  if (type !== 'object' && type !== 'array') return `\`${value}\``;
  const content = typeof value === 'string' ? JSON.parse(value) : value;
  if (Array.isArray(content)) return `a list of ${content.length}`;
  const names = Object.keys(content).map((name) => `\`${name}\``);
  return `an object with ${names.join(', ')}`;
}

function settingsOf(workflow) {
  const node = workflow.nodes.find(({ name }) => name === 'Settings');
  return (node?.parameters.assignments.assignments ?? []).map(
    (setting) => `  - \`${setting.name.replace('settings.', '')}\`: ${shown(setting)}`,
  );
}

function sectionOf(folder, workflow) {
  const credentials = workflow.nodes
    .filter(({ type }) => CREDENTIALS[type])
    .map(({ name, type }) => `  - a credential (${CREDENTIALS[type]}) in _${name}_`);
  const settings = settingsOf(workflow);
  return [
    `## ${folder.slice(0, 2)} · ${workflow.name}`,
    '',
    workflow.description,
    '',
    `- File: [\`${folder}/workflow.json\`](${folder}/workflow.json)`,
    `- Nodes: ${nodesOf(workflow)}`,
    '- To set:',
    ...credentials,
    ...(settings.length > 0 ? ['  - in _Settings_, with what is there at first:'] : []),
    ...settings.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** The text of templates/README.md: everything in it comes from the workflows themselves. */
function templateIndex() {
  const folders = readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const sections = folders.map((folder) =>
    sectionOf(folder, JSON.parse(readFileSync(join(FOLDER, folder, 'workflow.json'), 'utf8'))),
  );
  return [
    '# Templates',
    '',
    'Workflows to import into n8n: create an empty one, open its menu, _Import from file_. The numbers are an order to read them in; those below 10 are what the others stand on.',
    '',
    'Written by `npx gulp templates` from the workflows; change those.',
    '',
    ...sections,
  ].join('\n');
}

module.exports = { templateIndex };
