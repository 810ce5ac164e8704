import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPasskey } from '#tests/integration/second-factors/passkeys.ts';
import { factorsOf, guarded } from '#tests/integration/second-factors/setting-up.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { freePort } from '#tests/support/server.ts';
import { latchkey } from '#tests/support/terminal.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const operate = (words: string[], changes: Record<string, string> = {}) => {
  const { DATABASE_URL } = app.deps.env;
  return latchkey(words, { environment: testEnvironment({ DATABASE_URL, ...changes }) });
};
/** What the doctor says about passkeys and keys, of an app that is not running. */
async function findings(changes: Record<string, string> = {}): Promise<string[]> {
  const nowhere = `http://localhost:${await freePort()}`;
  const { output } = await operate(['doctor', nowhere], changes);
  return output.split('\n').filter((line) => /passkeys|authenticator apps?/.test(line));
}

test('an operator sees a person’s passkeys by name, and no key', async () => {
  const ann = await signedUp();
  const { passkey } = await addPasskey(ann, { synced: false }, { name: 'Key on my ring' });
  await addPasskey(ann, {}, { name: 'Phone' });
  const { output } = await operate(['factors', 'list', 'ann@example.org']);
  expect(output).toContain('Two-step sign-in is off.');
  expect(output).toContain(
    'passkey  added 2026-11-23T12:00  never used since  one device only, for localhost: Key on my ring\n',
  );
  expect(output).toContain('synced, for localhost: Phone\n');
  expect(output).not.toContain(passkey.id.toString('base64url'));
});

test.each([
  [[], []],
  [['--keep-passkeys'], [expect.objectContaining({ name: 'Passkey' })]],
])('an operator resets the factors of somebody (%j)', async (options, passkeys) => {
  const { who } = await guarded(app);
  await addPasskey(who);
  const bob = await signedUp('bob@example.org');
  await addPasskey(bob);
  const { code, output } = await operate(['factors', 'reset', 'ann@example.org', ...options]);
  expect(code).toBe(0);
  expect(output.includes('all factors but the passkeys')).toBe(options.length > 0);
  expect((await who.send('GET', '/api/me')).status).toBe(401);
  const again = new Browser();
  await again.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  expect(await factorsOf(again)).toMatchObject({ two_step: false, totp: null, passkeys });
  expect((await factorsOf(bob)).passkeys).toHaveLength(1);
});

test('the doctor names the domain of passkeys, and counts those that a change of it has put out of use', async () => {
  expect(await findings()).toEqual(['ok    passkeys are for localhost']);
  await addPasskey(await signedUp());
  expect(await findings()).toEqual(['ok    passkeys are for localhost']);
  expect(await findings({ APP_URL: 'https://app.example.org', PASSKEY_RP_ID: 'example.org' })).toEqual([
    expect.stringMatching(
      /^warn {2}passkeys that are of no use: 1\. They were made for another domain than example\.org/,
    ),
  ]);
  expect(await findings({ APP_URL: 'http://127.0.0.1:3000' })).toEqual([
    expect.stringMatching(/^warn {2}passkeys that are of no use: 1\. APP_URL is an address/),
  ]);
});

test('the doctor counts the apps that an old key of AUTH_SECRET still seals', async () => {
  await guarded(app);
  const { AUTH_SECRET } = testEnvironment();
  const [, ofApps] = await findings({ AUTH_SECRET: `another secret of more than 32 letters,${AUTH_SECRET}` });
  expect(ofApps).toMatch(/^warn {2}authenticator apps that need an old key of AUTH_SECRET: 1\./);
});
