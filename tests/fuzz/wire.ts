/** Requests as bytes: a good one of each kind, with lines that no HTTP client would send. Each letter is a byte. */
import * as fc from 'fast-check';
import { edit, text, unit, value } from './strange.ts';

export interface Wire {
  line: string;
  headers: string[];
  body: string;
}

/** What the good requests bring. */
export interface Credentials {
  access: string;
  refresh: string;
  session: string;
}

const chunk = (content: string) => `${content.length.toString(16)}\r\n${content}\r\n`;

export function goodWires({ access, refresh, session }: Credentials): Wire[] {
  const host = ['Host: localhost', 'Connection: close', 'User-Agent: Test/1.0'];
  const cookie = `Cookie: latchkey-refresh=${refresh}; latchkey-session=${session}`;
  const bearer = `Authorization: Bearer ${access}`;
  const navigation = ['Sec-Fetch-Dest: document', 'Accept: text/html', cookie];
  const flight = ['RSC: 1', 'Next-Router-State-Tree: %5B%22%22%2C%7B%7D%5D', 'Sec-Fetch-Dest: empty', cookie];
  const json = 'Content-Type: application/json';
  const get = (path: string, ...more: string[]): Wire => ({
    line: `GET ${path} HTTP/1.1`,
    headers: [...host, ...more],
    body: '',
  });
  const post = (path: string, body: string, ...more: string[]): Wire => ({
    line: `POST ${path} HTTP/1.1`,
    headers: [...host, json, `Content-Length: ${body.length}`, ...more],
    body,
  });
  const chunked = (path: string, body: string, ...more: string[]): Wire => ({
    line: `POST ${path} HTTP/1.1`,
    headers: [...host, json, 'Transfer-Encoding: chunked', ...more],
    body: chunk(body.slice(0, 5)) + chunk(body.slice(5)) + chunk(''),
  });
  const unknown = '{"email":"nobody@example.org","password":"a few unrelated words"}';
  return [
    get('/', ...navigation),
    get('/login?next=%2Faccount', ...navigation.slice(0, 2)),
    get('/tasks?page=2&search=x', ...navigation),
    get('/tasks/0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2', ...navigation),
    get('/account/activity', ...navigation.slice(0, 2)),
    get('/nothing/here', ...navigation),
    get('/tasks?_rsc=abc', ...flight),
    get('/account/sessions', ...flight, 'Next-Router-Prefetch: 1', 'Next-Router-Segment-Prefetch: /_tree'),
    get('/api/auth/refresh?next=%2Ftasks', ...navigation),
    get('/api/auth/session', cookie, 'Sec-Fetch-Site: same-origin'),
    get('/api/me', bearer),
    get('/api/tasks/0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2', bearer),
    get('/api/tasks?page=1&size=5&sort=title', bearer),
    get('/api/health'),
    get('/.well-known/jwks.json'),
    get('/_next/static/chunks/nothing.js'),
    get('/_next/image?url=%2Ficon.svg&w=64&q=75'),
    get('/icon.svg'),
    post('/api/auth/token', unknown),
    chunked('/api/auth/token', unknown),
    post('/api/auth/refresh', ''),
    post('/api/tasks', '{"title":""}', bearer),
    chunked('/api/tasks', '{"title":""}', bearer),
    post('/login', '{"a":1}'),
    post('/tasks', 'x', cookie),
  ];
}

const latin1 = (made: string) => Buffer.from(made).toString('latin1');
const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some).toString('latin1'));
const strange = fc.oneof(bytes, text.map(latin1));
const tame = strange.map((one) => one.replace(/\p{Cc}/gu, ''));

const methods = ['get', 'GETT', 'TRACE', 'CONNECT', 'PRI', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', ''];
const targets = [
  ...[
    '*',
    '',
    '?',
    '#',
    '/#a',
    '//',
    '//evil.example/',
    '/\\evil.example',
    'http://evil.example/',
    'https:',
    'localhost:80',
  ],
  ...[
    '/%',
    '/%zz',
    '/%00',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/../../etc/passwd',
    '/..;/api/me',
    '/api//me',
    '/api/%6de',
    '/API/ME',
  ],
  ...[
    '/_next/data/x/tasks.json',
    '/_next/static/../../../package.json',
    '/_next/static/%2e%2e/%2e%2e/package.json',
    '/tasks.rsc',
  ],
  ...[
    '/tasks.segments/_tree.segment.rsc',
    '/_next/image?url=http://evil.example/a.png&w=64&q=75',
    '/_next/image',
    '/.env.local',
  ],
  ...[
    '/tasks/__proto__',
    '/tasks/%00',
    '/tasks/[id]',
    '/[...path]',
    '/(protected)/tasks',
    '/_not-found',
    '/_error',
    '/404',
    '/500',
  ],
  ...[`/${'a'.repeat(9000)}`, `/tasks?${'a=b&'.repeat(3000)}`, `/${'%61'.repeat(3000)}`, `/${'a/'.repeat(2000)}`],
];
const versions = ['HTTP/1.0', 'HTTP/1.1 x', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'HTTP/1.', ''];

/** What Next or Node gives a meaning to, and what may be in it. */
const headerNames = [
  ...[
    'RSC',
    'Next-Router-State-Tree',
    'Next-Router-Prefetch',
    'Next-Router-Segment-Prefetch',
    'Next-Url',
    'Next-Action',
  ],
  ...[
    'Next-HMR-Refresh',
    'Next-Test-Fetch-Priority',
    'X-Nextjs-Data',
    'X-Nextjs-Request-Id',
    'X-Nextjs-Html-Request-Id',
  ],
  ...[
    'X-Middleware-Subrequest',
    'X-Middleware-Prefetch',
    'X-Middleware-Rewrite',
    'X-Middleware-Invoke',
    'X-Middleware-Next',
  ],
  ...[
    'X-Matched-Path',
    'X-Invoke-Path',
    'X-Invoke-Query',
    'X-Invoke-Status',
    'X-Now-Route-Matches',
    'X-Prerender-Revalidate',
  ],
  ...[
    'X-Action-Redirect',
    'X-Action-Revalidated',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-For',
    'Forwarded',
  ],
  ...[
    'Host',
    'Authorization',
    'Cookie',
    'Content-Length',
    'Content-Type',
    'Content-Encoding',
    'Transfer-Encoding',
    'TE',
  ],
  ...[
    'Connection',
    'Upgrade',
    'Expect',
    'Range',
    'If-None-Match',
    'If-Modified-Since',
    'Accept',
    'Accept-Encoding',
    'Origin',
  ],
  ...[
    'Accept-Language',
    'Sec-Fetch-Dest',
    'Sec-Purpose',
    'X-HTTP-Method-Override',
    'X-Request-Id',
    'Trailer',
    'Max-Forwards',
  ],
];
const headerValues = [
  ...[
    '1',
    '2',
    '',
    '*',
    'null',
    'true',
    '/_tree',
    '/_full',
    '[]',
    '{}',
    '["",{}]',
    '%5B%22%22%5D',
    '%5B',
    '%zz',
    'a'.repeat(3000),
  ],
  ...[
    'middleware:middleware:middleware:middleware:middleware',
    'src/middleware',
    '/tasks',
    '/admin',
    'http://evil.example',
  ],
  ...[
    'chunked',
    'gzip',
    'identity',
    'chunked, chunked',
    'gzip, chunked',
    'close',
    'keep-alive, Upgrade',
    'websocket',
    'h2c',
  ],
  ...[
    '100-continue',
    'bytes=0-',
    'bytes=5-1',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'text/x-component',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/json',
    'text/html',
    '0',
    '-1',
    '99999999',
    '1e3',
    '0x10',
    '5, 6',
    '\u00ff\u0080',
  ],
];
const brokenLines = [
  ...[
    ' folded: line',
    'No colon',
    ': no name',
    'Space before : x',
    'Content-Length : 5',
    'Host',
    'A:\0',
    'A: \x7f',
    'A: b\rC: d',
  ],
];
const header = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.constantFrom(...headerNames), fc.oneof(fc.constantFrom(...headerValues), tame))
      .map(([name, content]) => `${name}: ${content}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...brokenLines) },
  { weight: 1, arbitrary: strange },
);

export interface WireChange {
  what: string;
  to(wire: Wire): Wire;
}
const change = (what: string, to: WireChange['to']): WireChange => ({ what: what.slice(0, 80), to });
const word = (index: number, made: string) => (wire: Wire) => {
  const words = wire.line.split(' ');
  words[index] = made;
  return { ...wire, line: words.join(' ') };
};

const aLine = (made: (lines: string[]) => string[]) => (wire: Wire) => ({ ...wire, headers: made(wire.headers) });
const chunks = [
  ...['zz\r\n1\r\n', '-1\r\n\r\n', 'ffffffffffffffff\r\nx', '5;a=b\r\n12345\r\n0\r\nTrailer: x\r\n\r\n', '5\r\n123'],
  ...['0\r\n\r\n0\r\n\r\n', '5\n12345\n0\n\n'],
];
const second = 'GET /api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

const firstLine: fc.Arbitrary<WireChange> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...targets).map((target) => change(`target ${target}`, word(1, target))) },
  {
    weight: 3,
    arbitrary: edit.map((made) =>
      change('the target edited', (wire) => word(1, latin1(made(wire.line.split(' ')[1] ?? '')))(wire)),
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...methods).map((method) => change(`method ${method}`, word(0, method))) },
  fc.constantFrom(...versions).map((version) => change(`version ${version}`, word(2, version))),
);
const oneHeader: fc.Arbitrary<WireChange> = fc.oneof(
  header.map((line) =>
    change(
      line,
      aLine((lines) => [...lines, line]),
    ),
  ),
  header.map((line) =>
    change(
      `first: ${line}`,
      aLine((lines) => [line, ...lines]),
    ),
  ),
  fc.tuple(unit, edit).map(([at, made]) =>
    change(
      'a header edited',
      aLine((lines) => lines.map((line, one) => (one === Math.floor(at * lines.length) ? latin1(made(line)) : line))),
    ),
  ),
  unit.map((at) =>
    change(
      'a header twice',
      aLine((lines) => [...lines, lines[Math.floor(at * lines.length)] ?? '']),
    ),
  ),
  unit.map((at) =>
    change(
      'a header left out',
      aLine((lines) => lines.filter((_, one) => one !== Math.floor(at * lines.length))),
    ),
  ),
);
const anotherBody: fc.Arbitrary<WireChange> = fc
  .oneof(
    strange,
    value.map((made) => latin1(JSON.stringify(made) ?? '')),
    fc.constantFrom(...chunks),
    fc.constant(second),
  )
  .chain((body) =>
    fc.constantFrom(
      change(`body ${body}`, (wire) => ({ ...wire, body })),
      change(`behind it ${body}`, (wire) => ({ ...wire, body: wire.body + body })),
    ),
  );
const oneChange = fc.oneof(
  { weight: 3, arbitrary: firstLine },
  { weight: 5, arbitrary: oneHeader },
  { weight: 1, arbitrary: anotherBody },
);

/** One to three changes. */
export const wireChanges: fc.Arbitrary<WireChange[]> = fc.array(
  oneChange.map((made) => ({ ...made, [fc.toStringMethod]: () => made.what })),
  { minLength: 1, maxLength: 3 },
);

export function written({ line, headers, body }: Wire): string {
  return `${line}\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n${body}`;
}
