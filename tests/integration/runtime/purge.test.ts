import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { purgeKinds } from '#db/store/purge.ts';
import { purgeBatch } from '#lib/core/policy.ts';
import { purge, startPurge } from '#lib/server/runtime/purge.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';

const daySeconds = 24 * 60 * 60;
const never = new AbortController().signal;

let app: TestApp;
let browser: Browser;
beforeEach(async () => {
  app = await startApp();
  browser = await signedUp();
});
afterEach(() => app.close());

const sessionId = () => browser.cookies.get('latchkey-refresh')?.split('.')[2] ?? '';

test('an ended session stays for thirty days, and when it is gone its tokens answer as before', async () => {
  const thief = browser.copy();
  const id = sessionId();
  expect((await browser.send('POST', '/api/auth/logout')).status).toBe(204);
  const ended = { status: (await thief.refresh()).status, body: await (await thief.refresh()).text() };
  app.clock.advance(30 * daySeconds);
  await purge(app.deps, never);
  expect(await app.deps.store.findSession(id)).not.toBeNull();
  app.clock.advance(1);
  await purge(app.deps, never);
  expect(await app.deps.store.findSession(id)).toBeNull();
  const gone = await thief.refresh();
  expect({ status: gone.status, body: await gone.text() }).toEqual(ended);
  expect((await thief.send('POST', '/api/auth/logout', { token: null })).status).toBe(204);
});

test('a session that lives is kept, and so is the recent part of the log', async () => {
  app.clock.advance(10 * daySeconds);
  expect((await browser.refresh()).status).toBe(200);
  await purge(app.deps, never);
  expect((await browser.refresh()).status).toBe(200);
  expect((await (await browser.send('GET', '/api/activity')).json()).total).toBe(1);
});

test('the log is kept for as long as the setting says', async () => {
  await app.restart({ EVENT_KEEP_DAYS: '2', SESSION_IDLE_SECONDS: String(9 * daySeconds) });
  await browser.refresh();
  const log = async () => {
    await browser.refresh();
    return (await (await browser.send('GET', '/api/activity')).json()).total;
  };
  app.clock.advance(2 * daySeconds);
  await purge(app.deps, never);
  expect(await log()).toBe(1);
  app.clock.advance(1);
  await purge(app.deps, never);
  expect(await log()).toBe(0);
});

test('of two processes one purges in a window', async () => {
  const rounds = { asked: 0, purged: 0 };
  const { store } = app.deps;
  const deps = {
    ...app.deps,
    store: {
      ...store,
      async hit(...args: Parameters<typeof store.hit>) {
        rounds.asked += 1;
        return store.hit(...args);
      },
      async purge() {
        rounds.purged += 1;
        return 0;
      },
    },
  };
  const stops = [1, 2].map(() => startPurge(deps, 0.02));
  await expect.poll(() => rounds.asked).toBeGreaterThan(4);
  await Promise.all(stops.map((stop) => stop()));
  expect(rounds.purged).toBe(purgeKinds.length);
  const asked = rounds.asked;
  await new Promise((resolve) => setImmediate(resolve));
  expect(rounds.asked).toBe(asked);
});

/** Rows of a session that ended long ago, made by the hundred statements a use case would need. */
function addOldSessions(count: number): void {
  const file = new Database(app.deps.env.DATABASE_URL.slice('file:'.length));
  file.pragma('foreign_keys = OFF');
  const names = file.prepare<[], string>("SELECT name FROM pragma_table_info('sessions')").pluck().all();
  const old = app.clock.now.getTime() - 100 * daySeconds * 1000;
  const values = names.map((name) =>
    name === 'id' ? "printf('old-%d', n)" : name === 'ended_at' ? `${old} + n` : name,
  );
  file.exec(`
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO sessions (${names.join(', ')}) SELECT ${values.join(', ')} FROM numbers, sessions`);
  file.close();
}

test('refreshes go on, each in its usual time, while fifty thousand old rows are deleted', async () => {
  await app.restart({ RATE_LIMITS: 'off' });
  addOldSessions(50_000);
  const { store } = app.deps;
  const purgeOne = store.purge;
  let longest = 0;
  store.purge = async (...args) => {
    const start = performance.now();
    const deleted = await purgeOne(...args);
    longest = Math.max(longest, performance.now() - start);
    expect(deleted).toBeLessThanOrEqual(purgeBatch);
    return deleted;
  };
  const stopping = new AbortController();
  const purging = purge(app.deps, stopping.signal);
  const times: number[] = [];
  while (times.length < 150) {
    const start = performance.now();
    expect((await browser.refresh()).status).toBe(200);
    times.push(performance.now() - start);
    await browser.send('GET', '/api/me');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stopping.abort();
  const deleted = await purging;
  expect(deleted).toBeGreaterThan(10 * purgeBatch);
  // The rest in one go: at that pace it would take half a minute.
  expect(deleted + (await purgeOne('ended_sessions', app.clock.now, 50_000))).toBe(50_000);
  // Generous: a busy machine must not look like a lock that is held.
  expect(longest).toBeLessThan(1000);
  times.sort((a, b) => a - b);
  expect(times[Math.floor(times.length * 0.95)]).toBeLessThan(500);
});
