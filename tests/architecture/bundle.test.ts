import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { NextConfig } from 'next';
import { expect, test } from 'vitest';
import { publicFiles } from '#scripts/public-files.ts';
import { canariesIn, canarySettings, canaryUser } from '#tests/support/canaries.ts';

const built = (pattern: string) => {
  expect(existsSync('.next/static'), 'Build the app first: npm run build').toBe(true);
  return globSync(pattern).filter((file) => /\.(js|css|map|txt|json|html|rsc|body|meta)$/.test(file));
};

/** The files among `files`, of the built app, whose text matches. */
function withWords(words: RegExp, files: string[]): string[] {
  expect(files.length).toBeGreaterThan(2);
  return files.filter((file) => words.test(readFileSync(file, 'utf8')));
}

const drivers = /better-sqlite3|drizzle|require\("pg|pg_advisory/;

test('what the browser loads has no server secret, no server setting and no source map', () => {
  const files = built('.next/static/**/*');
  expect(files.length).toBeGreaterThan(5);
  const words =
    /AUTH_SECRET|SESSION_SECRET|ACCESS_TOKEN_KEYS|METRICS_TOKEN|password_hash|Fe26\.2|latchkey refresh token/;
  expect(withWords(words, files)).toEqual([]);
  expect(withWords(drivers, files)).toEqual([]);
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
});

test('the middleware has no database in it; the server has, so that silence means something', () => {
  expect(withWords(drivers, globSync('.next/server/edge/**/*.js'))).toEqual([]);
  expect(withWords(drivers, globSync('.next/server/chunks/**/*.js'))).not.toEqual([]);
});

// `npm test` builds with these in the environment, as an operator does whose secrets are set.
test('no secret of the environment is built in, neither for the browser nor for the server, nor in a source map', () => {
  const files = [...built('.next/static/**/*'), ...built('.next/server/**/*'), ...built('.next/*')];
  expect(files.length).toBeGreaterThan(50);
  const leaks = files
    .map((file) => [file, ...canariesIn(readFileSync(file, 'utf8'))])
    .filter(({ length }) => length > 1);
  expect(leaks).toEqual([]);
});

test('nothing is made to be built in but the names of the files in public/', async () => {
  const sources = globSync(['{app,components,lib}/**/*.{ts,tsx}', '*.{ts,mjs}']);
  expect(sources.filter((file) => /NEXT_PUBLIC_/.test(readFileSync(file, 'utf8')))).toEqual([]);
  const { env }: NextConfig = (await import(resolve('next.config.mjs'))).default;
  expect(env).toEqual({ LATCHKEY_PUBLIC_FILES: JSON.stringify(publicFiles('public')) });
  expect(readFileSync('next.config.mjs', 'utf8')).not.toMatch(/productionBrowserSourceMaps|DefinePlugin/);
});

test('a canary is found in whatever way it is written', () => {
  const secret = canarySettings.AUTH_SECRET;
  const around = ['', 'x', 'xy'].map((before) => `${before}${secret}!`);
  const ways = around.flatMap((text) => [
    text,
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('base64url'),
    Buffer.from(text).toString('hex'),
  ]);
  expect(ways.filter((text) => !canariesIn(`{"a":"${text}"}`).includes('AUTH_SECRET'))).toEqual([]);
  expect(canariesIn(encodeURIComponent(canaryUser.name))).toEqual(['the other person’s name']);
  expect(canariesIn('nothing of the kind')).toEqual([]);
});
