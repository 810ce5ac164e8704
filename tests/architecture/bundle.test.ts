import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('what the browser loads has no server secret, no server setting and no source map', () => {
  expect(existsSync('.next/static'), 'Build the app first: npm run build').toBe(true);
  const files = globSync('.next/static/**/*.{js,css,map,txt,json}');
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
  const words =
    /AUTH_SECRET|SESSION_SECRET|ACCESS_TOKEN_KEYS|METRICS_TOKEN|better-sqlite3|password_hash|Fe26\.2|latchkey refresh token/;
  expect(files.filter((file) => words.test(readFileSync(file, 'utf8')))).toEqual([]);
});
