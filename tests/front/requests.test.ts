/** Nobody can tell whether an answer came past Next's router, but by the clock: what could be read in two ways. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contracts } from '#lib/core/contracts.ts';
import { isPublicEndpoint, paths } from '#lib/core/routes.ts';
import type { World } from '#tests/fuzz/world.ts';
import { runs } from '#tests/support/depth.ts';
import { bearer, cookies, methods, request } from './bytes.ts';
import { bodies, connections } from './connections.ts';
import { statusOf } from './exchange.ts';
import { internalHeaders, internalLines } from './internal-headers.ts';
import { differing, metricsToken, type Pair, some, startPair, withoutThose } from './pair.ts';
import { queries, spellings } from './spellings.ts';

let pair: Pair;

beforeAll(async () => {
  pair = await startPair({ people: runs({ usual: 340, deep: 600 }) });
}, 120_000);
afterAll(() => pair.close());

/** Sends bytes, and leaves as soon as they are on their way. */
async function leave(port: number, bytes: string, way: 'end' | 'resetAndDestroy'): Promise<void> {
  const socket = connect(port, 'localhost');
  await new Promise((resolve) => socket.write(bytes, 'latin1', resolve));
  const closed = new Promise((resolve) => socket.resume().once('close', resolve));
  socket[way]();
  await closed;
}

/** Fills in the id of a path. */
const filled = (path: string, id: string) => path.replace('[id]', id);
const routes = [...contracts.map(({ path }) => path).filter((path) => path !== '/api/metrics'), '/api/nothing', '/api'];
const guarded = routes.filter((path) => path.startsWith('/api') && !isPublicEndpoint(path));

test('every method of every route, with a token and without', async () => {
  const all = routes.flatMap((path) => methods.map((method) => ({ method, path })));
  const cases = all.flatMap(({ method, path }) => [
    ({ ann }: World) => request(method, filled(path, ann.otherSessionId), { headers: [bearer(ann), cookies(ann)] }),
    ({ ann }: World) => request(method, filled(path, ann.otherSessionId)),
  ]);
  expect(await differing(pair, some(cases, 180))).toEqual([]);
});

test('every spelling of a path and of a query', async () => {
  const { ann, bob } = pair.world;
  const own = `/api/auth/sessions/${ann.otherSessionId}`;
  const sent = { headers: [bearer(ann)] };
  const targets = [
    ...['/api/me', '/api/live', '/api/auth/token', own].flatMap(spellings),
    ...['/api/me', '/api/live', own].flatMap((path) => queries(bob.sessionId).map((query) => `${path}?${query}`)),
  ];
  // A session is asked for in a way that ends none.
  const latin1 = (target: string) => Buffer.from(target).toString('latin1');
  const inside = targets.map((target) => () => request('GET', latin1(target), sent));
  const outside = spellings('/api/me').map((target) => () => request('GET', latin1(target)));
  expect(await differing(pair, some([...inside, ...outside], 200))).toEqual([]);
});

test('a session is ended by the id in its path alone, whatever the query says', async () => {
  for (const query of queries('').slice(0, 12)) {
    const ann = pair.fresh();
    const [answer] = await pair.same(
      request('DELETE', `/api/auth/sessions/${ann.otherSessionId}?${query}${ann.sessionId}`, {
        headers: [bearer(ann)],
      }),
    );
    const [mine] = await pair.same(request('GET', '/api/me', { headers: [bearer(ann)] }));
    expect([query, answer && [204, 400].includes(statusOf(answer)), mine && statusOf(mine)]).toEqual([
      query,
      true,
      200,
    ]);
  }
});

test('no header of Next’s own lets anybody in, or is seen to do anything', async () => {
  expect(internalHeaders()).toEqual(
    expect.arrayContaining(['rsc', 'next-action', 'x-middleware-rewrite', 'x-nextjs-data']),
  );
  const { ann } = pair.world;
  const paths = guarded.map((path) => filled(path, ann.otherSessionId)).slice(0, runs({ usual: 1, deep: 99 }));
  const found: string[] = [];
  const cases = internalLines(ann.tokens.access).flatMap((headers) => paths.map((path) => ({ headers, path })));
  const work = async () => {
    for (let one = cases.pop(); one; one = cases.pop()) {
      const { path, headers } = one;
      const outside = await pair.same(request('GET', path, { headers })).catch(String);
      if (typeof outside === 'string' || outside.map(statusOf).join() !== '401')
        found.push(`${path} ${headers}: ${outside}`);
      await pair
        .same(request('GET', path, { headers: [bearer(ann), ...headers] }))
        .catch((error) => found.push(String(error)));
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  expect(found).toEqual([]);
}, 300_000);

test('bodies of every kind', async () => {
  // Both are refused for what they say, once they are read: hashing passwords would take all the time.
  const login = '{"email":"nobody","password":"a few unrelated words"}';
  const change = '{"current_password":"a few other words","new_password":"short"}';
  const targets: [string, string][] = [
    ['/api/auth/token', login],
    ['/api/auth/password', change],
    ['/api/nothing', change],
  ];
  const cases = targets.flatMap(([path, body]) => Object.values(bodies(path, body)));
  expect(await differing(pair, cases)).toEqual([]);
});

test('connections of every kind', async () => {
  expect(await differing(pair, Object.values(connections))).toEqual([]);
});

test('pages, files and what is not there', async () => {
  const targets = [
    paths.home,
    paths.login,
    paths.account,
    paths.sessions,
    '/icon.svg',
    '/robots.txt',
    '/favicon.ico',
    '/nothing',
  ];
  const more = [
    '/_next/image?url=%2Ficon.svg&w=64&q=75',
    '/_next/static/chunks/nothing.js',
    '/_next/data/x/login.json',
  ];
  const cases = [
    ...targets,
    ...more,
    '/.well-known/jwks.json',
    '/.well-known/nothing',
    '/login.rsc',
    '/404',
    '/500',
  ].flatMap((target) => [
    ({ ann }: World) =>
      request('GET', target, { headers: ['Sec-Fetch-Dest: document', 'Accept-Encoding: gzip', cookies(ann)] }),
    () => request('GET', target, { headers: ['Sec-Fetch-Dest: document'] }),
    () => request('POST', target, { body: '{}' }),
    () => request('HEAD', target),
  ]);
  expect(await differing(pair, cases)).toEqual([]);
});

test('the metrics have the same names, but the one that tells the way', async () => {
  const names = async ({ url }: { url: string }) => {
    const headers = { Authorization: `Bearer ${metricsToken}` };
    return (await (await fetch(`${url}/api/metrics`, { headers })).text()).match(/(?<=^# TYPE )\w+/gm) ?? [];
  };
  const [direct, next] = [await names(pair.direct), await names(pair.next)];
  expect(withoutThose(direct, next)).toEqual(['latchkey_front_direct']);
  expect(withoutThose(next, direct)).toEqual([]);
});

test('clients that leave before their answer are not noticed', async () => {
  const { ann } = pair.world;
  // None of them gets as far as to be written into the log.
  const signIn = request('POST', '/api/auth/token', {
    body: '{"email":"a@example.org","password":"a few words more"}',
  });
  const read = request('GET', '/api/me', { headers: [bearer(ann)] });
  const unread = request('GET', '/api/me', { headers: [bearer(ann), 'Content-Length: 9'] });
  const long = request('POST', '/api/auth/password', { headers: [bearer(ann), 'Transfer-Encoding: chunked'] });
  for (const { port } of [pair.direct, pair.next])
    for (const bytes of [read, unread, signIn.slice(0, -9), read.slice(0, -9), `${long}5\r\n{`, long])
      for (const way of ['end', 'resetAndDestroy'] as const) await leave(port, bytes, way);
  for (const { url } of [pair.direct, pair.next]) expect((await fetch(`${url}/api/health`)).status).toBe(200);
});

test('both have logged the same, and nothing that Next would not', async () => {
  const { direct, next } = await pair.said();
  expect(direct.log).toEqual(next.log);
  expect(withoutThose(direct.noise, next.noise)).toEqual([]);
});
