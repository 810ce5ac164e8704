/** Every parser of text that comes from outside, with texts that no honest client sends. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { clientAddress, limitBucket, truncatedAddress } from '#lib/core/client-address.ts';
import { readCookie } from '#lib/core/cookies.ts';
import { deviceOf } from '#lib/core/device-name.ts';
import { AppError } from '#lib/core/errors.ts';
import { passwordProblem } from '#lib/core/password-rules.ts';
import { routeTemplate } from '#lib/core/route-template.ts';
import { isApiPath, loginPath, paths, refreshPath, safeNext } from '#lib/core/routes.ts';
import { requestAgent, throwAwayAgent } from '#lib/core/throw-away.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { refreshTokens } from '#lib/server/crypto/refresh-token.ts';
import { problemInJsonKeys } from '#lib/server/http/json-keys.ts';
import { announceCases, holds, soon } from './cases.ts';
import { edited, key, text, value } from './strange.ts';

afterAll(() => announceCases('texts'));

describe('cookies', () => {
  const name = 'latchkey-refresh';
  const plain = fc.stringMatching(/^[\w.*~-]{0,40}$/);
  const other = fc.tuple(fc.constantFrom('a', name.toUpperCase(), `x${name}`, `${name}x`, ''), plain);

  test('one value of the name is read, whatever stands around it; of two, none', () =>
    holds(
      fc.property(fc.array(other), fc.array(plain, { maxLength: 3 }), fc.nat(), (others, values, at) => {
        const pairs = others.map(([word, content]) => `${word}=${content}`);
        for (const [index, one] of values.entries())
          pairs.splice((at + index) % (pairs.length + 1), 0, `${name}=${one}`);
        assert.equal(readCookie(pairs.join('; '), name), values.length === 1 ? values[0] : null);
      }),
      2000,
    ));

  test('a strange header is read at once, and nothing is made up', () =>
    holds(
      fc.property(fc.oneof(text, edited(`a=b; ${name}=v1.abc; c=d`)), (header) => {
        const read = soon(() => readCookie(header, name));
        if (read !== null) assert(header.includes(`${name}=${read}`) && !read.includes(';'));
      }),
      2000,
    ));
});

describe('the bearer header', () => {
  test('what is handed on to be verified is one token, and all of it', () =>
    holds(
      fc.asyncProperty(
        fc.oneof(
          text,
          edited('Bearer aaa.bbb.ccc'),
          text.map((one) => `Bearer ${one}`),
        ),
        async (given) => {
          const header = Buffer.from(given)
            .toString('latin1')
            .replace(/[\0\r\n]/g, '');
          const headers = new Headers({ authorization: header });
          let handed: string | null = null;
          const verify = async (token: string) => {
            handed = token;
            return { kind: 'invalid' } as const;
          };
          await assert.rejects(
            bearerClaims(headers, verify, new Date()),
            (error) => error instanceof AppError && error.status === 401,
          );
          const [, scheme = '', spaces = '', rest] =
            /^(bearer)( +)(.*)$/i.exec(headers.get('authorization') ?? '') ?? [];
          if (handed !== null) assert.deepEqual([scheme.toLowerCase(), spaces.trim(), rest], ['bearer', '', handed]);
        },
      ),
      2000,
    ));
});

describe('the refresh token', () => {
  const tokens = refreshTokens(['Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only']);
  const strangers = refreshTokens(['p8WqE2xV6nRy0Tz4UaHs7LmCjD9FgB1k-tests-only']);
  const session = fc.record({ id: fc.uuid(), seed: fc.uint8Array({ minLength: 32, maxLength: 32 }) });
  const generation = fc.nat(999_999_999);

  test('is read as it was written, and by no other key', () =>
    holds(
      fc.property(session, generation, (row, number) => {
        const token = tokens.write(row, number, tokens.newestKid) ?? '';
        const read = tokens.parse(token);
        assert(read && tokens.isOf(row, read));
        assert.deepEqual([read.sessionId, read.generation], [row.id, number]);
        assert.equal(strangers.parse(token), null);
      }),
      1000,
    ));

  const written = fc.tuple(session, generation).chain(([row, number]) => {
    const token = tokens.write(row, number, tokens.newestKid) ?? '';
    return fc.oneof(
      edited(token),
      edited(token)
        .chain(edited)
        .filter((twice) => twice !== token),
    );
  });
  test('with one thing changed is none', () =>
    holds(
      fc.property(fc.oneof(written, text), (token) =>
        assert.equal(
          soon(() => tokens.parse(token)),
          null,
        ),
      ),
      3000,
    ));
});

describe('where a person goes after signing in', () => {
  const parts = fc.constantFrom(
    ...[
      '/',
      '//',
      '\\',
      '/\\',
      '%2f',
      '%5c',
      '%2e%2e',
      '..',
      '.',
      '%09',
      '\t',
      '@',
      ':',
      '?',
      '#',
      '&next=',
      'https:',
      'javascript:',
    ],
    ...[
      'evil.example',
      'tasks',
      'api',
      'API',
      '%61pi',
      'login',
      'register',
      '_rsc=1',
      '%',
      '%25',
      '\u3002',
      '\uff0f',
      '\u2028',
    ],
  );
  const path = fc.oneof(
    fc.array(parts, { maxLength: 8 }).map((some) => some.join('')),
    fc.array(parts, { maxLength: 8 }).map((some) => `/${some.join('')}`),
    edited('/tasks/abc?page=2#notes'),
    text.map((some) => `/${some}`),
    fc.webUrl(),
    value,
  );

  test('is a page of this origin, to whoever reads it', () =>
    holds(
      fc.property(path, (given) => {
        const next = soon(() => safeNext(given));
        assert.match(next, /^\/(?![/\\])[^\p{Cc}\s]*$/u);
        for (const origin of ['https://app.example.org', 'http://localhost:3000']) {
          const url = new URL(next, origin);
          assert.equal(url.origin, origin);
          assert.equal(url.pathname + url.search + url.hash, next);
          const page = decodeURIComponent(url.pathname).toLowerCase();
          assert(!isApiPath(page) && page !== paths.login, next);
        }
      }),
      4000,
    ));

  test('is the same when it has been through a link and back', () =>
    holds(
      fc.property(path, (given) => {
        const next = safeNext(given);
        assert.equal(safeNext(next), next);
        for (const link of [loginPath(next), refreshPath(next)])
          assert.equal(new URL(link, 'http://localhost').searchParams.get('next'), next);
      }),
      2000,
    ));
});

describe('addresses', () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4().map((v4) => `::ffff:${v4}`),
  );
  const port = fc.nat(65_535);
  const named = fc.oneof(
    address,
    fc.tuple(fc.ipV4(), port).map(([host, number]) => `${host}:${number}`),
    fc.tuple(fc.ipV6(), port).map(([host, number]) => `[${host}]:${number}`),
    fc.ipV6().map((host) => `${host}%eth0`),
    fc.ipV4Extended(),
    fc.ipV4().chain(edited),
    fc.ipV6().chain(edited),
    text,
  );

  test('whatever a header says, the client’s address is an address or unknown', () =>
    holds(
      fc.property(address, fc.array(named, { maxLength: 4 }), fc.nat(4), (socket, entries, hops) => {
        const seen = soon(() => clientAddress(socket, entries.join(', '), hops));
        assert(isIP(seen) !== 0 || seen === 'unknown', seen);
        for (const kept of [limitBucket(seen), truncatedAddress(seen)])
          assert(kept && (isIP(kept) !== 0 || kept === 'unknown'), kept ?? '');
      }),
      3000,
    ));

  test('entries left of the trusted ones never count', () =>
    holds(
      fc.property(
        fc.ipV4(),
        fc.array(text),
        fc.array(fc.ipV4(), { minLength: 1, maxLength: 4 }),
        (socket, own, trusted) => {
          const entries = [...own.map((one) => one.replaceAll(',', '')), ...trusted].join(',');
          assert.equal(clientAddress(socket, entries, trusted.length), trusted[0]);
          assert.equal(clientAddress(socket, entries, 0), socket);
        },
      ),
      2000,
    ));

  test('one network is one bucket, and the log keeps less of it', () =>
    holds(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), fc.nat(255), ([a, b, c], d) => {
        assert.equal(limitBucket(`${a}.${b}.${c}.${d}`), `${a}.${b}.${c}.${d}`);
        assert.equal(truncatedAddress(`::ffff:${a}.${b}.${c}.${d}`), `${a}.${b}.${c}.0`);
        const network = `2001:${a}:${b}:${c}`;
        assert.equal(limitBucket(`${network}::${d}`), limitBucket(`${network}:1:2:3:${d}`));
      }),
      1000,
    ));
});

describe('words about a request', () => {
  const known = /^(\/(?:[\w.[\]-]+\/?)*|other)$/;
  test('a route’s name in the metrics is one of few', () =>
    holds(
      fc.property(
        fc.oneof(
          text,
          edited('/api/tasks/1?page=2'),
          text.map((id) => `/api/tasks/${id}`),
        ),
        (target) =>
          assert.match(
            soon(() => routeTemplate(target)),
            known,
          ),
      ),
      1000,
    ));

  const words = fc.array(
    fc.constantFrom(
      'Version/',
      'Safari/',
      'Mac OS X ',
      'Android ',
      'Mobile',
      'Chrome/',
      'curl/',
      'X11',
      throwAwayAgent,
    ),
    { maxLength: 30 },
  );
  test('a user agent becomes a few words of ours, at once, and never the mark of the demo', () =>
    holds(
      fc.property(
        fc.oneof(
          text,
          words.map((some) => some.join('')),
        ),
        (header) => {
          const agent = requestAgent(header);
          assert(agent === null || (agent.length <= 256 && agent !== throwAwayAgent));
          assert.match(soon(() => deviceOf(agent)).name, /^[A-Z][\w. ]+( on [\w ]+)?$|^curl( on \w+)?$/);
        },
      ),
      1500,
    ));

  test('a password gets an answer at once, and the person’s own address is never good', () =>
    holds(
      fc.property(text, fc.emailAddress(), (password, email) => {
        const problem = soon(() => passwordProblem(password, { email, minLength: 12 }));
        if ([...password].length < 12 || Buffer.byteLength(password) > 72) assert.notEqual(problem, null);
        if (email.length <= 72) assert.notEqual(passwordProblem(email, { email, minLength: 12 }), null);
      }),
      1000,
    ));
});

describe('keys of a JSON body', () => {
  /** Keys that come twice, or a prototype, by a parser of its own: each object as a list of its pairs. */
  type Json = { pairs: [string, Json][] } | { list: Json[] } | { leaf: unknown };
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      value.map((leaf) => ({ leaf: typeof leaf === 'object' ? null : leaf })),
      fc.array(tie('json'), { maxLength: 4 }).map((list) => ({ list })),
      fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((pairs) => ({ pairs })),
    ),
  }));
  const write = (node: Json): string => {
    if ('leaf' in node) return JSON.stringify(node.leaf);
    if ('list' in node) return `[${node.list.map(write).join(',')}]`;
    return `{${node.pairs.map(([name, one]) => `${JSON.stringify(name)}: ${write(one)}`).join(' ,')}}`;
  };
  const isBad = (node: Json): boolean => {
    if ('leaf' in node) return false;
    if ('list' in node) return node.list.some(isBad);
    const names = node.pairs.map(([name]) => name);
    return (
      names.includes('__proto__') || new Set(names).size < names.length || node.pairs.some(([, one]) => isBad(one))
    );
  };

  test('that come twice, or reach the prototype, are found in any document, and nothing else is', () =>
    holds(
      fc.property(json, (document) => {
        const written = write(document);
        JSON.parse(written);
        assert.equal(soon(() => problemInJsonKeys(written)) !== null, isBad(document));
      }),
      3000,
    ));
});
