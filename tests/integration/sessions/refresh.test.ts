import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;

beforeEach(async () => {
  app = await startApp();
  browser = await signedUp();
});
afterEach(() => app.close());

const me = (who: Browser) => who.send('GET', '/api/me');

describe('a refresh', () => {
  test('answers a new pair and both cookies', async () => {
    const before = browser.copy();
    const response = await browser.refresh();
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      token_type: 'Bearer',
      expires_in: 300,
      user: { email: 'ann@example.org' },
    });
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(browser.cookies.get('latchkey-refresh')).not.toBe(before.cookies.get('latchkey-refresh'));
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect((await me(browser)).status).toBe(200);
  });

  test('that is repeated within the grace answers the same refresh token, byte for byte', async () => {
    const repeat = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(10);
    expect((await repeat.refresh()).status).toBe(200);
    expect(repeat.cookies.get('latchkey-refresh')).toBe(browser.cookies.get('latchkey-refresh'));
  });

  test('whose answer was lost may be repeated days later', async () => {
    const lost = browser.copy();
    await lost.refresh();
    app.clock.advance(3 * 24 * 3600);
    expect((await browser.refresh()).status).toBe(200);
    expect((await me(browser)).status).toBe(200);
  });

  test('of twenty tabs at once makes one successor', async () => {
    const tabs = Array.from({ length: 20 }, () => browser.copy());
    const statuses = await Promise.all(tabs.map(async (tab) => (await tab.refresh()).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(new Set(tabs.map((tab) => tab.cookies.get('latchkey-refresh'))).size).toBe(1);
  });
});

describe('a stolen refresh token', () => {
  test('ends the whole session when it shows up after its successor was used', async () => {
    const thief = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(10.001);
    const theft = await thief.refresh();
    expect(theft.status).toBe(401);
    expect(await theft.json()).toMatchObject({ error: 'invalid_grant' });
    expect(theft.headers.getSetCookie()).toEqual([]);
    const refused = await me(browser);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('The session has ended');
    expect((await browser.refresh()).status).toBe(401);
  });

  test('is written to the security log of its owner', async () => {
    const thief = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(11);
    await thief.refresh();
    const again = await signedInAgain();
    const { items } = await (await again.send('GET', '/api/activity')).json();
    expect(items.map((event: { type: string }) => event.type)).toContain('refresh_reuse');
  });

  test('leaves other sessions of the person alone', async () => {
    const phone = await signedInAgain();
    const thief = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(11);
    await thief.refresh();
    expect((await me(phone)).status).toBe(200);
  });
});

describe('what is no refresh token of a living session', () => {
  test.each(['', 'nonsense', 'v1.a.b.0.c.d'])('%j is refused and sets no cookie', async (value) => {
    browser.cookies.set('latchkey-refresh', value);
    const response = await browser.refresh();
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('a forged generation changes nothing in the session', async () => {
    const [head = ''] = [browser.cookies.get('latchkey-refresh')];
    const forged = browser.copy();
    forged.cookies.set('latchkey-refresh', head.replace(/\.0\./, '.1.'));
    expect((await forged.refresh()).status).toBe(401);
    expect((await browser.refresh()).status).toBe(200);
  });

  test('two cookies of the name count as none', async () => {
    const value = browser.cookies.get('latchkey-refresh');
    const response = await browser.send('POST', '/api/auth/refresh', {
      headers: { Cookie: `latchkey-refresh=${value}; latchkey-refresh=${value}` },
    });
    expect(response.status).toBe(401);
  });

  test('an access token or a page session in its place is refused', async () => {
    for (const value of [browser.token, browser.cookies.get('latchkey-session')]) {
      const other = browser.copy();
      other.cookies.set('latchkey-refresh', value ?? '');
      expect((await other.refresh()).status).toBe(401);
    }
  });
});

describe('the life of a session', () => {
  test('ends when nobody used it for the idle time', async () => {
    app.clock.advance(1209600);
    expect((await browser.refresh()).status).toBe(401);
  });

  test('is prolonged by use, up to the absolute end', async () => {
    for (let days = 0; days < 90; days += 10) {
      expect((await browser.refresh()).status).toBe(200);
      app.clock.advance(10 * 24 * 3600);
    }
    expect((await browser.refresh()).status).toBe(401);
  });

  test('a remembered session gets a Max-Age of what is left, another none', async () => {
    const remembered = await signedUp('bob@example.org', { remember: true });
    expect((await remembered.refresh()).headers.getSetCookie()[0]).toMatch(/; Max-Age=1209600(;|$)/);
    expect((await browser.refresh()).headers.getSetCookie()[0]).not.toMatch(/Max-Age/);
  });
});

describe('the access token', () => {
  test('of the parent generation still reads, of an older one not', async () => {
    const old = browser.copy();
    await browser.refresh();
    expect((await me(old)).status).toBe(200);
    await me(browser);
    await browser.refresh();
    const stale = await me(old);
    expect(stale.status).toBe(401);
    expect(stale.headers.get('www-authenticate')).toContain('The access token is invalid');
  });

  test('ends after its life, and says so', async () => {
    app.clock.advance(300);
    expect((await me(browser)).headers.get('www-authenticate')).toContain('The access token expired');
  });
});

test('sixty-one refreshes in a minute are too many, and the session outlives it', async () => {
  for (let count = 0; count < 60; count++) {
    expect((await browser.refresh()).status).toBe(200);
    await me(browser);
  }
  const refused = await browser.refresh();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  app.clock.advance(60);
  expect((await browser.refresh()).status).toBe(200);
});

async function signedInAgain(): Promise<Browser> {
  const other = browser.copy();
  other.cookies.clear();
  await other.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  return other;
}
