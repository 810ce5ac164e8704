/** The operator's commands as processes of their own, on a database that the app uses at the same time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { put } from '#scripts/cli/settings-file.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // The commands go by the real clock.
  app.clock.now = new Date();
});
afterAll(() => app.close());

async function latchkey(words: string[], input = '', settings: Record<string, string> = {}) {
  const env = { ...process.env, ...testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL, ...settings }) };
  const child = spawn(process.execPath, ['--conditions=react-server', 'scripts/latchkey.ts', ...words], { env });
  child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}
const signIn = async (email: string, word: string) =>
  (await new Browser().authenticate('/api/auth/token', { email, password: word })).status;

describe('user create', () => {
  test('makes an account with the password from the standard input, and never prints it', async () => {
    const made = await latchkey(['user', 'create', ' New@Example.org ', '--name', 'Nel'], `${password}\n`);
    expect(made).toMatchObject({ code: 0 });
    expect(made.output).not.toContain(password);
    expect(await signIn('new@example.org', password)).toBe(200);
    const again = await latchkey(['user', 'create', 'new@example.org'], `${password}\n`);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('There is an account') });
  });

  test('holds the password to the app’s rules', async () => {
    const { code, output } = await latchkey(['user', 'create', 'weak@example.org'], 'short\n');
    expect([code, output]).toEqual([1, expect.stringContaining('At least 12 characters')]);
    expect(await app.deps.store.findUserByEmail('weak@example.org')).toBeNull();
  });

  test('takes no password on the command line', async () => {
    const { code } = await latchkey(['user', 'create', 'seen@example.org', '--password', password]);
    expect(code).toBe(2);
    expect(await app.deps.store.findUserByEmail('seen@example.org')).toBeNull();
  });

  test('with --link lets the person set it', async () => {
    const { output } = await latchkey(['user', 'create', 'link@example.org', '--link']);
    const [, token] = /\/reset#([\w-]{43})/.exec(output) ?? [];
    const json = { token, new_password: password };
    expect((await new Browser().send('POST', '/api/auth/password/reset', { json })).status).toBe(204);
    expect(await signIn('link@example.org', password)).toBe(200);
  });
});

test('sessions are listed, and ended at once', async () => {
  const first = await signedUp('sessions@example.org');
  const second = new Browser();
  await second.authenticate('/api/auth/token', { email: 'sessions@example.org', password });
  const { session_id: id } = await (await first.send('GET', '/api/me')).json();
  expect((await latchkey(['sessions', 'list', 'sessions@example.org'])).output).toContain(id);
  expect(await latchkey(['sessions', 'end', 'sessions@example.org', id])).toMatchObject({ code: 0 });
  expect((await first.send('GET', '/api/me')).status).toBe(401);
  expect((await second.send('GET', '/api/me')).status).toBe(200);
  expect(await latchkey(['sessions', 'end', 'sessions@example.org', '--all'])).toMatchObject({ code: 0 });
  expect((await second.send('GET', '/api/me')).status).toBe(401);
  expect((await latchkey(['sessions', 'end', 'sessions@example.org', id])).code).toBe(1);
});

test('password reset --stdin sets one and ends every session', async () => {
  const ann = await signedUp('reset@example.org');
  const chosen = 'quite different unrelated words';
  expect(await latchkey(['password', 'reset', 'reset@example.org', '--stdin'], `${chosen}\n`)).toMatchObject({
    code: 0,
  });
  expect((await ann.send('GET', '/api/me')).status).toBe(401);
  expect(await signIn('reset@example.org', chosen)).toBe(200);
});

test('what is not understood is 2, with the usage; --help is 0', async () => {
  expect(await latchkey(['sessions', 'list'])).toMatchObject({ code: 2, output: expect.stringContaining('<email>') });
  expect(await latchkey(['nonsense'])).toMatchObject({ code: 2, output: expect.stringContaining('user create') });
  expect(await latchkey(['keys', 'rotate', '--help'])).toMatchObject({ code: 0 });
});

test('doctor says what is wrong, and where the address does not answer', async () => {
  const { code, output } = await latchkey(['doctor', 'http://localhost:9'], '', { RATE_LIMITS: 'off' });
  expect(code).toBe(1);
  expect(output).toMatch(/^FAIL +RATE_LIMITS is off/m);
  expect(output).toMatch(/^FAIL +http:\/\/localhost:9 cannot be reached/m);
  expect(output).toMatch(/^ok +the database answers/m);
});

describe('keys rotate', () => {
  test('prints a new value where the setting comes from the environment', async () => {
    const { code, output } = await latchkey(['keys', 'rotate', 'auth']);
    expect(code).toBe(0);
    expect(output).toMatch(/^[\w-]{64},Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only$/m);
  });

  test('rewrites one line of the settings file, whose other lines and mode stay', () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'));
    const file = join(folder, '.env.local');
    writeFileSync(file, '# ours\nPORT=4000\nAUTH_SECRET=old\n\nSESSION_SECRET=other\n', { mode: 0o600 });
    expect(put(file, 'AUTH_SECRET', 'new,old', 'old')).toBe('rewritten');
    expect(readFileSync(file, 'utf8')).toBe('# ours\nPORT=4000\nAUTH_SECRET=new,old\n\nSESSION_SECRET=other\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(put(file, 'SESSION_SECRET', 'new', 'from elsewhere')).toBe('elsewhere');
    expect(parseEnv(readFileSync(file, 'utf8')).SESSION_SECRET).toBe('other');
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['auth', 'AUTH_SECRET'],
    ['session', 'SESSION_SECRET'],
    ['access', 'ACCESS_TOKEN_KEYS'],
  ])('%s signs nobody out, and neither does pruning once its time has passed', async (kind, name) => {
    const ann = await signedUp(`${kind}@example.org`);
    const { output } = await latchkey(['keys', 'rotate', kind]);
    const [, value = ''] = output.split('\n');
    const rotated = parseEnv(`${name}=${value}`)[name] ?? '';
    await app.restart({ [name]: rotated });
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ann.send('GET', '/api/auth/session')).status).toBe(200);
    expect((await ann.refresh()).status).toBe(200);
    const pruned = (await latchkey(['keys', 'prune', kind], '', { [name]: rotated })).output.split('\n')[1] ?? '';
    await app.restart({ [name]: parseEnv(`${name}=${pruned}`)[name] ?? '' });
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ann.refresh()).status).toBe(200);
    await app.restart({});
  });
});

test('backup writes a copy once, and says that there is one already the second time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-'));
  const file = join(folder, 'copy.db');
  expect(await latchkey(['backup', file])).toMatchObject({ code: 0, output: expect.stringContaining(file) });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await latchkey(['backup', file])).toMatchObject({ code: 1, output: expect.stringContaining('already') });
  expect(await latchkey(['backup'])).toMatchObject({ code: 2 });
  rmSync(folder, { recursive: true });
});
