import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, begin, entryOf, errorOf, goAndReturn, path, signIn } from './going.ts';

let provider: LyingProvider;
let other: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
  other = await startLyingProvider();
});
afterAll(() => Promise.all([provider.close(), other.close()]));
beforeEach(async () => {
  provider.lies = {};
  other.lies = {};
  for (const one of [provider, other]) one.seen.length = 0;
  app = await appWith([entryOf(provider), entryOf(other, { id: 'second', name: 'Second' })]);
});
afterEach(() => app.close());

const hashOf = (state: string) => createHash('sha256').update(state).digest('base64url');
const over = [400, 'transaction_over'];
const complete = (who: Browser, fields: object, id = 'acme') => who.send('POST', path.complete(id), { json: fields });

describe('the way there', () => {
  test('asks with S256, a nonce and a state, and writes none of them down', async () => {
    const bea = new Browser();
    const asked = new URL(await begin(bea, { next: '/account?a=1' })).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ client_id: 'latchkey', response_type: 'code', code_challenge_method: 'S256', scope: 'openid email profile' },
      redirect_uri: 'http://localhost:3000/api/auth/oidc/acme/callback',
    });
    const [cookie] = [...bea.cookies].filter(([name]) => name.startsWith('latchkey-signin-'));
    expect(cookie?.[0]).toBe(`latchkey-signin-${asked.get('state')?.slice(0, 12)}`);
    const stored = JSON.stringify(
      await app.deps.store.listTransactions([hashOf(asked.get('state') ?? '')], app.clock.now),
    );
    for (const secret of [asked.get('state'), asked.get('nonce'), asked.get('code_challenge'), cookie?.[1]])
      expect(stored).not.toContain(secret);
    expect(stored).toContain('/account?a=1');
  });

  test('asks for what the settings say, and for as long as the person says', async () => {
    const params = { hd: 'example.org', prompt: 'select_account' };
    const entry = entryOf(provider, { response_mode: 'form_post', params, scope: 'openid email' });
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entry]) });
    const asked = new URL(await begin(new Browser())).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({ ...params, response_mode: 'form_post', scope: 'openid email' });
    for (const remember of [true, false]) {
      const cookies = (await signIn(new Browser(), provider, { remember })).headers.getSetCookie();
      const refresh = cookies.find((cookie) => cookie.startsWith('latchkey-refresh='));
      expect(refresh?.includes('Max-Age=')).toBe(remember);
    }
  });

  test('leads to no page of another origin afterwards', async () => {
    const bea = new Browser();
    const answer = await signIn(bea, provider, { next: 'https://evil.example/' });
    expect(await answer.json()).toMatchObject({ next: '/tasks' });
  });

  test('is not there for a provider that is not set up', async () => {
    const bea = new Browser();
    expect(await errorOf(await bea.send('POST', path.start('evil'), { json: {} }))).toEqual([404, 'not_found']);
    expect(await errorOf(await complete(bea, { state: 'a', code: 'b' }, 'evil'))).toEqual([404, 'not_found']);
  });

  test('is for pages of the app only', async () => {
    const headers = { Origin: 'https://evil.example' };
    const bea = new Browser();
    expect(await errorOf(await bea.send('POST', path.start(), { json: {}, headers }))).toEqual([403, 'forbidden']);
    expect(await errorOf(await bea.send('POST', path.complete(), { json: {}, headers }))).toEqual([403, 'forbidden']);
  });

  test('the eleventh in one browser ends the oldest, and no other', async () => {
    const bea = new Browser();
    const all: Record<string, string>[] = [];
    let early = bea;
    for (let count = 0; count < 11; count++) {
      app.clock.advance(1);
      all.push(await goAndReturn(bea, provider));
      if (count === 0) early = bea.copy();
    }
    expect([...bea.cookies].filter(([name]) => name.startsWith('latchkey-signin-'))).toHaveLength(10);
    for (const who of [bea, early]) expect(await errorOf(await complete(who, all[0] ?? {}))).toEqual(over);
    expect((await complete(bea, all[1] ?? {})).status).toBe(201);
  });
});

describe('the answer', () => {
  test('does nothing by itself: it goes on to a page of ours, in the fragment', async () => {
    const eve = new Browser();
    const answer = await eve.send('GET', '/api/auth/oidc/acme/callback?code=a&state=b&iss=c&error_description=%3Cb%3E');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      'http://localhost:3000/login/continue#provider=acme&code=a&state=b&iss=c',
    );
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(provider.seen).not.toContain('/token');
  });

  test('comes by a form from the provider’s own page as well', async () => {
    const answer = await new Browser().send('POST', '/api/auth/oidc/acme/callback', {
      body: 'code=a&state=b',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Origin: provider.issuer,
        'Sec-Fetch-Site': 'cross-site',
      },
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/#provider=acme&code=a&state=b$/);
  });

  test.each([
    ['twice the same', 'code=a&code=b&state=c'],
    ['far too much', `code=${'a'.repeat(5000)}&state=c`],
  ])('that says %s is an error', async (_name, query) => {
    const answer = await new Browser().send('GET', `/api/auth/oidc/acme/callback?${query}`);
    expect(answer.headers.get('location')).toMatch(/#provider=acme&error=invalid_request$/);
  });

  test('is not read by HEAD', async () => {
    expect((await new Browser().send('HEAD', '/api/auth/oidc/acme/callback?code=a&state=b')).status).toBe(405);
  });

  test('of an attacker’s own sign-in does nothing in a victim’s browser', async () => {
    const eves = await goAndReturn(new Browser(), provider);
    const ann = await signedUp();
    await begin(ann);
    expect(await errorOf(await complete(ann, eves))).toEqual(over);
    expect(await (await ann.send('GET', '/api/me')).json()).toMatchObject({ email: 'ann@example.org' });
  });

  test('at another provider’s address is refused', async () => {
    const bea = new Browser();
    const fields = await goAndReturn(bea, provider);
    expect(await errorOf(await complete(bea, { ...fields, iss: other.issuer }, 'second'))).toEqual(over);
    expect(other.seen).not.toContain('/token');
  });

  test('with a code from elsewhere is refused: it was not asked for with our verifier', async () => {
    const eves = await goAndReturn(new Browser(), provider);
    const bea = new Browser();
    const fields = await goAndReturn(bea, provider);
    expect(await errorOf(await complete(bea, { ...fields, code: eves.code }))).toEqual([502, 'provider_error']);
    expect(await errorOf(await complete(bea, fields))).toEqual(over);
  });

  test('works once, and for ten minutes', async () => {
    const bea = new Browser();
    const fields = await goAndReturn(bea, provider);
    const cookies = bea.copy();
    expect((await complete(bea, fields)).status).toBe(201);
    expect(await errorOf(await complete(cookies, fields))).toEqual(over);
    const late = await goAndReturn(bea, provider);
    app.clock.advance(601);
    expect(await errorOf(await complete(bea, late))).toEqual(over);
  });

  test('that says no is an error of its own, and no more of what the provider says is shown', async () => {
    const bea = new Browser();
    const { state } = await goAndReturn(bea, provider);
    expect(await errorOf(await complete(bea, { state, error: 'access_denied' }))).toEqual([400, 'access_denied']);
    expect([...bea.cookies].filter(([name]) => name.startsWith('latchkey-signin-'))).toEqual([]);
    const again = await goAndReturn(bea, provider);
    const refused = await complete(bea, { state: again.state, error: 'server_error' });
    expect(await errorOf(refused)).toEqual([502, 'provider_error']);
  });

  test('of ten tabs that begin at once comes back to each of them', async () => {
    const bea = new Browser();
    const fields = await Promise.all(Array.from({ length: 10 }, () => goAndReturn(bea, provider)));
    const statuses: number[] = [];
    for (const one of fields) statuses.push((await complete(bea, one)).status);
    expect(statuses).toEqual([201, ...Array(9).fill(200)]);
  });

  test('of twenty tabs comes back to the last ten of them', async () => {
    const bea = new Browser();
    const fields: Record<string, string>[] = [];
    for (let count = 0; count < 20; count++) {
      app.clock.advance(1);
      fields.push(await goAndReturn(bea, provider));
    }
    const statuses: number[] = [];
    for (const one of fields) statuses.push((await complete(bea, one)).status);
    expect(statuses).toEqual([...Array(10).fill(400), 201, ...Array(9).fill(200)]);
  });

  test('of one transaction in twenty requests at once makes one session', async () => {
    const bea = new Browser();
    const fields = await goAndReturn(bea, provider);
    const all = await Promise.all(Array.from({ length: 20 }, () => complete(bea.copy(), fields)));
    const statuses = all.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => ![201, 400, 503].includes(status))).toEqual([]);
  });
});
