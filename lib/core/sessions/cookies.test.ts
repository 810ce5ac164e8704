import { expect, test } from 'vitest';
import { cookieNames, readCookie } from './cookies.ts';

test('https gives the names the __Host- prefix', () => {
  expect(cookieNames(true)).toEqual({ refresh: '__Host-latchkey-refresh', session: '__Host-latchkey-session' });
  expect(cookieNames(false)).toEqual({ refresh: 'latchkey-refresh', session: 'latchkey-session' });
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
