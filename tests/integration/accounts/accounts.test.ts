import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ LIMIT_REGISTER_PER_ADDRESS: '40/3600' });
});
afterEach(() => app.close());

const register = (json: unknown, browser = new Browser()) => browser.authenticate('/api/auth/register', json);

describe('signing up', () => {
  test('answers 201 with a token response and never a refresh token in the body', async () => {
    const response = await register({ email: ' Ann@Example.ORG ', password, name: 'Ann' });
    expect(response.status).toBe(201);
    const body = await response.text();
    expect(JSON.parse(body)).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      user: { id: expect.any(String), email: 'ann@example.org', name: 'Ann' },
    });
    expect(body).not.toContain('v1.');
  });

  test('with a taken address is 409, in whatever case it is written', async () => {
    await register({ email: 'ann@example.org', password });
    const response = await register({ email: 'ANN@example.org', password });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: 'email_taken' });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('with a domain in letters makes the account of its spelling in DNS too, which answers and pages show in letters', async () => {
    const [letters, ascii] = ['hans@ex\u00e4mple.org', 'hans@xn--exmple-cua.org'];
    const hans = new Browser();
    expect(await (await register({ email: letters, password }, hans)).json()).toMatchObject({
      user: { email: letters },
    });
    expect((await app.deps.store.findUserByEmail(ascii))?.email).toBe(ascii);
    expect((await register({ email: ascii, password })).status).toBe(409);
    for (const email of [letters, ascii, 'HANS@EXA\u0308MPLE.ORG']) {
      const response = await new Browser().authenticate('/api/auth/token', { email, password });
      expect(await response.json()).toMatchObject({ user: { email: letters } });
    }
    expect(await (await hans.send('GET', '/api/me')).json()).toMatchObject({ email: letters });
    const json = { current_password: password, new_password: letters };
    expect((await hans.send('POST', '/api/auth/password', { json })).status).toBe(400);
  });

  test.each(['xn--i-7iq.ws', 'xn--a.org'])(
    'shows %s as it is, since its letters lead to no account',
    async (domain) => {
      const email = `ann@${domain}`;
      expect(await (await register({ email, password })).json()).toMatchObject({ user: { email } });
    },
  );

  test('twenty times at once with one address makes one account', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => register({ email: 'ann@example.org', password })));
    expect(all.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });

  test.each([
    [{ email: 'not an address', password }, 'email'],
    [{ email: 'a@b@example.org', password }, 'email'],
    [{ email: 'a＠example.org', password }, 'email'],
    [{ email: 'a\u0000@example.org', password }, 'email'],
    [{ email: 'ann@example.org', password: 'short' }, 'password'],
    [{ email: 'ann@example.org', password: 'x y'.repeat(25) }, 'password'],
    [{ email: 'ann@example.org', password: 'passwordpassword' }, 'password'],
    [{ email: 'ann@example.org' }, 'password'],
    [{ email: 'ann@example.org', password, role: 'admin' }, 'role'],
    [{ email: 'ann@example.org', password, id: '1' }, 'id'],
    [{ email: 'ann@example.org', password, name: 7 }, 'name'],
  ])('with %j is 400 and says which field', async (json, field) => {
    const response = await register(json);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: 'invalid_request',
      fields: { [field]: [expect.any(String)] },
    });
  });

  test.each([
    ['a bad address and a short password', { email: 'no address', password: 'short' }, ['email', 'password']],
    ['no address, and a password that leaked', { password: 'passwordpassword' }, ['email', 'password']],
    ['a name that is none, and no password', { email: 'ann@example.org', name: 7 }, ['name', 'password']],
    [
      'everything wrong, and keys that are not known',
      { email: 7, password: 'short', name: 'x'.repeat(101), remember: 'yes', role: 'admin', id: 1 },
      ['email', 'id', 'name', 'password', 'remember', 'role'],
    ],
    [
      'the address for a password, and a wrong choice',
      { email: 'ann@example.org', password: 'ann@example.org', remember: 1 },
      ['password', 'remember'],
    ],
  ])('with %s is told all of it at once', async (_name, json, fields) => {
    const response = await register(json);
    const expected = Object.fromEntries(fields.map((field) => [field, [expect.any(String)]]));
    expect([response.status, (await response.json()).fields]).toEqual([400, expected]);
  });
});

test('me tells who is asking, and in which session', async () => {
  expect(await (await (await signedUp()).send('GET', '/api/me')).json()).toEqual({
    id: expect.any(String),
    email: 'ann@example.org',
    name: 'Ann',
    email_verified: false,
    two_step: false,
    created_at: '2026-11-23T12:00:00.000Z',
    session_id: expect.any(String),
  });
});
