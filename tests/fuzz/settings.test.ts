/** What the operator and the database hand to the app. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { z } from 'zod';
import { sessions } from '#db/sqlite/schema.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { put } from '#scripts/cli/settings-file.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { announceCases, checkCases, quickly } from './cases.ts';
import { canary, edited, text, value } from './strange.ts';
import { variantsOf } from './variants.ts';

afterAll(() => announceCases('settings and columns'));

describe('settings', () => {
  const good: Record<string, string> = {
    ...testEnvironment(),
    PORT: '3000',
    TRUSTED_PROXY_HOPS: '1',
    RATE_LIMITS: 'on',
    DATABASE_URL: 'file:x.db',
    SMTP_URL: `smtps://ada:${canary}@mail.example.org`,
    MAIL_FROM: 'Latchkey <sign-in@example.org>',
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

  test('are valid, or named in one line with what is wrong, and no secret is quoted', () =>
    checkCases(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const parsed = quickly(() => parseServerSettings({ ...good, ...Object.fromEntries(changes) }));
        if (parsed.ok) {
          const url = new URL(parsed.settings.APP_URL);
          assert.equal(url.origin, parsed.settings.APP_URL);
          // What reaches SMTP and the head of each mail.
          const { SMTP_URL: smtp, MAIL_FROM: from } = parsed.settings;
          if (smtp) assert.match(smtp.host, /^[\w.:-]+$/);
          if (from) assert.match(`${from.name} <${from.address}>`, /^[^\p{Cc}"<>@,;:]* <[\w.+-]+@[\w.-]+>$/u);
          assert(smtp?.tls !== 'off' || !smtp.login);
          assert(url.protocol === 'https:' || /^(localhost|127\.|\[::1\]|.+\.localhost$)/.test(url.hostname));
          return;
        }
        assert(parsed.problems.length > 0);
        for (const problem of parsed.problems) assert.match(problem, /^[A-Z_]+ \w[ -~…]+$/);
        const ofSecrets = parsed.problems.filter((problem) =>
          /^\w+_(SECRET|KEYS|TOKEN)|^(DATABASE|SMTP)_URL/.test(problem),
        );
        assert(!ofSecrets.join().includes(canary));
      }),
      2500,
    ));
});

describe('a settings file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const line = fc.oneof(
    fc.constantFrom(
      '# ours',
      '',
      'PORT=4000',
      'export APP_URL = http://localhost ',
      '#AUTH_SECRET=none',
      'XAUTH_SECRET=x',
    ),
    fc.constantFrom(
      'AUTH_SECRET=old',
      "AUTH_SECRET='older'",
      '  AUTH_SECRET = "one\ntwo" # why',
      'AUTH_SECRET=`x`',
      "AUTH_SECRET='x",
    ),
    fc.constantFrom(
      'ACCESS_TOKEN_KEYS=\'{\n  "keys": []\n}\'',
      "OTHER='it\nAUTH_SECRET=inside\n'",
      'OTHER="\'"',
      'BROKEN',
      '=',
    ),
    fc.tuple(fc.constantFrom('A', 'AUTH_SECRET', 'B_2'), text).map(([name, content]) => `${name}=${content}`),
  );

  test('gets one new value, in the place that counts, or stays as it is to the byte', () =>
    checkCases(
      fc.property(
        fc.array(line, { maxLength: 7 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (lines, end, isList) => {
          const file = join(folder, '.env.local');
          const before = lines.join(end);
          writeFileSync(file, before, { mode: 0o644 });
          const value = isList ? 'new,old' : `'{"keys":[{"kid":"$&"}]}'`;
          const written = put([join(folder, 'nothing'), file], 'AUTH_SECRET', value);
          const after = readFileSync(file, 'utf8');
          if (written === null) return assert.equal(after, Buffer.from(before).toString());
          assert.equal(statSync(file).mode & 0o777, 0o600);
          const expected = { ...parseEnv(Buffer.from(before).toString()), ...parseEnv(`AUTH_SECRET=${value}`) };
          assert.deepEqual(parseEnv(after), expected);
        },
      ),
      1500,
    ));

  test('of a plain kind is always written', () => {
    const file = join(folder, '.env.plain');
    writeFileSync(file, '# ours\nPORT=4000\nAUTH_SECRET=oldest\nAUTH_SECRET=old # last\n\nSESSION_SECRET=other\n');
    assert.equal(put([file], 'AUTH_SECRET', 'new,old'), file);
    assert.equal(
      readFileSync(file, 'utf8'),
      '# ours\nPORT=4000\nAUTH_SECRET=oldest\nAUTH_SECRET=new,old\n\nSESSION_SECRET=other\n',
    );
    assert.equal(put([file], 'METRICS_TOKEN', 'x'), null);
  });
});

describe('the grace column', () => {
  const window = z.object({ lo: z.number(), hi: z.number(), until: z.number() });
  const windows = fc.array(fc.record({ lo: fc.nat(), hi: fc.nat(), until: fc.nat() }, { noNullPrototype: true }), {
    maxLength: 4,
  });
  const read = (column: string): unknown => sessions.grace.mapFromDriverValue(column);
  const write = (list: object[]) => String(sessions.grace.mapToDriverValue(list));

  test('is read as it was written', () =>
    checkCases(
      fc.property(windows, (list) => assert.deepEqual(read(write(list)), list)),
      300,
    ));

  const variantWindows = variantsOf({ lo: 0, hi: 1, until: 2 }).map((one) => JSON.stringify([one]));
  test('with any other text is an error, or windows all the same', () =>
    checkCases(
      fc.property(fc.oneof(windows.map(write).chain(edited), variantWindows, text), (column) => {
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
