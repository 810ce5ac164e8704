/** What is done to a good request: one thing at a time, of every part that it has. */
import * as fc from 'fast-check';
import { forge } from '#tests/support/forge.ts';
import type { Ask } from './requests.ts';
import { edit, key, text, value } from './strange.ts';
import type { TokenKind, World } from './world.ts';

/** Its name stands in the report of a failure. */
export interface Change {
  what: string;
  to(ask: Ask, world: World): Ask;
}

const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const pick = <T>(list: readonly T[], at: number): T | undefined => list[Math.floor(at * list.length)];

const headerNames = [
  ...[
    'authorization',
    'cookie',
    'content-type',
    'content-length',
    'origin',
    'referer',
    'host',
    'accept',
    'user-agent',
    'range',
  ],
  ...[
    'sec-fetch-site',
    'sec-fetch-dest',
    'sec-fetch-mode',
    'sec-purpose',
    'purpose',
    'idempotency-key',
    'x-forwarded-for',
  ],
  ...[
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'x-real-ip',
    'x-request-id',
    'x-middleware-subrequest',
    'x-nonce',
  ],
  ...['x-http-method-override', 'x-original-url', 'x-rewrite-url', 'x-latchkey-path', 'content-security-policy', 'rsc'],
  ...[
    'next-router-prefetch',
    'next-router-state-tree',
    'next-url',
    'next-action',
    'if-none-match',
    'transfer-encoding',
  ],
];
const telling: [string, string][] = [
  ['origin', 'https://evil.example'],
  ['origin', 'null'],
  ['origin', 'http://localhost:3000.evil.example'],
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-site', 'same-site'],
  ['sec-fetch-dest', 'iframe'],
  ['sec-purpose', 'prefetch'],
  ['content-type', 'text/plain'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['content-length', '99999999'],
  ['content-length', '0'],
  ['x-forwarded-for', '203.0.113.9, 198.51.100.7'],
  ['x-middleware-subrequest', 'middleware:middleware:middleware:middleware:middleware'],
  ['x-http-method-override', 'DELETE'],
  ['x-forwarded-host', 'evil.example'],
];

/** As it arrives from the wire: bytes, each a letter. */
const onWire = (given: string) =>
  Buffer.from(given.toWellFormed())
    .toString('latin1')
    .replace(/[\0\r\n]/g, '')
    .slice(0, 14_000);

const withHeader = (ask: Ask, name: string, content: string) => ({
  ...ask,
  headers: { ...ask.headers, [name]: onWire(content) },
});

const header: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.constantFrom(...headerNames), text).map(([name, content]) => ({
    what: `${name}: ${content.slice(0, 60)}`,
    to: (ask) => withHeader(ask, name, content),
  })),
  fc.constantFrom(...telling).map(([name, content]) => ({
    what: `${name}: ${content}`,
    to: (ask) => withHeader(ask, name, content),
  })),
  fc.tuple(unit, edit).map(([at, change]) => ({
    what: 'a header edited',
    to: (ask) => {
      const [name, content] = pick(Object.entries(ask.headers), at) ?? ['accept', ''];
      return withHeader(ask, name, change(content));
    },
  })),
  unit.map((at) => ({
    what: 'a header left out',
    to: (ask) => {
      const left = pick(Object.keys(ask.headers), at);
      return { ...ask, headers: Object.fromEntries(Object.entries(ask.headers).filter(([name]) => name !== left)) };
    },
  })),
  fc.constantFrom('latchkey-refresh', 'latchkey-session').map((name) => ({
    what: `${name} twice`,
    to: (ask) => withHeader(ask, 'cookie', `${ask.headers.cookie ?? ''}; ${name}=x`),
  })),
);

/** A token of `kind` that is none: cut, spliced with Bob's, another's, or signed by somebody else. */
const badToken: fc.Arbitrary<{ what: string; of(kind: TokenKind, world: World): string }> = fc.oneof(
  edit.map((change) => ({ what: 'edited', of: (kind: TokenKind, { ann }: World) => change(ann.tokens[kind]) })),
  unit.map((at) => ({
    what: 'a part of it Bob’s',
    of: (kind: TokenKind, { ann, bob }: World) => {
      const mark = kind === 'session' ? '*' : '.';
      const [own, his] = [ann.tokens[kind].split(mark), bob.tokens[kind].split(mark)];
      const index = Math.floor(at * own.length);
      return own.map((part, one) => (one === index ? his[one] : part)).join(mark);
    },
  })),
  fc.tuple(fc.constantFrom('ann', 'bob'), fc.constantFrom('access', 'refresh', 'session')).map(([who, other]) => ({
    what: `the ${other} token of ${who}`,
    of: (kind: TokenKind, world: World) =>
      kind === other
        ? ''
        : world[who === 'ann' ? 'ann' : 'bob'].tokens[
            other === 'access' ? 'access' : other === 'refresh' ? 'refresh' : 'session'
          ],
  })),
  fc
    .record({
      sub: fc.constantFrom('ann', 'bob'),
      sid: fc.constantFrom('ann', 'bob'),
      gen: fc.constantFrom(0, 1, -1, 7),
      alg: fc.constantFrom('EdDSA', 'none', 'HS256'),
      isOurs: fc.boolean(),
    })
    // Ours, of one person and the head of her session, would be a good one.
    .filter(({ sub, sid, gen, alg, isOurs }) => !(isOurs && alg === 'EdDSA' && sub === sid && gen === 0))
    .map(({ sub, sid, gen, alg, isOurs }) => ({
      what: `signed by ${isOurs ? 'us' : 'a stranger'} with ${alg}: ${sub} in the session of ${sid}, generation ${gen}`,
      of: (_kind: TokenKind, world: World) => {
        const now = Math.floor(world.app.clock.now.getTime() / 1000);
        const person = (who: string) => (who === 'ann' ? world.ann : world.bob);
        const claims = {
          iss: 'http://localhost:3000',
          aud: 'http://localhost:3000',
          client_id: 'web',
          jti: 'x',
          iat: now,
          exp: now + 200,
        };
        const about = { sub: person(sub).id, sid: person(sid).sessionId, gen };
        const head = { alg, kid: 'test-1', typ: 'at+jwt' };
        return isOurs ? forge(head, { ...claims, ...about }) : forge(head, { ...claims, ...about }, world.strangersKey);
      },
    })),
  fc
    .record({ who: fc.constantFrom('ann', 'bob'), generation: fc.constantFrom(0, 1, 9) })
    .map(({ who, generation }) => ({
      what: `written with the key but without the seed for ${who}, generation ${generation}`,
      of: (_kind: TokenKind, world: World) => {
        const { refreshTokens } = world.app.deps;
        const id = who === 'ann' ? world.ann.sessionId : world.bob.sessionId;
        return refreshTokens.write({ id, seed: new Uint8Array(32) }, generation, refreshTokens.newestKid) ?? '';
      },
    })),
);

const token: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom<TokenKind[]>('access', 'refresh', 'session'), badToken)
  .map(([kind, bad]) => ({
    what: `${kind} token: ${bad.what}`,
    to: (ask, world) => {
      const given = onWire(bad.of(kind, world));
      const swap = (content: string) => content.replaceAll(world.ann.tokens[kind], () => given);
      return {
        ...ask,
        headers: Object.fromEntries(Object.entries(ask.headers).map(([name, content]) => [name, swap(content)])),
      };
    },
  }));

const nextParts = [
  '/',
  '//',
  '\\',
  '%2f',
  '%5c',
  '..',
  '%09',
  '@',
  ':',
  'https:',
  'evil.example',
  'tasks',
  'api',
  'login',
  '?',
  '#',
  '%',
];
const path: fc.Arbitrary<Change> = fc.oneof(
  edit.map((change) => ({ what: 'the path edited', to: (ask) => ({ ...ask, path: change(ask.path) }) })),
  fc
    .oneof(
      text,
      fc.constantFrom('.', '..', '%2e%2e', '%00', '__proto__', 'refresh', '00000000-0000-0000-0000-000000000000'),
    )
    .map((id) => ({
      what: `its id: ${id.slice(0, 60)}`,
      to: (ask) => ({ ...ask, path: ask.path.replace(/[\da-f-]{36}/, () => encodeURIComponent(id.toWellFormed())) }),
    })),
  fc.constantFrom<(keyof World['bob'])[]>('taskId', 'sessionId', 'otherSessionId', 'throwAwayId', 'id').map((id) => ({
    what: `its id: Bob’s ${id}`,
    to: (ask, { bob }) => ({ ...ask, path: ask.path.replace(/[\da-f-]{36}/, () => String(bob[id])) }),
  })),
  fc.tuple(key, text).map(([name, content]) => ({
    what: `the query has ${name.slice(0, 60)}`,
    to: (ask) => ({
      ...ask,
      path: `${ask.path}${ask.path.includes('?') ? '&' : '?'}${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(content.toWellFormed())}`,
    }),
  })),
  fc.array(fc.constantFrom(...nextParts), { maxLength: 7 }).map((parts) => ({
    what: `next: ${parts.join('')}`,
    to: (ask) => ({ ...ask, path: `${ask.path.split('?')[0]}?next=${encodeURIComponent(parts.join(''))}` }),
  })),
  fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS').map((method) => ({
    what: method,
    to: (ask) => ({ ...ask, method }),
  })),
);

/** A change to the body's fields, where it is JSON or a form. */
function field(what: string, change: (fields: [string, unknown][]) => unknown): Change {
  const to = (ask: Ask) => {
    if (typeof ask.body !== 'string') return ask;
    if (!ask.body.startsWith('{')) {
      const fields = change([...new URLSearchParams(ask.body)]);
      const pairs = Object.entries(fields ?? {}).map(([name, one]) => [name, String(one)] as [string, string]);
      return { ...ask, body: new URLSearchParams(pairs).toString() };
    }
    const parsed = parse(ask.body);
    return parsed === null ? ask : { ...ask, body: JSON.stringify(change(Object.entries(parsed))) ?? '' };
  };
  return { what, to };
}

/** Null where another change has been at it before. */
function parse(text: string): object | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const body: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(unit, value).map(([at, one]) =>
      field('a field made strange', (fields) => {
        const chosen = pick(fields, at)?.[0];
        return Object.fromEntries(fields.map(([name, content]) => [name, name === chosen ? one : content]));
      }),
    ),
  },
  fc
    .tuple(key, value)
    .map(([name, one]) =>
      field(`a field more: ${name.slice(0, 60)}`, (fields) => Object.fromEntries([...fields, [name, one]])),
    ),
  unit.map((at) =>
    field('a field left out', (fields) => Object.fromEntries(fields.filter((one) => one !== pick(fields, at)))),
  ),
  fc
    .constantFrom(
      (all: unknown) => [all],
      () => null,
      (all: unknown) => ({ body: all }),
    )
    .map((wrap) => field('another shape', (fields) => wrap(Object.fromEntries(fields)))),
  edit.map((change) => ({
    what: 'the body edited',
    to: (ask) => ({ ...ask, body: typeof ask.body === 'string' ? change(ask.body) : ask.body }),
  })),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => ({
    what: 'bytes',
    to: (ask) => ({ ...ask, body: Buffer.concat([Buffer.from(ask.body ?? ''), bytes]) }),
  })),
  text.map((content) => ({ what: 'another body', to: (ask) => ({ ...ask, body: content }) })),
);

const change = fc
  .oneof(
    { weight: 2, arbitrary: header },
    { weight: 3, arbitrary: token },
    { weight: 2, arbitrary: path },
    { weight: 3, arbitrary: body },
  )
  .map((one) => ({ ...one, [fc.toStringMethod]: () => one.what }));

export const changes: fc.Arbitrary<Change[]> = fc.array(change, { maxLength: 3 });
