import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contracts } from '#lib/core/contracts.ts';
import { api, publicEndpoints, publicPages } from '#lib/core/routes.ts';

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
  const routes = globSync(['app/**/route.ts', 'app/.well-known/**/route.ts']).filter(
    (file) => file !== 'app/api/route.ts',
  );

  test.each(routes)('%s is made of its path’s contract, and fits on a screen', (file) => {
    const source = read(file);
    const [, name = ''] =
      /^export const \{ GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS \} = route\((\w+Route), \{$/m.exec(source) ?? [];
    const [, from = ''] =
      new RegExp(`import \\{ ${name} \\} from '#(lib/core/\\w[\\w-]*/(?:\\w+-)?contract\\.ts)';`).exec(source) ?? [];
    const declared = new RegExp(`export const ${name} = routeContract\\(\\{\\s*path: (?:api\\.(\\w+)|'([^']+)'),`).exec(
      read(from),
    );
    const path = declared?.[1] ? Object.entries(api).find(([key]) => key === declared[1])?.[1] : declared?.[2];
    expect(path).toBe(pathOf(file));
    expect(source.split('\n').length).toBeLessThanOrEqual(60);
  });

  test('bare /api is answered as any unknown path', () => {
    expect(read('app/api/route.ts')).toMatch(
      /^export \{ DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT \} from '\.\/\[\.\.\.path\]\/route\.ts';$/m,
    );
  });

  test('every route is listed, and every public endpoint is one', () => {
    const listed = contracts.map(({ path }) => path);
    expect(listed.toSorted()).toEqual(routes.map(pathOf).sort());
    for (const path of publicEndpoints) expect(listed).toContain(path);
  });
});

test('no file has a server action', () => {
  for (const file of globSync('{app,components,lib}/**/*.{ts,tsx}'))
    expect([file, /^['"]use server['"]/m.test(read(file))]).toEqual([file, false]);
});
