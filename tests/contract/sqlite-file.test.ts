import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseError } from '#db/queries/errors.ts';
import { queries } from '#db/queries/queries.ts';
import { sqliteExecutor } from '#db/sqlite/executor.ts';
import { sqliteFile } from '#db/sqlite/file.ts';
import { migrateSqlite } from '#db/sqlite/migrate.ts';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { anEvent, aRotation, aSession, asStored, later, now, original, registered } from './fixtures.ts';
import { emptyFolder } from './sqlite-files.ts';

let file: { folder: string; path: string };
beforeEach(() => {
  file = emptyFolder();
});
afterEach(() => rmSync(file.folder, { recursive: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** A store whose connection a test may reach into. */
async function openedUp() {
  await migrateSqlite(file.path);
  const opened = sqliteFile(file.path, 0.1);
  return { opened, store: queries(sqliteExecutor(opened)) };
}

test('the file, its log and its folder are for their owner alone', async () => {
  await migrateSqlite(file.path);
  const store = openSqliteStore(file.path);
  await registered(store);
  expect(modeOf(file.path)).toBe('600');
  expect(modeOf(`${file.path}-wal`)).toBe('600');
  expect(modeOf(dirname(file.path))).toBe('700');
  await store.close();
});

test('writes are synced before they are acknowledged, in WAL mode, with foreign keys', async () => {
  const opened = sqliteFile(file.path, 0.1, { mayCreate: true });
  const pragma = (name: string) => opened.use((connection) => connection.sqlite.pragma(name, { simple: true }));
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('foreign_keys')).toBe(1);
  opened.close();
});

test('what was written is there after the file is opened again', async () => {
  await migrateSqlite(file.path);
  const first = openSqliteStore(file.path);
  const { user } = await registered(first);
  await first.close();
  const second = openSqliteStore(file.path);
  expect(await second.findUser(user.id)).toEqual(asStored(user));
  await second.close();
});

test('a file that is not migrated does not pass the check, nor does a closed store', async () => {
  const store = openSqliteStore(file.path);
  await expect(store.check()).rejects.toThrow(StoreUnavailable);
  expect(await migrateSqlite(file.path)).toBeGreaterThan(0);
  expect(await migrateSqlite(file.path)).toBe(0);
  await expect(store.check()).resolves.toBeUndefined();
  await store.close();
  await expect(store.check()).rejects.toThrow(StoreUnavailable);
  await expect(store.findUser('any')).rejects.toThrow(StoreUnavailable);
});

test('a full disk is unavailable, keeps nothing of the write, and recovers', async () => {
  const { opened, store } = await openedUp();
  const { user } = await registered(store);
  await opened.use((connection) => connection.sqlite.pragma('max_page_count = 1'));
  const event = () => anEvent(user.id, { userAgent: 'x'.repeat(100_000) });
  const session = aSession(user.id);
  const signIn = () =>
    store.beginSession({
      session,
      basis: { kind: 'credentials', shown: original },
      endSessionId: null,
      event: event(),
    });
  await expect(signIn()).rejects.toThrow(StoreUnavailable);
  expect(await store.findSession(session.id)).toBeNull();
  expect(await signIn()).toBe('begun');
  opened.close();
});

test.each([
  // Node's own way to make a folder with those above it never comes back from this one.
  ['/proc/nothing/x.db', /ENOENT|EROFS|EACCES/],
  ['/dev/null/x/y.db', /ENOTDIR/],
])('a file that can never be made, like %s, is named by its code at once', async (path, code) => {
  const error = await migrateSqlite(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toHaveProperty('code', expect.stringMatching(code));
});

test('a file that cannot be written is unavailable, and recovers', async () => {
  const { opened, store } = await openedUp();
  await opened.use((connection) => connection.sqlite.pragma('query_only = 1'));
  await expect(store.hit('key', 60, now)).rejects.toThrow(StoreUnavailable);
  expect((await store.hit('key', 60, now)).count).toBe(1);
  opened.close();
});

test('a file that cannot be opened is unavailable until it can', async () => {
  writeFileSync(dirname(file.path), 'in the way');
  const store = openSqliteStore(file.path, 0.1);
  await expect(store.hit('key', 60, now)).rejects.toThrow(StoreUnavailable);
  rmSync(dirname(file.path));
  mkdirSync(dirname(file.path));
  await migrateSqlite(file.path);
  expect((await store.hit('key', 60, now)).count).toBe(1);
  await store.close();
});

test('an unexpected error carries the code and nothing of the data', async () => {
  const { opened, store } = await openedUp();
  const event = anEvent('nobody', { userAgent: 'secret' });
  const error = await store.addSecurityEvent(event).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  expect(error).not.toHaveProperty('cause');
  expect(JSON.stringify(error) + String(error)).not.toMatch(/secret|nobody|events/);
  opened.close();
});

test('a grace list that is not one is refused, without being quoted', async () => {
  const { opened, store } = await openedUp();
  const { session } = await registered(store);
  for (const grace of ['secret', '[{"lo":"secret"}]']) {
    await opened.use((connection) => connection.sqlite.prepare('UPDATE sessions SET grace = ?').run(grace));
    const error = await store.findSession(session.id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).not.toContain('secret');
  }
  opened.close();
});

test('a session of an older epoch is over, even if nothing marked it as ended', async () => {
  const { opened, store } = await openedUp();
  const { user, session } = await registered(store);
  await opened.use((connection) => connection.sqlite.exec('UPDATE users SET epoch = 2'));
  expect(await store.advance(session.id, 0, aRotation(0))).toBe(false);
  await store.confirm(session.id, 0, now, later(1000));
  expect(await store.listSessions(user.id, now, 0)).toEqual([]);
  expect(await store.endOwnSession(user.id, session.id, anEvent(user.id))).toBe(false);
  await store.endAllSessions(user.id, session.id, anEvent(user.id));
  expect((await store.findSession(session.id))?.session).toMatchObject({ userEpoch: 0, head: 0, confirmedAt: null });
  opened.close();
});

test('a file that is gone is not made anew: calls fail until it is back, and then they do not', async () => {
  const { path } = file;
  await migrateSqlite(path);
  const store = openSqliteStore(path, 0.05);
  renameSync(path, `${path}.away`);
  await expect(store.findUserByEmail('ann@example.org')).rejects.toThrow(StoreUnavailable);
  expect(existsSync(path)).toBe(false);
  renameSync(`${path}.away`, path);
  expect(await store.findUserByEmail('ann@example.org')).toBeNull();
  await store.close();
});
