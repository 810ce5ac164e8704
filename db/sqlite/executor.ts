import { sql } from 'drizzle-orm';
import type { Db, Executor, Query, Values } from '#db/queries/executor.ts';
import type { Connection, SqliteFile } from './file.ts';
import { groupCommit } from './group-commit.ts';
import { tables } from './tables.ts';

/** Makes the executor for a SQLite file. A batch is one synchronous BEGIN IMMEDIATE transaction. */
export function sqliteExecutor(file: SqliteFile): Executor {
  const writeInGroup = groupCommit(file);
  return {
    tables,

    position: (text, part) => sql`instr(${text}, ${part})`,

    run: (build) => file.use(({ db }) => build(db).all()),

    prepare(_name, build) {
      const rowsOf = preparedOnce(build);
      return (values) => file.use((connection) => rowsOf(connection, values));
    },

    prepareWrite(_name, build) {
      const rowsOf = preparedOnce(build);
      return (values) => writeInGroup((connection) => rowsOf(connection, values));
    },

    batch: (guard, rest) =>
      file.use(({ sqlite, db }) => {
        const transaction = sqlite.transaction(() => {
          const rows = guard(db).all();
          if (rows.length > 0) for (const query of rest(db)) query.all();
          return rows;
        });
        return transaction.immediate();
      }),

    batchOfAll: (guards, rest) =>
      file.use(({ sqlite, db }) => {
        let hits = 0;
        const transaction = sqlite.transaction(() => {
          for (const guard of guards(db)) {
            if (guard.all().length === 0) throw new Refused();
            hits += 1;
          }
          for (const query of rest(db)) query.all();
        });
        try {
          transaction.immediate();
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
        }
        return hits;
      }),
  };
}

/** Thrown inside a transaction, to undo it: one of its guards had no effect. */
class Refused extends Error {}

/** Returns a function that runs a statement, which is prepared at its first use on each connection. */
function preparedOnce<Row>(build: (db: Db) => Query<Row>): (connection: Connection, values: Values) => Row[] {
  let prepared: { on: Connection; statement: ReturnType<Query<Row>['prepare']> } | undefined;
  return (connection, values) => {
    if (prepared?.on !== connection) prepared = { on: connection, statement: build(connection.db).prepare() };
    return prepared.statement.all(values);
  };
}
