import {
  boxOf,
  contains,
  notesOf,
  overlaps,
  readTemplates,
  stepsOf,
  wiresOf,
  type Template,
} from './read-templates';

const GRID = 16;
const templates = readTemplates();
const each = describe.each(templates.map((template): [string, Template] => [template.folder, template]));

const lefts = (template: Template) => new Map(stepsOf(template).map(({ name, position: [x] }) => [name, x]));

it('finds the templates', () => {
  expect(templates.map(({ folder }) => folder)).toEqual(
    expect.arrayContaining(['01-record-events', '16-recover-abandoned-carts']),
  );
});

each('the canvas of %s', (_folder, template) => {
  const notes = notesOf(template);
  const steps = stepsOf(template);

  it('has one yellow note at the top left that says how it works and how to set it up', () => {
    const yellow = notes.filter(({ colour }) => colour === 'yellow');
    expect(yellow).toHaveLength(1);
    const [note] = yellow;
    expect(note?.content).toMatch(/^### How it works\n[^]+\n### Setup\n/);
    expect(note?.words).toBeGreaterThanOrEqual(100);
    expect(note?.words).toBeLessThanOrEqual(300);
    const boxes = [...notes.map(({ box }) => box), ...steps.map(boxOf)];
    expect(note?.box.left).toBe(Math.min(...boxes.map(({ left }) => left)));
    expect(note?.box.top).toBe(Math.min(...boxes.map(({ top }) => top)));
  });

  it('has white notes for its sections, of less than 50 words, and red ones for warnings only', () => {
    for (const { name, colour, words, content } of notes) {
      expect({ name, colour }).not.toEqual({ name, colour: 'other' });
      if (colour === 'yellow') continue;
      expect({ name, isShort: words < 50 }).toEqual({ name, isShort: true });
      expect(name).toMatch(colour === 'red' ? /^Warn / : /^About /);
      expect(content).toMatch(colour === 'red' ? /^### / : /^## /);
    }
  });

  it('keeps everything on the grid of 16 pixels', () => {
    const numbers = [
      ...template.nodes.flatMap(({ position }) => position),
      ...notes.flatMap(({ box }) => Object.values(box)),
    ];
    expect(numbers.filter((number) => number % GRID !== 0)).toEqual([]);
  });

  it('lays nothing over anything, and each node into one section', () => {
    const sections = notes.filter(({ colour }) => colour === 'white');
    const pairs = <T>(all: readonly T[]) =>
      all.flatMap((a, index) => all.slice(index + 1).map((b) => [a, b] as const));
    const covered = [
      ...pairs(notes).filter(([a, b]) => overlaps(a.box, b.box)),
      ...pairs(steps).filter(([a, b]) => overlaps(boxOf(a), boxOf(b))),
    ];
    expect(covered.map(([a, b]) => `${a.name} and ${b.name}`)).toEqual([]);
    const homes = steps.map((step) => [
      step.name,
      sections.filter(({ box }) => contains(box, boxOf(step))).length,
    ]);
    expect(homes).toEqual(steps.map(({ name }) => [name, 1]));
  });

  it('leads from left to right', () => {
    const x = lefts(template);
    const backwards = wiresOf(template).filter(({ from, to }) => (x.get(to) ?? 0) <= (x.get(from) ?? 0));
    expect(backwards).toEqual([]);
  });

  it('shows the outputs of a node from top to bottom in the order in which n8n runs them', () => {
    const y = new Map(steps.map(({ name, position: [, top] }) => [name, top]));
    const wires = wiresOf(template);
    for (const { name } of steps) {
      const tops = wires.filter(({ from }) => from === name).map(({ to }) => y.get(to) ?? 0);
      expect({ name, tops }).toEqual({ name, tops: [...tops].sort((a, b) => a - b) });
    }
  });
});
