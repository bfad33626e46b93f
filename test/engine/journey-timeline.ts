import { pick, type PlayedCase } from './run-simulation';

/** Every message: when by the recipient's own clock (in UTC where its zone is unknown), to whom, which. Those of one moment by name. */
export function messagesOf({ timeline }: PlayedCase): string[] {
  return pick(timeline, 'sent', 'at', 'local', 'to', 'node', 'channel')
    .map(({ at, local, to, node, channel }) => ({
      at,
      line: `${local ?? at} ${String(to?.split('@')[0])} ${node} (${channel})`,
    }))
    .sort((a, b) => (a.at === b.at ? a.line.localeCompare(b.line) : a.at.localeCompare(b.at)))
    .map(({ line }) => line.replace(' (email)', ''));
}

/** What failed, of whom. */
export function errorsOf({ timeline }: PlayedCase): string[] {
  return timeline
    .filter(({ kind }) => kind === 'error')
    .map(({ to, message }) => (to === undefined ? String(message) : `${to}: ${message}`));
}
