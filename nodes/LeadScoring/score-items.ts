import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { saveModel } from '../../src/app/scores/save-model';
import { scoreContacts, type AskedModel, type ScoreRequest } from '../../src/app/scores/score-contacts';
import { toTravelForm } from '../../src/domain/contact/contact';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import type { Reading } from '../../src/domain/problem';
import type { Score } from '../../src/domain/scoring/evaluate-score';
import type { Crossing } from '../../src/domain/scoring/standing';
import { CONTACT_PROPERTIES, contactOfItem } from '../execution/contact-of-item';
import { toNodeError } from '../execution/open-contact-store';
import { Run } from '../execution/run';
import { readNodeModel, type NodeModel } from './model-of-node';
import { split } from './outputs';

/** What an item asks, and of whom; null where it names nobody. */
interface Asked {
  readonly model: NodeModel;
  readonly request: ScoreRequest | null;
}

/** Scores the contact of each item; items that are scored by the same model are scored together. */
export async function scoreItems(
  context: IExecuteFunctions,
  grades: readonly string[] | null,
): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const gradeOf = new Map<number, string>();
  const modelOf = modelReader(run);
  const read = run.read((index): Reading<Asked> => {
    const model = modelOf(index);
    if (!model.ok) return model;
    const json = run.items[index]?.json ?? {};
    const contact = contactOfItem(run.parameters, index, json);
    if (!contact.ok && isErrorWhenUnknown(run, index)) return contact;
    const request = contact.ok ? { contact: contact.value, startedBy: startOf(json) } : null;
    return { ok: true, value: { model: model.value, request } };
  });
  for (const [model, items] of Map.groupBy(read, ({ value }) => value.model)) {
    const asked = await askedModel(run, model);
    if (!asked.ok) {
      for (const { index } of items) run.refuse(index, asked.problems);
      continue;
    }
    for (const { index, value } of items) if (value.request === null) passUnknown(run, index);
    const results = await run.batch(
      items.flatMap(({ index, value }) => (value.request ? [{ index, value: value.request }] : [])),
      (requests, policy) => scoreContacts(run.store, asked.value, requests, run.now, policy),
    );
    for (const { index, value } of results) {
      if (value.outcome === 'unknown') {
        if (isErrorWhenUnknown(run, index)) run.refuse(index, value.problems);
        else passUnknown(run, index);
        continue;
      }
      if (value.outcome !== 'scored') continue;
      if (value.score.grade !== null) gradeOf.set(index, value.score.grade);
      run.pass(index, additions(run.items[index]?.json ?? {}, value));
    }
  }
  return split(run.finish(), grades, gradeOf);
}

/** Reads the models of items, equal ones as one object; once for all items where no expression makes them differ. */
function modelReader(run: Run): (index: number) => Reading<NodeModel> {
  if (run.parameters.isConstantApartFrom(CONTACT_PROPERTIES.map(({ name }) => name))) {
    let shared: Reading<NodeModel> | null = null;
    return (index) => (shared ??= readNodeModel(run.parameters, index));
  }
  const known = new Map<string, Reading<NodeModel>>();
  return (index) => {
    const model = readNodeModel(run.parameters, index);
    const key = JSON.stringify(model);
    const first = known.get(key) ?? model;
    known.set(key, first);
    return first;
  };
}

/** Defined here, a model is saved once a run, and from then on it is watched; a run by hand only tries it out. */
async function askedModel(run: Run, model: NodeModel): Promise<Reading<AskedModel>> {
  if ('saved' in model) return { ok: true, value: model };
  const zone = model.zone ?? run.context.getTimezone();
  const { definition, tellsPresent } = model;
  const request = { model: definition, zone, isZoneChosen: model.zone !== null, tellsPresent };
  if (run.context.getMode() === 'manual') {
    const message = 'Test run: the model is not saved, so nothing watches it yet.';
    run.context.addExecutionHints({ message, location: 'outputPane' });
    return { ok: true, value: request };
  }
  try {
    const saved = await saveModel(run.store, request, run.now);
    if (saved.outcome === 'refused') return { ok: false, problems: saved.problems };
    const { name, zone: own } = saved.model;
    if (own !== zone) {
      const message = `The model ${name} keeps the time zone ${own} that it was first saved with, for contacts without one; this workflow's is ${zone}. Options › Time Zone of Contacts Without One changes it.`;
      run.context.addExecutionHints({ message, location: 'outputPane' });
    }
    return { ok: true, value: { saved: name } };
  } catch (error) {
    throw toNodeError(run.context.getNode(), error);
  }
}

function isErrorWhenUnknown(run: Run, index: number): boolean {
  return run.parameters.value('unknownContact', index) === 'error';
}

function passUnknown(run: Run, index: number): void {
  const score = { model: null, total: null, grade: null, crossings: [], rules: [] };
  run.pass(index, { score: { ...score, reasons: ['the contact is not in the store'] } });
}

function startOf({ event }: IDataObject): ScoreRequest['startedBy'] {
  if (!isJsonObject(event)) return null;
  const occurredAt = typeof event.occurredAt === 'string' ? Date.parse(event.occurredAt) : Number.NaN;
  return Number.isFinite(occurredAt)
    ? { id: typeof event.id === 'number' ? event.id : null, occurredAt }
    : null;
}

function additions(
  { contact: before }: IDataObject,
  { contact, score }: { readonly contact: Parameters<typeof toTravelForm>[0]; readonly score: Score },
): JsonObject {
  const carried = isJsonObject(before) ? before : {};
  const scores = isJsonObject(carried.scores) ? carried.scores : {};
  const { model, total, fit, engagement, grade, rules, groups, crossings } = score;
  return {
    contact: { ...carried, ...toTravelForm(contact), scores: { ...scores, [model]: { total, grade } } },
    score: {
      model,
      total,
      fit,
      engagement,
      grade,
      crossings: crossings.map((own) => ({ ...own })),
      rules: rules.map((own) => ({ ...own })),
      groups: groups.map((own) => ({ ...own })),
      reasons: reasonsOf(score),
    },
  };
}

/** What gave points, the most first, and what was crossed. */
function reasonsOf({ rules, crossings, total, grade }: Score): string[] {
  const given = rules
    .filter(({ points }) => points !== 0)
    .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
    .map(({ name, points, events, isCapped }) => {
      const from = events === null ? '' : ` from ${events === 1 ? '1 event' : `${events} events`}`;
      return `${points > 0 ? '+' : ''}${round(points)} ${name}${from}${isCapped ? ', capped' : ''}`;
    });
  const sum = `${round(total)} in total${grade === null ? '' : `: ${grade}`}`;
  return [sum, ...given, ...crossings.map(crossingWords)];
}

function crossingWords(own: Crossing): string {
  if (own.kind === 'threshold')
    return `crossed ${own.threshold} (${own.at} of ${own.of}) ${own.direction === 'up' ? 'upward' : 'downward'}`;
  return own.from === null ? `grade ${own.to}` : `grade from ${own.from} to ${own.to}`;
}

function round(points: number): number {
  return Number(points.toFixed(2));
}
