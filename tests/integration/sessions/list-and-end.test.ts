import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sessionList } from '#lib/core/sessions/contract.ts';
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
const list = async (who: Browser) =>
  sessionList.parse(await (await who.send('GET', '/api/auth/sessions')).json()).items;

describe('the session list', () => {
  test('names every living session and marks the one that asks', async () => {
    const items = await list(phone);
    expect(items).toHaveLength(2);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(items[0]).toMatchObject({ user_agent: 'Test/1.0', expires_at: '2026-12-07T12:00:00.000Z' });
  });

  test('shows nobody else’s', async () => {
    const stranger = await signedUp('bob@example.org');
    expect(await list(stranger)).toHaveLength(1);
  });
});

describe('ending a session', () => {
  test('from another device takes effect at once, for every kind of token', async () => {
    const other = (await list(phone)).find(({ current }) => !current);
    const response = await phone.send('DELETE', `/api/auth/sessions/${other?.id}`);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await me(laptop)).toBe(401);
    expect((await laptop.send('GET', '/api/auth/session', { token: null })).status).toBe(401);
    expect((await laptop.refresh()).status).toBe(401);
    expect(await me(phone)).toBe(200);
  });

  test('of one’s own clears the cookies', async () => {
    const own = (await list(phone)).find(({ current }) => current);
    expect((await phone.send('DELETE', `/api/auth/sessions/${own?.id}`)).status).toBe(204);
    expect(phone.cookies.size).toBe(0);
    expect(await me(phone)).toBe(401);
  });

  test.each(['one’s own', 'everywhere'])('%s leaves the cookies of somebody who signed in since', async (which) => {
    const own = (await list(phone)).find(({ current }) => current);
    const held = phone.copy();
    const bob = await signedUp('bob@example.org');
    const Cookie = [...bob.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const path = which === 'everywhere' ? '/api/auth/sessions' : `/api/auth/sessions/${own?.id}`;
    const response = await phone.send('DELETE', path, { headers: { Cookie } });
    expect([response.status, response.headers.getSetCookie()]).toEqual([204, []]);
    expect([await me(held), await me(bob), (await bob.refresh()).status]).toEqual([401, 200, 200]);
  });

  test('everywhere clears cookies of another of the person’s sessions, which is over too, and of none', async () => {
    for (const header of [...laptop.cookies].map(([name, value]) => `${name}=${value}`).concat('latchkey-refresh=x')) {
      const again = new Browser();
      await again.authenticate('/api/auth/token', { email: 'ann@example.org', password });
      const response = await again.send('DELETE', '/api/auth/sessions', { headers: { Cookie: header } });
      expect(response.headers.getSetCookie()).toHaveLength(2);
    }
  });

  test('of somebody else is 404 and leaves it alone', async () => {
    const stranger = await signedUp('bob@example.org');
    const [theirs] = await list(stranger);
    expect((await phone.send('DELETE', `/api/auth/sessions/${theirs?.id}`)).status).toBe(404);
    expect((await phone.send('DELETE', '/api/auth/sessions/nonsense')).status).toBe(404);
    expect(await me(stranger)).toBe(200);
  });

  test('everywhere ends all, this one too', async () => {
    expect((await phone.send('DELETE', '/api/auth/sessions')).status).toBe(204);
    expect(phone.cookies.size).toBe(0);
    expect([await me(phone), await me(laptop)]).toEqual([401, 401]);
    expect((await laptop.refresh()).status).toBe(401);
  });

  test('everywhere else keeps this one, cookies and all', async () => {
    expect((await phone.send('DELETE', '/api/auth/sessions?except=current')).status).toBe(204);
    expect([await me(phone), await me(laptop)]).toEqual([200, 401]);
    expect((await phone.refresh()).status).toBe(200);
  });

  test('of all but something unknown is refused', async () => {
    expect((await phone.send('DELETE', '/api/auth/sessions?except=all')).status).toBe(400);
    expect(await me(laptop)).toBe(200);
  });
});

describe('logging out', () => {
  test('ends the session at once, for every kind of token, and clears both cookies', async () => {
    const held = phone.copy();
    const response = await phone.send('POST', '/api/auth/logout', { token: null });
    expect(response.status).toBe(204);
    expect(phone.cookies.size).toBe(0);
    expect(await me(held)).toBe(401);
    expect((await held.send('GET', '/api/auth/session', { token: null })).status).toBe(401);
    expect((await held.refresh()).status).toBe(401);
    expect(await me(laptop)).toBe(200);
  });

  test.each(['latchkey-refresh', 'latchkey-session'])('works with %s alone', async (name) => {
    const held = phone.copy();
    for (const key of phone.cookies.keys()) if (key !== name) phone.cookies.delete(key);
    expect((await phone.send('POST', '/api/auth/logout', { token: null })).status).toBe(204);
    expect(await me(held)).toBe(401);
  });

  test('works with an old refresh token and an expired page session', async () => {
    const old = phone.copy();
    await phone.refresh();
    await me(phone);
    app.clock.advance(400);
    expect((await old.send('POST', '/api/auth/logout', { token: null })).status).toBe(204);
    expect((await phone.refresh()).status).toBe(401);
  });

  test('without a session is 204 too', async () => {
    expect((await new Browser().send('POST', '/api/auth/logout')).status).toBe(204);
  });

  test('from another origin is forbidden and ends nothing', async () => {
    const response = await phone.send('POST', '/api/auth/logout', { headers: { Origin: 'https://evil.example' } });
    expect(response.status).toBe(403);
    expect(await me(phone)).toBe(200);
  });
});
