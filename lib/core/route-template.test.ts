import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { routeTemplate } from './route-template.ts';

test.each([
  ['/tasks?page=2', '/tasks'],
  ['/tasks/0b0c', '/tasks/[id]'],
  ['/api/auth/sessions/0b0c', '/api/auth/sessions/[id]'],
  ['/api/auth/refresh?next=/tasks', '/api/auth/refresh'],
  ['/_next/static/chunks/a.js', '/_next'],
  ['/wp-login.php', 'other'],
  ['/tasks/0b0c/more', 'other'],
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
