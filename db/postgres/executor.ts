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

  /** Runs `work` in a serializable transaction, which is rolled back unless it `isKept`. */
  function transaction<T>(work: (db: Db) => Promise<{ result: T; isKept: boolean }>): Promise<T> {
    return pool.use(async ({ client, db }) => {
      await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
      try {
        const { result, isKept } = await work(db);
        await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        throw error;
      }
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
      transaction(async (db) => {
        const rows = await guard(db).execute();
        if (rows.length > 0) for (const query of rest(db)) await query.execute();
        return { result: rows, isKept: rows.length > 0 };
      }),

    batchOfAll: (guards, rest) =>
      transaction(async (db) => {
        let hits = 0;
        for (const guard of guards(db)) {
          if ((await guard.execute()).length === 0) return { result: hits, isKept: false };
          hits += 1;
        }
        for (const query of rest(db)) await query.execute();
        return { result: hits, isKept: true };
      }),
  };
}
