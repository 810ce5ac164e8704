import { afterEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { routePaths } from '#tests/support/routes.ts';

let app: TestApp;
afterEach(() => app.close());

const set = (response: Response) => response.headers.getSetCookie();
const shape = (response: Response) => set(response).map((cookie) => cookie.replace(/=[^;]+/, '=…'));
const day = 86_400;

describe('the flags', () => {
  test('over http are HttpOnly and SameSite=Lax, for every path of this host', async () => {
    app = await startApp();
    const response = await new Browser().send('POST', '/api/auth/register', {
      json: { email: 'ann@example.org', password },
    });
    expect(shape(response)).toEqual([
      'latchkey-refresh=…; Path=/; HttpOnly; SameSite=Lax',
      'latchkey-session=…; Path=/; HttpOnly; SameSite=Lax',
    ]);
  });

  test('over https are the same with Secure, and the names are bound to the host', async () => {
    app = await startApp({ APP_URL: 'https://app.example.org' });
    const response = await new Browser().send('POST', '/api/auth/register', {
      json: { email: 'ann@example.org', password, remember: true },
    });
    expect(shape(response)).toEqual([
      `__Host-latchkey-refresh=…; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=${14 * day}`,
      `__Host-latchkey-session=…; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=${14 * day}`,
    ]);
  });
});

describe('how long a browser keeps them', () => {
  test('is what is left of idle and absolute life, whichever ends first, as was chosen at sign-in', async () => {
    app = await startApp({ SESSION_IDLE_SECONDS: String(14 * day), SESSION_MAX_SECONDS: String(20 * day) });
    const remembered = await signedUp('ann@example.org', { remember: true });
    const forgotten = await signedUp('bob@example.org');
    const lives: (string | undefined)[] = [];
    for (const days of [1, 6, 5]) {
      app.clock.advance(days * day);
      for (const cookie of set(await remembered.refresh())) lives.push(/Max-Age=(\d+)/.exec(cookie)?.[1]);
      for (const cookie of set(await forgotten.refresh())) expect(cookie).not.toMatch(/Max-Age|Expires/);
    }
    expect(lives).toEqual([14, 14, 13, 13, 8, 8].map((days) => String(days * day)));
    app.clock.advance(day);
    const navigated = set(await remembered.navigate('/api/auth/refresh?next=/account'));
    expect(navigated.map((cookie) => /Max-Age=(\d+)/.exec(cookie)?.[1])).toEqual([String(7 * day), String(7 * day)]);
  });
});

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const bodies: Record<string, object> = {
  '/api/auth/register': { email: 'eve@example.org', password },
  '/api/auth/token': { email: 'ann@example.org', password },
  '/api/auth/password': { current_password: password, new_password: password },
  '/api/auth/step-up': { password },
  '/api/tasks': { title: 'A task' }, // tasks
};

test('sign-up, sign-in, a new password, a step-up and both kinds of refresh set them, four ways out clear them, nothing else does either', async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  let ann = await signedUp();
  const done: Record<string, Set<string>> = {
    sets: new Set(),
    clears: new Set(),
    'touches, though refused,': new Set(),
  };
  for (const path of routePaths) {
    for (const method of methods) {
      for (const isForeign of [true, false]) {
        if ((await ann.send('GET', '/api/me')).status !== 200) ann = await signedIn();
        const id = ann.cookies.get('latchkey-refresh')?.split('.')[2] ?? '';
        // So that a navigation has something to renew.
        ann.cookies.delete('latchkey-session');
        const json = method === 'POST' ? bodies[path] : undefined;
        const headers = { 'Sec-Fetch-Dest': 'document', ...(isForeign && { Origin: 'https://evil.example' }) };
        const response = await ann.send(method, path.replace('[id]', id), { headers, ...(json && { json }) });
        for (const cookie of set(response)) {
          const how =
            !response.ok && response.status !== 303
              ? 'touches, though refused,'
              : cookie.includes('Max-Age=0')
                ? 'clears'
                : 'sets';
          done[how]?.add(`${method} ${path}`);
        }
      }
    }
  }
  expect(Object.fromEntries(Object.entries(done).map(([how, which]) => [how, [...which].sort()]))).toEqual({
    sets: [
      'GET /api/auth/refresh',
      'POST /api/auth/password',
      'POST /api/auth/refresh',
      'POST /api/auth/register',
      'POST /api/auth/step-up',
      'POST /api/auth/token',
    ],
    clears: ['DELETE /api/auth/sessions', 'DELETE /api/auth/sessions/[id]', 'DELETE /api/me', 'POST /api/auth/logout'],
    'touches, though refused,': [],
  });
});

async function signedIn(): Promise<Browser> {
  const browser = new Browser();
  await browser.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  return browser;
}
