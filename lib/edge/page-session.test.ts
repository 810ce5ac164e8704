import { sealData } from 'iron-session';
import { describe, expect, test } from 'vitest';
import { parseServerSettings } from '#lib/core/settings.ts';
import { accessTokenSigner } from '#lib/server/crypto/access-token.ts';
import { pageSessionSealer } from '#lib/server/crypto/page-session.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { accessTokenVerifier } from './access-token.ts';
import { pageSessions } from './page-session.ts';

const now = new Date('2026-11-23T12:00:00Z');
const later = (s: number) => new Date(now.getTime() + s * 1000);
const parsed = parseServerSettings(testEnvironment());
if (!parsed.ok) throw new Error(parsed.problems.join());
const { ACCESS_TOKEN_KEYS: keys, SESSION_SECRET: secrets } = parsed.settings;
const issuer = { keys, issuer: 'http://localhost:3000', audience: 'http://localhost:3000' };
const verify = accessTokenVerifier(issuer);
const cookies = pageSessions({ secrets, accessTtlSeconds: 300, verify });
const sign = accessTokenSigner({ ...issuer, ttlSeconds: 300 });
const subject = {
  userId: '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11',
  sessionId: '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2',
  generation: 2,
  authTime: new Date(0),
  amr: 'pwd',
};
const { token, claims } = await sign(subject, now);
const sealed = pageSessionSealer(secrets)(token, claims);
const newSecret = 'h4Tz8WqLx1VnRb6YcM3kPs9JdG2fUa7E-tests-only';

test('a page session opens to the access token it was made around', async () => {
  expect(await cookies.open(sealed, now)).toEqual({ accessToken: token, claims, isDue: false });
});

test('it is due in the last fifteen seconds, and over at its end', async () => {
  expect(await cookies.open(sealed, later(285))).toMatchObject({ isDue: false });
  expect(await cookies.open(sealed, later(285.001))).toMatchObject({ isDue: true });
  expect(await cookies.open(sealed, later(300))).toBeNull();
});

describe('treated as absent', () => {
  test.each([
    ['nothing', null],
    ['an empty cookie', ''],
    ['text', 'hello'],
    ['an access token', token],
    ['a page session that is cut', sealed.slice(0, -8)],
    ['a page session with more behind its end', `${sealed}x`],
    ['a page session of another version', sealed.replace(/~2$/, '~3')],
    ['a page session with a changed byte', sealed.replace(/\*(\w)/, (_, c: string) => `*${c === 'a' ? 'b' : 'a'}`)],
    ['a huge cookie', `Fe26.2*1*${'a'.repeat(10_000)}~2`],
  ])('%s', async (_name, cookie) => {
    expect(await cookies.open(cookie, now)).toBeNull();
    expect(await cookies.sessionIdOf(cookie)).toBeNull();
  });

  const sealWith = async (contents: object, password = secrets[0] ?? '') => sealData(contents, { password, ttl: 0 });
  const contents = { token, exp: claims.expiresAt.getTime() / 1000, sid: subject.sessionId, gen: 2 };

  test("a stranger's page session", async () => {
    expect(await cookies.open(await sealWith(contents, newSecret), now)).toBeNull();
  });

  test.each([
    ['another session', { sid: '11111111-3f4e-4c53-8a54-90b6a6a0d7c2' }],
    ['another generation', { gen: 3 }],
    ['a later end', { exp: contents.exp + 1000 }],
    ['no end', { exp: undefined }],
    ['a foreign token', { token: 'a.b.c' }],
  ])('a page session of ours that says %s than its token', async (_name, changes) => {
    const id = sealed.split('*')[1] ?? '';
    const cookie = await sealData({ ...contents, ...changes }, { password: { [id]: secrets[0] ?? '' }, ttl: 0 });
    expect(await cookies.open(cookie, now)).toBeNull();
  });
});

test('a page session of a retired-but-listed secret still opens; the newest secret seals', async () => {
  const rotated = pageSessions({ secrets: [newSecret, ...secrets], accessTtlSeconds: 300, verify });
  expect(await rotated.open(sealed, now)).not.toBeNull();
  const fresh = pageSessionSealer([newSecret, ...secrets])(token, claims);
  expect(await cookies.open(fresh, now)).toBeNull();
  const reordered = pageSessions({ secrets: [...secrets, newSecret], accessTtlSeconds: 300, verify });
  expect(await reordered.open(fresh, now)).not.toBeNull();
});

test('its session is known long after its end, for signing out', async () => {
  expect(await cookies.sessionIdOf(sealed)).toBe(subject.sessionId);
});
