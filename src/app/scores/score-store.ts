import type { ContactProfile } from '../../domain/contact/contact';
import { quote, type Problem, type Reading } from '../../domain/problem';
import { gradesOf, namedCell, cellName, roundPoints } from '../../domain/scoring/score-model';
import type { ContactPoints, ScoreQuestion, Store, Transaction } from '../../store/port';
import { loadProfiles } from '../profiles';
import { savedRules } from '../segments/live-rules';
import { maintainScores } from './maintain-scores';

/** How the contacts of a whole store stand in a saved score. */
export interface StoreScores {
  readonly model: string;
  readonly contacts: number;
  /** The mean of the totals, rounded to a millionth; null in a store without contacts. */
  readonly mean: number | null;
  /** The best first, also those that nobody has; one that is null where the model has no grades. */
  readonly grades: readonly GradeShare[];
}

/** Those who have a grade. */
export interface GradeShare {
  readonly grade: string | null;
  readonly contacts: number;
  /** Of all contacts, from 0 to 1. */
  readonly share: number;
  /** The lowest, highest and mean total among them; null where there is nobody. */
  readonly least: number | null;
  readonly most: number | null;
  readonly mean: number | null;
}

/**
 * Returns how all contacts stand in a saved score at a moment, worked out by the database without loading them. Who keeps
 * a grade by hysteresis is counted in it, as a node says it of that contact; what is to happen until then happens first.
 * Refused: a score that is not saved.
 */
export async function scoreStore(store: Store, name: string, now: number): Promise<Reading<StoreScores>> {
  const isHeld = await store.read(async (tx) => {
    const model = (await savedRules(tx)).book.scores.get(name)?.model;
    return (model?.grading?.hysteresis ?? 0) > 0;
  });
  // Points are worked out anew in any case; only what was before must be known.
  if (isHeld) await maintainScores(store, now);
  return store.read(async (tx) => {
    const asked = await questionOf(tx, name, now);
    if (!asked.ok) return asked;
    const { model, modelId } = asked.value;
    const levels = await tx.scoring.levels(asked.value, modelId);
    const contacts = levels.reduce((sum, level) => sum + level.contacts, 0);
    const { grading } = model;
    const gradeOf = (own: readonly string[]) => (grading ? namedCell(grading, cellName(own)) : null);
    const grades = (grading ? gradesOf(model) : [null]).map((grade): GradeShare => {
      const own = levels.filter((level) => gradeOf(level.levels) === grade);
      const count = own.reduce((sum, level) => sum + level.contacts, 0);
      return {
        grade,
        contacts: count,
        share: contacts === 0 ? 0 : count / contacts,
        least: count === 0 ? null : Math.min(...own.map(({ least }) => least)),
        most: count === 0 ? null : Math.max(...own.map(({ most }) => most)),
        mean: meanOf(
          own.reduce((sum, { total }) => sum + total, 0),
          count,
        ),
      };
    });
    const mean = meanOf(
      levels.reduce((sum, { total }) => sum + total, 0),
      contacts,
    );
    return { ok: true, value: { model: model.name, contacts, mean, grades } };
  });
}

function meanOf(total: number, contacts: number): number | null {
  return contacts === 0 ? null : roundPoints(total / contacts);
}

/** A contact with its points. */
export interface RankedContact {
  readonly contact: ContactProfile;
  readonly points: ContactPoints;
}

/**
 * Returns contacts by their total in a saved score at a moment, of equal ones the lower id first, from after the last one
 * of a page before. Refused: a score that is not saved.
 */
export function contactsByScore(
  store: Store,
  name: string,
  page: {
    readonly limit: number;
    readonly order: 'highest' | 'lowest';
    readonly after?: ContactPoints;
    readonly contactIds?: readonly number[];
  },
  now: number,
): Promise<Reading<RankedContact[]>> {
  return store.read(async (tx) => {
    const asked = await questionOf(tx, name, now);
    if (!asked.ok) return asked;
    const ranked = await tx.scoring.totals(asked.value, page);
    const profiles = await loadProfiles(
      tx,
      ranked.map(({ contactId }) => contactId),
    );
    const value = ranked.flatMap((points): RankedContact[] => {
      const contact = profiles.get(points.contactId);
      return contact ? [{ contact, points }] : [];
    });
    return { ok: true, value };
  });
}

async function questionOf(
  tx: Transaction,
  name: string,
  now: number,
): Promise<Reading<ScoreQuestion & { readonly modelId: number }>> {
  const [{ book }, saved] = await Promise.all([savedRules(tx), tx.scores.get(name)]);
  const model = book.scores.get(name)?.model;
  if (saved && model) {
    return { ok: true, value: { model, book, now, workflowZone: saved.zone, modelId: saved.id } };
  }
  const known = [...book.scores.keys()].slice(0, MOST_LISTED).map(quote).join(', ');
  const others = known === '' ? 'none is saved yet' : `saved are ${known}`;
  const problem: Problem = { field: 'score', message: `There is no score ${quote(name)}; ${others}.` };
  return { ok: false, problems: [problem] };
}

const MOST_LISTED = 10;
