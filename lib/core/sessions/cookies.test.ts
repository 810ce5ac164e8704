import { expect, test } from 'vitest';
import { cookieNames, readCookie } from './cookies.ts';

test('https gives the names the __Host- prefix', () => {
  const https = { APP_URL: 'https://app.example.org', COOKIE_NAME: 'latchkey' };
  const http = { APP_URL: 'http://localhost:4000', COOKIE_NAME: 'other' };
  expect(cookieNames(https)).toEqual({ refresh: '__Host-latchkey-refresh', session: '__Host-latchkey-session' });
  expect(cookieNames(http)).toEqual({ refresh: 'other-refresh', session: 'other-session' });
});

test('a cookie is found by its whole name', () => {
  expect(readCookie('a=1; latchkey-refresh=v1.x; latchkey-refresh2=no', 'latchkey-refresh')).toBe('v1.x');
  expect(readCookie('a=1', 'latchkey-refresh')).toBeNull();
  expect(readCookie(null, 'latchkey-refresh')).toBeNull();
});

test('a name that comes twice counts as absent, even with equal values', () => {
  expect(readCookie('k=1; k=2', 'k')).toBeNull();
  expect(readCookie('k=1, k=1; k=1', 'k')).toBeNull();
});
