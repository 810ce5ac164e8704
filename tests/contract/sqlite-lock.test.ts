import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '#db/sqlite/store.ts';
import { type Store, StoreUnavailable } from '#db/store/store.ts';
import { anEvent, eventTypes, inParallel, now, registered, sessionRow } from './fixtures.ts';
import { start } from './processes/start.ts';
import { emptyFolder, migratedFile } from './sqlite-files.ts';

const lockMs = 1000;

let file: { folder: string; path: string };
let store: Store;
beforeEach(async () => {
  file = await migratedFile();
  store = openSqliteStore(file.path);
});
afterEach(async () => {
  await store.close();
  rmSync(file.folder, { recursive: true });
});

test('fifty writes wait for another process to let go of the lock, and the event loop turns meanwhile', async () => {
  const lock = await start('hold-lock.ts', file.path);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let isHeld = true;
  const writes = inParallel(50, async () => {
    const { count } = await store.hit('key', 60, now);
    expect(isHeld).toBe(false);
    return count;
  });
  await delay(lockMs);
  loop.disable();
  isHeld = false;
  await lock.finish();
  expect(new Set(await writes).size).toBe(50);
  expect(loop.count).toBeGreaterThan(20);
  expect(loop.max / 1e6).toBeLessThan(lockMs / 2);
});

test('a batch that waits is written once', async () => {
  const { user, session } = await registered(store);
  const lock = await start('hold-lock.ts', file.path);
  const ended = store.endByVersion(session.id, 0, 'reuse', anEvent(user.id, { type: 'refresh_reuse' }));
  await lock.finish();
  expect(await ended).toBe(true);
  expect(await eventTypes(store, user.id)).toEqual(['refresh_reuse', 'signed_up']);
});

test('a lock that stays makes writes fail as unavailable, writes nothing, and leaves reads alone', async () => {
  const { user, session } = await registered(store);
  const impatient = openSqliteStore(file.path, 0.1);
  const lock = await start('hold-lock.ts', file.path);
  const end = () => impatient.endOwnSession(user.id, session.id, anEvent(user.id));
  await expect(end()).rejects.toThrow(StoreUnavailable);
  await expect(impatient.hit('key', 60, now)).rejects.toThrow(StoreUnavailable);
  expect(await sessionRow(impatient, session.id)).toMatchObject({ endedAt: null });
  await expect(impatient.check()).resolves.toBeUndefined();
  await lock.finish();
  expect(await eventTypes(impatient, user.id)).toEqual(['signed_up']);
  expect(await end()).toBe(true);
  await impatient.close();
});

test('closing ends the waiting', async () => {
  const lock = await start('hold-lock.ts', file.path);
  const write = store.hit('key', 60, now);
  await store.close();
  await expect(write).rejects.toThrow(StoreUnavailable);
  await lock.finish();
});

test('four processes that rotate one session lose no rotation and no count', async () => {
  const { session } = await registered(store);
  const racers = await inParallel(4, () => start('race.ts', file.path, session.id, '50'));
  await Promise.all(racers.map((racer) => racer.finish()));
  expect(await sessionRow(store, session.id)).toMatchObject({ head: 200, version: 200 });
  expect((await store.hit('race', 60, now)).count).toBe(201);
}, 30_000);

test('four processes that migrate one new file at the same time all succeed, and one of them does it', async () => {
  const { folder, path } = emptyFolder();
  const migrate = () =>
    promisify(execFile)(process.execPath, ['scripts/migrate.ts'], {
      env: { ...process.env, DATABASE_URL: `file:${path}` },
    });
  const lines = (await inParallel(4, migrate)).map(({ stdout }) => stdout.trim());
  expect(lines.filter((line) => line.startsWith('Applied'))).toHaveLength(1);
  expect(lines.filter((line) => line === 'The database is up to date.')).toHaveLength(3);
  rmSync(folder, { recursive: true });
}, 30_000);
