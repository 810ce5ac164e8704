import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { kept } from '#tests/e2e/kept.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';
import { all, type Held, opened, post } from './instances.ts';

/** Two processes of one app on one database, without grace: a used token is theft at once. */
const twoInstances = kept(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-instances-'));
  const shared = { DATABASE_URL: `file:${join(folder, 'test.db')}`, REFRESH_GRACE_SECONDS: '0' };
  const first = await startServer(shared);
  const second = await startServer({ ...shared, APP_URL: first.url });
  return {
    instances: [first, second],
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
});

const test = base.extend<{ instances: RunningServer[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  instances: async ({}, use) => use((await twoInstances()).instances),
});
// Two servers are enough for all of them.
test.describe.configure({ mode: 'default' });

const endings: [string, (server: RunningServer | undefined, held: Held) => Promise<number>][] = [
  ['logout', async (server, held) => (await post(server, '/api/auth/logout', undefined, held)).status],
  [
    'logout everywhere',
    async (server, { token }) => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${server?.url}/api/auth/sessions`, { method: 'DELETE', headers })).status;
    },
  ],
  [
    'a new password',
    async (server, held) => {
      const json = { current_password: password, new_password: 'other unrelated words' };
      return (await post(server, '/api/auth/password', json, held)).status;
    },
  ],
];

for (const [name, end] of endings) {
  test(`after ${name} at one instance every kind of token is dead at once at each`, async ({ instances, email }) => {
    const [first, second] = instances;
    const { session } = await post(first, '/api/auth/register', { email, password });
    expect(await opened(instances, session)).toEqual(all(200, 200));
    expect([200, 204]).toContain(await end(first, session));
    expect(await opened(instances, session)).toEqual(all(401, 307));
    expect((await post(second, '/api/auth/refresh', undefined, session)).status).toBe(401);
    expect((await post(first, '/api/auth/refresh', undefined, session)).status).toBe(401);
  });
}

test('after theft at one instance every kind of token is dead at once at each', async ({ instances, email }) => {
  const [first, second] = instances;
  const { session: stolen } = await post(first, '/api/auth/register', { email, password });
  const { session } = await post(first, '/api/auth/refresh', undefined, stolen);
  expect(await opened(instances, session)).toEqual(all(200, 200));
  // Windows are inclusive: with none, the next millisecond is theft.
  const used = Date.now();
  await expect.poll(() => Date.now() > used + 1).toBe(true);
  expect((await post(second, '/api/auth/refresh', undefined, stolen)).status).toBe(401);
  expect(await opened(instances, session)).toEqual(all(401, 307));
  for (const server of instances)
    expect((await post(server, '/api/auth/refresh', undefined, session)).status).toBe(401);
});
