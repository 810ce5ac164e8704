/** What the operator and the database hand to the app. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { z } from 'zod';
import { sessions } from '#db/sqlite/schema.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { announceCases, holds, soon } from './cases.ts';
import { nearly } from './nearly.ts';
import { canary, edited, text, value } from './strange.ts';

afterAll(() => announceCases('settings and columns'));

describe('settings', () => {
  const good: Record<string, string> = {
    ...testEnvironment(),
    PORT: '3000',
    TRUSTED_PROXY_HOPS: '1',
    RATE_LIMITS: 'on',
    DATABASE_URL: 'file:x.db',
  };
  const names = [
    ...Object.keys(good),
    'METRICS_TOKEN',
    'LIMIT_LOGIN_PER_ACCOUNT',
    'ACCESS_TOKEN_AUDIENCE',
    'LATCHKEY_WORKERS',
  ];
  const change = fc.constantFrom(...names).chain((name) =>
    fc.tuple(
      fc.constant(name),
      fc.oneof(
        text,
        edited(good[name] ?? '10/900'),
        value.map((one) => JSON.stringify(one) ?? ''),
      ),
    ),
  );

  test('are valid, or named with what is wrong, and no value is quoted', () =>
    holds(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const parsed = soon(() => parseServerSettings({ ...good, ...Object.fromEntries(changes) }));
        if (parsed.ok) {
          const url = new URL(parsed.settings.APP_URL);
          assert.equal(url.origin, parsed.settings.APP_URL);
          assert(url.protocol === 'https:' || /^(localhost|127\.|\[::1\]|.+\.localhost$)/.test(url.hostname));
          return;
        }
        assert(parsed.problems.length > 0);
        for (const problem of parsed.problems) assert.match(problem, /^[A-Z_]+ \w/);
        assert(!parsed.problems.join().includes(canary));
      }),
      2500,
    ));
});

describe('the grace column', () => {
  const window = z.object({ lo: z.number(), hi: z.number(), until: z.number() });
  const windows = fc.array(fc.record({ lo: fc.nat(), hi: fc.nat(), until: fc.nat() }, { noNullPrototype: true }), {
    maxLength: 4,
  });
  const read = (column: string): unknown => sessions.grace.mapFromDriverValue(column);
  const write = (list: object[]) => String(sessions.grace.mapToDriverValue(list));

  test('is read as it was written', () =>
    holds(
      fc.property(windows, (list) => assert.deepEqual(read(write(list)), list)),
      300,
    ));

  const nearlyWindows = nearly({ lo: 0, hi: 1, until: 2 }).map((one) => JSON.stringify([one]));
  test('with any other text is an error, or windows all the same', () =>
    holds(
      fc.property(fc.oneof(windows.map(write).chain(edited), nearlyWindows, text), (column) => {
        let list: unknown;
        try {
          list = read(column);
        } catch {
          return;
        }
        assert(z.array(window).safeParse(list).success);
      }),
      1000,
    ));
});
