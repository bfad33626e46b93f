import type { JsonObject } from '../json';

/** Where a contact stands on a channel. Without a record nothing is known, which permits nothing. */
export const CONSENT_STATUSES = ['opted_in', 'pending', 'opted_out'] as const;
export type ConsentStatus = (typeof CONSENT_STATUSES)[number];

/** Whether text names a status of consent. */
export function isConsentStatus(text: string): text is ConsentStatus {
  return (CONSENT_STATUSES as readonly string[]).includes(text);
}

/** The channels consent is kept for by default; any other name may be used. */
export const CHANNELS = ['email', 'sms', 'whatsapp', 'push', 'phone'] as const;

/** The present consent of one contact on one channel. */
export interface Consent {
  readonly status: ConsentStatus;
  /** When it was given or withdrawn, epoch milliseconds UTC. */
  readonly at: number;
}

/** A statement by or for a contact; every statement is kept as evidence, whether it changed anything or not. */
export interface ConsentStatement extends Consent {
  readonly channel: string;
  /** Who or what says so: a form, an import, an unsubscribe link. */
  readonly source: string;
  /** What proves it: form text, IP address, double opt-in token. */
  readonly evidence: JsonObject;
  /**
   * `contact`: the contact said so; `import`: taken over from elsewhere, which never turns an opt-out into
   * an opt-in.
   */
  readonly by: 'contact' | 'import';
}

/** The consent after a statement, and why it is so. */
export interface ConsentDecision {
  readonly consent: Consent;
  /** Whether the contact stands elsewhere than before. */
  readonly changed: boolean;
  readonly reason: string;
}

/**
 * Returns where the contact stands after `statement`. *Pending* never replaces *opted in* (a form filled in
 * again does not unconfirm anybody), a statement older than the present one changes nothing, and an import
 * never turns an opt-out into anything else. Who says the same again says it of that later moment, so that what was
 * said in between, and is heard last, changes nothing either; an import does not make an opt-in newer.
 */
export function decideConsent(current: Consent | undefined, statement: ConsentStatement): ConsentDecision {
  const stated: Consent = { status: statement.status, at: statement.at };
  if (!current)
    return { consent: stated, changed: true, reason: `${statement.status} by ${statement.source}` };
  const keep = (reason: string): ConsentDecision => ({ consent: current, changed: false, reason });
  if (statement.at < current.at) return keep(`kept ${current.status}: the statement is older`);
  if (current.status === statement.status) {
    const consent = statement.by === 'import' && statement.status !== 'opted_out' ? current : stated;
    return { consent, changed: false, reason: `was ${current.status} already` };
  }
  if (current.status === 'opted_in' && statement.status === 'pending') {
    return keep('kept opted_in: a confirmed consent does not become pending again');
  }
  if (current.status === 'opted_out' && statement.by === 'import') {
    return keep('kept opted_out: an import never brings back who opted out');
  }
  return {
    consent: stated,
    changed: true,
    reason: `${current.status} became ${statement.status} by ${statement.source}`,
  };
}

const STRICTNESS: Readonly<Record<ConsentStatus, number>> = { opted_in: 0, pending: 1, opted_out: 2 };

/** The stricter of two consents on one channel, as a merge keeps it; the later of two alike. No record is no statement. */
export function stricterConsent(a: Consent | undefined, b: Consent | undefined): Consent | undefined {
  if (!a || !b) return a ?? b;
  if (a.status !== b.status) return STRICTNESS[a.status] > STRICTNESS[b.status] ? a : b;
  return a.at >= b.at ? a : b;
}
