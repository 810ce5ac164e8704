import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, expect, inject, test } from 'vitest';
import { openStore } from '#db/index.ts';
import { migratePostgres } from '#db/postgres/migrate.ts';
import { DatabaseError } from '#db/queries/errors.ts';
import { readMigrations } from '#db/queries/migration-files.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { emptyPostgres, execute } from '#tests/support/database.ts';
import { aLink, asStored, inParallel, registered, sessionRow } from './fixtures.ts';
import { firstOf, rowsBeforeMail, userBeforeMail, withOneMore } from './migrations.ts';

let url: string;
beforeEach(async () => {
  url = await emptyPostgres();
});

const released = readMigrations('postgres');
const count = released.flatMap(({ migrations }) => migrations).length;
/** What a later release might bring. */
function next(...sql: string[]) {
  return withOneMore(released, sql);
}

test('an empty database passes the check once it is migrated', async () => {
  const store = await openStore(url);
  await expect(store.check()).rejects.toThrow(StoreUnavailable);
  expect(await migratePostgres(url)).toBe(count);
  expect(await migratePostgres(url)).toBe(0);
  await expect(store.check()).resolves.toBeUndefined();
  await store.close();
});

test('the next release’s migrations find the rows of this one, and leave them', async () => {
  await migratePostgres(url);
  const store = await openStore(url);
  const { user, session } = await registered(store);
  const before = await sessionRow(store, session.id);
  expect(await migratePostgres(url, next('ALTER TABLE sessions ADD COLUMN place text'))).toBe(1);
  // With the statements that it prepared before, as an instance that was not restarted yet.
  expect(await sessionRow(store, session.id)).toEqual(before);
  expect(await store.findUser(user.id)).toEqual(asStored(user));
  await expect(store.check()).resolves.toBeUndefined();
  expect(await migratePostgres(url)).toBe(0);
  await store.close();
});

test('a database from before there was mail keeps its people, with addresses that nobody has proved, and its links are void', async () => {
  await migratePostgres(url, firstOf(released, 3));
  await execute(url, rowsBeforeMail.join(';'));
  expect(await migratePostgres(url)).toBe((released[0]?.migrations.length ?? 0) - 3);
  const store = await openStore(url);
  await expect(store.check()).resolves.toBeUndefined();
  expect(await store.findUser('user-1')).toEqual(userBeforeMail);
  expect((await store.listSecurityEvents('user-1', { page: 1, size: 1 })).total).toBe(1);
  await store.addOperatorLink(aLink('user-1'));
  const { rows } = await execute(url, "SELECT tablename FROM pg_tables WHERE tablename LIKE '%links'");
  expect(rows).toEqual([{ tablename: 'mail_links' }]);
  await store.close();
});

test('migrations are applied all or not at all', async () => {
  const broken = next('CREATE TABLE half (id text)', 'CREATE TABLE half (id text)');
  const error = await migratePostgres(url, broken).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ code: '42P07' });
  const { rows } = await execute(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  expect(rows).toEqual([]);
  expect(await migratePostgres(url)).toBe(count);
});

test('twenty that migrate one new database at the same time all succeed, and one of them does it', async () => {
  const applied = await inParallel(20, () => migratePostgres(url));
  expect(applied.sort()).toEqual([...Array.from({ length: 19 }, () => 0), count]);
});

test('processes that migrate at the same time say who did it', async () => {
  const migrate = () =>
    promisify(execFile)(process.execPath, ['scripts/migrate.ts'], { env: { ...process.env, DATABASE_URL: url } });
  const lines = (await inParallel(3, migrate)).map(({ stdout }) => stdout.trim());
  expect(lines.filter((line) => line.startsWith('Applied'))).toHaveLength(1);
  expect(lines.filter((line) => line === 'The database is up to date.')).toHaveLength(2);
});

test('a role that may only use the tables finds them up to date, and the app works with it', async () => {
  await migratePostgres(url);
  await execute(inject('postgres'), 'DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN');
  await execute(url, 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk');
  const ofClerk = Object.assign(new URL(url), { username: 'clerk' }).href;
  expect(await migratePostgres(ofClerk)).toBe(0);
  const store = await openStore(ofClerk);
  await expect(store.check()).resolves.toBeUndefined();
  await registered(store);
  await store.close();
  await execute(url, 'DROP OWNED BY clerk; DROP ROLE clerk');
});
