import { sql, type QueryExecutorProvider } from 'kysely';
import { matchesEventType } from '../../../domain/event/event';
import type { Rule } from '../../../domain/rule/rule';
import { RuleSizes } from '../../../domain/rule/rule-size';
import { resolveZone } from '../../../domain/schedule/zone';
import type { RuleQuestion } from '../../port';
import { idRows } from '../batch';
import type { SqlDialect } from '../dialect';
import type { Sql } from '../json-sql';

/** What contacts say about their zone, and the zone that days count in for them. */
export interface ContactZone {
  /** Empty where the contact says nothing. */
  readonly timezone: string;
  readonly country: string;
  readonly zone: string;
}

/** What one question has been told so far, whichever part of its rule asked. */
interface Known {
  readonly sizes: RuleSizes;
  /** By the zone of contacts whose own is unknown. */
  readonly zones: Map<string, Promise<ContactZone[]>>;
  said?: Promise<Array<Omit<ContactZone, 'zone'>>>;
  types?: Promise<string[]>;
}

/** What a rule is turned into SQL with: the question, and what has to be asked of the store first, once each. */
export class RuleScope {
  readonly db: QueryExecutorProvider;
  readonly dialect: SqlDialect;
  readonly question: Omit<RuleQuestion, 'rule'>;
  private readonly contactIds: readonly number[] | undefined;
  private readonly among: Sql | null;
  private readonly known: Known;

  constructor(
    db: QueryExecutorProvider,
    dialect: SqlDialect,
    question: Omit<RuleQuestion, 'rule'>,
    contactIds: readonly number[] | undefined,
    among: Sql | null = null,
    known: Known = { sizes: new RuleSizes(question.book), zones: new Map() },
  ) {
    this.db = db;
    this.dialect = dialect;
    this.question = question;
    this.contactIds = contactIds;
    this.among = among;
    this.known = known;
  }

  /** How many rules and conditions a rule comes to, with the segments and scores it is made of. */
  sizeOf(rule: Rule): number {
    return this.known.sizes.of(rule).rules;
  }

  /** The same for those alone that a query gives as `contact_id`: of nobody else need it be told whether a rule holds. */
  onlyAmong(contacts: Sql): RuleScope {
    return this.narrowedTo(contacts);
  }

  /** The same for everybody who is asked about. */
  amongAll(): RuleScope {
    return this.among ? this.narrowedTo(null) : this;
  }

  private narrowedTo(among: Sql | null): RuleScope {
    const { db, dialect, question, contactIds, known } = this;
    return new RuleScope(db, dialect, question, contactIds, among, known);
  }

  /** The same with another zone for contacts whose own is unknown. */
  inZone(workflowZone: string): RuleScope {
    const { db, dialect, question, contactIds, among, known } = this;
    if (workflowZone === question.workflowZone) return this;
    return new RuleScope(db, dialect, { ...question, workflowZone }, contactIds, among, known);
  }

  /** Whether everybody in the store is asked about. */
  get isOfAll(): boolean {
    return !this.contactIds && !this.among;
  }

  /** A condition that a column holds one of those alone that are asked about; true where all are. */
  isAmong(column: Sql): Sql {
    return this.among ? this.dialect.isAmong(column, this.among) : sql`true`;
  }

  /** A condition that a column holds one of the contacts asked about; true where all are. */
  isAsked(column: Sql): Sql {
    if (!this.contactIds) return sql`true`;
    return sql`${column} in (select id from ${idRows(this.dialect, this.contactIds)} as asked)`;
  }

  /** The zones of the contacts asked about, each way of saying so once. */
  zones(): Promise<ContactZone[]> {
    const { workflowZone } = this.question;
    const zones = this.known.zones.get(workflowZone) ?? this.readZones();
    this.known.zones.set(workflowZone, zones);
    return zones;
  }

  /** The types among those ever recorded that patterns stand for, and those named outright. */
  async eventTypes(patterns: readonly string[]): Promise<string[]> {
    const types = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
    const endings = patterns.filter((pattern) => pattern.endsWith('*'));
    if (endings.length > 0) {
      this.known.types ??= this.readTypes();
      for (const type of await this.known.types) {
        if (endings.some((pattern) => matchesEventType(pattern, type))) types.add(type);
      }
    }
    return [...types];
  }

  private async readZones(): Promise<ContactZone[]> {
    this.known.said ??= this.readSaid();
    const { now, workflowZone } = this.question;
    return (await this.known.said).map(({ timezone, country }) => {
      const decision = resolveZone({ contactZone: timezone, country, workflowZone }, now);
      if (!decision.ok) throw new RangeError(decision.problems.map(({ message }) => message).join(' '));
      return { timezone, country, zone: decision.value.zone };
    });
  }

  private async readSaid(): Promise<Array<Omit<ContactZone, 'zone'>>> {
    const { rows } = await sql<Omit<ContactZone, 'zone'>>`
      select distinct ${saidZone('c')} from contact as c where ${this.isAsked(sql`c.id`)}`.execute(this.db);
    return rows;
  }

  private async readTypes(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select name from catalogue where kind = 'event'`.execute(this.db);
    return rows.map(({ name }) => name);
  }
}

/** The columns `timezone` and `country` of a contact under an alias, as {@link ContactZone} has them. */
export function saidZone(alias: 'c' | 'z'): Sql {
  return sql`coalesce(${sql.ref(`${alias}.timezone`)}, '') as timezone, coalesce(${sql.ref(`${alias}.country`)}, '') as country`;
}

/** Whether one of some tests holds; false without any. */
export function anyOf(tests: readonly Sql[]): Sql {
  return tests.length === 0 ? sql`false` : joined(tests, sql` or `);
}

/** Whether all of some tests hold; true without any. */
export function allOf(tests: readonly Sql[]): Sql {
  return tests.length === 0 ? sql`true` : joined(tests, sql` and `);
}

/** More tests than these are bracketed in groups: SQLite takes expressions 1,000 deep, and a row of tests is as deep as it is long. */
const MOST_IN_A_ROW = 30;

function joined(tests: readonly Sql[], word: Sql): Sql {
  if (tests.length <= MOST_IN_A_ROW) return sql`(${sql.join(tests, word)})`;
  const size = Math.ceil(tests.length / MOST_IN_A_ROW);
  const groups: Sql[] = [];
  for (let at = 0; at < tests.length; at += size) groups.push(joined(tests.slice(at, at + size), word));
  return sql`(${sql.join(groups, word)})`;
}
