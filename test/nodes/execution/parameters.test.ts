import type { INode } from 'n8n-workflow';
import { Parameters } from '../../../nodes/execution/parameters';
import { locatorText } from '../../../nodes/execution/locator-text';

const HALF = 'ann\u0000\ud83d';
const WHOLE = 'ann\ufffd';

function parametersOf(values: Readonly<Record<string, unknown>>): Parameters {
  const node = {
    parameters: Object.fromEntries(Object.keys(values).map((name) => [name, '={{ $json.x }}'])),
  };
  return new Parameters({
    getNode: () => node as unknown as INode,
    getNodeParameter: (name) => values[name],
  });
}

describe('parameters', () => {
  it('hold text that both databases hold, wherever it stands', () => {
    const parameters = parametersOf({
      text: HALF,
      locator: { mode: 'name', value: HALF },
      rows: { row: [{ name: HALF, count: 1 }] },
    });
    expect(parameters.text('text', 0)).toBe(WHOLE);
    expect(locatorText(parameters.value('locator', 0))).toBe(WHOLE);
    expect(parameters.rows('rows', 'row', 0)).toEqual([{ name: WHOLE, count: 1 }]);
  });

  it('are what the expression gave where there is nothing to mend, dates included', () => {
    const given = { list: [{ at: new Date(0), text: 'ann' }], nothing: null };
    expect(parametersOf({ given }).value('given', 0)).toBe(given);
    const halved = { ...given, own: HALF };
    expect(parametersOf({ halved }).value('halved', 0)).toEqual({ ...given, own: WHOLE });
    expect(halved.own).toBe(HALF);
  });
});
