import type { INodeProperties } from 'n8n-workflow';
import { contactPages } from '../../../../src/app/get-contacts';
import { contactsByScore } from '../../../../src/app/scores/score-store';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import type { JsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';
import { scoreLocator } from '../../../execution/score-locator';
import { shownWhen } from '../../../execution/shown-when';

/** In which order contacts are given. */
export const SORTING: readonly INodeProperties[] = [
  {
    displayName: 'Sort By',
    name: 'sortBy',
    type: 'options',
    noDataExpression: true,
    default: 'id',
    options: [
      { name: 'ID', value: 'id', description: 'In the order in which they came into the store' },
      { name: 'Score, Highest First', value: 'highest' },
      { name: 'Score, Lowest First', value: 'lowest' },
    ],
    description: 'In which order contacts are given',
  },
  ...shownWhen({ sortBy: ['highest', 'lowest'] }, [
    scoreLocator('The score whose total decides, as it is at this moment'),
  ]),
];

/** By which score an item's contacts are sorted; null by id. */
export interface Sorting {
  readonly order: 'highest' | 'lowest';
  readonly score: string;
}

/** Reads the parameters of {@link SORTING}. */
export function readSorting({ parameters }: Run, index: number): Reading<Sorting | null> {
  const order = parameters.value('sortBy', index);
  if (order !== 'highest' && order !== 'lowest') return { ok: true, value: null };
  return { ok: true, value: { order, score: locatorText(parameters.value('score', index)).trim() } };
}

/** The contacts that fit, by their score, which comes with them; worked out by the database. */
export async function sortedByScore(
  run: Run,
  filter: Parameters<typeof contactPages>[1],
  { order, score }: Sorting,
  limit: number,
): Promise<Reading<JsonObject[]>> {
  let contactIds: number[] | undefined;
  if (Object.keys(filter).length > 0) {
    contactIds = [];
    for await (const page of contactPages(run.store, filter, undefined)) {
      for (const { id } of page) contactIds.push(id);
    }
  }
  const page = { limit, order, ...(contactIds ? { contactIds } : {}) };
  const ranked = await contactsByScore(run.store, score, page, run.now);
  if (!ranked.ok) return ranked;
  const value = ranked.value.map(({ contact, points: { total, fit, engagement } }) => ({
    ...toTravelForm(contact),
    scores: { [score]: { total, fit, engagement } },
  }));
  return { ok: true, value };
}
