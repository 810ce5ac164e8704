import { expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import { createAuthFetch } from './auth-fetch.ts';
import { SignedOutError } from './client-errors.ts';

test('calls made before any token is there are answered, after one look at the session', async () => {
  const { tab, server, jar } = createBrowser();
  jar.cookies = server.begin();
  const authFetch = createAuthFetch({ environment: tab().env });
  const answers = await Promise.all(Array.from({ length: 5 }, () => authFetch('/api/me')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(server.count('GET /api/auth/session')).toBe(1);
  expect(server.count('POST /api/auth/refresh')).toBe(0);
});

test('without a session it throws, and sends nothing', async () => {
  const { tab, server } = createBrowser();
  const authFetch = createAuthFetch({ environment: tab().env });
  await expect(authFetch('/api/me')).rejects.toThrow(SignedOutError);
  expect(server.count('GET /api/me')).toBe(0);
});
