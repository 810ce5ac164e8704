/** `npm run latchkey` and `npm run migrate` as processes, in a folder of their own: no settings, no database, then both. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readLineFrom } from '#scripts/cli/terminal.ts';
import { makeMissingSecrets } from '#scripts/secrets.ts';
import { runScript } from '#tests/support/latchkey.ts';

let folder = '';
let file = '';
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

test('without a database none is made by a command; npm run migrate makes one, and an account can be created', async () => {
  const create = () => latchkey(['user', 'create', 'ann@example.org'], {}, 'a few unrelated words\n');
  const early = await create();
  expect([early.code, early.output]).toEqual([1, expect.stringContaining('`npm run migrate`')]);
  expect(existsSync(join(folder, 'data'))).toBe(false);
  expect(await runScript('scripts/migrate.ts', [], { folder })).toMatchObject({ code: 0 });
  expect(await create()).toEqual({ code: 0, output: 'Created.\n' });
});

test('a wrong DATABASE_URL is said in words', async () => {
  const env = { DATABASE_URL: 'mysql://x:hunter2@y' };
  const scripts = ['scripts/migrate.ts', 'scripts/latchkey.ts'];
  for (const { code, output } of await Promise.all(
    scripts.map((script) => runScript(script, ['doctor'], { folder, env })),
  )) {
    expect([code, output]).toEqual([1, expect.stringMatching(/^[^\n]*DATABASE_URL|DATABASE_URL [^\n]*\n$/m)]);
    expect(output).not.toMatch(/hunter2|\n +at /);
  }
});

test('a database that stays away ends a command and a migration with one sentence, and no password in it', async () => {
  const env = { DATABASE_URL: 'postgres://ada:hunter2@127.0.0.1:1/app', DATABASE_START_SECONDS: '0' };
  const runs = [
    runScript('scripts/migrate.ts', [], { folder, env }),
    latchkey(['sessions', 'list', 'ann@example.org'], env),
  ];
  const sentence = 'The database that DATABASE_URL names (127.0.0.1:1/app) did not answer within 0 s';
  for (const run of runs)
    expect(await run).toEqual({
      code: 1,
      output: `${sentence} (DATABASE_START_SECONDS): ECONNREFUSED.\n`,
    });
});

test('the settings’ files are found from any folder, and the environment wins over them', async () => {
  const before = parseEnv(readFileSync(file, 'utf8'));
  const { AUTH_SECRET = '' } = before;
  const inEnvironment = await latchkey(['keys', 'rotate', 'auth'], { AUTH_SECRET });
  expect([inEnvironment.code, inEnvironment.output]).toEqual([0, expect.stringContaining(`,${AUTH_SECRET}\n`)]);
  expect(parseEnv(readFileSync(file, 'utf8'))).toEqual(before);
  const { code, output } = await latchkey(['keys', 'rotate', 'auth']);
  expect([code, output]).toEqual([0, expect.stringMatching(/^AUTH_SECRET is rewritten in .env.local.\nRestart every/)]);
  expect(parseEnv(readFileSync(file, 'utf8')).AUTH_SECRET).toContain(`,${AUTH_SECRET}`);
});

test('an empty setting is none, wherever it stands: the file that has a value counts', async () => {
  const { AUTH_SECRET = '' } = parseEnv(readFileSync(file, 'utf8'));
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^AUTH_SECRET=.*$/m, 'AUTH_SECRET='));
  writeFileSync(join(folder, '.env'), `AUTH_SECRET=${AUTH_SECRET}\n`);
  const { code, output } = await latchkey(['keys', 'rotate', 'auth'], { AUTH_SECRET: '', SESSION_SECRET: ' ' });
  expect([code, output]).toEqual([0, expect.stringMatching(/^AUTH_SECRET is rewritten in \.env\.\n/)]);
  expect(parseEnv(readFileSync(join(folder, '.env'), 'utf8')).AUTH_SECRET).toContain(`,${AUTH_SECRET}`);
  rmSync(join(folder, '.env'));
});

test('what is not understood ends with 2', async () => {
  expect(await latchkey(['nonsense'])).toMatchObject({ code: 2 });
});

test('a password that is typed is asked for once the terminal shows nothing of it', async () => {
  const seen: string[] = [];
  const setRawMode = (isRaw: boolean) => seen.push(isRaw ? 'hidden' : 'shown');
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  const to = new Writable({ write: (text, _encoding, done) => done(void seen.push(String(text))) });
  const line = readLineFrom(keyboard, { prompt: 'Password: ', to });
  keyboard.write('a few unrelated words\r');
  expect(await line).toBe('a few unrelated words');
  expect(seen).toEqual(['hidden', 'Password: ', '\n', 'shown']);
});

test('a password that is piped is asked for nowhere; a pipe that ends at once holds none', async () => {
  const screen = new PassThrough();
  const read = (text: string) => {
    const pipe = new PassThrough();
    pipe.end(text);
    return readLineFrom(pipe, { prompt: 'Password: ', to: screen });
  };
  expect([await read('first\nsecond\n'), await read('without an end'), await read('')]).toEqual([
    'first',
    'without an end',
    null,
  ]);
  expect(screen.read()).toBeNull();
});
