import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionList } from '#lib/core/sessions/contract.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';

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
