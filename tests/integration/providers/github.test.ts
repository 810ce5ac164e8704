import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { appWith, begin, errorOf, path } from './going.ts';

/** GitHub as far as an app asks it: an Enterprise Server on this machine. */
let server: Server;
let url: string;
let user: object;
let emails: unknown;
const challenges = new Map<string, string>();
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/login/oauth/access_token') {
      let text = '';
      for await (const chunk of request) text += chunk;
      const form = new URLSearchParams(text);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      // GitHub says with 200 that a code is wrong.
      if (challenges.get(form.get('code') ?? '') !== challenge) return json({ error: 'bad_verification_code' });
      return json({ access_token: 'gho_token', token_type: 'bearer', scope: 'read:user,user:email' });
    }
    asked.push(request.headers.authorization);
    if (request.url === '/api/v3/user') return json(user);
    if (request.url === '/api/v3/user/emails') return json(emails);
    return json({}, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

let app: TestApp;
beforeEach(async () => {
  user = { id: 583231, login: 'bea', name: 'Bea' };
  emails = [{ email: 'bea@example.org', primary: true, verified: true, visibility: null }];
  app = await appWith([{ preset: 'github', id: 'hub', base_url: url, client_id: 'latchkey', client_secret: 's' }]);
});
afterEach(() => app.close());

/** Goes there and back. GitHub.com names itself in its answers; an Enterprise Server may be too old for that. */
async function signIn(who: Browser, iss: string | undefined = `${url}/login/oauth`): Promise<Response> {
  const asking = new URL(await begin(who, {}, 'hub'));
  expect(asking.href.startsWith(`${url}/login/oauth/authorize?`)).toBe(true);
  expect(asking.searchParams.has('nonce')).toBe(false);
  const code = randomUUID();
  challenges.set(code, asking.searchParams.get('code_challenge') ?? '');
  return who.authenticate(path.complete('hub'), { code, iss, state: asking.searchParams.get('state') });
}

test('an answer names the server that made it, or none; the issuer of identities is another', async () => {
  expect((await signIn(new Browser())).status).toBe(201);
  const nameless = new Browser();
  const asking = new URL(await begin(nameless, {}, 'hub'));
  challenges.set('nameless', asking.searchParams.get('code_challenge') ?? '');
  const fields = { code: 'nameless', state: asking.searchParams.get('state') };
  expect((await nameless.send('POST', path.complete('hub'), { json: fields })).status).toBe(200);
  expect(await app.deps.store.findIdentity(url, '583231')).toMatchObject({ identity: { issuer: url } });
  for (const iss of [url, 'https://github.com/login/oauth'])
    expect(await errorOf(await signIn(new Browser(), iss))).toEqual([502, 'provider_error']);
});

test('GitHub signs up by its number, and in after a rename; its token is sent to it and kept nowhere', async () => {
  expect((await signIn(new Browser())).status).toBe(201);
  user = { id: 583231, login: 'somebody-else' };
  const bea = new Browser();
  expect((await signIn(bea)).status).toBe(200);
  expect(asked).toContain('Bearer gho_token');
  const { items } = await (await bea.send('GET', path.identities)).json();
  expect(items).toMatchObject([{ provider: 'hub', name: 'GitHub', email: 'bea@example.org' }]);
  expect(JSON.stringify(items)).not.toContain('gho_');
});

test('a login that passed to somebody else is another person', async () => {
  expect((await signIn(new Browser())).status).toBe(201);
  user = { id: 999, login: 'bea' };
  expect(await errorOf(await signIn(new Browser()))).toEqual([409, 'link_required']);
});

test.each<[string, unknown]>([
  ['none', []],
  ['one that is not verified', [{ email: 'bea@example.org', primary: true, verified: false }]],
  ['one that is not the first', [{ email: 'bea@example.org', primary: false, verified: true }]],
  ['one that hides the real one', [{ email: '1+bea@users.noreply.github.com', primary: true, verified: true }]],
  ['one that only becomes another', [{ email: 'mar\u212a@example.org', primary: true, verified: true }]],
  ['no list', { message: 'no' }],
])('with %s it vouches for no address', async (_name, list) => {
  emails = list;
  expect(await errorOf(await signIn(new Browser()))).toEqual([403, 'email_unverified']);
});

test.each<[string, object]>([
  ['no number', { login: 'bea' }],
  ['a text', { id: '583231' }],
  ['undefined', { id: undefined }],
])('somebody with %s for an id is nobody', async (_name, someone) => {
  user = someone;
  expect(await errorOf(await signIn(new Browser()))).toEqual([502, 'provider_error']);
});

test('a code that was not asked for with our verifier is refused', async () => {
  const bea = new Browser();
  const asking = new URL(await begin(bea, {}, 'hub'));
  const fields = { code: 'another', state: asking.searchParams.get('state') };
  const refused = await bea.send('POST', path.complete('hub'), { json: fields });
  expect(await errorOf(refused)).toEqual([502, 'provider_error']);
});
