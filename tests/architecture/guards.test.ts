import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isApiPath, publicEndpoints, publicPages } from '#lib/core/routes.ts';

const read = (file: string) => readFileSync(file, 'utf8');

/** The path that a file under app/ answers: `app/(protected)/tasks/page.tsx` -> `/tasks`. */
function pathOf(file: string): string {
  const parts = file
    .split('/')
    .slice(1, -1)
    .filter((part) => !part.startsWith('('));
  return `/${parts.join('/')}`;
}

describe('pages', () => {
  const pages = globSync('app/**/page.tsx');

  test.each(pages)('%s is public, or asks for the session before anything else', (file) => {
    const source = read(file);
    const isPublic = file.startsWith('app/(public)/');
    expect(publicPages.includes(pathOf(file))).toBe(isPublic);
    if (isPublic) return;
    const start = source.indexOf('export default async function');
    const body = source.slice(source.indexOf(') {\n', start));
    const guard = body.indexOf('await requireUser(');
    const firstUse = body.search(/await (?!searchParams|params|requireUser)|container\(\)|<\w/);
    expect(guard).toBeGreaterThan(0);
    expect(firstUse === -1 || guard < firstUse).toBe(true);
  });

  test('there is no loading file that would turn a refusal into a 200', () => {
    expect(globSync('app/**/loading.tsx')).toEqual([]);
  });
});

describe('handlers', () => {
  const routes = globSync(['app/**/route.ts', 'app/.well-known/**/route.ts']);

  test.each(routes)('%s is listed as public, or every handler stands behind authed()', (file) => {
    const source = read(file);
    if (publicEndpoints.includes(pathOf(file))) return;
    expect(isApiPath(pathOf(file))).toBe(true);
    const handlers = [...source.matchAll(/^\s*(?:GET|POST|PUT|PATCH|DELETE): (.*)$/gm)].map(([, value]) => value ?? '');
    const reExports = /^export \{.*\} from '\.\/\[\.\.\.path\]\/route\.ts';/m.test(source);
    expect(handlers.length > 0 || reExports).toBe(true);
    for (const handler of handlers) expect(handler).toMatch(/^(authed\(|nothingHere,)/);
    if (handlers.some((handler) => handler.startsWith('nothingHere')))
      expect(source).toContain('const nothingHere = authed(');
  });

  test.each(routes)('%s goes through the wrapper, and fits on a screen', (file) => {
    const source = read(file);
    expect(source).toMatch(
      /export const \{ GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS \} = methods\(|export \{ DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT \}/,
    );
    expect(source.split('\n').length).toBeLessThanOrEqual(60);
  });

  test('every public endpoint has its handler', () => {
    const answered = routes.map(pathOf);
    for (const path of publicEndpoints) expect(answered).toContain(path);
  });
});

test('no file has a server action', () => {
  for (const file of globSync('{app,components,lib}/**/*.{ts,tsx}'))
    expect([file, /^['"]use server['"]/m.test(read(file))]).toEqual([file, false]);
});
