/** n8n's own Data Table, as a workflow without this package keeps and looks up what it knows of people. */
import type { RunningN8n } from '../../host/n8n.mts';
import type { WorkflowNode } from '../../host/rest.mts';
import { ended, node, post, publish, splitPeople, webhook } from './stage.mts';

const MAPPED_BY_NAME = { mappingMode: 'autoMapInputData', value: null };
const SAME_EMAIL = {
  matchType: 'allConditions',
  filters: { conditions: [{ keyName: 'email', condition: 'eq', keyValue: '={{ $json.email }}' }] },
};

/** The nodes of one table. */
export interface DataTable {
  insert(name: string, options?: Record<string, unknown>): WorkflowNode;
  /** Takes each item by itself: updates the row of its e-mail address, or adds one. */
  upsert(name: string): WorkflowNode;
  /** Gives every row of the item's e-mail address. */
  lookUp(name: string): WorkflowNode;
}

/** Creates a table with the columns of such a row. */
export async function createDataTable(
  n8n: RunningN8n,
  name: string,
  row: Record<string, unknown>,
): Promise<DataTable> {
  const project = await n8n.rest.request<{ id: string }>('GET', '/projects/personal');
  const columns = Object.entries(row).map(([column, value]) => ({ name: column, type: typeof value }));
  const { id } = await n8n.rest.request<{ id: string }>('POST', `/projects/${project.id}/data-tables`, {
    name,
    columns,
  });
  const table = { resource: 'row', dataTableId: { __rl: true, mode: 'id', value: id } };
  const made = (called: string, parameters: Record<string, unknown>) =>
    node(called, 'dataTable', { ...table, ...parameters });
  return {
    insert: (called, options = {}) => made(called, { operation: 'insert', columns: MAPPED_BY_NAME, options }),
    upsert: (called) =>
      made(called, { operation: 'upsert', ...SAME_EMAIL, columns: MAPPED_BY_NAME, options: {} }),
    lookUp: (called) => made(called, { operation: 'get', ...SAME_EMAIL, returnAll: true, options: {} }),
  };
}

/** Creates a table and fills it by a workflow of its own. `options` are those of the node that inserts. */
export async function fillDataTable(
  n8n: RunningN8n,
  name: string,
  rows: ReadonlyArray<Record<string, unknown>>,
  options: Record<string, unknown> = {},
): Promise<DataTable> {
  const table = await createDataTable(n8n, name, rows[0] ?? {});
  const path = `save-rows-${name}`;
  const saving = await publish(n8n, `Save rows of ${name}`, [
    webhook(path),
    splitPeople(),
    table.insert('Save', options),
  ]);
  await post(n8n, path, { people: rows });
  await ended(n8n, saving, 1);
  return table;
}
