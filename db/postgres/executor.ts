import { sql } from 'drizzle-orm';
import type { Db, Executor, Query, Tables, Values } from '#db/queries/executor.ts';
import type { Connection, Pool } from './pool.ts';
import { tables } from './tables.ts';

/**
 * Makes the executor for PostgreSQL. A single statement runs at READ COMMITTED: if it has to wait for a row, it reads
 * the row again. A batch is SERIALIZABLE: it has the effect that it would have alone. docs/decisions/012-postgresql.md
 * says why.
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
    // Drizzle's types keep the dialects apart. tests/contract/schemas.test.ts holds the tables to the same shape.
    tables: tables as unknown as Tables,

    position: (text, part) => sql`strpos(${text}, ${part})`,

    run: (build) => pool.use(({ db }) => build(db).execute()),

    prepare,
    prepareWrite: prepare,

    batch: (guard, rest) =>
      pool.use(async ({ client, db }) => {
        await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
        try {
          const rows = await guard(db).execute();
          if (rows.length > 0) for (const query of rest(db)) await query.execute();
          await client.query(rows.length > 0 ? 'COMMIT' : 'ROLLBACK');
          return rows;
        } catch (error) {
          await client.query('ROLLBACK').catch(() => {});
          throw error;
        }
      }),
  };
}
