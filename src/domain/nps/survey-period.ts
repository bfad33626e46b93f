import { localDayAt } from '../rule/local-day';
import { weekdayOf } from '../schedule/wording';
import { DAY_MS } from '../schedule/zone-clock';

/** How often a contact's answer to a survey counts: once for ever, or once in each period of the calendar. */
export const SURVEY_PERIODS = ['ever', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type SurveyPeriod = (typeof SURVEY_PERIODS)[number];

/** What an answer counts once for: a period, or an occasion that the user names, such as an order. */
export type SurveyOccasion = { readonly unit: SurveyPeriod } | { readonly unit: 'own'; readonly id: string };

/**
 * Returns the name of the period that a moment belongs to by the local calendar of `zone`: `2026-03-07`, `2026-W10` (ISO
 * 8601: weeks begin on Monday, the first has the year's first Thursday), `2026-03`, `2026-Q1`, `2026`; null for `ever`.
 * Names of one kind sort in the order of time within the years 0 to 9999.
 */
export function periodName(period: SurveyPeriod, at: number, zone: string): string | null {
  if (period === 'ever') return null;
  const day = localDayAt(at, zone);
  const date = new Date(day).toISOString().slice(0, 10);
  switch (period) {
    case 'day':
      return date;
    case 'week':
      return weekName(day);
    case 'month':
      return date.slice(0, 7);
    case 'quarter':
      return `${date.slice(0, 4)}-Q${Math.floor(new Date(day).getUTCMonth() / 3) + 1}`;
    case 'year':
      return date.slice(0, 4);
  }
}

/** The name of what an answer at this moment counts once for; null where it counts once for ever. */
export function occasionName(occasion: SurveyOccasion, at: number, zone: string): string | null {
  return occasion.unit === 'own' ? occasion.id : periodName(occasion.unit, at, zone);
}

function weekName(day: number): string {
  const thursday = new Date(day + (4 - weekdayOf(day)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${thursday.toISOString().slice(0, 4)}-W${String(week).padStart(2, '0')}`;
}
