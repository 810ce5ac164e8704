import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The files among `files`, of the built app, whose text matches. */
function withWords(words: RegExp, files: string[]): string[] {
  expect(existsSync('.next/static'), 'Build the app first: npm run build').toBe(true);
  expect(files.length).toBeGreaterThan(2);
  return files.filter((file) => words.test(readFileSync(file, 'utf8')));
}

const drivers = /better-sqlite3|drizzle|require\("pg|pg_advisory/;

test('what the browser loads has no server secret, no server setting and no source map', () => {
  const files = globSync('.next/static/**/*.{js,css,map,txt,json}');
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
