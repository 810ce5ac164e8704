import { globSync, rmSync } from 'node:fs';
import { isPublicEndpoint, paths } from '#lib/core/routes.ts';
import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { kept } from '#tests/e2e/kept.ts';
import { possess } from '#tests/e2e/possessions.ts';
import { type Answer, HttpClient } from '#tests/support/http-client.ts';
import { digestOfRows } from '#tests/support/rows.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';
import { copyWithoutMiddleware } from '#tests/support/without-middleware.ts';
import { claimsOf, spellings, withoutContent } from './transports.ts';

const bareServer = kept(async (settings): Promise<RunningServer> => {
  const folder = copyWithoutMiddleware();
  const server = await startServer(settings, folder);
  return { ...server, stop: () => server.stop().finally(() => rmSync(folder, { recursive: true })) };
});
const bare = base.extend({ server: async ({ settings }, use) => use(await bareServer(settings)) });
const bareBehindRouter = bare.extend({ settings: { FRONT: 'next' } });
const title = 'A thing that is nobody else’s business';

/** An account with all that there can be, and every word by which something of it could be told. */
async function secretive(server: RunningServer, email: string) {
  const ann = new HttpClient(server.port);
  await ann.authenticate('/api/auth/register', { email, password, name: 'Annabella Quine' });
  const { pages, calls, words } = await possess(ann, title);
  return {
    ann,
    pages,
    calls,
    told: ({ body, headers }: Answer) => words.filter((word) => (JSON.stringify(headers) + body).includes(word)),
  };
}

interface Way {
  method: string;
  path: string;
  claim: string;
  headers: Record<string, string>;
}

/** Sends it, and once more where Next asks for the address of a flight to be exact. */
async function reach(client: HttpClient, { method, path, headers }: Way): Promise<Answer> {
  const answer = await client.send(method, path, { headers });
  const { location } = answer.headers;
  return answer.status === 307 && location?.includes('_rsc') ? client.send(method, location, { headers }) : answer;
}

/** Each of these pages as it is, with each claim. */
const claimed = (pages: string[], method = 'GET'): Way[] =>
  pages.flatMap((path) => Object.entries(claimsOf(path)).map(([claim, headers]) => ({ method, path, claim, headers })));

/** Every way to ask for them: in each spelling, and with each claim. */
function everyWay(pages: string[], origin: string): Way[] {
  const spelt = claimed(pages)
    .filter(({ claim }) => ['a document', 'a flight’s subrequest', 'the segments of a page'].includes(claim))
    .flatMap((way) => spellings(way.path, origin).map((path) => ({ ...way, path })));
  return [...spelt, ...claimed(pages), ...claimed(pages, 'POST')];
}

/** What was let out, or went wrong, in any of these ways. */
async function leaks(client: HttpClient, ways: Way[], told: (answer: Answer) => string[]): Promise<string[]> {
  const found: string[] = [];
  const queue = [...ways];
  const work = async () => {
    for (let way = queue.pop(); way; way = queue.pop()) {
      const { method, path, claim } = way;
      const answer = await reach(client, way);
      const { status, headers } = answer;
      // The path itself may be told: it was asked for.
      const words = told(answer).filter((word) => !path.includes(word));
      const isHarmless = words.length === 0 && status < 500 && headers['set-cookie'] === undefined;
      if (!isHarmless) found.push(`${method} ${path} ${claim}: ${status} ${words} ${headers['set-cookie'] ?? ''}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return found;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Every path of the API that needs a token, as the folders say: with the real ids of `calls`, and with one of nothing. */
function privateApi(calls: string[]): string[] {
  const all = globSync('app/api/**/route.ts').map((file) => `/${file.split('/').slice(1, -1).join('/')}`);
  const guarded = all.filter((path) => !isPublicEndpoint(path));
  return [
    ...calls,
    ...guarded.map((path) => path.replace('[...path]', 'nothing').replace('[id]', crypto.randomUUID())),
  ];
}

/** Pages go through Next's router in every app; calls of the API do so only where that is said. */
const apps = {
  'the app': { test: base, hasPages: true },
  'the app without its middleware': { test: bare, hasPages: true },
  'the app without its middleware, all behind Next’s router': { test: bareBehindRouter, hasPages: false },
};

for (const [app, { test, hasPages }] of Object.entries(apps)) {
  test.describe(`in ${app}`, () => {
    // One server for all of them: a copy of the app is made for each but the first.
    test.describe.configure({ mode: 'default' });

    if (hasPages)
      test('shows a page to whoever is signed in, by every transport that has pages', async ({ server, email }) => {
        const { ann } = await secretive(server, email);
        for (const way of claimed([paths.account])) {
          const { status, body } = await reach(ann, way);
          const isShown = !withoutContent.includes(way.claim);
          expect([way.claim, status, body.includes('Member since')]).toEqual([way.claim, 200, isShown]);
        }
        const { headers } = await ann.visit('/');
        expect(String(headers['content-security-policy']).includes('nonce-')).toBe(test === base);
      });

    if (hasPages)
      test('lets nothing private out by any transport without a session', async ({ server, email }) => {
        const { ann, pages, told } = await secretive(server, email);
        const ways = everyWay(pages, server.url);
        expect(ways.length).toBeGreaterThan(180 * pages.length);
        const before = digestOfRows(server.databaseUrl);
        expect(await leaks(new HttpClient(server.port), ways, told)).toEqual([]);
        expect(digestOfRows(server.databaseUrl)).toBe(before);
        expect((await ann.visit(paths.account)).status).toBe(200);
      });

    if (hasPages)
      test('lets nothing private out to a session that has ended, whatever it still holds', async ({
        server,
        email,
      }) => {
        const { ann, pages, told } = await secretive(server, email);
        const held = { ...ann.cookies };
        expect((await ann.send('POST', '/api/auth/logout')).status).toBe(204);
        ann.cookies = held;
        const before = digestOfRows(server.databaseUrl);
        expect(await leaks(ann, claimed(pages), told)).toEqual([]);
        expect(digestOfRows(server.databaseUrl)).toBe(before);
      });

    test('answers no call of its API without the token of a session that lives', async ({ server, email }) => {
      const { ann, calls, told } = await secretive(server, email);
      const { token, cookies } = ann;
      const other = new HttpClient(server.port);
      await other.authenticate('/api/auth/token', { email, password });
      await other.send('POST', '/api/auth/logout');
      const nobodies: Record<string, Record<string, string>> = {
        nothing: {},
        'the cookies': {
          Cookie: Object.entries(cookies)
            .map((pair) => pair.join('='))
            .join('; '),
        },
        'a refresh token for a token': { Authorization: `Bearer ${cookies['latchkey-refresh']}` },
        'a page session for a token': { Authorization: `Bearer ${cookies['latchkey-session']}` },
        'a token of a session that ended': { Authorization: `Bearer ${other.token}` },
        'a token with another signature': { Authorization: `Bearer ${token?.slice(0, -6)}AAAAAA` },
        'a token in another scheme': { Authorization: `Basic ${token}` },
        'a token in other places': { 'X-Access-Token': token ?? '', Cookie: `access_token=${token}` },
      };
      const before = digestOfRows(server.databaseUrl);
      const anyone = new HttpClient(server.port);
      const all = privateApi(calls);
      expect(all.length).toBeGreaterThan(6);
      for (const path of all) {
        for (const method of methods) {
          const asked = Object.entries(nobodies).map(async ([name, headers]) => {
            const answer = await anyone.send(method, path, { headers, ...(method === 'POST' && { json: { title } }) });
            const words = told(answer).filter((word) => !path.includes(word));
            // The middleware answers alike to whatever is not there; behind it, what a path takes is no secret.
            const isAlike = test === base && name !== 'a token of a session that ended';
            const expected = isAlike ? [401] : [401, method === 'OPTIONS' ? 204 : 405];
            const isRefused = words.length === 0 && expected.includes(answer.status);
            expect(isRefused, `${method} ${path}, ${name}: ${answer.status} ${words}`).toBe(true);
          });
          await Promise.all(asked);
        }
      }
      expect(digestOfRows(server.databaseUrl)).toBe(before);
    });
  });
}
