import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '#db/store/store.ts';
import { newSeed } from '#lib/server/crypto/refresh-token.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';

let app: TestApp;
let browser: Browser;

beforeEach(async () => {
  app = await startApp();
  browser = await signedUp();
});
afterEach(() => app.close());

const me = (who: Browser) => who.send('GET', '/api/me');

describe('a refresh that something overtakes between its read and its write', () => {
  /** Runs `meanwhile` once, after the next read of the session. */
  function overtake(meanwhile: () => Promise<unknown>) {
    const { findSession } = app.deps.store;
    app.deps.store.findSession = async (id) => {
      const found = await findSession(id);
      app.deps.store.findSession = findSession;
      await meanwhile();
      return found;
    };
  }

  test('loses to a logout: no new token, no cookie', async () => {
    const tab = browser.copy();
    overtake(() => tab.send('POST', '/api/auth/logout'));
    const response = await browser.refresh();
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('loses to the discovery of a theft', async () => {
    const thief = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(11);
    overtake(() => thief.refresh());
    expect((await browser.refresh()).status).toBe(401);
  });

  test('is still a theft when the owner’s refresh came in between', async () => {
    const thief = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(11);
    overtake(() => browser.refresh());
    expect((await thief.refresh()).status).toBe(401);
    expect((await me(browser)).headers.get('www-authenticate')).toContain('The session has ended');
  });

  test('answers the other refresh’s token when it was one', async () => {
    const tab = browser.copy();
    overtake(() => tab.refresh());
    expect((await browser.refresh()).status).toBe(200);
    expect(browser.cookies.get('latchkey-refresh')).toBe(tab.cookies.get('latchkey-refresh'));
  });
});

test('a repeat loses to a logout that comes while it is counted', async () => {
  const repeat = browser.copy();
  await browser.refresh();
  const { hit } = app.deps.store;
  app.deps.store.hit = async (...values) => {
    app.deps.store.hit = hit;
    await browser.send('POST', '/api/auth/logout', { token: null });
    return hit(...values);
  };
  const response = await repeat.refresh();
  expect(response.status).toBe(401);
  expect(response.headers.getSetCookie()).toEqual([]);
});

describe('the first use of a new token that something overtakes', () => {
  /** Runs `meanwhile` once, just before the next confirm is written. */
  function overtakeConfirm(meanwhile: () => Promise<unknown>) {
    const { confirm } = app.deps.store;
    app.deps.store.confirm = async (...args) => {
      app.deps.store.confirm = confirm;
      await meanwhile();
      return confirm(...args);
    };
  }

  test('is refused when it was a logout: no data after the 204', async () => {
    overtakeConfirm(() => browser.copy().send('POST', '/api/auth/logout', { token: null }));
    expect((await me(browser)).status).toBe(401);
  });

  test('is decided anew when a sibling took the head’s place', async () => {
    const thief = browser.copy();
    await browser.refresh();
    app.clock.advance(11);
    overtakeConfirm(() => thief.refresh());
    expect((await me(browser)).status).toBe(401);
  });

  test('is granted when another call confirmed it first', async () => {
    overtakeConfirm(() => me(browser));
    expect((await me(browser)).status).toBe(200);
  });
});

describe('while the database is away', () => {
  const away = () => Promise.reject(new StoreUnavailable());

  test('a refresh is not answered before it is committed', async () => {
    const { advance } = app.deps.store;
    app.deps.store.advance = away;
    const response = await browser.refresh();
    expect(response.status).toBe(503);
    expect(response.headers.getSetCookie()).toEqual([]);
    app.deps.store.advance = advance;
    expect((await browser.refresh()).status).toBe(200);
    expect(browser.cookies.get('latchkey-refresh')?.split('.')[3]).toBe('1');
  });

  test('a theft is not answered before its end is committed', async () => {
    const thief = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(11);
    const { endByVersion } = app.deps.store;
    app.deps.store.endByVersion = away;
    expect((await thief.refresh()).status).toBe(503);
    app.deps.store.endByVersion = endByVersion;
    expect((await thief.refresh()).status).toBe(401);
    expect((await me(browser)).status).toBe(401);
  });
});

test.each([0, 1, 2])(
  'the key alone makes no token of generation %i, and ends nothing by trying',
  async (generation) => {
    const forger = browser.copy();
    await browser.refresh();
    await me(browser);
    app.clock.advance(11);
    const { refreshTokens } = app.deps;
    const id = browser.cookies.get('latchkey-refresh')?.split('.')[2] ?? '';
    const forged = refreshTokens.write({ id, seed: newSeed() }, generation, refreshTokens.newestKid);
    forger.cookies.set('latchkey-refresh', forged ?? '');
    expect((await forger.refresh()).status).toBe(401);
    expect((await browser.refresh()).status).toBe(200);
  },
);

test('a clock that steps back an hour signs nobody out', async () => {
  await browser.refresh();
  await me(browser);
  app.clock.advance(-3600);
  expect((await browser.refresh()).status).toBe(200);
  expect((await me(browser)).status).toBe(200);
});

describe('over a restart', () => {
  const [oldSecret, newSecret] = [testEnvironment().AUTH_SECRET, 'h4Tz8WqLx1VnRb6YcM3kPs9JdG2fUa7E-tests-only'];

  test('with a new key, a repeat still answers the head as it was written, and the next refresh moves to the new key', async () => {
    const repeat = browser.copy();
    await browser.refresh();
    await app.restart({ AUTH_SECRET: `${newSecret},${oldSecret}` });
    await repeat.refresh();
    expect(repeat.cookies.get('latchkey-refresh')).toBe(browser.cookies.get('latchkey-refresh'));
    await browser.refresh();
    const kid = (who: Browser) => who.cookies.get('latchkey-refresh')?.split('.')[1];
    expect(kid(browser)).not.toBe(kid(repeat));
    await app.restart({ AUTH_SECRET: newSecret });
    expect((await browser.refresh()).status).toBe(200);
  });

  test('without the key, tokens of it are refused and nothing is written', async () => {
    await app.restart({ AUTH_SECRET: newSecret });
    expect((await browser.refresh()).status).toBe(401);
    await app.restart({ AUTH_SECRET: oldSecret });
    expect((await browser.refresh()).status).toBe(200);
  });

  test('without the key of the head, an older token that is still authentic changes nothing', async () => {
    const parent = browser.copy();
    await app.restart({ AUTH_SECRET: `${newSecret},${oldSecret}` });
    await browser.refresh();
    app.clock.advance(11);
    await app.restart({ AUTH_SECRET: oldSecret });
    expect((await parent.refresh()).status).toBe(401);
    await app.restart({ AUTH_SECRET: `${newSecret},${oldSecret}` });
    expect((await browser.refresh()).status).toBe(200);
    expect(browser.cookies.get('latchkey-refresh')?.split('.')[3]).toBe('2');
  });

  test('with a raised epoch, every older session is over', async () => {
    await app.restart({ AUTH_EPOCH: '1' });
    expect((await me(browser)).status).toBe(401);
    expect((await browser.refresh()).status).toBe(401);
    const again = new Browser();
    await again.authenticate('/api/auth/token', { email: 'ann@example.org', password });
    expect((await me(again)).status).toBe(200);
  });
});

test('a token from the future ends the session: the database has lost writes', async () => {
  const id = browser.cookies.get('latchkey-refresh')?.split('.')[2] ?? '';
  const found = await app.deps.store.findSession(id);
  const future = found && app.deps.refreshTokens.write(found.session, 5, found.session.headKid);
  const restored = browser.copy();
  restored.cookies.set('latchkey-refresh', future ?? '');
  expect((await restored.refresh()).status).toBe(401);
  expect((await me(browser)).headers.get('www-authenticate')).toContain('The session has ended');
});
