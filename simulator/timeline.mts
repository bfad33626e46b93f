import { DateTime } from 'luxon';

export interface TimelineEntry {
  /** ISO time in UTC. */
  at: string;
  /** The same moment by the contact's clock, `2026-03-01 10:00`, where the contact's zone is known. */
  local?: string;
  /** The contact's zone. */
  zone?: string;
  /**
   * - `sent`: a message left, or a request was made, over `channel`.
   * - `execution`: an execution ended or began to wait.
   * - `error`: an execution failed, a trigger reported an error, or (with `channel`) an attempt to send failed.
   * - `response`: a webhook was answered.
   */
  kind: 'sent' | 'execution' | 'error' | 'response';
  workflow?: string;
  node?: string;
  executionId?: string;
  channel?: string;
  to?: string;
  subject?: string;
  text?: string;
  html?: string;
  /** Id of the contact on the item, if it has one. */
  contact?: string;
  /** What else the sending node was told, e.g. `from`, `method`, `headers`. */
  details?: Record<string, unknown>;
  status?: string | number;
  mode?: string;
  /** Number of items the execution began with. */
  items?: number;
  message?: string;
}

/** An entry as others hand it in: the timeline adds when. */
export type Happening = Omit<TimelineEntry, 'at' | 'local'>;

export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(happening: Happening): void {
    const at = DateTime.fromMillis(this.#now(), { zone: 'utc' });
    const here = happening.zone === undefined ? undefined : at.setZone(happening.zone);
    const local = here?.isValid ? { local: here.toFormat('yyyy-MM-dd HH:mm') } : {};
    this.#entries.push({ at: at.toISO({ suppressMilliseconds: true }) ?? '', ...local, ...happening });
  }

  /**
   * By time, and those of one moment by execution, in the order in which these began: they run side by side, and which
   * of them is first at a mail server is chance. What one execution did stays in its order.
   */
  entries(): TimelineEntry[] {
    const executionOf = ({ executionId }: TimelineEntry) => Number(executionId ?? 0);
    return structuredClone(this.#entries).sort(
      (a, b) => Date.parse(a.at) - Date.parse(b.at) || executionOf(a) - executionOf(b),
    );
  }
}

/** The timeline as a table for people: one line an entry, columns as wide as needed. */
export function formatTimeline(entries: TimelineEntry[]): string {
  const header = ['at', 'local', 'what', 'channel', 'to', 'subject or message', 'workflow', 'node'];
  const rows = entries.map((entry) => [
    entry.at,
    entry.local ?? '',
    [entry.kind, entry.status].filter((part) => part !== undefined).join(' '),
    entry.channel ?? '',
    entry.to ?? entry.contact ?? '',
    shorten(entry.message ?? entry.subject ?? entry.text ?? countOf(entry.items)),
    entry.workflow ?? '',
    entry.node ?? '',
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]!.length)));
  return [header, widths.map((width) => '-'.repeat(width)), ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function countOf(items: number | undefined): string {
  if (items === undefined) return '';
  return items === 1 ? '1 item' : `${items} items`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
