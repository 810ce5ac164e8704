import { ownMachineHeader, paths } from '#lib/core/routes.ts';
import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { startNext } from '#tests/support/server.ts';
import { opened, post } from './instances.ts';

test('`next start` serves the app too: signing in, pages, refreshing and signing out', async ({ email }) => {
  const server = await startNext({ LOG_LEVEL: 'warn' });
  try {
    const { status, session } = await post(server, '/api/auth/register', { email, password });
    expect(status).toBe(201);
    const { status: answered, session: refreshed } = await post(server, '/api/auth/refresh', undefined, session);
    expect(answered).toBe(200);
    const open = { 'access token at 0': 200, 'page session at 0': 200, 'page at 0': 200 };
    expect(await opened([server], refreshed)).toEqual(open);
    expect((await post(server, '/api/auth/logout', undefined, refreshed)).status).toBe(204);
    const shut = { 'access token at 0': 401, 'page session at 0': 401, 'page at 0': 307 };
    expect(await opened([server], refreshed)).toEqual(shut);
    // Without our own server nobody knows who asks.
    const outbox = await fetch(server.url + paths.outbox, { headers: { [ownMachineHeader]: '1' } });
    expect(outbox.status).toBe(404);
    expect(server.output.join('\n')).toContain('no client address is trusted');
  } finally {
    await server.stop();
  }
});
