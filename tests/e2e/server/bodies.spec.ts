import { expect, test } from '#tests/e2e/fixtures.ts';
import { chunk, raw } from '#tests/support/raw-http.ts';

const half = 'x'.repeat(10_000);
const noLength = 'X-None: 1';
const attempts: [string, string, string[], number][] = [
  ['a length over 16 KiB, with a body that never comes', 'Content-Length: 20000000', ['{"a":1}'], 413],
  ['a body over 16 KiB with its true length', 'Content-Length: 20000', [half, half], 413],
  ['chunks over 16 KiB that never end', 'Transfer-Encoding: chunked', [chunk(half), chunk(half)], 413],
  ['a shorter length than it has', 'Content-Length: 5', [half, half], 400],
  ['a body without a length', noLength, ['{"email":"a@example.org"}'], 400],
  ['two lengths', 'Content-Length: 5\nContent-Length: 6', ['123456'], 400],
  ['a length and chunks', 'Content-Length: 5\nTransfer-Encoding: chunked', [chunk('12345'), chunk('')], 400],
  ['a negative length', 'Content-Length: -1', ['1'], 400],
  ['a length that is no number', 'Content-Length: 0x10', ['1'], 400],
  ['a chunk whose size is no number', 'Transfer-Encoding: chunked', ['zz\r\n1\r\n'], 400],
];

// The first is answered by its handler alone, the second stands behind the middleware, the third is a page.
for (const path of ['/api/auth/token', '/api/auth/password', '/login']) {
  test(`POST ${path}: a body is cut off while it is read, whatever its length is said to be`, async ({
    server,
    client,
  }) => {
    for (const [name, length, body, status] of attempts) {
      const head = `POST ${path} HTTP/1.1\nHost: localhost\nContent-Type: application/json\nAuthorization: Bearer ${client.token}`;
      const answer = await raw(server.port, `${head}\n${length}`, body);
      // Such a request is whole (RFC 9112 section 6.3): a page may answer it before what follows is refused as another one.
      const expected = path === '/login' && length === noLength && answer.startsWith('HTTP/1.1 405 ') ? 405 : status;
      expect([name, answer.slice(0, 13)]).toEqual([name, `HTTP/1.1 ${expected} `]);
    }
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  });
}

test('a strange Authorization header is refused in words, never with a fault', async ({
  server,
  client: { token },
}) => {
  const values: [string, number][] = [
    ['Bearer', 401],
    ['Bearer a b', 401],
    ['Basic YTpi', 401],
    ['Bearer \u00e9\u00ff', 401],
    [`Bearer ${'a'.repeat(12_000)}`, 401],
    [`Bearer ${'a'.repeat(40_000)}`, 431],
    [`Bearer ${token}, Bearer ${token}`, 401],
    [`Bearer ${token}\nAuthorization: Bearer ${token}`, 400],
    [`Bearer ${token}\nauthorization: Basic YTpi`, 400],
    ['Bearer \u0000', 400],
  ];
  for (const [value, status] of values) {
    const answer = await raw(server.port, `GET /api/me HTTP/1.1\nHost: localhost\nAuthorization: ${value}`);
    expect([value.slice(0, 40), answer.slice(0, 13)]).toEqual([value.slice(0, 40), `HTTP/1.1 ${status} `]);
  }
});
