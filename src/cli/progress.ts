import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal';

/** How far a command has come. */
export interface Progress {
  /** `done` of the total; `contacts` so far. */
  update(done: number, contacts: number): void;
  /** Takes the bar away, so that what is written next stands alone. */
  stop(): void;
}

const SILENT: Progress = { update() {}, stop() {} };

/**
 * Draws a progress bar on standard error, where that is a terminal; anywhere else nothing, so that logs stay
 * readable. Without a total (null) it counts the contacts only.
 */
export function showProgress({ stderr }: Terminal, total: number | null): Progress {
  if (!stderr.isTTY) return SILENT;
  const format =
    total === null
      ? '{contacts} contacts | {duration_formatted}'
      : '{bar} {percentage}% | {contacts} contacts | {duration_formatted}, {eta_formatted} left';
  const bar = new SingleBar(
    { format, stream: stderr, hideCursor: true, clearOnComplete: true, etaBuffer: 50, emptyOnZero: true },
    Presets.shades_grey,
  );
  bar.start(total ?? 0, 0, { contacts: '0' });
  return {
    update(done, contacts) {
      bar.update(done, { contacts: contacts.toLocaleString('en') });
    },
    stop() {
      bar.stop();
    },
  };
}
