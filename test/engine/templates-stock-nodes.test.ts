import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import { parameterProblems } from '../templates/check-parameters';
import { readTemplates, stepsOf, type TemplateNode } from '../templates/read-templates';

const FILE = path.join(__dirname, '../../host/node_modules/n8n-nodes-base/dist/types/nodes.json');
const BASE = 'n8n-nodes-base.';

const used = readTemplates().flatMap((template) =>
  stepsOf(template)
    .filter(({ type }) => type.startsWith(BASE))
    .map((node): [string, string, TemplateNode] => [template.folder, node.name, node]),
);

describe("parameters of n8n's own nodes in templates", () => {
  const descriptions = JSON.parse(readFileSync(FILE, 'utf8')) as INodeTypeDescription[];

  it.each(used)('%s: %s', (_folder, _name, node) => {
    const description = descriptions.find(
      ({ name, version }) => `${BASE}${name}` === node.type && [version].flat().includes(node.typeVersion),
    );
    expect(description && parameterProblems(node, description)).toEqual([]);
  });
});
