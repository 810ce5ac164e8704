import { afterEach, beforeEach, expect, test } from 'vitest';
import { newResetLink } from '#lib/server/passwords/reset.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const email = 'ann@example.org';
const chosen = 'quite different unrelated words';

async function link(): Promise<string> {
  const user = await app.deps.store.findUserByEmail(email);
  return newResetLink(app.deps, user?.id ?? '');
}
const secretOf = (url: string) => new URL(url).hash.slice(1);
const send = (token: string, new_password = chosen, headers: Record<string, string> = {}) =>
  new Browser().send('POST', '/api/auth/password/reset', { json: { token, new_password }, headers });

test('a link sets the password once, signs nobody in, and ends every session', async () => {
  const ann = await signedUp(email);
  const url = await link();
  expect(url).toMatch(/^http:\/\/localhost:3000\/reset#[\w-]{43}$/);
  const response = await send(secretOf(url));
  expect(response.status).toBe(204);
  expect(response.headers.getSetCookie()).toEqual([]);
  expect((await ann.send('GET', '/api/me')).status).toBe(401);
  expect((await ann.refresh()).status).toBe(401);
  expect((await new Browser().authenticate('/api/auth/token', { email, password })).status).toBe(401);
  expect((await new Browser().authenticate('/api/auth/token', { email, password: chosen })).status).toBe(200);
  expect((await send(secretOf(url))).status).toBe(400);
});

test('an unknown, a used and an old link get one and the same answer, and change nothing', async () => {
  const ann = await signedUp(email);
  const old = secretOf(await link());
  app.clock.advance(3600);
  const used = secretOf(await link());
  await send(used);
  const answers = await Promise.all([send('unknown'), send(old), send(used)]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  expect(bodies[0].fields.token).toHaveLength(1);
  expect(bodies[1]).toEqual(bodies[0]);
  expect(bodies[2]).toEqual(bodies[0]);
  expect((await ann.authenticate('/api/auth/token', { email, password: chosen })).status).toBe(200);
});

test('a password that is not good enough leaves the link good', async () => {
  await signedUp(email);
  const secret = secretOf(await link());
  const refused = await send(secret, 'short');
  expect(refused.status).toBe(400);
  expect(Object.keys((await refused.json()).fields)).toEqual(['new_password']);
  expect((await send(secret)).status).toBe(204);
});

test.each([
  ['an unknown link', { token: 'unknown', new_password: 'short' }],
  ['no link', { new_password: 'short' }],
  ['what is too long for a link', { token: 'x'.repeat(201), new_password: 'passwordpassword' }],
])('%s with a password that is not good enough is told both at once', async (_name, json) => {
  const response = await new Browser().send('POST', '/api/auth/password/reset', { json });
  const fields = { token: [expect.any(String)], new_password: [expect.any(String)] };
  expect([response.status, (await response.json()).fields]).toEqual([400, fields]);
});

test('a link that was used, with a password that is not good enough, is told both at once', async () => {
  await signedUp(email);
  const secret = secretOf(await link());
  expect((await send(secret)).status).toBe(204);
  const refused = await send(secret, 'short');
  expect(Object.keys((await refused.json()).fields).sort()).toEqual(['new_password', 'token']);
});

test('another origin is refused, and the link stays good', async () => {
  await signedUp(email);
  const secret = secretOf(await link());
  expect((await send(secret, chosen, { Origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await send(secret)).status).toBe(204);
});

test('the database holds the secret’s hash only', async () => {
  await signedUp(email);
  const secret = secretOf(await link());
  expect(await app.deps.store.findOneTimeLink('password_reset', secret, app.clock.now)).toBeNull();
});

test('guesses are counted', async () => {
  await app.restart({ LIMIT_LOGIN_PER_ADDRESS: '3/60' });
  const answers = [];
  for (let guess = 0; guess < 4; guess++) answers.push((await send(`guess ${guess}`)).status);
  expect(answers).toEqual([400, 400, 400, 429]);
});
