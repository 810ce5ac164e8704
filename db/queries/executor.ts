/**
 * The interface between the queries and the dialects. Queries are written once, against the types of SQLite's builder
 * and schema, and use only what PostgreSQL's have too. How and when a statement runs is up to the dialect.
 */
import type { SQL } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { tables } from '#db/sqlite/tables.ts';

/** Drizzle tables, typed as SQLite's. Every dialect has the same ones, of the same shape. */
export type Tables = typeof tables;

/** Drizzle's builder of statements. */
export type Db = BaseSQLiteDatabase<'sync', unknown>;

/** Values for the placeholders of a prepared statement, by name. */
export type Values = Record<string, unknown>;

/** A built statement that returns rows: a SELECT, or a write with `returning`. */
export interface Query<Row> {
  all(): Row[];
  execute(): Promise<Row[]>;
  prepare(name?: string): { all(values: Values): Row[]; execute(values: Values): PromiseLike<Row[]> };
}

/**
 * Runs statements, each of them once and completely or not at all. Every method throws `StoreUnavailable` if the
 * database stays busy or cannot be reached, and otherwise a `DatabaseError`, which carries no more than an error code.
 */
export interface Executor {
  readonly tables: Tables;

  /**
   * Builds the position of `part` in `text`, counted from 1, or 0 if it does not occur. It is the one function that the
   * dialects name differently.
   */
  position(text: SQL, part: string): SQL;

  /** Runs one statement. Resolves with its rows, after the commit. */
  run<Row>(build: (db: Db) => Query<Row>): Promise<Row[]>;

  /** Makes a statement for a hot path, built and prepared once for each connection. `name` must be unique. */
  prepare<Row>(name: string, build: (db: Db) => Query<Row>): (values: Values) => Promise<Row[]>;

  /**
   * Makes a write for a hot path, built and prepared once for each connection. It may share its commit with other
   * writes of the moment. `name` must be unique.
   */
  prepareWrite<Row>(name: string, build: (db: Db) => Query<Row>): (values: Values) => Promise<Row[]>;

  /**
   * Runs several writes in one transaction, on the condition that the first one, `guard`, has an effect: if it returns
   * no row, `rest` is not run and nothing is written. Resolves with the guard's rows, after the commit.
   */
  batch<Row>(guard: (db: Db) => Query<Row>, rest: (db: Db) => Query<unknown>[]): Promise<Row[]>;

  /**
   * Runs several writes in one transaction, on the condition that each of `guards` has an effect. Resolves, after the
   * commit, with how many had one: if that is fewer than all, the others were not run and nothing is written.
   */
  batchOfAll(guards: (db: Db) => Query<unknown>[], rest: (db: Db) => Query<unknown>[]): Promise<number>;
}
