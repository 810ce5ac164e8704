import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { guarded } from '#tests/integration/second-factors/setting-up.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { type LyingProvider, lyingClient, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = { claims: { sid: 's-1' } };
  app = await appWith([entryOf(provider)]);
});
afterEach(() => {
  vi.restoreAllMocks();
  return app.close();
});

const member = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const now = () => Math.floor(app.clock.now.getTime() / 1000);
let count = 0;
const claimsOf = (more: object = {}) => ({
  ...{
    iss: provider.issuer,
    aud: 'latchkey',
    iat: now(),
    exp: now() + 120,
    jti: `j-${++count}`,
    events: member,
    sub: 'p-1',
  },
  ...more,
});
const send = (token: string) =>
  new Browser().send('POST', path.logout(), {
    body: new URLSearchParams({ logout_token: token }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
const isSignedIn = async (who: Browser) => (await who.send('GET', '/api/me')).status === 200;

/** Somebody with an authenticator app and an identity of the provider. */
async function guardedWithIdentity(): Promise<Awaited<ReturnType<typeof guarded>>> {
  const person = await guarded(app, 'bea@example.org');
  const fields = await goAndReturn(person.who, provider, { intent: 'link' });
  expect((await person.who.send('POST', path.complete(), { json: fields })).status).toBe(200);
  return person;
}

describe('a logout token', () => {
  test.each([
    ['of the subject', {}],
    ['of the provider’s session', { sub: undefined, sid: 's-1' }],
    ['of both', { sid: 's-1' }],
  ])('%s ends the session, and says why', async (_name, more) => {
    const bea = await signedUpWith(provider);
    app.clock.advance(1);
    const response = await send(await provider.sign(claimsOf(more), { header: { typ: 'logout+jwt' } }));
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await isSignedIn(bea)).toBe(false);
    expect((await bea.refresh()).status).toBe(401);
    const again = new Browser();
    expect((await signIn(again, provider)).status).toBe(200);
    const { items } = await (await again.send('GET', '/api/activity')).json();
    expect(items.map(({ type }: { type: string }) => type)).toContain('signed_out_by_provider');
  });

  test.each([
    ['of another session of the provider', { sub: undefined, sid: 's-2' }],
    ['of a subject that is unknown here', { sub: 'p-9' }],
  ])('%s is taken, and ends nothing', async (_name, more) => {
    const bea = await signedUpWith(provider);
    app.clock.advance(1);
    expect((await send(await provider.sign(claimsOf(more)))).status).toBe(200);
    expect(await isSignedIn(bea)).toBe(true);
  });

  test('that comes again, or from before, ends no session that began since', async () => {
    await signedUpWith(provider);
    app.clock.advance(1);
    const token = await provider.sign(claimsOf());
    expect((await send(token)).status).toBe(200);
    app.clock.advance(1);
    const bea = new Browser();
    await signIn(bea, provider);
    expect((await send(token)).status).toBe(200);
    expect((await send(await provider.sign(claimsOf({ iat: now() - 1 })))).status).toBe(200);
    expect(await isSignedIn(bea)).toBe(true);
  });

  test('that was made before the session began ends nothing, also long after', async () => {
    const bea = await signedUpWith(provider);
    app.clock.advance(30);
    expect((await send(await provider.sign(claimsOf({ iat: now() - 60 })))).status).toBe(200);
    expect(await isSignedIn(bea)).toBe(true);
  });

  test('of the provider’s session ends it, though the provider’s clock lies behind', async () => {
    const bea = await signedUpWith(provider);
    const token = await provider.sign(claimsOf({ sub: undefined, sid: 's-1', iat: now() - 60 }));
    expect((await send(token)).status).toBe(200);
    expect(await isSignedIn(bea)).toBe(false);
  });

  test.each([
    ['the provider’s session', { sub: undefined, sid: 's-1' }],
    ['the subject', {}],
  ])('of %s ends a sign-in that waits for its second step', async (_name, more) => {
    const { who, codeAt } = await guardedWithIdentity();
    const bea = new Browser();
    const { second_step } = await (await signIn(bea, provider)).json();
    app.clock.advance(1);
    expect((await send(await provider.sign(claimsOf(more)))).status).toBe(200);
    app.clock.advance(30);
    const code = codeAt(app.clock.now);
    const done = await bea.authenticate('/api/auth/token', { second_step_id: second_step.id, code });
    expect(await errorOf(done)).toEqual([401, 'invalid_grant']);
    expect(await isSignedIn(who)).toBe(true);
  });

  test.each([
    ['signs somebody in', () => signedUpWith(provider)],
    ['makes an account', async () => {}],
    ['asks for the second step', guardedWithIdentity],
  ])('that comes while a code is exchanged that %s ends that', async (_name, prepare) => {
    await prepare();
    const bea = new Browser();
    const fields = await goAndReturn(bea, provider);
    app.clock.advance(1);
    const token = await provider.sign(claimsOf({ sub: undefined, sid: 's-1' }));
    const { store } = app.deps;
    const find = store.findIdentity;
    vi.spyOn(store, 'findIdentity').mockImplementation(async (...of) => {
      expect((await send(token)).status).toBe(200);
      return find(...of);
    });
    expect(await errorOf(await bea.authenticate(path.complete(), fields))).toEqual([400, 'transaction_over']);
    expect([...bea.cookies.keys()]).toEqual([]);
    vi.restoreAllMocks();
    expect(await store.listProviderSessions({ issuer: provider.issuer, sid: 's-1' }, app.clock.now)).toEqual([]);
    expect([200, 201, 403]).toContain((await signIn(bea, provider)).status);
  });

  test('ends what begins while it ends the others', async () => {
    await signedUpWith(provider);
    const late = new Browser();
    const fields = await goAndReturn(late, provider);
    const { store } = app.deps;
    const list = store.listProviderSessions;
    let isFirst = true;
    vi.spyOn(store, 'listProviderSessions').mockImplementation(async (...of) => {
      const listed = await list(...of);
      if (isFirst) {
        isFirst = false;
        expect((await late.authenticate(path.complete(), fields)).status).toBe(200);
      }
      return listed;
    });
    expect((await send(await provider.sign(claimsOf({ iat: now() + 100, exp: now() + 200 })))).status).toBe(200);
    expect(await isSignedIn(late)).toBe(false);
  });

  test('from a clock that is ahead counts once as well', async () => {
    await signedUpWith(provider);
    const token = await provider.sign(claimsOf({ iat: now() + 200, exp: now() + 400 }));
    expect((await send(token)).status).toBe(200);
    app.clock.advance(1);
    const bea = new Browser();
    await signIn(bea, provider);
    expect((await send(token)).status).toBe(200);
    expect(await isSignedIn(bea)).toBe(true);
  });

  test.each<[string, (claims: ReturnType<typeof claimsOf>) => object]>([
    ['with a nonce', () => ({ nonce: 'a' })],
    ['whose events are null', () => ({ events: null })],
    ['whose event is no object', () => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': true } })],
    ['of another event', () => ({ events: { 'https://example.org/else': {} } })],
    ['without events', () => ({ events: undefined })],
    ['without a name', () => ({ jti: undefined })],
    ['of nobody', () => ({ sub: undefined })],
    ['of an empty subject', () => ({ sub: '' })],
    ['whose subject is no text', () => ({ sub: 7, sid: 's-1' })],
    ['whose session is no text', () => ({ sid: 7 })],
    ['of a subject with a NUL', () => ({ sub: 'p\0' })],
    ['of a subject with half a letter', () => ({ sub: 'p\ud800' })],
    ['of a session with a NUL', () => ({ sid: 's\0' })],
    ['whose name is no text', () => ({ jti: 7 })],
    ['whose event is a list', () => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': [] } })],
    ['from six minutes ahead', () => ({ iat: now() + 360 })],
    ['without a time of issue', () => ({ iat: undefined })],
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another app', () => ({ aud: 'another' })],
    ['from six minutes ago', () => ({ iat: now() - 360 })],
    ['that is over', () => ({ exp: now() - 60 })],
  ])('%s is refused, and ends nothing', async (_name, more) => {
    const bea = await signedUpWith(provider);
    app.clock.advance(1);
    const claims = claimsOf();
    expect(await errorOf(await send(await provider.sign({ ...claims, ...more(claims) })))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await isSignedIn(bea)).toBe(true);
  });

  test('by a foreign key, or of another kind, is refused', async () => {
    const bea = await signedUpWith(provider);
    app.clock.advance(1);
    const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const tokens = [
      await provider.sign(claimsOf(), { key }),
      new UnsecuredJWT(claimsOf()).encode(),
      await provider.sign(claimsOf(), {
        key: createSecretKey(Buffer.from(lyingClient.client_secret)),
        header: { alg: 'HS256' },
      }),
      await provider.sign(claimsOf(), { header: { alg: 'PS256' } }),
      await provider.sign(claimsOf(), { header: { typ: 'at+jwt' } }),
      await provider.sign({ iss: provider.issuer, aud: 'latchkey', sub: 'p-1', iat: now(), exp: now() + 60 }),
      'a.b.c',
    ];
    for (const token of tokens) expect(await errorOf(await send(token))).toEqual([400, 'invalid_request']);
    expect(await isSignedIn(bea)).toBe(true);
  });
});

describe('signing out here', () => {
  const withEnd = { metadata: { end_session_endpoint: 'http://127.0.0.1:1/end' }, claims: {} };
  const signOut = (who: Browser) => who.send('POST', '/api/auth/logout');

  test('goes on at the provider where the operator asks for that', async () => {
    provider.lies = withEnd;
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { sign_out: 'provider' })]) });
    const bea = await signedUpWith(provider);
    const response = await signOut(bea);
    const { continue: next } = await response.json();
    expect([response.status, new URL(next).searchParams.toString()]).toEqual([
      200,
      'client_id=latchkey&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Flogin',
    ]);
    expect([...bea.cookies.keys()]).toEqual([]);
    expect(await isSignedIn(bea)).toBe(false);
  });

  test.each(['javascript:alert(1)', 'http://id.example.org/end', 'data:text/html,a'])(
    'does not go on at %s, whatever a provider says',
    async (end_session_endpoint) => {
      provider.lies = { metadata: { end_session_endpoint } };
      await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { sign_out: 'provider' })]) });
      expect((await signOut(await signedUpWith(provider))).status).toBe(204);
    },
  );

  test('is done here, after a second at most, where the provider is not known yet and never answers', async () => {
    const bea = await signedUpWith(provider);
    provider.lies = { metadata: () => undefined };
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { sign_out: 'provider' })]) });
    const startedAt = performance.now();
    const response = await signOut(bea);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  test('is done here where they do not', async () => {
    provider.lies = withEnd;
    expect((await signOut(await signedUpWith(provider))).status).toBe(204);
  });
});

describe('a session that has set a first password', () => {
  async function withPassword(): Promise<Browser> {
    const bea = await signedUpWith(provider);
    const set = await bea.send('POST', '/api/auth/password', { json: { new_password: password } });
    bea.token = (await set.json()).access_token;
    app.clock.advance(1);
    expect(await isSignedIn(bea)).toBe(true);
    return bea;
  }

  test.each([{}, { sub: undefined, sid: 's-1' }])('is ended by the provider as before, by %j', async (more) => {
    const bea = await withPassword();
    expect((await send(await provider.sign(claimsOf(more)))).status).toBe(200);
    expect(await isSignedIn(bea)).toBe(false);
  });

  test('has shown no more than before, and no later', async () => {
    const bea = await signedUpWith(provider);
    const { auth_time } = decodeJwt(bea.token ?? '');
    app.clock.advance(280);
    const set = await bea.send('POST', '/api/auth/password', { json: { new_password: password } });
    const claims = decodeJwt((await set.json()).access_token);
    expect([claims.auth_time, claims.amr]).toEqual([auth_time, undefined]);
  });

  test('ends with the identity that it began with', async () => {
    const bea = await withPassword();
    const other = new Browser();
    await other.authenticate('/api/auth/token', { email: 'bea@example.org', password });
    const { items } = await (await other.send('GET', path.identities)).json();
    expect((await other.send('DELETE', `${path.identities}/${items[0].id}`)).status).toBe(204);
    expect(await isSignedIn(bea)).toBe(false);
  });
});
