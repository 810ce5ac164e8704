import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPostgresStore } from '#db/postgres/store.ts';
import { DatabaseError } from '#db/queries/errors.ts';
import type { Store } from '#db/store/store.ts';
import { configure, execute, newPostgres, type TestDatabase } from '#tests/support/database.ts';
import { anEvent, now, registered } from './fixtures.ts';

let database: TestDatabase;
let store: Store;

beforeEach(async () => {
  database = await newPostgres();
  store = await openPostgresStore(database.url, 4);
});
afterEach(async () => {
  await store.close();
  await configure(database.url, 'RESET ALL');
  await database.close();
});

describe('a server that refuses', () => {
  test.each([
    ['there is no such database', '3D000', (url: URL) => Object.assign(url, { pathname: 'nowhere' })],
    ['there is no such role', '28000', (url: URL) => Object.assign(url, { username: 'nobody' })],
  ])('because %s is not waited for, and is named by its code alone', async (_, code, change) => {
    const { href } = change(new URL(database.url));
    const error = await openPostgresStore(href, 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ code, message: `The database failed: ${code}.` });
  });

  test('because nobody listens there is unavailable, and says so', async () => {
    const url = new URL(database.url);
    url.port = '1';
    await expect(openPostgresStore(url.href, 1, 1)).rejects.toThrow('(ECONNREFUSED)');
  });

  test('more connections is unavailable until there is room', async () => {
    await execute(database.url, `DROP ROLE IF EXISTS narrow; CREATE ROLE narrow SUPERUSER LOGIN`);
    await execute(database.url, 'ALTER ROLE narrow NOSUPERUSER CONNECTION LIMIT 1; GRANT pg_read_all_data TO narrow');
    const url = Object.assign(new URL(database.url), { username: 'narrow' }).href;
    const first = await openPostgresStore(url, 1);
    await expect(openPostgresStore(url, 1, 1)).rejects.toThrow('(53300)');
    await first.close();
    const second = await openPostgresStore(url, 1);
    expect(await second.findUser('nobody')).toBeNull();
    await second.close();
  });

  test('to write, like a primary that became a standby, is unavailable, and its connection is not used again', async () => {
    await configure(database.url, 'SET default_transaction_read_only = on');
    const demoted = await openPostgresStore(database.url, 1);
    await expect(demoted.hit('key', 60, now)).rejects.toThrow('(25006)');
    await configure(database.url, 'SET default_transaction_read_only = off');
    expect((await demoted.hit('key', 60, now)).count).toBe(1);
    await demoted.close();
  });
});

test('an unexpected error carries the code and nothing of the data', async () => {
  const event = anEvent('nobody', { userAgent: 'secret' });
  const error = await store.addSecurityEvent(event).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ code: '23503' });
  expect(error).not.toHaveProperty('cause');
  expect(JSON.stringify(error) + String(error)).not.toMatch(/secret|nobody|events/);
});

test('a grace list that is not one is refused, without being quoted', async () => {
  const { session } = await registered(store);
  for (const grace of ['secret', '[{"lo":"secret"}]']) {
    await execute(database.url, `UPDATE sessions SET grace = '${grace}'`);
    const error = await store.findSession(session.id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).not.toContain('secret');
  }
});
