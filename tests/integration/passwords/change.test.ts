import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let laptop: Browser;
let phone: Browser;

beforeEach(async () => {
  app = await startApp();
  laptop = await signedUp();
  phone = new Browser();
  await phone.authenticate('/api/auth/token', { email: 'ann@example.org', password });
});
afterEach(() => app.close());

const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;

describe('changing the password', () => {
  test('ends every session and gives this browser a new one', async () => {
    const held = phone.copy();
    const response = await phone.send('POST', '/api/auth/password', {
      json: { current_password: password, new_password: 'other unrelated words' },
    });
    expect(response.status).toBe(200);
    phone.token = (await response.json()).access_token;
    expect([await me(phone), await me(held), await me(laptop)]).toEqual([200, 401, 401]);
    expect((await held.refresh()).status).toBe(401);
    expect((await phone.refresh()).status).toBe(200);
    const again = new Browser();
    expect((await again.authenticate('/api/auth/token', { email: 'ann@example.org', password })).status).toBe(401);
  });

  test('with a wrong current password is 400, names the field and changes nothing', async () => {
    const response = await phone.send('POST', '/api/auth/password', {
      json: { current_password: 'wrong', new_password: 'other unrelated words' },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ fields: { current_password: [expect.any(String)] } });
    expect([await me(phone), await me(laptop)]).toEqual([200, 200]);
  });

  test('to a bad one is 400 and names that field', async () => {
    const response = await phone.send('POST', '/api/auth/password', {
      json: { current_password: password, new_password: 'short' },
    });
    expect(await response.json()).toMatchObject({ fields: { new_password: [expect.any(String)] } });
  });

  test.each([
    ['a wrong current password and a short new one', { current_password: 'wrong', new_password: 'short' }],
    ['an empty current password and a short new one', { current_password: '', new_password: 'short' }],
    ['no current password and one that leaked', { new_password: 'passwordpassword' }],
    ['no current password and the own address', { new_password: 'ann@example.org' }],
  ])('with %s names both, and changes nothing', async (_name, json) => {
    const response = await phone.send('POST', '/api/auth/password', { json });
    const fields = { current_password: [expect.any(String)], new_password: [expect.any(String)] };
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request', fields }]);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect([await me(phone), await me(laptop)]).toEqual([200, 200]);
  });

  test('loses to a sign-out everywhere that comes while the new password is hashed', async () => {
    const { hash } = app.deps.hasher;
    app.deps.hasher.hash = async (typed) => {
      await laptop.send('DELETE', '/api/auth/sessions');
      return hash(typed);
    };
    const response = await phone.send('POST', '/api/auth/password', {
      json: { current_password: password, new_password: 'other unrelated words' },
    });
    expect([response.status, response.headers.getSetCookie()]).toEqual([401, []]);
    const again = new Browser();
    expect((await again.authenticate('/api/auth/token', { email: 'ann@example.org', password })).status).toBe(200);
  });

  test('needs a bearer token', async () => {
    const json = { current_password: password, new_password: 'other unrelated words' };
    expect((await new Browser().send('POST', '/api/auth/password', { json })).status).toBe(401);
  });
});
