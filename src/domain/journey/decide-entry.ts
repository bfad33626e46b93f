import { DAY_MS } from '../schedule/zone-clock';
import type { Enrolment } from './enrolment';
import type { Reentry } from './journey';

/** What is known of an earlier stay. */
export type EarlierStay = Pick<Enrolment, 'id' | 'state' | 'enteredAt' | 'endedAt' | 'entryKey'>;

/** Whether a contact enters a journey. */
export type EntryDecision =
  /** It enters; `replaces` is the stay that ends thereby. */
  | { readonly kind: 'enters'; readonly replaces: number | null; readonly reasons: readonly string[] }
  /** It entered by the same thing before: nothing is new. */
  | { readonly kind: 'same'; readonly id: number; readonly reasons: readonly string[] }
  | {
      readonly kind: 'refused';
      /** The last stay. */
      readonly id: number;
      /** From when on it could enter; null where it never can, or not before it leaves. */
      readonly eligibleAt: number | null;
      readonly reasons: readonly string[];
    };

/**
 * Decides whether a contact enters a journey at `now`, by the stays it has had, the latest last. What it entered by
 * before (`entryKey`) lets it enter once, whatever the journey says: the same thing is delivered again after a crash.
 */
export function decideEntry(
  stays: readonly EarlierStay[],
  reentry: Reentry,
  entryKey: string | null,
  now: number,
): EntryDecision {
  const same = entryKey === null ? undefined : stays.find((stay) => stay.entryKey === entryKey);
  if (same) {
    return { kind: 'same', id: same.id, reasons: [`it entered by this before, at ${iso(same.enteredAt)}`] };
  }
  const last = stays.at(-1);
  if (!last) return { kind: 'enters', replaces: null, reasons: ['it has never been in this journey'] };
  const refused = (eligibleAt: number | null, ...reasons: string[]): EntryDecision => ({
    kind: 'refused',
    id: last.id,
    eligibleAt,
    reasons,
  });
  const active = stays.find(({ state }) => state === 'active');
  if (reentry.kind === 'once') {
    return refused(null, `it entered at ${iso(last.enteredAt)}, and contacts enter this journey once`);
  }
  if (active && reentry.kind !== 'always') {
    return refused(null, `it has been in this journey since ${iso(active.enteredAt)}`);
  }
  if (reentry.kind === 'afterDays') {
    const eligibleAt = last.enteredAt + reentry.days * DAY_MS;
    const days = `${reentry.days} ${reentry.days === 1 ? 'day' : 'days'}`;
    const entered = `it entered last at ${iso(last.enteredAt)}`;
    if (now < eligibleAt) return refused(eligibleAt, `${entered}, less than ${days} ago`);
    return { kind: 'enters', replaces: null, reasons: [`${entered}, at least ${days} ago`] };
  }
  if (active) {
    const reason = `it has been in this journey since ${iso(active.enteredAt)} and begins again`;
    return { kind: 'enters', replaces: active.id, reasons: [reason] };
  }
  return {
    kind: 'enters',
    replaces: null,
    reasons: [`it left this journey at ${iso(last.endedAt ?? last.enteredAt)}`],
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
