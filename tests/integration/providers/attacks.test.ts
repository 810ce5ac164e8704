/** What others got wrong, tried here. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contracts } from '#lib/core/contracts.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { beside } from '#tests/support/two-step.ts';
import { appWith, begin, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

let provider: LyingProvider;
let other: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  [provider, other] = await Promise.all([startLyingProvider(), startLyingProvider()]);
});
afterAll(() => Promise.all([provider.close(), other.close()]));
beforeEach(async () => {
  provider.lies = {};
  other.lies = {};
  for (const one of [provider, other]) one.seen.length = 0;
  app = await appWith([entryOf(provider), entryOf(other, { id: 'second', name: 'Acme' })]);
});
afterEach(() => app.close());

const complete = (who: Browser, fields: object, id = 'acme') => who.send('POST', path.complete(id), { json: fields });
const identitiesOf = async (who: Browser) => (await (await who.send('GET', path.identities)).json()).items;
const refused = [502, 'provider_error'];

describe('an answer', () => {
  test.each<[string, Record<string, unknown>]>([
    ['names only plain', { code_challenge_methods_supported: ['plain'] }],
    ['names none', { code_challenge_methods_supported: [] }],
    ['says nothing', {}],
  ])('of a provider whose metadata %s is asked for with S256 all the same', async (_name, metadata) => {
    provider.lies = { metadata };
    const who = new Browser();
    const url = await begin(who);
    const asked = new URL(url).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    // The provider compares it with the SHA-256 of what is sent with the code.
    expect((await complete(who, provider.authorize(url))).status).toBe(201);
  });

  test('that another server gave in a mix-up takes no code to anybody', async () => {
    const who = new Browser();
    const fields = await goAndReturn(who, provider);
    for (const iss of [other.issuer, `${provider.issuer}/`, provider.issuer.toUpperCase(), '']) {
      const once = new Browser();
      const own = await goAndReturn(once, provider);
      expect(await errorOf(await complete(once, { ...own, iss }))).toEqual(refused);
    }
    expect([...provider.seen, ...other.seen]).not.toContain('/token');
    expect((await complete(who, fields)).status).toBe(201);
  });

  test('with an issuer is compared also where none was promised, and may come without', async () => {
    provider.lies = { metadata: { authorization_response_iss_parameter_supported: false } };
    const [bea, eve] = [new Browser(), new Browser()];
    const { iss: _, ...without } = await goAndReturn(bea, provider);
    expect((await complete(bea, without)).status).toBe(201);
    expect(await errorOf(await complete(eve, { ...(await goAndReturn(eve, provider)), iss: other.issuer }))).toEqual(
      refused,
    );
  });

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '/%2F/evil.example',
    '/a\tb',
    '/login/continue',
    '/login?next=/x',
    '/api/auth/logout',
    '',
  ])('leads to a page of the app only, not to %j', async (next) => {
    const answer = await signIn(new Browser(), provider, { next });
    expect(await answer.json()).toMatchObject({ next: '/tasks' });
  });

  test('that is an error leads nowhere by what it says, and none of it is repeated', async () => {
    const query =
      'error=%3Cscript%3E&error_description=evil&error_uri=https%3A%2F%2Fevil.example&next=https://evil.example';
    const answer = await new Browser().send('GET', `/api/auth/oidc/acme/callback?${query}`);
    const { origin, pathname, hash } = new URL(answer.headers.get('location') ?? '');
    expect([origin, pathname, hash]).toEqual([
      ...['http://localhost:3000', '/login/continue', '#provider=acme&error=%3Cscript%3E'],
    ]);
    const who = new Browser();
    const { state } = await goAndReturn(who, provider);
    const said = await (await complete(who, { state, error: '<script>evil' })).text();
    expect(said).not.toMatch(/<script|evil/);
  });

  test('without a code, and one without a cookie, does nothing', async () => {
    const who = new Browser();
    const { state } = await goAndReturn(who, provider);
    expect(await errorOf(await complete(who, { state }))).toEqual(refused);
    const without = new Browser();
    const fields = await goAndReturn(without, provider);
    without.cookies.clear();
    expect(await errorOf(await complete(without, fields))).toEqual([400, 'transaction_over']);
    expect(provider.seen).not.toContain('/token');
  });

  test('with a cookie of its name that holds another secret does nothing', async () => {
    const eves = await goAndReturn(new Browser(), provider);
    const ann = new Browser();
    await begin(ann);
    const [[, secret = ''] = []] = [...ann.cookies];
    ann.cookies.set(`latchkey-signin-${eves.state?.slice(0, 12)}`, secret);
    for (const fields of [eves, { state: eves.state, error: 'access_denied' }])
      expect(await errorOf(await complete(ann.copy(), fields))).toEqual([400, 'transaction_over']);
    expect(provider.seen).not.toContain('/token');
  });

  test('to linking, in another browser than the one that asked for it, links nothing', async () => {
    const eve = await signedUp('eve@example.org');
    const eves = await goAndReturn(eve, provider, { intent: 'link' });
    const ann = await signedUp();
    expect(await errorOf(await complete(ann, eves))).toEqual([400, 'transaction_over']);
    for (const [name, value] of eve.cookies) if (name.includes('signin')) ann.cookies.set(name, value);
    expect(await errorOf(await complete(ann, eves))).toEqual([400, 'transaction_over']);
    for (const who of [ann, eve]) expect(await identitiesOf(who)).toEqual([]);
  });
});

describe('a subject', () => {
  test.each([undefined, null, '', 'undefined-like '.repeat(20)])('that is %j joins nobody', async (sub) => {
    provider.lies = { claims: { sub } };
    for (let count = 0; count < 2; count++)
      expect(await errorOf(await signIn(new Browser(), provider))).toEqual(refused);
    expect(await app.deps.store.findUserByEmail('bea@example.org')).toBeNull();
  });

  test('of a provider that has another’s name is another’s: neither name nor subject makes it trusted', async () => {
    await signedUpWith(provider);
    const who = new Browser();
    const fields = other.authorize(await begin(who, {}, 'second'));
    expect(await errorOf(await complete(who, fields, 'second'))).toEqual([409, 'link_required']);
  });

  test('stays its owner’s when the provider’s id in the settings is another', async () => {
    await signedUpWith(provider);
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { id: 'renamed' })]) });
    const who = new Browser();
    const fields = provider.authorize(await begin(who, {}, 'renamed'));
    expect((await complete(who, fields, 'renamed')).status).toBe(200);
  });
});

describe('a proof that connects an identity', () => {
  /** Meets an account of the address with an identity. Returns what the owner’s page has. */
  async function met(who: Browser, sub: string): Promise<string> {
    provider.lies = { claims: { sub } };
    const fields = await goAndReturn(who, provider);
    expect(await errorOf(await complete(who, fields))).toEqual([409, 'link_required']);
    provider.lies = {};
    return fields.state ?? '';
  }
  const link = (who: Browser, state: string) => who.send('POST', path.link(), { json: { state } });
  const ann = { email: 'bea@example.org', password };

  test('is of that identity: another of the same provider is not connected by it', async () => {
    await signedUp(ann.email);
    const who = new Browser();
    const [one, two] = [await met(who, 'p-1'), await met(who, 'p-2')];
    await who.authenticate('/api/auth/token', ann);
    expect((await link(who, two)).status).toBe(200);
    const subjects = await beside(app.deps.env.DATABASE_URL, ({ run, tables: { identities } }) =>
      run((db) => db.select({ subject: identities.subject }).from(identities)),
    );
    expect(subjects).toEqual([{ subject: 'p-2' }]);
    expect(await errorOf(await link(who, two))).toEqual([400, 'transaction_over']);
    expect((await link(who, one)).status).toBe(200);
  });

  test('is of that account: whoever signs in next in the same browser does not get the identity', async () => {
    await signedUp(ann.email);
    await signedUp('eve@example.org');
    const who = new Browser();
    const state = await met(who, 'p-1');
    await who.authenticate('/api/auth/token', { email: 'eve@example.org', password });
    expect(await errorOf(await link(who, state))).toEqual([400, 'transaction_over']);
    expect(await identitiesOf(who)).toEqual([]);
  });

  test('ends with the transaction, and takes a fresh sign-in', async () => {
    await signedUp(ann.email);
    const who = new Browser();
    const state = await met(who, 'p-1');
    await app.restart({ FRESH_SECONDS: '60' });
    await who.authenticate('/api/auth/token', ann);
    app.clock.advance(90);
    const refused = await link(who, state);
    // It waits while its owner steps up.
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await errorOf(refused)).toEqual([401, 'insufficient_user_authentication']);
    app.clock.advance(509);
    await who.authenticate('/api/auth/token', ann);
    app.clock.advance(1);
    expect(await errorOf(await link(who, state))).toEqual([400, 'transaction_over']);
    expect(await identitiesOf(who)).toEqual([]);
  });
});

describe('an address', () => {
  test('that was never verified is not by connecting, or disconnecting, an identity of another address', async () => {
    const ann = await signedUp('ann@example.org');
    const isVerified = async () => (await (await ann.send('GET', '/api/me')).json()).email_verified;
    for (const claims of [{ email: 'other@example.org' }, { email: 'ann@example.org', email_verified: false }]) {
      provider.lies = { claims };
      const fields = await goAndReturn(ann, provider, { intent: 'link' });
      expect((await complete(ann, fields)).status).toBe(200);
      for (const { id } of await identitiesOf(ann)) await ann.send('DELETE', `${path.identities}/${id}`);
      expect([await isVerified(), await identitiesOf(ann)]).toEqual([false, []]);
    }
  });

  test('that a stranger took beforehand, unverified, is not shared with the owner who comes by a provider', async () => {
    const eve = await signedUp('bea@example.org');
    const bea = new Browser();
    expect(await errorOf(await signIn(bea, provider))).toEqual([409, 'link_required']);
    expect([bea.token, await identitiesOf(eve)]).toEqual([null, []]);
    expect((await (await eve.send('GET', '/api/me')).json()).email_verified).toBe(false);
  });

  test('that only looks like an account’s is none, and capitals are the account’s own', async () => {
    await signedUp('bea@example.org');
    provider.lies = { claims: { email: 'BEA@Example.org' } };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
    provider.lies = { claims: { email: 'bеa@example.org', sub: 'p-2' } };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([403, 'email_unverified']);
  });
});

test('no endpoint makes, changes or tests a provider', async () => {
  const writing = contracts.filter(({ path: one }) => /provider|oidc/.test(one));
  expect(
    writing.flatMap(({ path: one, ...methods }) =>
      Object.keys(methods).flatMap((method) => (/^[A-Z]+$/.test(method) ? `${method} ${one}` : [])),
    ),
  ).toEqual([
    ...['GET /api/auth/providers', 'POST /api/auth/oidc/[id]/start'],
    ...['GET /api/auth/oidc/[id]/callback', 'POST /api/auth/oidc/[id]/callback'],
    ...['POST /api/auth/oidc/[id]/complete', 'POST /api/auth/oidc/[id]/link'],
    'POST /api/auth/oidc/[id]/backchannel-logout',
  ]);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect((await new Browser().send(method, '/api/auth/providers', { json: [entryOf(other)] })).status).toBe(405);
  const listed = await new Browser().send('GET', '/api/auth/providers');
  expect(await listed.json()).toEqual({
    items: [
      { id: 'acme', name: 'Acme', preset: null },
      { id: 'second', name: 'Acme', preset: null },
    ],
  });
});

test('the cookie and the row of a sign-in end at the same moment, ten minutes after it began', async () => {
  const who = new Browser();
  const answer = await who.send('POST', path.start(), { json: {} });
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^latchkey-signin-[\w-]{12}=[\w-]{43}; .*HttpOnly/);
  for (const flag of ['Path=/', 'SameSite=Strict', 'Max-Age=600', 'HttpOnly'])
    expect(cookie.split('; ')).toContain(flag);
  const { state = '' } = provider.authorize((await answer.json()).authorization_url);
  const hash = createHash('sha256').update(state).digest('base64url');
  const row = await app.deps.store.findTransaction(hash, app.clock.now);
  expect(row?.expiresAt).toEqual(new Date(app.clock.now.getTime() + 600_000));
});
