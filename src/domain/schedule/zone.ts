import { IANAZone } from 'luxon';
import { quote, type Reading } from '../problem';
import { offsetAt } from './zone-clock';

/** Where a zone comes from: the contact's own, its country's only one, the workflow's, or set by the user. */
export type ZoneSource = 'contact' | 'country' | 'workflow' | 'fixed';

/** What is known about zones when a moment is to be found for a contact. Blank text counts as unknown. */
export interface ZoneQuestion {
  /** Whose clock counts: the contact's (default; the workflow's where it is unknown), the workflow's, or `fixedZone`'s. */
  readonly inZoneOf?: 'contact' | 'workflow' | 'fixed';
  readonly contactZone?: string | null;
  /** The contact's country, ISO 3166-1 alpha-2, which tells the zone where there is only one. */
  readonly country?: string | null;
  readonly workflowZone: string;
  readonly fixedZone?: string;
  /** Zones in which contacts of unknown zone may live; the workflow's, if none are named. */
  readonly unknownZones?: readonly string[];
}

/** The zone in which times of day and days count, and those in which quiet hours hold. */
export interface ZoneDecision {
  readonly zone: string;
  readonly source: ZoneSource;
  /** Quiet hours are the recipient's: in its zone, or, where that is unknown, in every zone it may have. */
  readonly quietZones: readonly string[];
  /** The zone and where it comes from: `America/New_York (contact's time zone)`. */
  readonly text: string;
  /** What was given and could not be used, or what was assumed. */
  readonly reasons: readonly string[];
}

const MOST_NAMES_KEPT = 5_000;
const zoneNames = new Map<string, boolean>();

/**
 * Whether a name is an IANA zone that this Node knows (in any case: `europe/berlin`). Offsets such as `+02:00`
 * are none: they know nothing of daylight saving.
 */
export function isZone(name: string): boolean {
  const known = zoneNames.get(name);
  if (known !== undefined) return known;
  if (zoneNames.size >= MOST_NAMES_KEPT) zoneNames.clear();
  const isKnown = /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
  zoneNames.set(name, isKnown);
  return isKnown;
}

/** A method in newer versions of Node, a property in older ones. */
type LocaleWithZones = Intl.Locale & { getTimeZones?: () => string[]; timeZones?: string[] };

const countryZones = new Map<string, readonly string[]>();

/**
 * The zones of a country (ISO 3166-1 alpha-2), one of each group that keeps the same time throughout the year
 * of `now` and the next; none for an unknown country. From Unicode's data, as this Node carries them.
 */
export function zonesOfCountry(country: string, now: number): readonly string[] {
  if (!/^[A-Za-z]{2}$/.test(country)) return [];
  const year = new Date(now).getUTCFullYear();
  const key = `${country.toUpperCase()} ${year}`;
  const known = countryZones.get(key);
  if (known) return known;
  const locale = new Intl.Locale(`und-${country}`) as LocaleWithZones;
  const groups = new Map<string, string>();
  for (const zone of locale.getTimeZones?.() ?? locale.timeZones ?? []) {
    const offsets = Array.from({ length: 24 }, (_, month) => offsetAt(zone, Date.UTC(year, month, 1)));
    const group = offsets.join();
    if (!groups.has(group)) groups.set(group, zone);
  }
  const zones = [...groups.values()];
  if (countryZones.size >= MOST_NAMES_KEPT) countryZones.clear();
  countryZones.set(key, zones);
  return zones;
}

interface Recipient {
  /** The recipient's zone, where it is known. */
  readonly zone?: string;
  readonly source: 'contact' | 'country';
  readonly quietZones: readonly string[];
  readonly reasons: readonly string[];
}

function findRecipient(question: ZoneQuestion, now: number): Recipient {
  const name = (question.contactZone ?? '').trim();
  if (name !== '' && isZone(name)) return { zone: name, source: 'contact', quietZones: [name], reasons: [] };
  const reasons =
    name === '' ? [] : [`the contact's time zone ${quote(name)} is not an IANA zone and is not used`];
  const country = (question.country ?? '').trim().toUpperCase();
  const zones = zonesOfCountry(country, now);
  const [only] = zones;
  if (only !== undefined && zones.length === 1) {
    return { zone: only, source: 'country', quietZones: zones, reasons };
  }
  if (zones.length > 1) {
    const reason = `the contact's time zone is unknown and ${country} has ${zones.length}; quiet hours hold in all of them`;
    return { source: 'country', quietZones: zones, reasons: [...reasons, reason] };
  }
  const assumed = question.unknownZones?.length ? question.unknownZones : [question.workflowZone];
  if (assumed.length > 1) {
    reasons.push(
      `the contact's time zone is unknown; quiet hours hold in ${[...new Set(assumed)].join(' and ')}`,
    );
  }
  return { source: 'contact', quietZones: [...new Set(assumed)], reasons };
}

/**
 * Decides in which zone days and times of day count: the contact's own if it is valid, else that of its country
 * if that keeps one time, else the workflow's; or the workflow's or a fixed one where that is asked for. Quiet
 * hours always go by the recipient: where its zone is unknown they hold in every zone of its country, else in
 * every one of `unknownZones`, which is the strictest. Refused: a workflow's, fixed or assumed zone that does
 * not exist. `now` (epoch milliseconds) tells which zones of a country keep the same time at present.
 */
export function resolveZone(question: ZoneQuestion, now: number): Reading<ZoneDecision> {
  const fixed = question.inZoneOf === 'fixed' ? [{ field: 'zone', name: question.fixedZone ?? '' }] : [];
  const wanted = [
    { field: 'workflow.timezone', name: question.workflowZone },
    ...fixed,
    ...(question.unknownZones ?? []).map((name) => ({ field: 'unknownZones', name })),
  ];
  const problems = wanted
    .filter(({ name }) => !isZone(name))
    .map(({ field, name }) => ({
      field,
      message: `${quote(name)} is not a time zone; use an IANA name such as Europe/Berlin.`,
    }));
  if (problems.length > 0) return { ok: false, problems };

  const recipient = findRecipient(question, now);
  const { quietZones, reasons } = recipient;
  const decide = (zone: string, source: ZoneSource, words: string): Reading<ZoneDecision> => ({
    ok: true,
    value: { zone, source, quietZones, text: `${zone} (${words})`, reasons },
  });
  if (question.inZoneOf === 'fixed') return decide(question.fixedZone ?? '', 'fixed', 'time zone chosen');
  if (question.inZoneOf !== 'workflow' && recipient.zone !== undefined) {
    const words =
      recipient.source === 'contact' ? "contact's time zone" : "time zone of the contact's country";
    return decide(recipient.zone, recipient.source, words);
  }
  return decide(question.workflowZone, 'workflow', "workflow's time zone");
}
