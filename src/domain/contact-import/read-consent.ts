import type { ConsentStatement, ConsentStatus } from '../consent/consent';
import type { JsonValue } from '../json';
import { quote, type Problem } from '../problem';
import type { ConsentPart } from './column-target';
import { isOptOut, readConsentWord, readUtcTime } from './import-values';

/** A cell about consent that is not blank. */
export interface ConsentCell {
  readonly header: string;
  readonly channel: string;
  readonly part: ConsentPart;
  readonly name: string;
  readonly cell: string;
}

/** What statements are made of besides the cells. */
export interface ConsentContext {
  /** Where the file comes from: `import: Mailchimp`. */
  readonly source: string;
  /** The time of a statement whose own is unknown, epoch milliseconds UTC. */
  readonly importedAt: number;
  /** Whether opt-ins are taken over; opt-outs always are. */
  readonly takesOptIns: boolean;
  /** Channels for which the file has a column that says when somebody opted out. */
  readonly optOutChannels: ReadonlySet<string>;
}

/**
 * Returns what a row states about consent: at most one statement for a channel. An opt-out from any column wins
 * over everything else; its time is the latest given. Else the status stated counts, with its time; else a time
 * of opting in, but not in a file of those who opted out (a blank there proves nothing). Every cell becomes
 * evidence, times as ISO text. A word or time that cannot be read is noted; an opt-out at an unreadable time
 * still is one.
 */
export function readConsents(
  cells: readonly ConsentCell[],
  context: ConsentContext,
): { consents: ConsentStatement[]; notes: Problem[] } {
  const notes: Problem[] = [];
  const consents: ConsentStatement[] = [];
  for (const channel of new Set(cells.map((cell) => cell.channel))) {
    const statement = readChannel(
      channel,
      cells.filter((cell) => cell.channel === channel),
      context,
      notes,
    );
    const isTaken = statement?.status === 'opted_out' || context.takesOptIns;
    if (statement && isTaken) consents.push(statement);
  }
  return { consents, notes };
}

function readChannel(
  channel: string,
  cells: readonly ConsentCell[],
  context: ConsentContext,
  notes: Problem[],
): ConsentStatement | undefined {
  const evidence: Array<[string, JsonValue]> = [];
  const outTimes: number[] = [];
  let isOut = false;
  let status: ConsentStatus | null = null;
  let statusAt: number | undefined;
  let optedInAt: number | undefined;
  for (const { header, part, name, cell } of cells) {
    const isTime = part === 'at' || part === 'optInAt' || part === 'optOutAt';
    const time = isTime || /time$/i.test(name) ? readUtcTime(cell) : undefined;
    evidence.push([name, time === undefined ? cell : new Date(time).toISOString()]);
    if (isTime && time === undefined) notes.push(unreadable(header, cell, 'a time'));
    if (part === 'status') {
      const word = readConsentWord(cell);
      if (word === undefined) notes.push(unreadable(header, cell, 'a word for consent'));
      else status = word;
    } else if (part === 'at') statusAt = time;
    else if (part === 'optInAt') optedInAt = time;
    else if (part === 'optOutAt') {
      isOut = true;
      if (time !== undefined) outTimes.push(time);
    } else if (part === 'optOut' && isOptOut(cell)) isOut = true;
  }
  const state = (as: ConsentStatus, at: number): ConsentStatement => ({
    channel,
    status: as,
    at: Math.min(at, context.importedAt),
    source: context.source,
    evidence: Object.fromEntries(evidence),
    by: 'import',
  });
  if (status === 'opted_out' && statusAt !== undefined) outTimes.push(statusAt);
  if (isOut || status === 'opted_out') {
    return state('opted_out', outTimes.length > 0 ? Math.max(...outTimes) : context.importedAt);
  }
  if (status !== null) return state(status, statusAt ?? context.importedAt);
  if (optedInAt !== undefined && !context.optOutChannels.has(channel)) return state('opted_in', optedInAt);
  return undefined;
}

function unreadable(header: string, cell: string, wanted: string): Problem {
  return {
    field: header,
    message: `Column ${quote(header)}: ${quote(cell)} is not ${wanted}; it is kept as evidence only.`,
  };
}
