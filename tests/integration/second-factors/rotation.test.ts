/** What a rotation of AUTH_SECRET means for the secrets of authenticator apps, and what an operator may do. */
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkProof } from '#lib/server/second-factors/proof.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { latchkey as run } from '#tests/support/terminal.ts';
import { factorsOf, guarded } from './setting-up.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
});
afterEach(() => app.close());

const latchkey = (words: string[], settings: Record<string, string> = {}) =>
  run(words, { environment: testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL, ...settings }) });

/** Puts a new key in front, as an operator does. */
async function rotate(): Promise<string> {
  const { output } = await latchkey(['keys', 'rotate', 'auth']);
  const AUTH_SECRET = parseEnv(`VALUE=${output.split('\n')[1]}`).VALUE ?? '';
  await app.restart({ AUTH_SECRET });
  return AUTH_SECRET;
}

const tried = { lane: 'session:one', purpose: 'step_up', requester: { userAgent: null, ip: null } } as const;

test('a secret is sealed anew at its first use after a rotation, and only then may the old key go', async () => {
  const { who, codeAt } = await guarded(app);
  const { id } = await (await who.send('GET', '/api/me')).json();
  const AUTH_SECRET = await rotate();
  const refused = await latchkey(['keys', 'prune', 'auth'], { AUTH_SECRET });
  expect(refused).toMatchObject({
    code: 1,
    output: expect.stringContaining('Not pruned: 1 of the authenticator apps'),
  });
  app.clock.advance(60);
  const kid = async () => (await app.deps.store.findTotp(id))?.kid;
  const old = await kid();
  expect(await checkProof(app.deps, id, { code: '000000' }, tried)).toBeNull();
  expect(await kid()).toBe(old);
  expect(await checkProof(app.deps, id, { code: codeAt(app.clock.now) }, tried)).toMatchObject({
    kind: 'totp',
  });
  expect(await kid()).toBe(app.deps.sealedSecrets.newestKid);
  const pruned = await latchkey(['keys', 'prune', 'auth'], { AUTH_SECRET });
  expect(pruned.code).toBe(0);
  await app.restart({ AUTH_SECRET: parseEnv(`VALUE=${pruned.output.split('\n')[1]}`).VALUE ?? '' });
  app.clock.advance(60);
  expect(await checkProof(app.deps, id, { code: codeAt(app.clock.now) }, tried)).toMatchObject({
    kind: 'totp',
  });
});

test('an operator may prune at once, by force: codes of that app are then taken no more', async () => {
  const { who, codeAt } = await guarded(app);
  const { id } = await (await who.send('GET', '/api/me')).json();
  const AUTH_SECRET = await rotate();
  const { code, output } = await latchkey(['keys', 'prune', 'auth', '--force'], { AUTH_SECRET });
  expect(code).toBe(0);
  await app.restart({ AUTH_SECRET: parseEnv(`VALUE=${output.split('\n')[1]}`).VALUE ?? '' });
  app.clock.advance(60);
  expect(await checkProof(app.deps, id, { code: codeAt(app.clock.now) }, tried)).toBeNull();
});

test('an operator sees what a person has, and no secret', async () => {
  const { setup, codes } = await guarded(app);
  const { code, output } = await latchkey(['factors', 'list', 'Ann@Example.org']);
  expect(code).toBe(0);
  expect(output).toMatch(
    /^Two-step sign-in is on\.\nauthenticator app {2}added 2026-11-23T12:00 {2}never used since\nrecovery codes {2}10 left {2}made 2026-11-23T12:00\n$/,
  );
  expect(output).not.toContain(setup.secret);
  expect(output).not.toContain(codes[0]);
});

test('an operator resets the factors of somebody who lost them: every session ends, and the password stays', async () => {
  const { who } = await guarded(app);
  const bob = await guarded(app, 'bob@example.org');
  expect((await latchkey(['factors', 'reset', 'ann@example.org'])).code).toBe(0);
  expect((await who.send('GET', '/api/me')).status).toBe(401);
  expect((await who.refresh()).status).toBe(401);
  const again = new Browser();
  expect((await again.authenticate('/api/auth/token', { email: 'ann@example.org', password })).status).toBe(200);
  expect(await factorsOf(again)).toMatchObject({ two_step: false, totp: null, recovery_codes: null });
  const { items } = await (await again.send('GET', '/api/activity')).json();
  expect(items).toContainEqual(expect.objectContaining({ type: 'factors_reset', ip: null }));
  expect(await factorsOf(bob.who)).toMatchObject({ two_step: true });
});

test('an operator is told of an address that has no account', async () => {
  for (const command of ['list', 'reset'])
    expect(await latchkey(['factors', command, 'nobody@example.org'])).toMatchObject({ code: 1 });
});
