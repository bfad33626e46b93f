import { sql, type QueryExecutorProvider } from 'kysely';
import { roundPoints, type GradeAxis } from '../../domain/scoring/score-model';
import type { ContactPoints, LevelCount, ScoreQuestion, ScoringTable } from '../scoring-port';
import type { SqlDialect } from './dialect';
import type { Sql } from './json-sql';
import { ruleSql } from './rule/fitting-contacts';
import { compares, realNumber } from './rule/number-test';
import { allOf, RuleScope } from './rule/rule-scope';
import { scorePoints } from './score/score-points';

/** Scores worked out by the database, one SQL for both dialects. */
export function scoringTable(db: QueryExecutorProvider, dialect: SqlDialect): ScoringTable {
  async function pointsOf(question: ScoreQuestion, contactIds?: readonly number[]): Promise<Sql> {
    if (!contactIds) await dialect.beforeFullPass?.execute(db);
    return scorePoints(new RuleScope(db, dialect, question, contactIds), question.model, ruleSql);
  }
  return {
    async totals(question, { limit, order = 'id', axis = 'total', after, contactIds }) {
      const points = await pointsOf(question, contactIds);
      const column = sql.ref(`s.${axis}`);
      const isDescending = order === 'highest';
      const tests: Sql[] = [];
      if (after) {
        const isLater = sql`s.id > ${after.contactId}`;
        const limitPoints = realNumber(after[axis]);
        const further = compares(isDescending ? 'lt' : 'gt', after[axis]).passes(column);
        tests.push(
          order === 'id' ? isLater : sql`(${further} or (${column} = ${limitPoints} and ${isLater}))`,
        );
      }
      const ordered =
        order === 'id' ? sql`s.id` : isDescending ? sql`${column} desc, s.id` : sql`${column}, s.id`;
      const { rows } = await sql<ContactPoints>`
        select s.id as "contactId", s.total as total, s.fit as fit, s.engagement as engagement
        from (${points}) as s where ${allOf(tests)} order by ${ordered} limit ${limit}`.execute(db);
      // Minus zero is no number of points.
      return rows.map(({ contactId, total, fit, engagement }) => ({
        contactId,
        total: total + 0,
        fit: fit + 0,
        engagement: engagement + 0,
      }));
    },

    async levels(question, keptIn) {
      const points = await pointsOf(question);
      const { axes = [], hysteresis = 0 } = question.model.grading ?? {};
      const isHeld = keptIn !== undefined && hysteresis > 0;
      const kept = isHeld
        ? sql`left join score_standing as k on k.model_id = ${keptIn} and k.contact_id = s.id`
        : sql``;
      const heldAt = (axis: GradeAxis) =>
        isHeld ? { level: dialect.jsonText(sql.ref('k.levels'), axis.axis), hysteresis } : null;
      const levels = axes.map(
        (axis, index) => sql`${levelSql(axis, heldAt(axis))} as ${sql.ref(`level${index}`)}`,
      );
      const names = axes.map((_, index) => sql.ref(`level${index}`));
      const grouped = names.length === 0 ? sql`` : sql`group by ${sql.join(names)}`;
      const { rows } = await sql<Record<string, number>>`
        select ${sql.join([...names, sql`count(*) as contacts`])},
          min(total) as least, max(total) as most, sum(total) as total
        from (select ${sql.join([sql`s.total as total`, ...levels])} from (${points}) as s ${kept}) as leveled
        ${grouped}`.execute(db);
      return rows.flatMap((row): LevelCount[] => {
        const { contacts = 0, least = 0, most = 0, total = 0 } = row;
        if (contacts === 0) return [];
        const stands = axes.map((axis, index) => axis.levels[row[`level${index}`] ?? 0]?.name ?? '');
        return [{ levels: stands, contacts, least: least + 0, most: most + 0, total: total + 0 }];
      });
    },
  };
}

/** The name of the level that a contact had, null for none, and how far below it the points may fall. */
interface HeldLevel {
  readonly level: Sql;
  readonly hysteresis: number;
}

/** The place of the level that points (of `s`) come to; the last takes what is left. The same as `standingOf`. */
function levelSql({ axis, levels }: GradeAxis, held: HeldLevel | null): Sql {
  const column = sql.ref(`s.${axis}`);
  const reached = levels.flatMap(({ from }, index) => {
    if (from === null) return [];
    const reaches = compares('gte', from).passes(column);
    if (!held) return [sql`when ${reaches} then ${sql.lit(index)}`];
    const names = levels.slice(0, index + 1).map(({ name }) => sql`${name}`);
    const keeps = compares('gte', roundPoints(from - held.hysteresis)).passes(column);
    return [
      sql`when ${reaches} or (${held.level} in (${sql.join(names)}) and ${keeps}) then ${sql.lit(index)}`,
    ];
  });
  const last = sql.lit(levels.length - 1);
  return reached.length === 0 ? sql`${last}` : sql`case ${sql.join(reached, sql` `)} else ${last} end`;
}
