/** The access token and the page session, changed in every way that somebody without the keys can. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { sealData } from 'iron-session';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { parseServerSettings } from '#lib/core/settings.ts';
import { accessTokenVerifier, type VerifyAccessToken } from '#lib/edge/access-token.ts';
import { type PageSessions, pageSessions } from '#lib/edge/page-session.ts';
import { pageSessionSealer } from '#lib/server/crypto/page-session.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { forge } from '#tests/support/forge.ts';
import { announceCases, checkCases } from './cases.ts';
import { edited, key, text, value } from './strange.ts';

const origin = 'http://localhost:3000';
const now = new Date('2026-11-23T12:00:00Z');
const later = new Date(now.getTime() + 60_000);
const issuedAt = now.getTime() / 1000;
const header = { alg: 'EdDSA', kid: 'test-1', typ: 'at+jwt' };
const payload = {
  iss: origin,
  aud: origin,
  sub: '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11',
  client_id: 'web',
  sid: '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2',
  gen: 3,
  jti: 'j1',
  iat: issuedAt,
  exp: issuedAt + 300,
};

let verify: VerifyAccessToken;
let cookies: PageSessions;
let token = '';
let sealed = '';

beforeAll(async () => {
  const parsed = parseServerSettings(testEnvironment());
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const { ACCESS_TOKEN_KEYS: keys, SESSION_SECRET: secrets } = parsed.settings;
  verify = accessTokenVerifier({ keys, issuer: origin, audience: origin });
  cookies = pageSessions({ secrets, accessTtlSeconds: 300, verify });
  token = forge(header, payload);
  const verified = await verify(token, now);
  if (verified.kind !== 'valid') throw new Error('The token that is changed below is not good itself.');
  sealed = pageSessionSealer(secrets)(token, verified.claims);
});
afterAll(() => announceCases('tokens'));

describe('an access token', () => {
  test('with anything about its text changed is invalid, whatever the change decodes to', () =>
    checkCases(
      fc.asyncProperty(
        fc.oneof(
          fc.constant(null).chain(() => edited(token)),
          text,
        ),
        async (changed) => {
          assert.deepEqual(await verify(changed, later), { kind: 'invalid' });
        },
      ),
      3000,
    ));

  const strange = (good: object) =>
    fc
      .tuple(fc.oneof(fc.constantFrom(...Object.keys(good)), key), value)
      .map(([name, one]) => Object.fromEntries([...Object.entries(good), [name, one]]));

  test('that our own key signed says what it must, or is invalid', () =>
    checkCases(
      fc.asyncProperty(
        fc.oneof(fc.constant(header), strange(header)),
        fc.oneof(fc.constant(payload), strange(payload)),
        async (head, body) => {
          const verified = await verify(forge(head, body), later);
          if (verified.kind !== 'valid') return;
          assert.deepEqual(Object.keys(head).sort(), Object.keys(header).sort());
          const said = verified.claims;
          assert.match(said.userId, /^[\da-f-]{36}$/i);
          assert.match(said.sessionId, /^[\da-f-]{36}$/i);
          assert(Number.isInteger(said.generation) && said.generation >= 0 && said.expiresAt > later);
        },
      ),
      1200,
    ));
});

describe('a page session', () => {
  test('with anything about its text changed counts as absent', () =>
    checkCases(
      fc.asyncProperty(
        fc.oneof(
          fc.constant(null).chain(() => edited(sealed)),
          text,
        ),
        async (changed) => {
          assert.equal(await cookies.open(changed, later), null);
          assert.equal(await cookies.sessionIdOf(changed), null);
        },
      ),
      1500,
    ));

  test('that our own secret sealed around something else counts as absent', () =>
    checkCases(
      fc.asyncProperty(
        fc.oneof(
          value,
          fc
            .tuple(fc.constantFrom('token', 'exp', 'sid', 'gen', 'more'), value)
            .map(([name, one]) => ({ token, exp: payload.exp, sid: payload.sid, gen: payload.gen, [name]: one })),
        ),
        async (contents) => {
          const password = testEnvironment().SESSION_SECRET;
          const made = await sealData(contents, { password: { 1: password }, ttl: 0 });
          assert.equal(await cookies.open(made, later), null);
        },
      ),
      700,
    ));
});
