import type { ChangeKind } from '../../domain/change/change';
import type { IdentifierKind } from '../../domain/contact/contact';
import type { ConsentStatus } from '../../domain/consent/consent';

/** The rows as both databases give them: times as epoch milliseconds, JSON as text. */
export interface Tables {
  contact: {
    id: number;
    email: string | null;
    phone: string | null;
    external_id: string | null;
    first_name: string | null;
    last_name: string | null;
    locale: string | null;
    timezone: string | null;
    country: string | null;
    lifecycle_stage: string | null;
    properties: string;
    created_at: number;
    updated_at: number;
  };
  identifier: { kind: IdentifierKind; value: string; contact_id: number };
  contact_tag: { contact_id: number; name: string; at: number };
  contact_list: { contact_id: number; name: string; at: number };
  consent: { contact_id: number; channel: string; status: ConsentStatus; at: number };
  consent_statement: {
    id: number;
    contact_id: number;
    channel: string;
    status: ConsentStatus;
    at: number;
    recorded_at: number;
    source: string;
    evidence: string;
    changed: number;
  };
  suppression: { channel: string; address_hash: string; reason: string; at: number };
  merge_trace: { absorbed_id: number; survivor_id: number; at: number };
  catalogue: { kind: string; name: string };
  setting: { name: string; value: string };
  counter: { name: string; value: number };
  event: {
    id: number;
    contact_id: number;
    type: string;
    occurred_at: number;
    recorded_at: number;
    properties: string;
    key: string | null;
  };
  change: {
    sequence: number;
    kind: ChangeKind;
    contact_id: number;
    at: number;
    subject: string | null;
    event_id: number | null;
    detail: string;
  };
  subscription: {
    id: number;
    key: string;
    kind: string;
    workflow_id: string;
    workflow_name: string;
    node_name: string;
    cursor: number;
    definition: string;
    created_at: number;
    opened_at: number;
  };
  timer: {
    id: number;
    subscription_id: number;
    contact_id: number;
    dedupe_key: string | null;
    due_at: number;
    look_at: number | null;
    since_at: number;
    since_event_id: number | null;
    watch: string | null;
    payload: string;
    claim: string | null;
    attempt: number;
    is_alone: number;
    error: string | null;
    created_at: number;
  };
  segment: {
    id: number;
    name: string;
    version: number;
    definition: string;
    zone: string;
    size: number;
    moved_at: number | null;
    refreshed_at: number;
    seeded_to: number | null;
    created_at: number;
    updated_at: number;
  };
  segment_member: { segment_id: number; contact_id: number; entered_at: number };
  segment_fit: { contact_id: number };
  message: {
    id: number;
    contact_id: number;
    name: string;
    occasion: string | null;
    channel: string;
    purpose: string;
    address: string;
    state: string;
    attempt: number;
    claimed_at: number;
    lease_until: number;
    settled_at: number | null;
    error: string | null;
    enrolment_id: number | null;
    journey: string | null;
    workflow_id: string;
    node_name: string;
  };
  experiment: {
    id: number;
    name: string;
    version: number;
    definition: string;
    winner: string | null;
    decided_at: number | null;
    created_at: number;
    updated_at: number;
  };
  experiment_assignment: { experiment_id: number; contact_id: number; variant: string | null; at: number };
  score_model: {
    id: number;
    name: string;
    version: number;
    definition: string;
    zone: string;
    tells_present: number;
    watches_since: number;
    seeded_to: number | null;
    created_at: number;
    updated_at: number;
  };
  score_standing: {
    contact_id: number;
    model_id: number;
    version: number;
    levels: string;
    above: string;
    points: string;
    grade: string | null;
    at: number;
    crossed_at: number | null;
  };
  property_history: { contact_id: number; name: string; at: number; before: string | null };
}
