/** What comes over a connection besides a whole request with a plain body: odd bodies, more than one request, old HTTP. */
import type { World } from '#tests/fuzz/world.ts';
import { chunk } from '#tests/support/raw-http.ts';
import { bearer, cookies, kept, request } from './bytes.ts';
import type { Bytes } from './exchange.ts';

/** Makes cases by name for an Ann of whom nothing else was asked. */
export type Connections = Record<string, (world: World) => Bytes>;

const json = 'Content-Type: application/json';
const chunked = 'Transfer-Encoding: chunked';
const half = 'x'.repeat(10_000);
const wrong = '{"current_password":"a few other words","new_password":"entirely other unrelated words"}';

/** Makes bodies of requests to one path: one that its handler alone reads, or one behind the middleware. */
export function bodies(path: string, body: string): Connections {
  const post = (lines: string[], parts: readonly string[]) => {
    return ({ ann }: World) => [request('POST', path, { headers: [bearer(ann), ...lines] }), ...parts];
  };
  const all = (lines: string[], parts: readonly string[]) => {
    return ({ ann }: World) => request('POST', path, { headers: [bearer(ann), ...lines] }) + parts.join('');
  };
  const length = `Content-Length: ${body.length}`;
  const [first, second, third] = [body.slice(0, 7), body.slice(7, 8), body.slice(8)];
  const cases: Connections = {
    'a good body': all([json, length], [body]),
    'a slow body': post([json, length], [first, second, third]),
    'a length over the limit': all([json, 'Content-Length: 20000000'], ['{']),
    'a length just over the limit': all([json, 'Content-Length: 16385'], ['{']),
    'a body of just the limit': all([json, 'Content-Length: 16384'], [' '.repeat(16_384 - body.length), body]),
    'a slow body over the limit': post([json, 'Content-Length: 20000'], [half, half]),
    'chunks over the limit': all([json, chunked], [chunk(half), chunk(half), chunk('')]),
    'slow chunks over the limit, without an end': post([json, chunked], [chunk(half), chunk(half)]),
    chunks: all([json, chunked], [chunk(first), chunk(second), chunk(third), chunk('')]),
    'slow chunks': post([json, chunked], [chunk(first), chunk(second), chunk(third), chunk('')]),
    'a chunk for each byte': all([json, chunked], [...[...body].map(chunk), chunk('')]),
    'sizes with zeros and capitals': all(
      [json, chunked],
      [`000${chunk(body).toUpperCase().slice(0, 2)}\r\n${body}\r\n0\r\n\r\n`],
    ),
    'an extension of a chunk': all([json, chunked], [`${body.length.toString(16)};a=b\r\n${body}\r\n`, chunk('')]),
    trailers: all([json, chunked, 'Trailer: X-A'], [chunk(body), '0\r\nX-A: b\r\nAuthorization: Bearer x\r\n\r\n']),
    'a chunk without a size': all([json, chunked], ['zz\r\n1\r\n']),
    'chunks that are cut off': all([json, chunked], [`${(body.length + 5).toString(16)}\r\n${body}`]),
    'a length and chunks': all([json, length, chunked], [chunk(body), chunk('')]),
    'two lengths': all([json, length, 'Content-Length: 1'], [body]),
    'no body': all([json], []),
    'a length of nothing': all([json, 'Content-Length: 0'], []),
    'chunks of nothing': all([json, chunked], [chunk('')]),
    'a shorter length': all([json, `Content-Length: ${body.length - 3}`], [body]),
    'a body that is cut off': post([json, `Content-Length: ${body.length + 9}`], [body]),
    'a body said to be compressed': all([json, length, 'Content-Encoding: gzip'], [body]),
    'a body in another encoding': all([json, length, 'Transfer-Encoding: gzip, chunked'], [chunk(body), chunk('')]),
    'a question before the body': post([json, length, 'Expect: 100-continue'], [body]),
    'an odd question before the body': all([json, length, 'Expect: a miracle'], [body]),
    'no type': all([length], [body]),
    'bytes that are no UTF-8': all([json, 'Content-Length: 4'], ['"\xff\xfe"']),
    'compressed answers are welcome': all([json, length, 'Accept-Encoding: gzip, deflate, br'], [body]),
    'another protocol is wished': all([json, length, 'Upgrade: h2c'], [body]),
  };
  return Object.fromEntries(Object.entries(cases).map(([name, make]) => [`POST ${path}: ${name}`, make]));
}

const me = ({ ann }: World) => kept('GET', '/api/me', { headers: [bearer(ann)] });
const end = ({ ann }: World) => request('GET', '/api/auth/sessions', { headers: [bearer(ann)] });
const refusal = kept('GET', '/api/me');

/** Several requests of one connection, old HTTP, and reading with a body. */
export const connections: Connections = {
  'twenty requests, one after the other': (world) => [...Array.from({ length: 20 }, () => me(world)), end(world)],
  'requests in one packet': (world) =>
    [me(world), refusal, kept('GET', '/api/live'), kept('HEAD', '/api/live'), me(world), end(world)].join(''),
  'a slow one before a fast one in one packet': (world) =>
    kept('POST', '/api/auth/password', { headers: [bearer(world.ann)], body: wrong }) + me(world) + end(world),
  'past the router and through it in turns': (world) =>
    [
      me(world),
      kept('GET', '/api/nothing', { headers: [bearer(world.ann)] }),
      kept('GET', '/api/me/'),
      me(world),
      end(world),
    ].join(''),
  'a refusal with a body between others': (world) =>
    me(world) + kept('POST', '/api/auth/password', { body: wrong }) + me(world) + end(world),
  'a body that nobody reads between others': (world) =>
    me(world) + kept('PUT', '/api/me', { headers: [bearer(world.ann)], body: wrong }) + me(world) + end(world),
  'half a request': (world) => me(world).slice(0, -6),
  'a request and half of one': (world) => me(world) + me(world).slice(0, -6),
  'bytes that are no HTTP behind a request': (world) => `${me(world)}no HTTP\r\n\r\n`,
  'HTTP/1.0': ({ ann }) => request('GET', '/api/me', { headers: [bearer(ann)], version: 'HTTP/1.0' }),
  'HTTP/1.0 without a host': ({ ann }) => `GET /api/me HTTP/1.0\r\n${bearer(ann)}\r\n\r\n`,
  'HTTP/1.0 that keeps its connection': ({ ann }) =>
    kept('GET', '/api/me', { headers: [bearer(ann), 'Connection: keep-alive'], version: 'HTTP/1.0' }) +
    `GET /api/live HTTP/1.0\r\n\r\n`,
  'HTTP/1.1 without a host': ({ ann }) => `GET /api/me HTTP/1.1\r\nConnection: close\r\n${bearer(ann)}\r\n\r\n`,
  'an empty host': () => 'GET /api/live HTTP/1.1\r\nConnection: close\r\nHost:\r\n\r\n',
  'an odd host': () => 'GET /api/live HTTP/1.1\r\nConnection: close\r\nHost: evil.example/a?b#c\r\n\r\n',
  'GET with a body': ({ ann }) => request('GET', '/api/me', { headers: [bearer(ann)], body: '{"a":1}' }),
  'GET with chunks': ({ ann }) =>
    request('GET', '/api/me', { headers: [bearer(ann), chunked] }) + chunk('{}') + chunk(''),
  'DELETE with a body': ({ ann }) => request('DELETE', '/api/auth/sessions', { headers: [bearer(ann)], body: '{}' }),
  'a token in small letters, with spaces around it': ({ ann }) =>
    request('GET', '/api/me', { headers: [`authorization:   bearer   ${ann.tokens.access}   `] }),
  'cookies and a token': ({ ann }) => request('GET', '/api/me', { headers: [bearer(ann), cookies(ann)] }),
  'two of a header': ({ ann }) =>
    request('GET', '/api/me', { headers: [bearer(ann), 'Accept: a', 'Accept: b', 'Cookie: a=b', 'Cookie: c=d'] }),
  'a byte over 127 in a header': ({ ann }) =>
    request('GET', '/api/me', { headers: [bearer(ann), 'User-Agent: \xe9\xff'] }),
  'addresses that a proxy names': ({ ann }) =>
    request('GET', '/api/activity', {
      headers: [bearer(ann), 'X-Forwarded-For: 203.0.113.9, 198.51.100.7', 'Forwarded: for=1.2.3.4'],
    }),
};
