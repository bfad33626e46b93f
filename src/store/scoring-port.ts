import type { RuleBook } from '../domain/rule/rule-book';
import type { AxisPoints } from '../domain/scoring/add-up';
import type { ScoreAxis, ScoreModel } from '../domain/scoring/score-model';

/** How many points contacts have by a model at a moment. The model need not be saved. */
export interface ScoreQuestion {
  readonly model: ScoreModel;
  /** What the rules of the model may name. */
  readonly book: RuleBook;
  readonly now: number;
  /** The zone of contacts whose own is unknown. */
  readonly workflowZone: string;
}

/** The points of a contact; what `evaluateScore` gives at that moment. */
export interface ContactPoints extends AxisPoints {
  readonly contactId: number;
}

/** Which contacts, and in which order; of equal points the lower id comes first. */
export interface ScorePage {
  readonly limit: number;
  readonly order?: 'id' | 'highest' | 'lowest';
  /** By which points `highest` and `lowest` go; usually the total. */
  readonly axis?: ScoreAxis;
  /** The last contact of the page before. */
  readonly after?: ContactPoints;
  /** Only of these. */
  readonly contactIds?: readonly number[];
}

/** Contacts at the same level of each axis. */
export interface LevelCount {
  /** The level of each axis of the model's grading, in its order; none where it has no grades. */
  readonly levels: readonly string[];
  readonly contacts: number;
  readonly least: number;
  readonly most: number;
  /** The sum of their totals. */
  readonly total: number;
}

/** Scores worked out by the database, from what is known of contacts at a moment. Nothing is written. */
export interface ScoringTable {
  totals(question: ScoreQuestion, page: ScorePage): Promise<ContactPoints[]>;
  /**
   * How many contacts stand at which levels: by where they are kept to have stood in a saved model, as hysteresis asks,
   * or by their points alone where none is given.
   */
  levels(question: ScoreQuestion, keptIn?: number): Promise<LevelCount[]>;
}
