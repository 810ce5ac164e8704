import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '#db/store/store.ts';
import { landing } from '#lib/core/routes.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;
beforeEach(async () => {
  app = await startApp();
  browser = await signedUp();
});
afterEach(() => app.close());

const refreshCookie = (who: Browser) => who.cookies.get('latchkey-refresh');

describe('the navigation that renews', () => {
  test('rotates when the page session is due, and leads back', async () => {
    const before = refreshCookie(browser);
    app.clock.advance(300);
    const response = await browser.navigate('/api/auth/refresh?next=%2Faccount%3Fpage%3D2');
    expect([response.status, response.headers.get('location')]).toEqual([303, 'http://localhost:3000/account?page=2']);
    expect(refreshCookie(browser)).not.toBe(before);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  test('rotates in the last seconds of the page session too, so that the page gets a token to work with', async () => {
    app.clock.advance(290);
    expect((await browser.navigate('/api/auth/refresh?next=/account')).headers.getSetCookie()).toHaveLength(2);
  });

  test('rotates nothing while the page session is good, even with an older refresh token beside it', async () => {
    const response = await browser.navigate('/api/auth/refresh?next=/account');
    expect(response.status).toBe(303);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('leads to the login page when the session is over, and sets no cookie', async () => {
    await browser.copy().send('POST', '/api/auth/logout');
    const response = await browser.navigate('/api/auth/refresh?next=/account');
    expect(response.headers.get('location')).toBe('http://localhost:3000/login?next=%2Faccount');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/api/auth/logout'])(
    'never leads to %s',
    async (next) => {
      const response = await browser.navigate(`/api/auth/refresh?next=${encodeURIComponent(next)}`);
      expect(response.headers.get('location')).toBe(`http://localhost:3000${landing}`);
    },
  );

  test.each([
    { 'Sec-Fetch-Dest': 'empty' },
    { 'Sec-Fetch-Dest': 'document', 'Sec-Purpose': 'prefetch' },
    { 'Sec-Fetch-Dest': 'document', Purpose: 'prefetch' },
    { 'Sec-Fetch-Dest': 'iframe' },
    { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' },
    { Accept: '*/*' },
  ])('with %j is no navigation: 401, and nothing is written', async (headers) => {
    app.clock.advance(300);
    const response = await browser.send('GET', '/api/auth/refresh?next=/account', { headers, token: null });
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await browser.refresh()).status).toBe(200);
  });

  test('waits on a page that tries again while the database is away, and signs nobody out', async () => {
    app.clock.advance(300);
    app.deps.store.findSession = async () => {
      throw new StoreUnavailable();
    };
    const response = await browser.navigate('/api/auth/refresh?next=/account');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.text()).toContain('http-equiv="refresh"');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('waits on the same page where the session has been refreshed too often', async () => {
    await app.restart({ LIMIT_REFRESH_PER_SESSION: '1/60' });
    app.clock.advance(300);
    expect((await browser.navigate('/api/auth/refresh?next=/account')).status).toBe(303);
    app.clock.advance(30);
    browser.cookies.delete('latchkey-session');
    await browser.send('GET', '/api/me');
    const response = await browser.navigate('/api/auth/refresh?next=/account');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30']);
    expect(await response.text()).toContain('<meta http-equiv="refresh" content="30">');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('comes from a link in an e-mail too, which starts on another site', async () => {
    app.clock.advance(300);
    const headers = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'cross-site' };
    const response = await browser.send('GET', '/api/auth/refresh?next=/account', { headers, token: null });
    expect([response.status, response.headers.getSetCookie().length]).toEqual([303, 2]);
  });
});

test('while the first use of a page session cannot be written, the navigation waits instead of going in a circle', async () => {
  const { confirm } = app.deps.store;
  app.deps.store.confirm = async () => {
    throw new StoreUnavailable();
  };
  const response = await browser.navigate('/api/auth/refresh?next=/account');
  expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
  app.deps.store.confirm = confirm;
  expect((await browser.navigate('/api/auth/refresh?next=/account')).headers.get('location')).toMatch(/\/account$/);
});

describe('the token of a page load', () => {
  const load = (headers: Record<string, string> = {}) =>
    browser.send('GET', '/api/auth/session', { headers, token: null });

  test('comes from the page session, with what is left of its life, and refreshes nothing', async () => {
    app.clock.advance(100);
    const response = await load({ 'Sec-Fetch-Site': 'same-origin' });
    expect(await response.json()).toMatchObject({ access_token: browser.token, expires_in: 200 });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  test('ends when ACCESS_TTL_SECONDS says, and its page session is due a fifth earlier', async () => {
    await app.restart({ ACCESS_TTL_SECONDS: '20' });
    const own = await signedUp('short@example.org');
    const answer = await own.refresh();
    expect(await answer.json()).toMatchObject({ expires_in: 20 });
    app.clock.advance(15);
    expect((await own.navigate('/api/auth/refresh?next=/account')).headers.getSetCookie()).toEqual([]);
    app.clock.advance(2);
    expect((await own.navigate('/api/auth/refresh?next=/account')).headers.getSetCookie()).toHaveLength(2);
    app.clock.advance(20);
    expect((await own.send('GET', '/api/auth/session', { token: null })).status).toBe(401);
    expect((await own.send('GET', '/api/me')).status).toBe(401);
  });

  test('is not there when the page session has ended, is damaged, doubled or missing', async () => {
    const sealed = browser.cookies.get('latchkey-session') ?? '';
    const answers = [
      `${sealed.slice(0, -3)}abc`,
      `${sealed.slice(0, -2)}~2x`,
      '',
      'x'.repeat(10_000),
      `${sealed}; latchkey-session=${sealed}`,
    ].map(async (value) => (await load({ Cookie: `latchkey-session=${value}` })).status);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([401]));
    app.clock.advance(300);
    expect((await load()).status).toBe(401);
  });

  test.each(['cross-site', 'same-site'])('is not for a %s script', async (site) => {
    expect((await load({ 'Sec-Fetch-Site': site })).status).toBe(403);
  });
});

test('no cookie opens an API path', async () => {
  expect((await browser.send('GET', '/api/me', { token: null })).status).toBe(401);
  expect((await browser.send('GET', '/api/activity', { token: null })).headers.get('www-authenticate')).toBe(
    'Bearer realm="latchkey"',
  );
  expect((await new Browser().send('GET', '/api/me', { token: refreshCookie(browser) ?? null })).status).toBe(401);
});
