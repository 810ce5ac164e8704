/** Nobody can tell whether a handler was called past Next's router, but by the clock: neither its client nor the handler itself. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bearer, kept, methods, request } from '../bytes.ts';
import { connections } from '../connections.ts';
import { headerOf, statusOf } from '../exchange.ts';
import { internalLines } from '../internal-headers.ts';
import { type Case, differing, type Pair, startPair, withoutThose } from '../pair.ts';
import { queries } from '../spellings.ts';
import { buildOwnApp } from './own-app.ts';

let folder: string;
let pair: Pair;

beforeAll(async () => {
  folder = await buildOwnApp();
  pair = await startPair({ people: 150, apps: { direct: folder, next: folder } });
}, 300_000);
afterAll(async () => {
  await pair.close();
  rmSync(folder, { recursive: true });
});

/** Makes a request that is told what its handler saw. */
const echo =
  (headers: string[], query = ''): Case =>
  ({ ann }) =>
    request('GET', `/api/own/echo${query}`, { headers: [bearer(ann), ...headers] });

test('the servers are what they are taken for', async () => {
  const asked = request('GET', '/api/own/echo?a=b', { headers: [bearer(pair.world.ann)] });
  const [answer] = await pair.same(asked);
  expect(answer && statusOf(answer)).toBe(200);
  expect(JSON.parse(answer?.body ?? '{}')).toMatchObject({ method: 'GET', query: '?a=b', body: '' });
});

test('a handler sees the same address, host and headers', async () => {
  const proxies = [
    ...[
      [],
      ['X-Forwarded-Proto: https'],
      ['X-Forwarded-Proto: http'],
      ['X-Forwarded-Proto: https, http'],
      ['X-Forwarded-Proto: ws'],
    ],
    ...[
      ['X-Forwarded-Host: app.example.org'],
      ['X-Forwarded-Host: a, b'],
      ['X-Forwarded-Host:'],
      ['X-Forwarded-Port: 8443'],
    ],
    ...[
      ['X-Forwarded-Port:'],
      ['X-Forwarded-Proto:'],
      ['Forwarded: for=1.2.3.4;proto=https;host=x'],
      ['X-Forwarded-For: 203.0.113.9, 1.1.1.1'],
    ],
    ['X-Forwarded-Proto: https', 'X-Forwarded-Host: app.example.org', 'X-Forwarded-Port: 443'],
    ...[
      ['Accept: a', 'Accept: b'],
      ['Cookie: a=b', 'Cookie: c=d'],
      ['X-A: 1', 'x-a: 2'],
      ['X-A: \xe9'],
      ['Content-Type: a', 'Content-Type: b'],
    ],
    ...[
      ['Accept-Encoding: gzip'],
      ['TE: trailers'],
      ['Expect: 100-continue'],
      ['If-None-Match: *'],
      ['Range: bytes=0-1'],
    ],
  ];
  expect(
    await differing(
      pair,
      proxies.map((headers) => echo(headers)),
    ),
  ).toEqual([]);
  const ann = bearer(pair.world.ann);
  const hosts = [
    '',
    'localhost',
    'localhost:1',
    'evil.example',
    'LOCALHOST:3000',
    'a b',
    '[::1]:3000',
    'a@b',
    'a/b',
    '%',
    'a,b',
    '\xe9',
  ];
  for (const version of ['HTTP/1.1', 'HTTP/1.0'])
    for (const host of hosts)
      await pair.same(`GET /api/own/echo ${version}\r\nHost: ${host}\r\nConnection: close\r\n${ann}\r\n\r\n`);
  await pair.same(`GET /api/own/echo HTTP/1.0\r\n${ann}\r\n\r\n`);
});

test('a handler sees the same query, and none of what Next’s own headers say', async () => {
  const latin1 = (target: string) => Buffer.from(target).toString('latin1');
  const asked = queries('x').map((query) => echo([], latin1(`?${query}`)));
  const told = internalLines(pair.world.ann.tokens.access).map((headers) => echo(headers));
  expect(await differing(pair, [...asked, ...told])).toEqual([]);
});

test('what a team adds is answered by the part that Next would ask', async () => {
  const token = bearer(pair.world.ann);
  const parts: [method: string, path: string, status: number, body: unknown][] = [
    ['GET', 'shadow/a/c', 200, 'shadow/[x]/c'],
    ['GET', 'shadow/b/c', 200, 'shadow/b/[...rest]'],
    ['GET', 'kinds/other', 200, 'kinds/[id]'],
    ['GET', 'kinds/still', 200, 'kinds/still'],
    ['POST', 'kinds/still', 405, 'Method Not Allowed'],
    ['GET', 'kinds/edge', 200, 'kinds/edge'],
    ['GET', 'legacy', 307, '/api/live'],
    ['GET', 'kinds.json', 200, 'kinds.json'],
    ['GET', 'kinds-json', 404, expect.any(String)],
  ];
  for (const [method, path, status, body] of parts) {
    const [answer] = await pair.same(request(method, `/api/own/${path}`, { headers: [token] }));
    expect([path, answer && statusOf(answer), answer?.body]).toEqual([path, status, body]);
  }
});

test('a middleware that reads the body, or minds the scheme, decides the same', async () => {
  const token = bearer(pair.world.ann);
  const asked = (headers: string[], body: string) =>
    pair.same(request('POST', '/api/own/echo', { headers: [token, ...headers], body }));
  const statuses = [
    await asked(['X-Kind: body'], 'evil'),
    await asked(['X-Kind: body'], 'good'),
    await asked(['X-Kind: https', 'X-Forwarded-Proto: https'], ''),
    await asked(['X-Kind: https', 'X-Forwarded-Proto: http'], ''),
  ].map(([answer]) => answer && statusOf(answer));
  expect(statuses).toEqual([403, 200, 403, 200]);
});

test('a handler sees the same body', async () => {
  const cases = Object.values(connections).map((make) => (world: Parameters<typeof make>[0]) => {
    const bytes = [make(world)].flat().map((part) => part.replaceAll('/api/me', '/api/own/echo'));
    return bytes;
  });
  expect(await differing(pair, cases)).toEqual([]);
  const bodies = ['', 'x', '{}', 'x'.repeat(16_000), '\xff\x00'];
  expect(
    await differing(
      pair,
      bodies.map(
        (body) =>
          ({ ann }) =>
            request('POST', '/api/own/echo', { headers: [bearer(ann)], body }),
      ),
    ),
  ).toEqual([]);
});

test('a handler that fails is answered and logged the same, whatever it throws', async () => {
  const ways = ['error', 'redirect', 'nothing', 'no_answer', 'no_error', 'stream', 'empty'];
  const cases = ways.flatMap((way) => methods.map((method) => ({ way, method })));
  const asked = cases.map(
    ({ way, method }) =>
      ({ ann }: { ann: Pair['world']['ann'] }) =>
        request(method, `/api/own/faults?way=${way}`, { headers: [bearer(ann)] }),
  );
  expect(await differing(pair, asked)).toEqual([]);
  const [fault] = await pair.same(request('GET', '/api/own/faults', { headers: [bearer(pair.world.ann)] }));
  expect([fault && statusOf(fault), fault?.body, fault && headerOf(fault, 'content-length')]).toEqual([
    500,
    '',
    undefined,
  ]);
});

test('work after an answer is done, and a handler learns that its client has left', async () => {
  const { ann } = pair.world;
  for (const way of ['', 'fault'])
    await pair.same(request('GET', `/api/own/later?way=${way}`, { headers: [bearer(ann)] }));
  for (const { port, output } of [pair.direct, pair.next]) {
    await vi.waitFor(() => expect(output.filter((line) => line === 'after the answer').length).toBe(2));
    const socket = connect(port, 'localhost');
    socket.write(kept('GET', '/api/own/later?way=wait', { headers: [bearer(ann)] }));
    await vi.waitFor(() => expect(output).toContain('waiting'));
    socket.destroy();
    await once(socket, 'close');
    await vi.waitFor(() => expect(output).toContain('the client has left'));
  }
});

test('both have said the same', async () => {
  const { direct, next } = await pair.said();
  expect(direct.log).toEqual(next.log);
  expect(withoutThose(direct.noise, next.noise)).toEqual([]);
  expect(withoutThose(next.noise, direct.noise)).toEqual([]);
});
