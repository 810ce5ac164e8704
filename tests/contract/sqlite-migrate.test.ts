import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from '#db/queries/migration-files.ts';
import { createFile } from '#db/sqlite/file.ts';
import { migrateSqlite } from '#db/sqlite/migrate.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { aRotation, asStored, registered } from './fixtures.ts';
import { withOneMore } from './migrations.ts';
import { emptyFolder } from './sqlite-files.ts';

let file: { folder: string; path: string };
beforeEach(() => {
  file = emptyFolder();
});
afterEach(() => rmSync(file.folder, { recursive: true }));

const released = readMigrations('sqlite');
const count = released.flatMap(({ migrations }) => migrations).length;

test('an empty file passes the check once it is migrated', async () => {
  expect(await migrateSqlite(file.path)).toBe(count);
  expect(await migrateSqlite(file.path)).toBe(0);
});

test('the next release’s migrations find the rows of this one, and leave them', async () => {
  await migrateSqlite(file.path);
  const store = openSqliteStore(file.path);
  const { user, session } = await registered(store);
  expect(await migrateSqlite(file.path, withOneMore(released, ['ALTER TABLE sessions ADD COLUMN place text']))).toBe(1);
  await expect(store.check()).resolves.toBeUndefined();
  expect(await store.findUser(user.id)).toEqual(asStored(user));
  expect(await store.advance(session.id, 0, aRotation(0))).toBe(true);
  await store.close();
});

/** Makes a file as it was before features had migrations of their own: all tables in one journal, a password for everybody. */
function makeOldFile(path: string): void {
  const [core, ...features] = released;
  const first = core?.migrations[0];
  if (!core || !first) throw new Error('There are no migrations.');
  createFile(path);
  const old = new Database(path);
  const ofFeatures = features.flatMap(({ migrations }) => migrations.flatMap(({ sql }) => sql));
  for (const statement of [...first.sql, ...ofFeatures]) old.exec(statement);
  old.exec(`CREATE TABLE ${core.journal} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`);
  old.prepare(`INSERT INTO ${core.journal} (hash, created_at) VALUES ('old', ?)`).run(first.folderMillis);
  old.exec("INSERT INTO users VALUES ('user-1', 'ada@example.org', 'Ada', 'hash-0', 3, 1795000000000)");
  old.exec("INSERT INTO events VALUES ('event-1', 'user-1', NULL, 'signed_up', 1795000000000, NULL, NULL)");
  old.exec("INSERT INTO password_resets VALUES ('user-1', 'a hash', 1795000000000)");
  old.close();
}

test('a file from before 0.1.0 starts, and keeps its rows', async () => {
  makeOldFile(file.path);
  const store = openSqliteStore(file.path);
  await expect(store.check()).rejects.toThrow(StoreUnavailable);
  expect(await migrateSqlite(file.path)).toBe(count - 1);
  await expect(store.check()).resolves.toBeUndefined();
  expect(await store.findUserByEmail('ada@example.org')).toEqual({
    id: 'user-1',
    email: 'ada@example.org',
    name: 'Ada',
    passwordHash: 'hash-0',
    credentialVersion: 0,
    epoch: 3,
    createdAt: new Date(1795000000000),
  });
  expect((await store.listSecurityEvents('user-1', { page: 1, size: 1 })).total).toBe(1);
  await store.close();
});

test('migrations are applied all or not at all', async () => {
  const broken = withOneMore(released, ['CREATE TABLE half (id text)', 'CREATE TABLE half (id text)']);
  await expect(migrateSqlite(file.path, broken)).rejects.toThrow();
  const database = new Database(file.path);
  expect(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toEqual([]);
  database.close();
  expect(await migrateSqlite(file.path)).toBe(count);
});
