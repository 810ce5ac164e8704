/**
 * What a dialect gives to the queries. They are written once, against the types of SQLite's builder and schema, and use only
 * what PostgreSQL's has too; how and when a statement runs is the dialect's own business.
 */
import type { SQL } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { tables } from '#db/sqlite/tables.ts';

/** The schema, whose shape every dialect shares. */
export type Tables = typeof tables;

/** Where statements are built. */
export type Db = BaseSQLiteDatabase<'sync', unknown>;

/** The values of a prepared statement's placeholders. */
export type Values = Record<string, unknown>;

/** A built statement that answers rows: a SELECT, or a write with `returning`. */
export interface Query<Row> {
  all(): Row[];
  execute(): Promise<Row[]>;
  prepare(name?: string): { all(values: Values): Row[]; execute(values: Values): PromiseLike<Row[]> };
}

/**
 * Runs statements, each once and completely or not at all. Throws `StoreUnavailable` when the database stays busy or away, and
 * otherwise an error that carries no more than the database's error code.
 */
export interface Executor {
  readonly tables: Tables;

  /** Where `part` begins in `text`, counted from 1; 0 where it is not in it. The one function that the dialects call differently. */
  position(text: SQL, part: string): SQL;

  /** One statement, committed before it answers. */
  run<Row>(build: (db: Db) => Query<Row>): Promise<Row[]>;

  /** The same for a hot path: built and prepared once. `name` is unique. */
  prepare<Row>(name: string, build: (db: Db) => Query<Row>): (values: Values) => Promise<Row[]>;

  /** The same for a write, which may share its commit with others of the moment. */
  prepareWrite<Row>(name: string, build: (db: Db) => Query<Row>): (values: Values) => Promise<Row[]>;

  /**
   * Several writes in one transaction, on the condition that the first has an effect: when `guard` answers no row, the rest is
   * not run and nothing is written. Answers the guard's rows.
   */
  batch<Row>(guard: (db: Db) => Query<Row>, rest: (db: Db) => Query<unknown>[]): Promise<Row[]>;
}
