import type { BrowserContext, Page, Response } from '@playwright/test';
import { paths, refreshPath } from '#lib/core/routes.ts';
import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { kept } from '#tests/e2e/kept.ts';
import { type ForeignSite, startForeignSite } from '#tests/support/foreign-site.ts';
import { digestOfRows } from '#tests/support/rows.ts';
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';

/** Names that Chromium itself leads to this machine. The last two share a site, and so the cookies that are SameSite. */
const names = { foreign: 'evil.localhost', sibling: 'evil.latchkey.localhost', app: 'app.latchkey.localhost' };

const serverWith = kept(async (settings): Promise<RunningServer> => {
  const port = await freePort();
  const url = `http://${names.app}:${port}`;
  return { ...(await startServer({ ...settings, PORT: String(port), APP_URL: url })), url };
});
const foreignSite = kept(async () => startForeignSite(await freePort()));

const test = base.extend<{ foreign: ForeignSite; victim: Page }>({
  server: async ({ settings }, use) => use(await serverWith(settings)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  foreign: async ({}, use) => use(await foreignSite()),
  /** Somebody who is signed in. */
  victim: async ({ page, context, server, client }, use) => {
    const cookies = Object.entries(client.cookies);
    await context.addCookies(
      cookies.map(([name, value]) => ({ name, value, url: server.url, httpOnly: true, sameSite: 'Lax' })),
    );
    expect((await client.visit(paths.account)).status).toBe(200);
    await use(page);
  },
});
// One server is enough for all of them.
test.describe.configure({ mode: 'default' });

const anyone = { username: 'mallory@example.org', email: 'mallory@example.org', password };
const targets: [string, Record<string, string>][] = [
  ['/api/auth/token', { ...anyone, grant_type: 'password' }],
  ['/api/auth/register', anyone],
  ['/api/auth/register/code', { sign_up_id: 'x', code: '12345678' }],
  ['/api/auth/register/resend', { sign_up_id: 'x' }],
  ['/api/auth/refresh', {}],
  ['/api/auth/logout', {}],
  ['/api/auth/password/reset', { token: 'x', new_password: password }],
  ['/api/auth/email/undo', { token: 'x', email: 'ann@example.org' }],
];
const enctypes = ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'];

/** The cookies of the app as they are held now. */
async function held(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies();
  return cookies.filter(({ name }) => name.startsWith('latchkey-')).map(({ name, value }) => `${name}=${value}`);
}

/** The answer to the POST that a foreign page makes the browser send. */
async function answerTo(page: Page, url: string, path: string): Promise<Response> {
  const answer = page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith(path));
  await page.goto(url).catch(() => null);
  return answer;
}

for (const [whose, host] of Object.entries(names).slice(0, 2)) {
  for (const way of ['form', 'sandbox']) {
    test(`a ${way} on a ${whose} site is refused with 403 at every door, and changes nothing`, async ({
      victim: page,
      context,
      server,
      foreign,
    }) => {
      const site = `http://${host}:${foreign.port}`;
      const before = [digestOfRows(server.databaseUrl), await held(context)];
      for (const [path, fields] of targets) {
        // One door shows what the others do with each kind of form.
        for (const enctype of enctypes.slice(0, path === '/api/auth/token' ? 3 : 1)) {
          const query = new URLSearchParams({
            to: server.url + path,
            enctype,
            fields: String(new URLSearchParams(fields)),
          });
          const form = `${site}/form?${query}`;
          const page1 = way === 'form' ? form : `${site}/sandbox?src=${encodeURIComponent(form)}`;
          const answer = await answerTo(page, page1, path);
          const sent = await answer.request().allHeaders();
          expect([path, enctype, answer.status(), sent.origin]).toEqual([
            path,
            enctype,
            403,
            way === 'form' ? site : 'null',
          ]);
          // From the same site the browser sends them, SameSite or not.
          expect((sent.cookie ?? '').includes('latchkey-refresh')).toBe(whose === 'sibling' && way === 'form');
          expect(await answer.headerValue('set-cookie')).toBeNull();
        }
      }
      expect([digestOfRows(server.databaseUrl), await held(context)]).toEqual(before);
    });
  }

  test(`a script on a ${whose} site reads nothing and changes nothing, with the person’s cookies and without`, async ({
    victim: page,
    context,
    server,
    foreign,
  }) => {
    const refused: string[] = [];
    page.on('requestfailed', (request) => refused.push(request.failure()?.errorText ?? ''));
    await page.goto(`http://${host}:${foreign.port}/`);
    const before = [digestOfRows(server.databaseUrl), await held(context)];
    const calls = [
      ...targets.map(([path]) => ['POST', path]),
      ['GET', '/api/auth/session'],
      ['GET', '/api/auth/sessions'],
      ['DELETE', '/api/auth/sessions'],
      ['GET', '/api/me'],
      ['GET', '/api/activity'],
      ['POST', '/api/auth/password'],
      ['GET', paths.account],
      ['GET', '/.well-known/jwks.json'],
    ];
    const read = await page.evaluate(
      async ({ calls, origin }) => {
        const types = ['text/plain', 'application/json'];
        const requests = calls.flatMap(([method = '', path = '']) =>
          types.flatMap((type) =>
            (['cors', 'no-cors'] as const).flatMap((mode) =>
              (['include', 'omit'] as const).map((credentials) => ({ method, path, type, mode, credentials })),
            ),
          ),
        );
        const outcomes = requests.map(async ({ method, path, type, mode, credentials }) => {
          const body = method === 'POST' ? '{"email":"mallory@example.org","password":"a few unrelated words"}' : null;
          const init = { method, mode, credentials, body, headers: { 'Content-Type': type } };
          const answer = await fetch(origin + path, init).catch(() => null);
          return answer ? `${method} ${path}: ${answer.type} ${answer.status}` : '';
        });
        return (await Promise.all(outcomes)).filter(Boolean);
      },
      { calls, origin: server.url },
    );
    expect(read).toEqual([]);
    // Without CORS headers where a script wanted to read, and by the answer's own Cross-Origin-Resource-Policy where it did not.
    expect(new Set(refused)).toEqual(new Set(['net::ERR_FAILED', 'net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin']));
    expect(refused.length).toBeGreaterThan(60);
    expect([digestOfRows(server.databaseUrl), await held(context)]).toEqual(before);
  });

  test(`no page can be shown in a frame of a ${whose} site`, async ({ victim: page, server, foreign }) => {
    for (const path of ['/', '/login', paths.account, '/nothing', refreshPath(paths.account), '/api/live']) {
      await page.goto(`http://${host}:${foreign.port}/frame?src=${encodeURIComponent(server.url + path)}`);
      await expect.poll(() => page.frames()[1]?.url(), path).toBe('chrome-error://chromewebdata/');
    }
  });
}
