import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';
import { execute } from '#tests/support/database.ts';
import { type PostgresServer, startPostgres } from '#tests/support/postgres-server.ts';

/** A server of this file's own: the others' must not be restarted. */
let server: PostgresServer;
let url: string;
let app: TestApp;
let people: Browser[];

beforeAll(async () => {
  server = await startPostgres();
  url = server.urlOf('postgres');
});
afterAll(() => server.stop());
beforeEach(async () => {
  app = await startApp({ DATABASE_URL: url, RATE_LIMITS: 'off' });
  people = await Promise.all([1, 2, 3, 4].map((number) => signedUp(`person-${number}@example.org`)));
});
afterEach(async () => {
  await execute(url, 'DELETE FROM users');
  await app.close();
});

/** Refreshes and uses what it got, again and again, as a browser does: after a 503 with the same cookie. Notes each status. */
async function goOn(browser: Browser, statuses: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    statuses.push((await browser.refresh()).status);
    statuses.push((await browser.send('GET', '/api/me')).status);
  }
}

const faults: [string, () => Promise<unknown>][] = [
  ['is restarted', () => server.restart()],
  ['crashes and comes back', () => server.restart('crash')],
  [
    'cuts every connection',
    () =>
      execute(
        url,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()',
      ),
  ],
];

test.each(faults)('while PostgreSQL %s, nobody is signed out, and nothing but a 503 is seen', async (_name, fault) => {
  let isOver = false;
  const statuses: number[] = [];
  const all = people.map((browser) => goOn(browser, statuses, () => isOver));
  for (let round = 0; round < 3; round++) await fault();
  const answered = statuses.length;
  const good = () => statuses.slice(answered).filter((status) => status === 200).length;
  await expect.poll(good, { timeout: 20_000 }).toBeGreaterThan(people.length);
  isOver = true;
  await Promise.all(all);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  for (const browser of people) expect((await browser.refresh()).status).toBe(200);
});
