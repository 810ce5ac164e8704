import { getTableColumns, is, SQL, sql } from 'drizzle-orm';
import type { Db, Tables } from './executor.ts';

/**
 * Inserts a row if one row of `from` matches `condition`, by selecting the values for it. A value may be an expression over
 * that row. Where `from` is null, the condition is asked once.
 */
export function insertIf<Table extends Tables[keyof Tables]>(
  db: Db,
  table: Table,
  row: { [Column in keyof Required<Table['$inferInsert']>]: Table['$inferInsert'][Column] | SQL },
  from: Tables[keyof Tables] | null,
  condition: SQL | undefined,
) {
  const given: Record<string, unknown> = row;
  const values = Object.entries(getTableColumns(table)).map(([name, column]) =>
    is(given[name], SQL) ? given[name] : sql.param(given[name], column),
  );
  const source = from === null ? sql`` : sql`from ${from}`;
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} ${source} where ${condition}`);
}
