import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from '#db/queries/migration-files.ts';
import { createFile } from '#db/sqlite/file.ts';
import { migrateSqlite } from '#db/sqlite/migrate.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { aLink, aRotation, asStored, registered } from './fixtures.ts';
import { firstOf, rowsBeforeMail, userBeforeMail, withOneMore } from './migrations.ts';
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

/** When the three migrations of before 0.1.0 were made. They are one now, and bear the time of the last. */
const oldMigrations = [1795403865632, 1795424700733, 1795425769924];

/**
 * Makes a file as it was before features had migrations of their own: all tables in one journal, a password for
 * everybody. It has the first `applied` of the old migrations.
 */
function makeOldFile(path: string, applied: number): void {
  const [core, ...features] = released;
  const first = core?.migrations[0];
  if (!core || !first) throw new Error('There are no migrations.');
  createFile(path);
  const old = new Database(path);
  const ofFeatures = features.flatMap(({ migrations }) => migrations.flatMap(({ sql }) => sql));
  for (const statement of [...first.sql, ...ofFeatures]) old.exec(statement);
  if (applied < 3) old.exec('DROP TABLE password_resets');
  if (applied < 2) {
    old.exec('DROP INDEX sessions_open; CREATE INDEX sessions_open ON sessions (user_id, last_used_at)');
    for (const index of ['sessions_ended', 'sessions_expiry', 'events_age', 'rate_limits_over'])
      old.exec(`DROP INDEX ${index}`);
  }
  old.exec(`CREATE TABLE ${core.journal} (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, created_at NUMERIC)`);
  const remember = old.prepare(`INSERT INTO ${core.journal} (hash, created_at) VALUES ('old', ?)`);
  for (const time of oldMigrations.slice(0, applied)) remember.run(time);
  old.exec("INSERT INTO users VALUES ('user-1', 'ada@example.org', 'Ada', 'hash-0', 3, 1795000000000)");
  old.exec("INSERT INTO events VALUES ('event-1', 'user-1', NULL, 'signed_up', 1795000000000, NULL, NULL)");
  if (applied === 3) old.exec("INSERT INTO password_resets VALUES ('user-1', 'a hash', 1795000000000)");
  old.close();
}

/** Reads the statements that would make a file's tables and indexes again. */
function schemaOf(path: string): unknown[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();
  } finally {
    database.close();
  }
}

test.each([1, 2, 3])(
  'a file from before 0.1.0 with %i of its migrations starts, and keeps its rows, but for links',
  async (applied) => {
    makeOldFile(file.path, applied);
    const store = openSqliteStore(file.path);
    await expect(store.check()).rejects.toThrow(StoreUnavailable);
    expect(await migrateSqlite(file.path)).toBe(applied === 3 ? count - 1 : count);
    await expect(store.check()).resolves.toBeUndefined();
    expect(await store.findUserByEmail('ada@example.org')).toEqual({ ...userBeforeMail, credentialVersion: 0 });
    expect((await store.listSecurityEvents('user-1', { page: 1, size: 1 })).total).toBe(1);
    await store.close();
    const fresh = `${file.path}.new`;
    await migrateSqlite(fresh);
    expect(schemaOf(file.path)).toEqual(schemaOf(fresh));
  },
);

test('a file from before there was mail keeps its people, with addresses that nobody has proved, and its links are void', async () => {
  await migrateSqlite(file.path, firstOf(released, 3));
  const old = new Database(file.path);
  for (const statement of rowsBeforeMail) old.exec(statement);
  old.close();
  expect(await migrateSqlite(file.path)).toBe((released[0]?.migrations.length ?? 0) - 3);
  const store = openSqliteStore(file.path);
  await expect(store.check()).resolves.toBeUndefined();
  expect(await store.findUser('user-1')).toEqual(userBeforeMail);
  expect((await store.listSecurityEvents('user-1', { page: 1, size: 1 })).total).toBe(1);
  await store.addOperatorLink(aLink('user-1'));
  await store.close();
  const fresh = `${file.path}.new`;
  await migrateSqlite(fresh);
  expect(schemaOf(file.path)).toEqual(schemaOf(fresh));
});

test('migrations are applied all or not at all', async () => {
  const broken = withOneMore(released, ['CREATE TABLE half (id text)', 'CREATE TABLE half (id text)']);
  await expect(migrateSqlite(file.path, broken)).rejects.toThrow();
  const database = new Database(file.path);
  expect(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toEqual([]);
  database.close();
  expect(await migrateSqlite(file.path)).toBe(count);
});
