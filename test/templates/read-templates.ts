import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { INodeParameters } from 'n8n-workflow';

export interface TemplateNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [number, number];
  readonly parameters: INodeParameters;
  readonly onError?: string;
  readonly retryOnFail?: boolean;
  readonly maxTries?: number;
  readonly waitBetweenTries?: number;
  readonly webhookId?: string;
  readonly credentials?: unknown;
}

export interface Template {
  readonly folder: string;
  readonly text: string;
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly TemplateNode[];
  readonly connections: Readonly<
    Record<string, { readonly main: ReadonlyArray<ReadonlyArray<{ readonly node: string }>> }>
  >;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly pinData: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A note on the canvas. */
export interface Note {
  readonly name: string;
  readonly colour: 'yellow' | 'red' | 'white' | 'other';
  readonly words: number;
  readonly content: string;
  readonly box: Box;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A connection, with the number of the output it leaves by. */
export interface Wire {
  readonly from: string;
  readonly output: number;
  readonly to: string;
}

export const FOLDER = path.join(__dirname, '..', '..', 'templates');
const STICKY = 'n8n-nodes-base.stickyNote';
const COLOURS: Readonly<Record<number, Note['colour']>> = { 1: 'yellow', 3: 'red', 7: 'white' };
/** What a node covers on the canvas with its name below it; one with three outputs is higher. */
const NODE = { width: 96, height: 128 + 40 };

/** Every shipped template, by number. */
export function readTemplates(): Template[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name: folder }) => {
      const text = readFileSync(path.join(FOLDER, folder, 'workflow.json'), 'utf8');
      return { ...(JSON.parse(text) as Omit<Template, 'folder' | 'text'>), folder, text };
    })
    .sort((a, b) => a.folder.localeCompare(b.folder));
}

export function notesOf({ nodes }: Template): Note[] {
  return nodes
    .filter(({ type }) => type === STICKY)
    .map(({ name, position: [left, top], parameters }) => {
      const content = String(parameters.content);
      const [width, height] = [Number(parameters.width), Number(parameters.height)];
      return {
        name,
        content,
        colour: COLOURS[Number(parameters.color)] ?? 'other',
        words: content.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
        box: { left, top, right: left + width, bottom: top + height },
      };
    });
}

/** The nodes that do something. */
export function stepsOf({ nodes }: Template): TemplateNode[] {
  return nodes.filter(({ type }) => type !== STICKY);
}

export function boxOf({ position: [left, top] }: TemplateNode): Box {
  return { left, top, right: left + NODE.width, bottom: top + NODE.height };
}

export function wiresOf({ connections }: Template): Wire[] {
  return Object.entries(connections).flatMap(([from, { main }]) =>
    main.flatMap((targets, output) => targets.map(({ node: to }) => ({ from, output, to }))),
  );
}

/** The rule of two boxes: nothing lies on anything else. */
export function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  );
}
