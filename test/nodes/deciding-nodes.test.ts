import { NodeOperationError, type IDataObject, type INodeExecutionData } from 'n8n-workflow';
import { CHUNK } from '../../src/app/chunks';
import { SqliteConnection } from '../../src/store/sqlite/connection';
import { createContacts } from './contact-store/store-under-test';
import { DECIDING_NODES, type DecidingNode } from './deciding-nodes';
import { FakeExecution, useTemporaryStore, type FakeRun } from './fake-execution';

// A database on a machine that does other things as well.
jest.setTimeout(120_000);

const ITEMS = 10_000;
/** Contacts for a call before, for one with one item, and for one with a piece of them. */
const FIRST = 2 + CHUNK;
/** What a piece may cost beside one item: pages of lists, and tables that one item did not touch. */
const MORE = 10;
const people = (from: number, to: number): INodeExecutionData[] =>
  Array.from({ length: to - from }, (_, index) => ({ json: { email: `p${from + index}@example.com` } }));
const outputsOf = ({ node, parameters }: DecidingNode, more: Partial<FakeRun>) =>
  new FakeExecution({ node, parameters, ...more }).outputs();
const sourceOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item: number }).item;

describe('10,000 items in one call', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeAll(async () => {
    temporary = await useTemporaryStore();
    await createContacts(...people(0, FIRST + ITEMS).map(({ json }) => json));
  });
  afterAll(() => temporary.remove());

  it.each(DECIDING_NODES.map((node) => ({ ...node })))(
    '$name costs as many statements for each piece of them as for one',
    async (own) => {
      const statements = jest.spyOn(SqliteConnection.prototype, 'run');
      const costOf = async (items: INodeExecutionData[]) => {
        const ready = own.prepare ? await own.prepare(items) : items;
        expect(ready.length).toBe(items.length);
        statements.mockClear();
        const outputs = await outputsOf(own, { items: ready });
        return { statements: statements.mock.calls.length, outputs };
      };
      await costOf(people(0, 1));
      const one = await costOf(people(1, 2));
      const chunk = await costOf(people(2, FIRST));
      const all = await costOf(people(FIRST, FIRST + ITEMS));
      statements.mockRestore();

      expect(one.statements).toBeGreaterThan(0);
      expect(chunk.statements).toBeLessThanOrEqual(one.statements + MORE);
      expect(all.statements).toBeLessThanOrEqual((ITEMS / CHUNK) * (one.statements + MORE));
      if (own.name === 'Wait Until Date') return;
      expect(all.outputs.flat().length).toBe(ITEMS);
      expect(all.outputs.flat().every(({ json }) => json.error === undefined)).toBe(true);
    },
  );
});

describe('one item of many', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
    await createContacts(...people(0, 4).map(({ json }) => json));
  });
  afterEach(() => temporary.remove());

  const BAD = 2;
  /** Four items, the third of which is wrong. */
  async function itemsFor({ prepare, parameters, node, wrong }: DecidingNode) {
    const ready = prepare ? await prepare(people(0, 4)) : people(0, 4);
    const items = ready.map(({ json, ...item }, index) => {
      const id = (json.message as IDataObject | undefined)?.id;
      const good = id === undefined || wrong.good !== '1' ? wrong.good : String(id as number);
      return { ...item, json: { ...json, given: index === BAD ? wrong.bad : good } as IDataObject };
    });
    return { node, parameters: { ...parameters, ...wrong.parameters }, items };
  }

  describe.each(DECIDING_NODES.map((node) => ({ ...node })))('$name', (own) => {
    it('is named with its value where it ends the run', async () => {
      const error: unknown = await new FakeExecution(await itemsFor(own)).outputs().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(NodeOperationError);
      expect((error as NodeOperationError).message).toMatch(own.wrong.says);
      expect((error as NodeOperationError).context.itemIndex).toBe(BAD);
    });

    it('is an error item paired with where it came from, and the others go on', async () => {
      const run = await itemsFor(own);
      const outputs = await new FakeExecution({ ...run, continueOnFail: true }).outputs();
      const failed = outputs.flat().filter(({ json }) => json.error !== undefined);
      expect(failed.map(sourceOf)).toEqual([BAD]);
      expect(failed[0]?.json.error).toMatch(own.wrong.says);
      if (own.name === 'Wait Until Date') return;
      const went = outputs.flat().filter(({ json }) => json.error === undefined);
      expect([...new Set(went.map(sourceOf))].sort()).toEqual([0, 1, 3]);
      if (outputs.length > 1) expect(outputs.slice(0, -1).flat()).not.toContain(failed[0]);
    });

    it('is left as it came, with all others', async () => {
      const run = await itemsFor(own);
      const items = run.items.filter((_, index) => index !== BAD).map(deepFreeze);
      const outputs = await new FakeExecution({ ...run, items, continueOnFail: true }).outputs();
      expect(outputs.flat().every(({ json }) => json.error === undefined)).toBe(true);
    });
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
