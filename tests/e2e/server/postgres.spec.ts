import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { kept } from '#tests/e2e/kept.ts';
import { type PostgresServer, startPostgres } from '#tests/support/postgres-server.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';
import { all, opened, post } from './instances.ts';

/** Two instances of two workers each, as on two machines behind a load balancer, on one PostgreSQL. */
const cluster = kept(async () => {
  const database = await startPostgres();
  const shared = { DATABASE_URL: database.urlOf('postgres'), LATCHKEY_WORKERS: '2' };
  const first = await startServer(shared);
  const second = await startServer({ ...shared, APP_URL: first.url });
  return {
    database,
    instances: [first, second],
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      await database.stop();
    },
  };
});

const test = base.extend<{ database: PostgresServer; instances: RunningServer[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  database: async ({}, use) => use((await cluster()).database),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  instances: async ({}, use) => use((await cluster()).instances),
});

// In one worker: one server is enough.
test.describe.configure({ mode: 'default' });

test('what one instance signs in is let in at each, and what one signs out is out at each', async ({
  instances,
  email,
}) => {
  const [first, second] = instances;
  const { status, session } = await post(first, '/api/auth/register', { email, password });
  expect(status).toBe(201);
  expect(await opened(instances, session)).toEqual(all(200, 200));
  const { session: refreshed } = await post(second, '/api/auth/refresh', undefined, session);
  expect(await opened(instances, refreshed)).toEqual(all(200, 200));
  expect((await post(first, '/api/auth/logout', undefined, refreshed)).status).toBe(204);
  expect(await opened(instances, refreshed)).toEqual(all(401, 307));
  expect((await post(second, '/api/auth/refresh', undefined, refreshed)).status).toBe(401);
});

test('a PostgreSQL that is restarted signs nobody out, and no instance needs a restart', async ({
  database,
  instances,
  email,
}) => {
  const [first, second] = instances;
  const { session } = await post(first, '/api/auth/register', { email, password });
  await database.restart('crash');
  for (const instance of [first, second]) {
    const statuses: number[] = [];
    const refresh = async () => {
      const { status } = await post(instance, '/api/auth/refresh', undefined, session);
      statuses.push(status);
      return status;
    };
    await expect.poll(refresh).toBe(200);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect((await fetch(`${instance?.url}/api/health`)).status).toBe(200);
  }
});
