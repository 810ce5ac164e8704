/** What is done to a request on the wire: lines that no HTTP client would send. */
import * as fc from 'fast-check';
import { edit, text, unit, value } from './strange.ts';
import type { Wire } from './wire.ts';

const words = (list: string) => list.trim().split(/\s+/);
const latin1 = (made: string) => Buffer.from(made).toString('latin1');
const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => Buffer.from(some).toString('latin1'));
const strange = fc.oneof(bytes, text.map(latin1));
const tame = strange.map((one) => one.replace(/\p{Cc}/gu, ''));

const methods = ['get', 'GETT', 'TRACE', 'CONNECT', 'PRI', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', ''];
const targets = [
  ...words(`
    * ? # /#a // //evil.example/ http://evil.example/ https: localhost:80 /% /%zz /%00 /%2e%2e/%2e%2e/etc/passwd
    /../../etc/passwd /..;/api/me /api//me /api/%6de /API/ME /_next/data/x/tasks.json
    /_next/static/../../../package.json /_next/static/%2e%2e/%2e%2e/package.json /tasks.rsc
    /tasks.segments/_tree.segment.rsc /_next/image?url=http://evil.example/a.png&w=64&q=75 /_next/image /.env.local
    /tasks/__proto__ /tasks/%00 /tasks/[id] /[...path] /(protected)/tasks /_not-found /_error /404 /500
  `),
  '',
  '/\\evil.example',
  `/${'a'.repeat(9000)}`,
  `/tasks?${'a=b&'.repeat(90)}`,
  `/tasks?${'a=b&'.repeat(3000)}`,
  `/${'%61'.repeat(3000)}`,
  `/${'a/'.repeat(2000)}`,
];
const versions = ['HTTP/1.0', 'HTTP/1.1 x', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'HTTP/1.', ''];

/** What Next or Node gives a meaning to, and what may be in it. */
const headerNames = [
  ...words(`
    RSC Next-Router-State-Tree Next-Router-Prefetch Next-Router-Segment-Prefetch Next-Url Next-Action
    Next-HMR-Refresh Next-Test-Fetch-Priority X-Nextjs-Data X-Nextjs-Request-Id X-Nextjs-Html-Request-Id
    X-Middleware-Subrequest X-Middleware-Prefetch X-Middleware-Rewrite X-Middleware-Invoke X-Middleware-Next
    X-Matched-Path X-Invoke-Path X-Invoke-Query X-Invoke-Status X-Now-Route-Matches X-Prerender-Revalidate
    X-Action-Redirect X-Action-Revalidated X-Forwarded-Host X-Forwarded-Proto X-Forwarded-For Forwarded Host
    Authorization Cookie Content-Length Content-Type Content-Encoding Transfer-Encoding TE Connection Upgrade Expect
    Range If-None-Match If-Modified-Since Accept Accept-Encoding Origin Accept-Language Sec-Fetch-Dest Sec-Purpose
    X-HTTP-Method-Override X-Request-Id Trailer Max-Forwards
  `),
];
const headerValues = [
  ...words(`
    1 2 * null true /_tree /_full [] {} ["",{}] %5B%22%22%5D %5B %zz
    middleware:middleware:middleware:middleware:middleware src/middleware /tasks /admin http://evil.example chunked
    gzip identity close websocket h2c 100-continue bytes=0- bytes=5-1 multipart/form-data text/x-component
    application/x-www-form-urlencoded application/json text/html 0 -1 99999999 1e3 0x10
  `),
  '',
  'a'.repeat(3000),
  'chunked, chunked',
  'gzip, chunked',
  'keep-alive, Upgrade',
  'multipart/form-data; boundary=x',
  '5, 6',
  '\u00ff\u0080',
];
const brokenLines = [
  ' folded: line',
  'No colon',
  ': no name',
  'Space before : x',
  'Content-Length : 5',
  'Host',
  'A:\0',
  'A: b\rC: d',
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
  const line = wire.line.split(' ').map((one, at) => (at === index ? made : one));
  return { ...wire, line: line.join(' ') };
};

const lines = (what: string, to: (lines: string[]) => string[]): WireChange =>
  change(what, (wire) => ({ ...wire, headers: to(wire.headers) }));
const place = (all: string[], at: number) => Math.floor(at * all.length);

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
  header.map((line) => lines(line, (all) => [...all, line])),
  header.map((line) => lines(`first: ${line}`, (all) => [line, ...all])),
  fc
    .tuple(unit, edit)
    .map(([at, made]) =>
      lines('a header edited', (all) => all.map((line, one) => (one === place(all, at) ? latin1(made(line)) : line))),
    ),
  unit.map((at) => lines('a header twice', (all) => [...all, all[place(all, at)] ?? ''])),
  unit.map((at) => lines('a header left out', (all) => all.filter((_, one) => one !== place(all, at)))),
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
