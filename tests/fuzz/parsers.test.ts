/** Every parser of text that comes from outside, with texts that no honest client sends. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { afterAll, describe, test } from 'vitest';
import { AppError } from '#lib/core/errors.ts';
import { readCookie } from '#lib/core/sessions/cookies.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { refreshTokens } from '#lib/server/crypto/refresh-token.ts';
import { problemInJsonKeys } from '#lib/server/http/json-keys.ts';
import { announceCases, checkCases, quickly } from './cases.ts';
import { edited, key, text, value } from './strange.ts';

afterAll(() => announceCases('texts'));

describe('cookies', () => {
  const name = 'latchkey-refresh';
  const plain = fc.stringMatching(/^[\w.*~-]{0,40}$/);
  const other = fc.tuple(fc.constantFrom('a', name.toUpperCase(), `x${name}`, `${name}x`, ''), plain);

  test('one value of the name is read, whatever stands around it; of two, none', () =>
    checkCases(
      fc.property(fc.array(other), fc.array(plain, { maxLength: 3 }), fc.nat(), (others, values, at) => {
        const pairs = others.map(([word, content]) => `${word}=${content}`);
        for (const [index, one] of values.entries())
          pairs.splice((at + index) % (pairs.length + 1), 0, `${name}=${one}`);
        assert.equal(readCookie(pairs.join('; '), name), values.length === 1 ? values[0] : null);
      }),
      2000,
    ));

  test('a strange header is read at once, and nothing is made up', () =>
    checkCases(
      fc.property(fc.oneof(text, edited(`a=b; ${name}=v1.abc; c=d`)), (header) => {
        const read = quickly(() => readCookie(header, name));
        if (read !== null) assert(header.includes(`${name}=${read}`) && !read.includes(';'));
      }),
      2000,
    ));
});

describe('the bearer header', () => {
  test('what is handed on to be verified is one token, and all of it', () =>
    checkCases(
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
    checkCases(
      fc.property(session, generation, (row, number) => {
        const token = tokens.write(row, number, tokens.newestKid) ?? '';
        const read = tokens.parse(token);
        assert(read && tokens.nonceMatches(row, read));
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
    checkCases(
      fc.property(fc.oneof(written, text), (token) =>
        assert.equal(
          quickly(() => tokens.parse(token)),
          null,
        ),
      ),
      3000,
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
    checkCases(
      fc.property(json, (document) => {
        const written = write(document);
        JSON.parse(written);
        assert.equal(quickly(() => problemInJsonKeys(written)) !== null, isBad(document));
      }),
      3000,
    ));
});
