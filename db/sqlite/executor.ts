import { sql } from 'drizzle-orm';
import type { Db, Executor, Query, Values } from '#db/queries/executor.ts';
import type { Client, Connection } from './client.ts';
import * as tables from './schema.ts';

/** Runs the queries on SQLite: a batch is one synchronous BEGIN IMMEDIATE transaction. */
export function sqliteExecutor(client: Client): Executor {
  return {
    tables,

    position: (text, part) => sql`instr(${text}, ${part})`,

    run: (build) => client.use(({ db }) => build(db).all()),

    prepare<Row>(_name: string, build: (db: Db) => Query<Row>) {
      let prepared: { on: Connection; all: (values: Values) => Row[] } | undefined;
      return (values: Values) =>
        client.use((connection) => {
          if (prepared?.on !== connection) {
            const statement = build(connection.db).prepare();
            prepared = { on: connection, all: (given) => statement.all(given) };
          }
          return prepared.all(values);
        });
    },

    batch: (guard, rest) =>
      client.use(({ client: sqlite, db }) => {
        const transaction = sqlite.transaction(() => {
          const rows = guard(db).all();
          if (rows.length > 0) for (const query of rest(db)) query.all();
          return rows;
        });
        return transaction.immediate();
      }),
  };
}
