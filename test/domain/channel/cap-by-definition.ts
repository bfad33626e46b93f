import type { Counted, FrequencyCap } from '../../../src/domain/channel/frequency-cap';
import type { Purpose } from '../../../src/domain/message/message';
import { DAY, intlReading, MINUTE } from '../schedule/every-zone';

export const exactCap = (most: number, days: number): FrequencyCap => ({
  channel: null,
  most,
  amount: days,
  unit: 'days',
  counts: 'exactPeriod',
  messages: 'samePurpose',
});

export const calendarCap = (most: number, days: number): FrequencyCap => ({
  ...exactCap(most, days),
  counts: 'calendarDays',
});

/** The number of the last local day that has begun, by Intl alone: a clock put back over midnight opens no day again. */
function dayOf(zone: string, at: number): number {
  const quarters = Array.from({ length: 13 }, (_, n) => intlReading(zone, at - n * 15 * MINUTE));
  return Math.floor(Math.max(...quarters) / DAY);
}

/** How many messages a cap counts, word by word. */
export function countByDefinition(
  { channel, amount, counts, messages }: FrequencyCap,
  claims: readonly Counted[],
  purpose: Purpose,
  zone: string,
  now: number,
): number {
  return claims.filter(
    (claim) =>
      (channel === null || claim.channel === channel) &&
      (messages === 'allPurposes' || claim.purpose === purpose) &&
      (counts === 'exactPeriod'
        ? claim.claimedAt > now - amount * DAY
        : dayOf(zone, claim.claimedAt) > dayOf(zone, now) - amount),
  ).length;
}
