import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { activityPage } from '#lib/core/activity/contract.ts';
import { sessionList } from '#lib/core/sessions/contract.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let ann: Browser;

beforeEach(async () => {
  app = await startApp();
  ann = await signedUp();
});
afterEach(() => app.close());

const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;

/** Shows the password once more, as the page does: with the token, and keeps the one that comes back. */
async function stepUp(who: Browser, typed = password): Promise<Response> {
  const response = await who.send('POST', '/api/auth/step-up', { json: { password: typed } });
  if (response.ok) who.token = (await response.clone().json()).access_token;
  return response;
}

const claimsOf = (who: Browser) => decodeJwt(who.token ?? '');

async function listed(who: Browser) {
  return sessionList.parse(await (await who.send('GET', '/api/auth/sessions')).json()).items;
}

test('a step-up brings a session of its own, whose tokens say when and how; a refresh moves neither', async () => {
  const [before] = await listed(ann);
  const first = claimsOf(ann);
  expect(first).toMatchObject({ acr: 'aal1', amr: ['pwd'], auth_time: app.clock.now.getTime() / 1000 });
  app.clock.advance(60);
  expect((await stepUp(ann)).status).toBe(200);
  const second = claimsOf(ann);
  expect(second).toMatchObject({ gen: 0, acr: 'aal1', amr: ['pwd'], auth_time: app.clock.now.getTime() / 1000 });
  expect(second.sid).not.toBe(first.sid);
  const [after, ...more] = await listed(ann);
  expect(more).toEqual([]);
  expect(after).toMatchObject({ id: second.sid, created_at: before?.created_at });
  app.clock.advance(30);
  await ann.refresh();
  expect(claimsOf(ann)).toMatchObject({ sid: second.sid, gen: 1, auth_time: second.auth_time });
});

test('until its first use both work and are one in the list; the first use ends the old one', async () => {
  const old = ann.copy();
  await stepUp(ann);
  expect(await me(old)).toBe(200);
  expect(await listed(old)).toHaveLength(1);
  expect(await me(ann)).toBe(200);
  expect(await me(old)).toBe(401);
  expect((await old.refresh()).status).toBe(401);
  expect(await me(ann)).toBe(200);
});

test.each<[string, (who: Browser) => Promise<Response>]>([
  ['refresh', (who) => who.refresh()],
  ['page load', (who) => who.send('GET', '/api/auth/session', { token: null })],
])('the first use may be a %s', async (_what, use) => {
  const old = ann.copy();
  await stepUp(ann);
  expect((await use(ann)).status).toBe(200);
  expect(await me(old)).toBe(401);
  expect(await me(ann)).toBe(200);
});

test('where its answer is lost, whatever the browser kept of it, nobody is signed out', async () => {
  const answered = ann.copy();
  await stepUp(answered);
  // No cookie came back: the old session goes on, and may step up again.
  app.clock.advance(400);
  expect((await ann.refresh()).status).toBe(200);
  const cookiesOnly = ann.copy();
  await stepUp(ann);
  // The cookies came back, the body did not: the page goes on with the token that it holds, then finds the new one.
  for (const [name, value] of ann.cookies) cookiesOnly.cookies.set(name, value);
  expect(await me(cookiesOnly)).toBe(200);
  expect((await cookiesOnly.refresh()).status).toBe(200);
  expect(await me(cookiesOnly)).toBe(200);
  // What the first answer brought is void since.
  expect(await me(answered)).toBe(401);
});

test.each(['old', 'new'])('before its first use, signing out with the %s cookies ends both', async (which) => {
  const old = ann.copy();
  await stepUp(ann);
  const [leaving, other] = which === 'old' ? [old, ann] : [ann, old];
  expect((await leaving.send('POST', '/api/auth/logout', { token: null })).status).toBe(204);
  expect(await me(other)).toBe(401);
  expect((await other.refresh()).status).toBe(401);
});

test('keeping this device alone keeps what its step-up brought', async () => {
  const elsewhere = new Browser();
  await elsewhere.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  const old = ann.copy();
  await stepUp(ann);
  expect((await old.send('DELETE', '/api/auth/sessions?except=current')).status).toBe(204);
  expect(await me(elsewhere)).toBe(401);
  expect(await me(ann)).toBe(200);
});

test('a refresh token of the old session that comes twice ends its successor too, before that was used', async () => {
  const thief = ann.copy();
  await ann.refresh();
  await me(ann);
  await stepUp(ann);
  app.clock.advance(11);
  expect((await thief.refresh()).status).toBe(401);
  expect(await me(ann)).toBe(401);
});

test('a wrong password is refused in its field, and is a security event', async () => {
  const response = await stepUp(ann, 'another few unrelated words');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_request', fields: { password: [expect.any(String)] } });
  expect(response.headers.getSetCookie()).toEqual([]);
  const activity = activityPage.parse(await (await ann.send('GET', '/api/activity')).json());
  expect(activity.items.map(({ type }) => type)).toContain('step_up_failed');
});

test('tries are counted for a person, right or wrong', async () => {
  await app.restart({ LIMIT_STEP_UP_PER_USER: '2/900' });
  await stepUp(ann, 'another few unrelated words');
  expect((await stepUp(ann)).status).toBe(200);
  const refused = await stepUp(ann);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('900');
});

test('without a session there is none', async () => {
  expect((await ann.send('POST', '/api/auth/step-up', { json: { password }, token: null })).status).toBe(401);
  await ann.send('POST', '/api/auth/logout', { token: null });
  expect((await stepUp(ann)).status).toBe(401);
});
