import type { StoredEvent } from '../../domain/event/event';
import type { Scale } from '../../domain/nps/scale';
import {
  addsNothing,
  readRecordedAnswer,
  readWord,
  settleAnswer,
  type AnswerOutcome,
  type SurveyAnswer,
} from '../../domain/nps/survey-answer';
import { occasionName, type SurveyOccasion } from '../../domain/nps/survey-period';

/** Whether a second answer of the same contact in the same period takes the place of the first, or both count. */
export type SecondAnswer = 'replace' | 'keepBoth';

/** An answer that is to be recorded, as far as it concerns others of the same survey. */
export interface OfferedAnswer {
  readonly answer: SurveyAnswer;
  readonly scale: Scale;
  readonly occasion: SurveyOccasion;
  readonly second: SecondAnswer;
  /** The event that may be this very answer, though it does not name its survey. */
  readonly eventId: number | null;
}

/** Whose answer it is, in which zone its periods are, and the one it belongs to. */
export interface AnswerPlace {
  readonly contactId: number;
  readonly zone: string;
  readonly period: string | null;
}

/** An answer that is new. */
export interface BookEntry {
  readonly contactId: number;
  readonly answer: SurveyAnswer;
  readonly scale: Scale;
  readonly period: string | null;
  readonly unit: SurveyOccasion['unit'];
}

/** An answer that stands, with the event that holds it, or as it is to be recorded. */
interface Standing {
  readonly answer: SurveyAnswer;
  readonly eventId: number | null;
  readonly entry: BookEntry | null;
}

/** The answers of some contacts, as they stand and as a batch of new ones changes them, one after the other. */
export class AnswerBook {
  private readonly events: ReadonlyMap<number, readonly StoredEvent[]>;
  private readonly gone = new Set<number>();
  private readonly entries = new Set<BookEntry>();

  constructor(events: readonly StoredEvent[]) {
    this.events = Map.groupBy(events, ({ contactId }) => contactId);
  }

  /** The events whose answers others take the place of. */
  get replaced(): number[] {
    return [...this.gone];
  }

  /** The answers that are to be recorded. */
  get fresh(): BookEntry[] {
    return [...this.entries];
  }

  /** Takes an answer in, and tells what became of it and which one stood before. */
  take(
    offered: OfferedAnswer,
    place: AnswerPlace,
  ): { readonly outcome: AnswerOutcome; readonly before: SurveyAnswer | null } {
    const standing = this.standing(offered, place);
    const { answer, second } = offered;
    const own = standing.find(({ eventId }) => eventId !== null && eventId === offered.eventId);
    if (own && addsNothing(own.answer, answer)) return { outcome: 'known', before: own.answer };
    const [latest] = standing.toSorted((a, b) => b.answer.answeredAt - a.answer.answeredAt);
    const before = latest?.answer ?? null;
    if (second === 'keepBoth') {
      const same = standing.find((each) => isSame(each.answer, answer));
      if (same) return { outcome: 'known', before: same.answer };
      this.add(offered, place, answer);
      return { outcome: 'recorded', before };
    }
    const settled = settleAnswer(before, answer);
    if (settled.outcome === 'replaced' && latest) this.drop(latest);
    if (settled.outcome === 'replaced' || settled.outcome === 'recorded') {
      this.add(offered, place, settled.answer);
    }
    return { outcome: settled.outcome, before };
  }

  private add({ scale, occasion }: OfferedAnswer, place: AnswerPlace, answer: SurveyAnswer): void {
    const { contactId, period } = place;
    this.entries.add({ contactId, answer, scale, period, unit: occasion.unit });
  }

  private drop({ eventId, entry }: Standing): void {
    if (eventId !== null) this.gone.add(eventId);
    if (entry) this.entries.delete(entry);
  }

  /** The contact's answers to the survey that belong to the period, whatever was said of it when they were recorded. */
  private standing(offered: OfferedAnswer, { contactId, zone, period }: AnswerPlace): Standing[] {
    const { scale, occasion } = offered;
    const { survey } = offered.answer;
    const isInPeriod = (answer: SurveyAnswer, name: string | null) =>
      name === period ||
      (occasion.unit !== 'own' && occasionName(occasion, answer.answeredAt, zone) === period);
    const recorded = (this.events.get(contactId) ?? []).flatMap((event): Standing[] => {
      if (this.gone.has(event.id)) return [];
      const isOwnNameless = event.id === offered.eventId && readWord(event.properties.survey) === null;
      const named = isOwnNameless ? { ...event, properties: { ...event.properties, survey } } : event;
      const reading = readRecordedAnswer(named, survey, scale);
      if (reading.kind !== 'answer' || !isInPeriod(reading.answer, reading.period)) return [];
      return [{ answer: reading.answer, eventId: event.id, entry: null }];
    });
    const coming = [...this.entries].flatMap((entry): Standing[] =>
      entry.contactId === contactId &&
      entry.answer.survey === survey &&
      isInPeriod(entry.answer, entry.period)
        ? [{ answer: entry.answer, eventId: null, entry }]
        : [],
    );
    return [...recorded, ...coming];
  }
}

function isSame(one: SurveyAnswer, other: SurveyAnswer): boolean {
  return one.answeredAt === other.answeredAt && one.score === other.score && one.comment === other.comment;
}
