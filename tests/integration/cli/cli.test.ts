/** The operator's commands, on a database that the app uses at the same time. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, UsageError } from '#scripts/cli/command.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { latchkey as run } from '#tests/support/terminal.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // The commands go by the real clock.
  app.clock.now = new Date();
});
afterAll(() => app.close());

const latchkey = (words: string[], input = '', settings: Record<string, string> = {}) =>
  run(words, { input, environment: testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL, ...settings }) });
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
    const tries = [['--password', password], [`--password=${password}`], [password]];
    for (const { code, output } of await Promise.all(
      tries.map((words) => latchkey(['user', 'create', 'seen@example.org', ...words])),
    )) {
      expect(code).toBe(2);
      expect(output).not.toContain(password);
    }
    expect(await app.deps.store.findUserByEmail('seen@example.org')).toBeNull();
  });

  test('with --link lets the person set it', async () => {
    const { output } = await latchkey(['user', 'create', 'link@example.org', '--link']);
    const [, token] = /\/reset#([\w.-]+)/.exec(output) ?? [];
    expect((await app.deps.store.findUserByEmail('link@example.org'))?.passwordHash).toBeNull();
    expect(await signIn('link@example.org', password)).toBe(401);
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

test('words that make no sense are told in words, and no password is taken from them', () => {
  const options = { name: { type: 'string' }, link: { type: 'boolean' } } as const;
  const misunderstood: [words: string[], says: string][] = [
    [[], 'Missing: email, id.'],
    [['a@example.org'], 'Missing: id.'],
    [['a@example.org', 'x', 'y'], 'There is a word too many.'],
    [['a@example.org', 'x', '--lnk'], "Unknown option '--lnk'."],
    [['a@example.org', 'x', '--name'], "Option '--name <value>' argument missing."],
    [['a@example.org', 'x', '--link=yes'], "Option '--link' does not take an argument."],
    [['a@example.org', 'x', '--password', 'y'], 'No password is taken from the command line, which others can list.'],
    [['a@example.org', 'x', '-pass=y'], 'No password is taken from the command line, which others can list.'],
  ];
  for (const [words, says] of misunderstood) expect(() => parse(words, ['email', 'id'], options)).toThrow(says);
  expect(() => parse(['x'], [])).toThrow(UsageError);
});

test('what is not understood is 2, with the usage; help is 0', async () => {
  const answers = await Promise.all(
    [['nonsense'], ['sessions', 'list'], ['doctor', 'nonsense'], ['help'], ['keys', 'rotate', '-h']].map((words) =>
      latchkey(words),
    ),
  );
  expect(answers).toEqual([
    { code: 2, output: expect.stringMatching(/^There is no such command\.[\s\S]*user create/) },
    { code: 2, output: expect.stringMatching(/^Missing: email\.[\s\S]*sessions list <email>/) },
    { code: 2, output: expect.stringMatching(/^The URL is one like https:/) },
    { code: 0, output: expect.stringMatching(/user create[\s\S]*doctor/) },
    { code: 0, output: expect.stringMatching(/^npm run latchkey -- keys rotate auth/) },
  ]);
});

test('what cannot be done is 1, and says what to do', async () => {
  const refused: [words: string[], says: string][] = [
    [['sessions', 'list', 'nobody@example.org'], 'There is no account with this email.'],
    [['password', 'reset', 'nobody@example.org'], 'There is no account with this email.'],
    [['user', 'create', 'no address', '--link'], 'email: Enter an email address like name@example.org.'],
    [['user', 'create', 'a@example.org', '--link', '--name', 'x'.repeat(101)], '--name: At most 100 characters.'],
    [['user', 'create', 'a@example.org'], 'No password came on the standard input.'],
  ];
  const answers = await Promise.all(refused.map(([words]) => latchkey(words)));
  expect(answers).toEqual(refused.map(([, says]) => ({ code: 1, output: expect.stringContaining(says) })));
  expect(await app.deps.store.findUserByEmail('a@example.org')).toBeNull();
});

test('a link works once, the newest alone, and for an hour', async () => {
  await signedUp('links@example.org');
  const newLink = async () =>
    /#([\w.-]+)/.exec((await latchkey(['password', 'reset', 'links@example.org'])).output)?.[1];
  const redeem = (token: string | undefined) =>
    new Browser().send('POST', '/api/auth/password/reset', {
      json: { token, new_password: 'quite different unrelated words' },
    });
  const [first, second] = [await newLink(), await newLink()];
  expect((await redeem(first)).status).toBe(400);
  expect((await redeem(second)).status).toBe(204);
  const again = await redeem(second);
  expect([again.status, await again.json()]).toMatchObject([
    400,
    { fields: { token: [expect.stringContaining('for a new one')] } },
  ]);
  const third = await newLink();
  app.clock.now = new Date(Date.now() + 3_601_000);
  expect((await redeem(third)).status).toBe(400);
  app.clock.now = new Date();
});

test('doctor says what is wrong, and where the address does not answer', async () => {
  const { code, output } = await latchkey(['doctor', 'http://localhost:9'], '', { RATE_LIMITS: 'off' });
  expect(code).toBe(1);
  expect(output).toMatch(/^FAIL +RATE_LIMITS is off/m);
  expect(output).toMatch(/^FAIL +http:\/\/localhost:9 cannot be reached/m);
  expect(output).toMatch(/^ok +the database answers/m);
  expect(output).toMatch(/^ok +its clock agrees/m);
});

test('doctor names a settings file that others can read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-'));
  const file = join(folder, '.env.local');
  writeFileSync(file, '', { mode: 0o640 });
  const environment = testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL });
  const { code, output } = await run(['doctor', 'http://localhost:9'], { folder, environment });
  expect(code).toBe(1);
  expect(output).toContain(`FAIL  ${file} can be read by others: chmod 600 ${file}\n`);
  rmSync(folder, { recursive: true });
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
