import type { JsonValue } from '../domain/json';
import type { ScoreAxis } from '../domain/scoring/score-model';
import type { ScoreStanding } from '../domain/scoring/standing';

/** A saved score model. Times are epoch milliseconds UTC. */
export interface SavedScoreModel {
  readonly id: number;
  readonly name: string;
  /** Grows by one with each change of the definition. */
  readonly version: number;
  /** The model as it was written; see `parseScoreModel`. */
  readonly definition: JsonValue;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
  /** Whether what contacts stand at when this version is first worked out is told, as if they had just come to it. */
  readonly tellsPresent: boolean;
  /** The last change of the log when this version was saved; only what came after it is told. */
  readonly watchesSince: number;
  /** The last contact whose standing is known under this version, and under what it reads as that is now; null: all are. */
  readonly seededTo: number | null;
  readonly createdAt: number;
  /** When its definition last changed; the moment as of which it begins to watch. */
  readonly updatedAt: number;
}

/** Where a contact stands in a model, kept from one evaluation to the next. */
export interface KeptStanding {
  readonly contactId: number;
  readonly modelId: number;
  /** The version of the model it was worked out by. */
  readonly version: number;
  readonly standing: ScoreStanding;
  /** The points as of `at`, which may have faded since. */
  readonly points: Readonly<Record<ScoreAxis, number>>;
  readonly grade: string | null;
  /** The moment as of which it was last written: when it came to stand elsewhere, or its model began to watch. */
  readonly at: number;
  /** When it last crossed something that was told; null while it never did. */
  readonly crossedAt: number | null;
  /** Where it stood before that; null where it is not known. */
  readonly stoodBefore: ScoreStanding | null;
}

/** Saved score models, and where each contact stands in each. */
export interface ScoreTable {
  /** Every model, by name. */
  list(): Promise<SavedScoreModel[]>;
  get(name: string): Promise<SavedScoreModel | null>;
  /** Creates a model, or gives one another definition in its next version; nobody is seeded in it yet. */
  put(
    model: Pick<SavedScoreModel, 'name' | 'definition' | 'zone' | 'tellsPresent' | 'watchesSince'>,
    now: number,
  ): Promise<SavedScoreModel>;
  /** Notes how far models are seeded. */
  seed(ids: readonly number[], seededTo: number | null): Promise<void>;
  /** Removes a model with the standings in it. */
  remove(id: number): Promise<void>;
  /** The standings of contacts in every model, by contact and model; contacts that have none are absent. */
  standings(contactIds: readonly number[]): Promise<KeptStanding[]>;
  /** Writes standings, new or not. */
  keep(standings: readonly KeptStanding[]): Promise<void>;
}
