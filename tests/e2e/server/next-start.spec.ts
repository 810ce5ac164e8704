import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { startNext } from '#tests/support/server.ts';
import { opened, post } from './instances.ts';

test('`next start` serves the app too: signing in, pages, renewal and signing out', async ({ email }) => {
  const server = await startNext({ LOG_LEVEL: 'warn' });
  try {
    const { status, session } = await post(server, '/api/auth/register', { email, password });
    expect(status).toBe(201);
    const { status: refreshed, session: renewed } = await post(server, '/api/auth/refresh', undefined, session);
    expect(refreshed).toBe(200);
    const open = { 'access token at 0': 200, 'seal at 0': 200, 'page at 0': 200 };
    expect(await opened([server], renewed)).toEqual(open);
    expect((await post(server, '/api/auth/logout', undefined, renewed)).status).toBe(204);
    const shut = { 'access token at 0': 401, 'seal at 0': 401, 'page at 0': 307 };
    expect(await opened([server], renewed)).toEqual(shut);
    expect(server.output.join('\n')).toContain('no client address is trusted');
  } finally {
    await server.stop();
  }
});
