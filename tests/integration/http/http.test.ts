import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '#db/store/store.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;
beforeEach(async () => {
  app = await startApp();
  browser = await signedUp();
});
afterEach(() => app.close());

describe('methods', () => {
  test.each([
    ['PATCH', '/api/me', 'GET, HEAD, DELETE, OPTIONS'],
    ['HEAD', '/api/me/export', 'GET, OPTIONS'],
    ['PATCH', '/api/tasks', 'GET, HEAD, POST, OPTIONS'], // tasks
    ['GET', '/api/auth/token', 'POST, OPTIONS'],
    ['HEAD', '/api/auth/refresh', 'GET, POST, OPTIONS'],
    ['HEAD', '/api/auth/session', 'GET, OPTIONS'],
    ['HEAD', '/api/auth/sessions', 'GET, DELETE, OPTIONS'],
    ['PUT', '/api/health', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 with Allow', async (method, path, allow) => {
    const response = await browser.send(method, path);
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });

  test('HEAD is GET without a body', async () => {
    const response = await browser.send('HEAD', '/api/me');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('OPTIONS is 204 with Allow', async () => {
    const response = await browser.send('OPTIONS', '/api/me');
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, DELETE, OPTIONS']);
  });

  test('an unknown path is 404 with a token and 401 without', async () => {
    expect((await browser.send('GET', '/api/nothing')).status).toBe(404);
    expect((await browser.send('GET', '/api/nothing', { token: null })).status).toBe(401);
  });
});

describe('answers', () => {
  test.each([
    '/api/me',
    '/api/activity',
    '/api/auth/sessions',
    '/api/health',
    '/api/nothing',
    '/api/tasks', // tasks
  ])('%s is private, and kept by nobody', async (path) => {
    expect((await browser.send('GET', path)).headers.get('cache-control')).toBe('private, no-store');
  });

  test('a fault of ours is a bare 500 with a request id', async () => {
    app.deps.store.listSecurityEvents = async () => {
      throw new Error('secret detail');
    };
    const response = await browser.send('GET', '/api/activity');
    expect(response.status).toBe(500);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.text()).not.toContain('secret');
  });

  test('a database that is away is 503 with Retry-After, and no cookie is touched', async () => {
    app.deps.store.findSession = async () => {
      throw new StoreUnavailable();
    };
    for (const path of ['/api/auth/refresh', '/api/auth/logout']) {
      const response = await browser.send('POST', path);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  test('data whose first use cannot be written down is not served', async () => {
    app.deps.store.confirm = async () => {
      throw new StoreUnavailable();
    };
    expect((await browser.send('GET', '/api/me')).status).toBe(503);
  });
});

describe('bearer tokens', () => {
  test.each(['Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'Bearer é', 'bearer x.y.z'])(
    '%j is 401',
    async (Authorization) => {
      const headers = { Authorization };
      if (/[^\x20-\x7e]/.test(Authorization)) headers.Authorization = encodeURI(Authorization);
      const response = await browser.send('GET', '/api/me', { token: null, headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('The access token is invalid');
    },
  );

  test('that name another user than their session has are refused', async () => {
    const { store, signAccessToken, clock } = app.deps;
    const id = browser.cookies.get('latchkey-refresh')?.split('.')[2] ?? '';
    const stranger = await signedUp('bob@example.org');
    const theirs = (await store.findUserByEmail('bob@example.org'))?.id ?? '';
    const { token } = await signAccessToken(
      { userId: theirs, sessionId: id, generation: 0, authTime: clock(), amr: 'pwd' },
      clock(),
    );
    expect((await stranger.send('GET', '/api/me', { token })).status).toBe(401);
  });

  test('of a user who is gone say that the session has ended', async () => {
    app.deps.store.findAccess = async () => null;
    const response = await browser.send('GET', '/api/me');
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="latchkey", error="invalid_token", error_description="The session has ended"',
    );
  });
});
