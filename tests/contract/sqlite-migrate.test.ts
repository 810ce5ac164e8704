import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from '#db/queries/migration-files.ts';
import { migrateSqlite } from '#db/sqlite/migrate.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { StoreUnavailable } from '#db/store.ts';
import { aRotation, registered } from './fixtures.ts';
import { emptyFolder } from './sqlite-files.ts';

let file: { folder: string; path: string };
beforeEach(() => {
  file = emptyFolder();
});
afterEach(() => rmSync(file.folder, { recursive: true }));

const released = readMigrations('sqlite');

test.each(released.slice(0, -1).map((_, index) => [index + 1]))(
  'a database that stopped at migration %i keeps its rows, and gets the rest',
  async (count) => {
    await migrateSqlite(file.path, released.slice(0, count));
    const store = openSqliteStore(file.path);
    await expect(store.check()).rejects.toThrow(StoreUnavailable);
    const { user, session } = await registered(store);
    expect(await migrateSqlite(file.path)).toBe(released.length - count);
    await expect(store.check()).resolves.toBeUndefined();
    expect(await store.findUser(user.id)).toEqual({ ...user, epoch: 0 });
    expect(await store.advance(session.id, 0, aRotation(0))).toBe(true);
    await store.close();
  },
);

test('migrations are applied all or not at all', async () => {
  const sql = ['CREATE TABLE half (id text)', 'CREATE TABLE half (id text)'];
  const folderMillis = (released.at(-1)?.folderMillis ?? 0) + 1;
  await expect(
    migrateSqlite(file.path, [...released, { sql, folderMillis, hash: 'next', bps: true }]),
  ).rejects.toThrow();
  const database = new Database(file.path);
  expect(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toEqual([]);
  database.close();
  expect(await migrateSqlite(file.path)).toBe(released.length);
});
