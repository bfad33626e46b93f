import type { WorkflowJson } from '../../../simulator/simulate.mts';

type Node = WorkflowJson['nodes'][number];

/** A node of n8n's own by its short type, or of any package by its full type. */
export function node(
  name: string,
  type: string,
  parameters: Record<string, unknown> = {},
  typeVersion = 1,
  more: Partial<Node> = {},
): Node {
  const fullType = type.includes('.') ? type : `n8n-nodes-base.${type}`;
  return { name, type: fullType, typeVersion, parameters: parameters as Node['parameters'], ...more };
}

/** A workflow whose connections are given as chains of names; `Name#1` leaves by the second output. */
export function workflow(
  name: string,
  nodes: Node[],
  chains: string[][],
  more: Partial<WorkflowJson> = {},
): WorkflowJson {
  const connections: WorkflowJson['connections'] = {};
  for (const chain of chains) {
    for (const [place, step] of chain.slice(0, -1).entries()) {
      const [source = '', output = '0'] = step.split('#');
      const target = chain[place + 1]!.split('#')[0]!;
      const outputs = ((connections[source] ??= { main: [] }).main ??= []);
      while (outputs.length <= Number(output)) outputs.push([]);
      outputs[Number(output)]!.push({ node: target, type: 'main', index: 0 });
    }
  }
  return {
    name,
    nodes: nodes.map((each, index) => ({ position: [index * 224, 0], ...each })),
    connections,
    ...more,
  };
}
