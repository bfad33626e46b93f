import type { Problem, Reading } from '../problem';
import { readLocalTime, type LocalTime } from './local-time';
import { readWeekdays } from './weekday';
import { joined, shortWeekday, timeText } from './wording';
import { DAY_MS } from './zone-clock';

/**
 * Hours of the week in which something may be sent. It opens at `from` on each weekday (ISO, 1 Monday to
 * 7 Sunday) and shuts at `to`, which is no longer in it: on the same day, or on the next if `to` is earlier than
 * `from`. Where both are the same it is the whole day.
 */
export interface DeliveryWindow {
  readonly weekdays: readonly number[];
  readonly from: string;
  readonly to: string;
}

/** Hours of every day in which nothing is sent, from `from` up to and without `to`, also over midnight. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** The quiet hours that hold where nothing else is set. */
export const DEFAULT_QUIET_HOURS: QuietHours = { from: '21:00', to: '08:00' };

/** When something may be sent, as it is set by the user. Neither windows nor quiet hours: at any time. */
export interface DeliveryHoursSetting {
  readonly windows?: readonly DeliveryWindow[];
  readonly quietHours?: QuietHours | null;
}

/** The open hours of a week: spans in milliseconds after Monday 00:00, in order, apart from each other, ends exclusive. */
export type OpenWeek = readonly (readonly [open: number, shut: number])[];

/** One restriction with its name: the open hours it leaves. */
export interface Restriction {
  readonly week: OpenWeek;
  /** As it is told: `quiet hours 21:00–08:00`. */
  readonly text: string;
}

/** When something may be sent, read and ready for use. What is null does not restrict. */
export interface DeliveryHours {
  readonly windows: Restriction | null;
  readonly quiet: Restriction | null;
}

export const WEEK_MS = 7 * DAY_MS;

type Span = readonly [open: number, shut: number];

/** Spans of at most a day, cut at the end of the week and joined where they touch or overlap. */
function weekOf(spans: readonly Span[]): OpenWeek {
  const cut = spans.flatMap(([open, shut]): Span[] =>
    shut > WEEK_MS
      ? [
          [open, WEEK_MS],
          [0, shut - WEEK_MS],
        ]
      : [[open, shut]],
  );
  const week: [number, number][] = [];
  for (const [open, shut] of cut.sort((a, b) => a[0] - b[0])) {
    const last = week[week.length - 1];
    if (last && open <= last[1]) last[1] = Math.max(last[1], shut);
    else week.push([open, shut]);
  }
  return week;
}

function spanOf(weekday: number, from: LocalTime, to: LocalTime): Span {
  const open = (weekday - 1) * DAY_MS + from;
  const length = to > from ? to - from : to - from + DAY_MS;
  return [open, open + length];
}

function readSpan(span: QuietHours, field: string): Reading<{ from: LocalTime; to: LocalTime }> {
  const from = readLocalTime(span.from, `${field}.from`);
  const to = readLocalTime(span.to, `${field}.to`);
  if (from.ok && to.ok) return { ok: true, value: { from: from.value, to: to.value } };
  return { ok: false, problems: [...(from.ok ? [] : from.problems), ...(to.ok ? [] : to.problems)] };
}

const spanText = (from: LocalTime, to: LocalTime): string =>
  from === to && from === 0 ? 'all day' : `${timeText(from)}–${timeText(to)}`;

function weekdaysText(weekdays: readonly number[]): string {
  const [first, last] = [weekdays[0] ?? 1, weekdays[weekdays.length - 1] ?? 7];
  if (weekdays.length > 2 && last - first === weekdays.length - 1) {
    return `${shortWeekday(first)}–${shortWeekday(last)}`;
  }
  return joined(weekdays.map(shortWeekday), 'and');
}

function readWindows(windows: readonly DeliveryWindow[], problems: Problem[]): Restriction | null {
  const spans: Span[] = [];
  const texts: string[] = [];
  windows.forEach((window, index) => {
    const field = `windows[${index}]`;
    const weekdays = readWeekdays(window.weekdays, `${field}.weekdays`);
    const span = readSpan(window, field);
    if (!weekdays.ok) problems.push(...weekdays.problems);
    if (!span.ok) problems.push(...span.problems);
    if (!weekdays.ok || !span.ok) return;
    const { from, to } = span.value;
    spans.push(...weekdays.value.map((weekday) => spanOf(weekday, from, to)));
    texts.push(`${weekdaysText(weekdays.value)} ${spanText(from, to)}`);
  });
  return windows.length === 0
    ? null
    : { week: weekOf(spans), text: `delivery window ${joined(texts, 'or')}` };
}

function readQuietHours(quietHours: QuietHours, problems: Problem[]): Restriction | null {
  const span = readSpan(quietHours, 'quietHours');
  if (!span.ok) {
    problems.push(...span.problems);
    return null;
  }
  const { from, to } = span.value;
  if (from === to) {
    const message = `Quiet hours from ${timeText(from)} to ${timeText(to)} are the whole day, so that nothing could ever be sent; shorten them or turn them off.`;
    problems.push({ field: 'quietHours', message });
    return null;
  }
  // What is open begins where the quiet ends.
  const week = weekOf([1, 2, 3, 4, 5, 6, 7].map((weekday) => spanOf(weekday, to, from)));
  return { week, text: `quiet hours ${spanText(from, to)}` };
}

/**
 * Reads delivery windows and quiet hours. Refused: times and weekdays that cannot be read, with the place of
 * each, and quiet hours that last the whole day. An empty list of windows does not restrict.
 */
export function readDeliveryHours(setting: DeliveryHoursSetting): Reading<DeliveryHours> {
  const problems: Problem[] = [];
  const windows = readWindows(setting.windows ?? [], problems);
  const quiet = setting.quietHours ? readQuietHours(setting.quietHours, problems) : null;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { windows, quiet } };
}
