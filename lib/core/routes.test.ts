import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { landing, loginPath, refreshPath, routeTemplate, safeNext } from './routes.ts';

describe('where a person goes after signing in', () => {
  test.each(['/account?page=2', '/account/sessions', '/', '/account/abc#notes'])('%s is kept', (path) => {
    expect(safeNext(path)).toBe(path);
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%5cevil.example',
    '/%2fevil.example',
    '/%09/evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    '/%2e%2e//evil.example',
    'https:evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/api/auth/logout',
    '/api',
    '/API/me',
    '/%61pi/me',
    '/x/../api/me',
    '/login?next=/login',
    '/register/',
    '/%zz',
    '',
    'account',
    '/a\u0000b',
    `/${'a'.repeat(10_000)}`,
    `/${'\u{1f600}'.repeat(500)}`,
    ['/account', '/account/sessions'],
    undefined,
    null,
    7,
  ])('%j counts as the landing page', (value) => {
    expect(safeNext(value)).toBe(landing);
  });

  test.each([
    '?dGVzdA==',
    '?a=%20b+c',
    '?a',
    '?a=',
    '?a&&b&',
    '?=',
    '?a=~%7e!*()',
    '?a=%27%E4',
    '?a=/b?c:d@e',
    '?x_rsc=1&_RSC=2',
    '?%zz',
  ])('its query %s is kept to the byte', (query) => {
    expect(safeNext(`/account${query}`)).toBe(`/account${query}`);
  });

  test.each([
    ['?page=2&_rsc=abc', '?page=2'],
    ['?_rsc=abc', ''],
    ['?_rsc', ''],
    ['?dGVzdA==&_rsc=abc&a=%20b&_rsc=d', '?dGVzdA==&a=%20b'],
  ])("the router's own parameter is left out of %s, and nothing else", (query, kept) => {
    expect(safeNext(`/account${query}#_rsc=1`)).toBe(`/account${kept}#_rsc=1`);
  });

  test('what no address can contain is encoded', () => {
    expect(safeNext('/account?a=b c"ü')).toBe('/account?a=b%20c%22%C3%BC');
  });

  test('it is written into links encoded, once', () => {
    expect(loginPath('/account?page=2')).toBe('/login?next=%2Faccount%3Fpage%3D2');
    expect(refreshPath('//evil.example')).toBe(`/api/auth/refresh?next=${encodeURIComponent(landing)}`);
  });
});

test.each([
  ['/account?page=2', '/account'],
  ['/tasks?page=2', '/tasks'], // tasks
  ['/tasks/0b0c', '/tasks/[id]'], // tasks
  ['/api/auth/sessions/0b0c', '/api/auth/sessions/[id]'],
  ['/api/auth/refresh?next=/account', '/api/auth/refresh'],
  ['/_next/static/chunks/a.js', '/_next'],
  ['/wp-login.php', 'other'],
  ['/account/sessions/more', 'other'],
  ['*', 'other'],
])('%s is counted as %s', (target, template) => {
  expect(routeTemplate(target)).toBe(template);
});

const routes = globSync(['app/**/{route.ts,page.tsx}', 'app/.well-known/**/route.ts'])
  .map((file) => file.replace(/^app/, '').replace(/\/\([^)]+\)/g, ''))
  .map((file) => file.replace(/\/(route\.ts|page\.tsx)$/, '') || '/')
  .filter((route) => route !== '/api' && !route.includes('[...'));

test.each(routes)('%s has a name of its own', (route) => {
  expect(routeTemplate(route.replace('[id]', '0b0c'))).toBe(route);
});
