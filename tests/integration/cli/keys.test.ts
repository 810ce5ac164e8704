/** What `keys` does with secrets: those of the environment are printed, those of a settings file are rewritten there. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '#db/index.ts';
import { keyAlgorithms, keySet } from '#lib/core/setting-kinds.ts';
import { parseServerSettings } from '#lib/core/settings.ts';
import { keyProblem } from '#lib/server/crypto/access-token.ts';
import { makeMissingSecrets } from '#scripts/secrets.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { latchkey as run } from '#tests/support/terminal.ts';

const latchkey = (words: string[], settings: Record<string, string> = {}) =>
  run(words, { environment: testEnvironment(settings) });

/** Reads the key set that a command printed for a setting of the environment. */
const setIn = (output: string) => parseEnv(`SET=${output.split('\n')[1]}`).SET ?? '';

test('keys new prints the three that a new deployment needs, as a settings file has them', async () => {
  const { code, output } = await run(['keys', 'new'], { environment: {} });
  expect(code).toBe(0);
  expect(parseServerSettings(parseEnv(output))).toMatchObject({ ok: true });
});

describe('keys rotate', () => {
  test('prints a new value where the setting comes from the environment', async () => {
    const { code, output } = await latchkey(['keys', 'rotate', 'auth']);
    expect(code).toBe(0);
    expect(output).toMatch(/^[\w-]{64},Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only$/m);
  });

  test('in steps: --add signs with nothing new, --promote does, and neither makes sense without the other', async () => {
    const kids = (output: string) =>
      JSON.parse(parseEnv(`X=${output.split('\n')[1]}`).X ?? '').keys.map(({ kid }: { kid: string }) => kid);
    const added = await latchkey(['keys', 'rotate', 'access', '--add']);
    const [old, fresh] = kids(added.output);
    expect([old, added.output]).toEqual(['test-1', expect.stringContaining('keys rotate access --promote')]);
    const ACCESS_TOKEN_KEYS = parseEnv(`X=${added.output.split('\n')[1]}`).X ?? '';
    const promoted = await latchkey(['keys', 'rotate', 'access', '--promote'], { ACCESS_TOKEN_KEYS });
    expect(kids(promoted.output)).toEqual([fresh, old]);
    expect(await latchkey(['keys', 'rotate', 'access', '--promote'])).toEqual({
      code: 1,
      output: 'There is one access key only. --add makes another.\n',
    });
    const nonsense = [['access', '--add', '--promote'], ['auth', '--add'], ['nonsense'], []];
    for (const answer of await Promise.all(nonsense.map((words) => latchkey(['keys', 'rotate', ...words]))))
      expect(answer).toMatchObject({ code: 2 });
  });

  test.each([...keyAlgorithms])(
    'keys new and keys rotate access make keys for %s that sign and verify',
    async (alg) => {
      const { output } = await run(['keys', 'new', '--alg', alg], { environment: {} });
      const made = parseEnv(output).ACCESS_TOKEN_KEYS ?? '';
      const { output: rotated } = await latchkey(['keys', 'rotate', 'access'], { ACCESS_TOKEN_KEYS: made });
      const keys = keySet.parse(setIn(rotated));
      expect(keys).toMatchObject([{ alg }, { alg, kid: keySet.parse(made)[0]?.kid }]);
      expect(await keyProblem(keys)).toBeNull();
    },
  );

  test('a key of another algorithm signs nothing before --promote, since verifiers must know it first', async () => {
    const { code, output } = await latchkey(['keys', 'rotate', 'access', '--alg', 'ES256']);
    const ACCESS_TOKEN_KEYS = setIn(output);
    const keys = keySet.parse(ACCESS_TOKEN_KEYS);
    expect({ code, keys }).toMatchObject({ code: 0, keys: [{ alg: 'EdDSA' }, { alg: 'ES256' }] });
    expect(output).toMatch(/accepts ES256\.\n.*keys rotate access --promote/);
    const promoted = await latchkey(['keys', 'rotate', 'access', '--promote'], { ACCESS_TOKEN_KEYS });
    expect(keySet.parse(setIn(promoted.output))).toEqual(keys.toReversed());
    const added = await latchkey(['keys', 'rotate', 'access', '--add'], { ACCESS_TOKEN_KEYS: setIn(promoted.output) });
    expect(keySet.parse(setIn(added.output))).toMatchObject([{ alg: 'ES256' }, { alg: 'EdDSA' }, { alg: 'ES256' }]);
    const nonsense = [
      ['rotate', 'access', '--alg', 'HS256'],
      ['rotate', 'access', '--alg'],
      ['rotate', 'access', '--promote', '--alg', 'RS256'],
      ['rotate', 'auth', '--alg', 'RS256'],
      ['new', '--alg', 'none'],
    ];
    for (const answer of await Promise.all(nonsense.map((words) => latchkey(['keys', ...words]))))
      expect(answer).toMatchObject({ code: 2 });
  });

  test('and prune leaves the only key alone', async () => {
    const answer = { code: 0, output: 'There is one key only: nothing to prune.\n' };
    const kinds = ['auth', 'session', 'access'];
    expect(await Promise.all(kinds.map((kind) => latchkey(['keys', 'prune', kind])))).toEqual(kinds.map(() => answer));
  });
});

describe('keys rotate', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

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
    const { DATABASE_URL } = app.deps.env;
    const { output: answer } = await latchkey(['keys', 'prune', kind], { DATABASE_URL, [name]: rotated });
    const pruned = answer.split('\n')[1] ?? '';
    await app.restart({ [name]: parseEnv(`${name}=${pruned}`)[name] ?? '' });
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ann.refresh()).status).toBe(200);
    await app.restart({});
  });
});

describe('where the secrets stand in a file', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'));
    file = join(folder, '.env.local');
    await makeMissingSecrets(file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const settings = () => parseEnv(readFileSync(file, 'utf8'));
  const inFolder = (words: string[], environment: Record<string, string> = {}) => run(words, { folder, environment });

  test.each([
    ['auth', 'AUTH_SECRET'],
    ['session', 'SESSION_SECRET'],
    ['access', 'ACCESS_TOKEN_KEYS'],
  ])(
    'keys rotate %s rewrites its line of .env.local, prints no key, and prune takes the old one out',
    async (kind, name) => {
      const before = settings();
      const rotated = await inFolder(['keys', 'rotate', kind]);
      expect([rotated.code, rotated.output]).toEqual([
        0,
        expect.stringMatching(new RegExp(`^${name} is rewritten in .*/.env.local.\nRestart every`)),
      ]);
      const after = settings();
      expect({ ...after, [name]: '' }).toEqual({ ...before, [name]: '' });
      expect(after[name]).not.toBe(before[name]);
      const [old = ''] = /[\w-]{43,64}/.exec(before[name]?.split('"d":"')[1] ?? before[name] ?? '') ?? [];
      expect(after[name]).toContain(old);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(rotated.output).not.toMatch(/[\w-]{40}/);
      const DATABASE_URL = `file:${join(folder, 'app.db')}`;
      await migrate(DATABASE_URL);
      expect(await inFolder(['keys', 'prune', kind], { DATABASE_URL })).toMatchObject({ code: 0 });
      expect(settings()[name]).not.toContain(old);
    },
  );

  test('a key that the environment names is printed, and the file stays as it is', async () => {
    const { AUTH_SECRET = '' } = settings();
    const before = readFileSync(file, 'utf8');
    const { code, output } = await inFolder(['keys', 'rotate', 'auth'], { AUTH_SECRET });
    expect([code, output]).toEqual([0, expect.stringContaining(`,${AUTH_SECRET}\n`)]);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('a key that .env names is rewritten there', async () => {
    const text = readFileSync(file, 'utf8');
    const secret = /^AUTH_SECRET=.*$/m.exec(text)?.[0] ?? '';
    writeFileSync(file, text.replace(secret, ''), { mode: 0o600 });
    writeFileSync(join(folder, '.env'), `# ours\n${secret}\nPORT=4000\n`);
    const { output } = await inFolder(['keys', 'rotate', 'auth']);
    expect(output).toContain(`AUTH_SECRET is rewritten in ${join(folder, '.env')}.`);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(
      /^# ours\nAUTH_SECRET=[\w-]{64},[\w-]{64}\nPORT=4000\n$/,
    );
    rmSync(join(folder, '.env'));
  });
});
