/** What is done to a good request: one thing at a time, of every part that it has. */
import * as fc from 'fast-check';
import { badToken, kinds } from './bad-tokens.ts';
import type { Ask } from './request.ts';
import { edit, key, text, unit, value, wellFormed } from './strange.ts';
import type { World } from './world.ts';

export interface Change {
  what: string;
  to(ask: Ask, world: World): Ask;
}
/** Its name stands in the report of a failure. */
const change = (what: string, to: Change['to']): Change => ({ what: what.slice(0, 80), to });

const pick = <T>(list: readonly T[], at: number): T | undefined => list[Math.floor(at * list.length)];

const headerNames = [
  ...['authorization', 'cookie', 'content-type', 'content-length', 'origin', 'referer', 'host', 'accept', 'user-agent'],
  ...['sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-purpose', 'purpose', 'idempotency-key', 'range'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'x-request-id', 'x-nonce'],
  ...['x-middleware-subrequest', 'x-http-method-override', 'x-original-url', 'x-rewrite-url', 'x-latchkey-path', 'rsc'],
  ...['content-security-policy', 'next-router-prefetch', 'next-router-state-tree', 'next-url', 'next-action'],
  ...['if-none-match', 'transfer-encoding', 'content-encoding'],
];
const tellingHeaders: [string, string][] = [
  ['origin', 'https://evil.example'],
  ['origin', 'null'],
  ['origin', 'http://localhost:3000.evil.example'],
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-site', 'same-site'],
  ['sec-fetch-dest', 'iframe'],
  ['sec-purpose', 'prefetch'],
  ['content-type', 'text/plain'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-encoding', 'gzip'],
  ['content-length', '99999999'],
  ['content-length', '0'],
  ['x-forwarded-for', '203.0.113.9, 198.51.100.7'],
  ['x-middleware-subrequest', 'middleware:middleware:middleware:middleware:middleware'],
  ['x-http-method-override', 'DELETE'],
  ['x-forwarded-host', 'evil.example'],
];

/** As it arrives from the wire: bytes, each a letter, and no more than Node reads. */
function withHeader(ask: Ask, name: string, content: string): Ask {
  const bytes = Buffer.from(content).toString('latin1');
  return { ...ask, headers: { ...ask.headers, [name]: bytes.replace(/[\0\r\n]/g, '').slice(0, 14_000) } };
}

function withHeaders(ask: Ask, headers: [string, string][]): Ask {
  const to = { ...ask, headers: {} };
  return headers.reduce((made, [name, content]) => withHeader(made, name, content), to);
}

const header: fc.Arbitrary<Change> = fc.oneof(
  fc
    .oneof(fc.tuple(fc.constantFrom(...headerNames), text), fc.constantFrom(...tellingHeaders))
    .map(([name, content]) => change(`${name}: ${content}`, (ask) => withHeader(ask, name, content))),
  fc.tuple(unit, edit).map(([at, changed]) =>
    change('a header edited', (ask) => {
      const [name, content] = pick(Object.entries(ask.headers), at) ?? ['accept', ''];
      return withHeader(ask, name, changed(content));
    }),
  ),
  unit.map((at) =>
    change('a header left out', (ask) => {
      const headers = Object.entries(ask.headers);
      return withHeaders(
        ask,
        headers.filter((one) => one !== pick(headers, at)),
      );
    }),
  ),
  fc.tuple(fc.constantFrom('latchkey-refresh=x', 'latchkey-session=x'), fc.boolean()).map(([planted, isFirst]) =>
    change(`${planted} beside the other, ${isFirst ? 'first' : 'last'}`, (ask) => {
      const { cookie = '' } = ask.headers;
      return withHeader(ask, 'cookie', isFirst ? `${planted}; ${cookie}` : `${cookie}; ${planted}`);
    }),
  ),
);

/** One of the tokens that the request has is replaced, or all of them. */
const token: fc.Arbitrary<Change> = fc.tuple(unit, fc.boolean(), badToken).map(([at, isAll, bad]) =>
  change(`${isAll ? 'all tokens' : 'a token'}: ${bad.what}`, (ask, world) => {
    const own = world.ann.tokens;
    const there = kinds.filter((kind) => Object.values(ask.headers).some((content) => content.includes(own[kind])));
    const chosen = isAll ? there : there.filter((kind) => kind === pick(there, at));
    const swap = (content: string) =>
      chosen.reduce((rest, kind) => rest.replaceAll(own[kind], () => bad.of(kind, world)), content);
    return withHeaders(
      ask,
      Object.entries(ask.headers).map(([name, content]) => [name, swap(content)]),
    );
  }),
);

const uuid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/;
const strangeIds = [
  '.',
  '..',
  '%',
  '%zz',
  '%2e%2e',
  '%00',
  '__proto__',
  'refresh',
  '00000000-0000-0000-0000-000000000000',
];
/** What of Ann's the path names, of Bob's instead. */
function withBobsIds(path: string, { ann, bob }: World): string {
  const pairs: [string, string][] = [
    [ann.sessionId, bob.sessionId],
    [ann.otherSessionId, bob.otherSessionId],
    ...Object.entries(ann.facts).map(([name, fact]): [string, string] => [fact, bob.facts[name] ?? '']),
  ];
  return pairs.reduce((rest, [hers, his]) => rest.replace(hers, his), path);
}

const nextParts = [
  ...['/', '//', '\\', '%2f', '%5c', '..', '%09', '@', ':', 'https:', 'evil.example', '?', '#', '%'],
  ...['tasks', 'api', 'login'],
];
const inQuery = (content: string) => encodeURIComponent(wellFormed(content));

const path: fc.Arbitrary<Change> = fc.oneof(
  edit.map((changed) => change('the path edited', (ask) => ({ ...ask, path: changed(ask.path) }))),
  fc
    .oneof(text.map(inQuery), fc.constantFrom(...strangeIds))
    .map((id) => change(`its id: ${id}`, (ask) => ({ ...ask, path: ask.path.replace(uuid, () => id) }))),
  {
    weight: 3,
    arbitrary: fc.constant(change('its id: Bob’s', (ask, world) => ({ ...ask, path: withBobsIds(ask.path, world) }))),
  },
  fc.tuple(key, text).map(([name, content]) =>
    change(`the query has ${name}`, (ask) => {
      const mark = ask.path.includes('?') ? '&' : '?';
      return { ...ask, path: `${ask.path}${mark}${inQuery(name)}=${inQuery(content)}` };
    }),
  ),
  fc
    .array(fc.constantFrom(...nextParts), { maxLength: 7 })
    .map((parts) => parts.join(''))
    .map((next) =>
      change(`next: ${next}`, (ask) => ({ ...ask, path: `${ask.path.split('?')[0]}?next=${inQuery(next)}` })),
    ),
  fc
    .constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
    .map((method) => change(method, (ask) => ({ ...ask, method }))),
);

/** A change to the body's fields, where it still is JSON or a form. */
function field(what: string, changed: (fields: [string, unknown][]) => unknown): Change {
  return change(what, (ask) => {
    const fields = typeof ask.body === 'string' ? fieldsOf(ask.body) : null;
    if (!fields) return ask;
    const made = changed(fields);
    if (ask.body?.toString().startsWith('{')) return { ...ask, body: JSON.stringify(made) ?? '' };
    const pairs = Object.entries(made ?? {}).map(([name, content]) => [name, inForm(content)]);
    return { ...ask, body: new URLSearchParams(pairs).toString() };
  });
}

const inForm = (content: unknown) => (typeof content === 'string' ? content : (JSON.stringify(content) ?? ''));

/** Null where another change has been at it before. */
function fieldsOf(body: string): [string, unknown][] | null {
  if (!body.startsWith('{')) return [...new URLSearchParams(body)];
  try {
    return Object.entries(JSON.parse(body));
  } catch {
    return null;
  }
}

const body: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(unit, value).map(([at, made]) =>
      field('a field made strange', (fields) => {
        const chosen = pick(fields, at)?.[0];
        return Object.fromEntries(fields.map(([name, content]) => [name, name === chosen ? made : content]));
      }),
    ),
  },
  fc
    .tuple(key, value)
    .map(([name, made]) => field(`a field more: ${name}`, (fields) => Object.fromEntries([...fields, [name, made]]))),
  unit.map((at) =>
    field('a field left out', (fields) => Object.fromEntries(fields.filter((one) => one !== pick(fields, at)))),
  ),
  fc.constant(field('in a list', (fields) => [Object.fromEntries(fields)])),
  edit.map((changed) =>
    change('the body edited', (ask) => ({ ...ask, body: typeof ask.body === 'string' ? changed(ask.body) : ask.body })),
  ),
  fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => change('bytes', (ask) => ({ ...ask, body: Buffer.concat([Buffer.from(ask.body ?? ''), bytes]) }))),
  text.map((content) => change('another body', (ask) => ({ ...ask, body: content }))),
);

const one: fc.Arbitrary<Change> = fc
  .oneof(
    { weight: 3, arbitrary: header },
    { weight: 4, arbitrary: token },
    { weight: 3, arbitrary: path },
    { weight: 3, arbitrary: body },
  )
  .map((made) => ({ ...made, [fc.toStringMethod]: () => made.what }));

/** Up to three; none, now and then: what is good must be taken. */
export const changes: fc.Arbitrary<Change[]> = fc.oneof(
  { weight: 1, arbitrary: fc.array(one, { maxLength: 0 }) },
  { weight: 5, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }) },
);
