import { sql } from 'drizzle-orm';
import type { Db, Executor, Query, Tables, Values } from '#db/queries/executor.ts';
import type { Connection, Pool } from './pool.ts';
import { tables } from './tables.ts';

/**
 * Runs the queries on PostgreSQL: a statement by itself, which reads its row again where it has to wait for it, and a batch as if
 * it were alone. docs/decisions/012-postgresql.md says why.
 */
export function postgresExecutor(pool: Pool): Executor {
  function prepare<Row>(name: string, build: (db: Db) => Query<Row>): (values: Values) => Promise<Row[]> {
    const prepared = new WeakMap<Connection, ReturnType<Query<Row>['prepare']>>();
    return (values) =>
      pool.use((connection) => {
        const statement = prepared.get(connection) ?? build(connection.db).prepare(name);
        prepared.set(connection, statement);
        return statement.execute(values);
      });
  }

  return {
    // The same shape, which tests/contract/schemas.test.ts holds; drizzle's types keep the dialects apart.
    tables: tables as unknown as Tables,

    position: (text, part) => sql`strpos(${text}, ${part})`,

    run: (build) => pool.use(({ db }) => build(db).execute()),

    prepare,
    prepareWrite: prepare,

    batch: (guard, rest) =>
      pool.use(async ({ client: connection, db }) => {
        await connection.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
        try {
          const rows = await guard(db).execute();
          if (rows.length > 0) for (const query of rest(db)) await query.execute();
          await connection.query(rows.length > 0 ? 'COMMIT' : 'ROLLBACK');
          return rows;
        } catch (error) {
          await connection.query('ROLLBACK').catch(() => {});
          throw error;
        }
      }),
  };
}
