/** An operator's first steps in a folder of its own: no settings, no database, then both. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseServerSettings } from '#lib/core/settings.ts';
import { makeMissingSecrets } from '#scripts/secrets.ts';
import { runScript } from '#tests/support/latchkey.ts';

let folder = '';
let file = '';
const settings = () => parseEnv(readFileSync(file, 'utf8'));
const latchkey = (words: string[], env: Record<string, string> = {}, input = '') =>
  runScript('scripts/latchkey.ts', words, { folder, env, input });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-fresh-'));
  file = join(folder, '.env.local');
  for (const path of ['scripts', 'lib', 'db', 'package.json']) cpSync(path, join(folder, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});
beforeEach(async () => {
  rmSync(file, { force: true });
  await makeMissingSecrets(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('without settings each that is missing is named, with where it comes from', async () => {
  rmSync(file);
  const { code, output } = await latchkey(['sessions', 'list', 'ann@example.org']);
  expect(code).toBe(1);
  for (const name of ['AUTH_SECRET', 'SESSION_SECRET', 'ACCESS_TOKEN_KEYS'])
    expect(output).toMatch(new RegExp(`${name} is missing. .npm start. makes one`));
});

test('keys new prints the three that are missing, as a settings file has them', async () => {
  rmSync(file);
  const { code, output } = await latchkey(['keys', 'new']);
  expect(code).toBe(0);
  expect(existsSync(file)).toBe(false);
  expect(parseServerSettings(parseEnv(output))).toMatchObject({ ok: true });
});

test('without a database none is made by a command; npm run migrate makes one, and an account can be created', async () => {
  const create = () => latchkey(['user', 'create', 'ann@example.org'], {}, 'a few unrelated words\n');
  const early = await create();
  expect([early.code, early.output]).toEqual([1, expect.stringContaining('`npm run migrate`')]);
  expect(existsSync(join(folder, 'data'))).toBe(false);
  expect(await runScript('scripts/migrate.ts', [], { folder })).toMatchObject({ code: 0 });
  expect(await create()).toEqual({ code: 0, output: 'Created.\n' });
});

test('a wrong DATABASE_URL is said in words', async () => {
  for (const script of ['scripts/migrate.ts', 'scripts/latchkey.ts']) {
    const { code, output } = await runScript(script, ['doctor'], {
      folder,
      env: { DATABASE_URL: 'mysql://x:hunter2@y' },
    });
    expect([script, code, output]).toEqual([
      script,
      1,
      expect.stringMatching(/^[^\n]*DATABASE_URL|DATABASE_URL [^\n]*\n$/m),
    ]);
    expect(output).not.toMatch(/hunter2|\n +at /);
  }
});

test('doctor names a settings file that others can read', async () => {
  chmodSync(file, 0o640);
  const { code, output } = await latchkey(['doctor', 'http://localhost:9']);
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/^FAIL +\.env\.local can be read by others: chmod 600 \.env\.local$/m),
  ]);
});

test.each([
  ['auth', 'AUTH_SECRET'],
  ['session', 'SESSION_SECRET'],
  ['access', 'ACCESS_TOKEN_KEYS'],
])(
  'keys rotate %s rewrites its line of .env.local, prints no key, and prune takes the old one out',
  async (kind, name) => {
    const before = settings();
    const rotated = await latchkey(['keys', 'rotate', kind]);
    expect([rotated.code, rotated.output]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${name} is rewritten in .env.local.\nRestart every`)),
    ]);
    const after = settings();
    expect({ ...after, [name]: '' }).toEqual({ ...before, [name]: '' });
    expect(after[name]).not.toBe(before[name]);
    const [old = ''] = /[\w-]{43,64}/.exec(before[name]?.split('"d":"')[1] ?? before[name] ?? '') ?? [];
    expect(after[name]).toContain(old);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(rotated.output).not.toMatch(/[\w-]{40}/);
    expect(await latchkey(['keys', 'prune', kind])).toMatchObject({ code: 0 });
    expect(settings()[name]).not.toContain(old);
  },
);

test('a key that the environment names is printed, and the file stays as it is', async () => {
  const { AUTH_SECRET = '' } = settings();
  const before = readFileSync(file, 'utf8');
  const { code, output } = await latchkey(['keys', 'rotate', 'auth'], { AUTH_SECRET });
  expect([code, output]).toEqual([0, expect.stringContaining(`,${AUTH_SECRET}\n`)]);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a key that .env names is rewritten there', async () => {
  const text = readFileSync(file, 'utf8');
  const secret = /^AUTH_SECRET=.*$/m.exec(text)?.[0] ?? '';
  writeFileSync(file, text.replace(secret, ''), { mode: 0o600 });
  writeFileSync(join(folder, '.env'), `# ours\n${secret}\nPORT=4000\n`);
  const { output } = await latchkey(['keys', 'rotate', 'auth']);
  expect(output).toContain('AUTH_SECRET is rewritten in .env.');
  expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(/^# ours\nAUTH_SECRET=[\w-]{64},[\w-]{64}\nPORT=4000\n$/);
  rmSync(join(folder, '.env'));
});
