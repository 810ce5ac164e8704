import { getTableColumns, getTableName, is, type Table } from 'drizzle-orm';
import { PgTable, getTableConfig as postgresConfig } from 'drizzle-orm/pg-core';
import { SQLiteTable, getTableConfig as sqliteConfig } from 'drizzle-orm/sqlite-core';
import { expect, expectTypeOf, test } from 'vitest';
import { tables as postgres } from '#db/postgres/tables.ts';
import { tables as sqlite } from '#db/sqlite/tables.ts';

/** What a table is to the queries: names, what may be null, what must be unique, and what belongs to whom. */
function shape(table: Table) {
  const config = is(table, PgTable) ? postgresConfig(table) : is(table, SQLiteTable) ? sqliteConfig(table) : undefined;
  return {
    name: getTableName(table),
    columns: Object.entries(getTableColumns(table)).map(([name, { notNull, primary, isUnique, dataType }]) => ({
      name,
      notNull,
      primary,
      isUnique,
      // Ours are `custom` on one and built in on the other; what they hold is the types' business, below.
      isBoolean: dataType === 'boolean',
    })),
    key: config?.primaryKeys.flatMap(({ columns }) => columns.map(({ name }) => name)),
    references: config?.foreignKeys.map(({ onDelete, reference }) => ({
      onDelete,
      columns: reference().columns.map(({ name }) => name),
      table: getTableName(reference().foreignTable),
    })),
  };
}

test('both dialects have the same tables, column by column', () => {
  const tables = (schema: Record<string, Table>) =>
    Object.fromEntries(Object.entries(schema).map(([name, table]) => [name, shape(table)]));
  expect(tables(postgres)).toEqual(tables(sqlite));
});

type Rows<Schema> = {
  [Name in keyof Schema]: Schema[Name] extends { $inferSelect: infer Row; $inferInsert: infer New }
    ? { row: Row; new: New }
    : never;
};

test('and what is written and read has the same types', () => {
  expectTypeOf<Rows<typeof postgres>>().toEqualTypeOf<Rows<typeof sqlite>>();
});
