import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';
import { digestOfRows } from '#tests/support/rows.ts';

/** The three kinds of token that one session has at a time. */
interface Tokens {
  'access token': string;
  'refresh token': string;
  'page session': string;
}
const kinds = ['access token', 'refresh token', 'page session'] as const;

let app: TestApp;
let anns: Tokens;
let bobs: Tokens;
let strangers: Tokens;

function tokensOf({ token, cookies }: Browser): Tokens {
  const [refresh = '', pageSession = ''] = ['latchkey-refresh', 'latchkey-session'].map(
    (name) => cookies.get(name) ?? '',
  );
  return { 'access token': token ?? '', 'refresh token': refresh, 'page session': pageSession };
}

beforeAll(async () => {
  // Another app that was set up with the very same secrets; it has a database and an address of its own.
  const other = await startApp({ APP_URL: 'http://localhost:3001' });
  strangers = tokensOf(await signedUp('ann@example.org'));
  await other.close();
  app = await startApp({ RATE_LIMITS: 'off' });
  anns = tokensOf(await signedUp('ann@example.org'));
  bobs = tokensOf(await signedUp('bob@example.org'));
});
afterAll(() => app.close());

const send = (method: string, path: string, headers: Record<string, string>) =>
  new Browser().send(method, path, { headers });

/** What each place is for: everything that is opened by what stands in it. */
const places = {
  Authorization: (value: string) => [
    send('GET', '/api/me', { Authorization: `Bearer ${value}` }),
    send('DELETE', '/api/auth/sessions', { Authorization: `Bearer ${value}` }),
  ],
  'refresh cookie': (value: string) => [
    send('POST', '/api/auth/refresh', { Cookie: `latchkey-refresh=${value}` }),
    send('GET', '/api/auth/refresh?next=/account', {
      Cookie: `latchkey-refresh=${value}`,
      'Sec-Fetch-Dest': 'document',
    }),
    send('POST', '/api/auth/logout', { Cookie: `latchkey-refresh=${value}` }),
  ],
  'session cookie': (value: string) => [
    send('GET', '/api/auth/session', { Cookie: `latchkey-session=${value}` }),
    send('POST', '/api/auth/logout', { Cookie: `latchkey-session=${value}` }),
  ],
};
const rightKind = {
  Authorization: 'access token',
  'refresh cookie': 'refresh token',
  'session cookie': 'page session',
};

/** Nothing was opened, nothing changed, and no cookie was given. */
async function expectRefused(answers: Promise<Response>[]): Promise<void> {
  for (const response of await Promise.all(answers)) {
    const isRefused = [401, 204].includes(response.status) || response.headers.get('location')?.includes('/login');
    expect([response.url, isRefused]).toEqual([response.url, true]);
    expect(response.headers.getSetCookie().filter((header) => !/=; .*Max-Age=0/.test(header))).toEqual([]);
    expect(await response.text()).not.toMatch(/@example|access_token|eyJ/);
  }
}

const wrongPlaces = Object.entries(places).flatMap(([place, open]) =>
  kinds
    .filter((kind) => !Object.entries(rightKind).some(([at, right]) => at === place && right === kind))
    .map((kind) => [kind, place, open] as const),
);

describe('no token is accepted in another’s place', () => {
  test.each(wrongPlaces)('%s as %s', async (kind, _place, open) => {
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    await expectRefused(open(anns[kind]));
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });

  test.each(Object.entries(places))('from another app with the same secrets: %s', async (place, open) => {
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    for (const kind of kinds) await expectRefused(open(strangers[kind]));
    expect(place in rightKind).toBe(true);
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });
});

describe('what is not an authentic token of a session changes nothing in its row', () => {
  /** Ann's refresh token with one part of it taken from Bob's. */
  const withBobs = (part: number) => {
    const parts = anns['refresh token'].split('.');
    parts[part] = bobs['refresh token'].split('.')[part] ?? '';
    return parts.join('.');
  };
  const forgeries: [string, () => string | Promise<string>][] = [
    ['Ann’s refresh token with Bob’s session', () => withBobs(2)],
    ['Ann’s refresh token with Bob’s nonce', () => withBobs(4)],
    ['Ann’s refresh token with Bob’s tag', () => withBobs(5)],
    ['a later generation', () => anns['refresh token'].replace('.0.', '.1.')],
    ['a cut tag', () => anns['refresh token'].slice(0, -1)],
    ['a token written with the key, but without the session’s seed', () => writtenWithoutSeed(0)],
    ['a later one written with the key, but without the session’s seed', () => writtenWithoutSeed(7)],
  ];
  const sessionIdOf = (tokens: Tokens) => tokens['refresh token'].split('.')[2] ?? '';

  function writtenWithoutSeed(generation: number): string {
    const { refreshTokens } = app.deps;
    const session = { id: sessionIdOf(anns), seed: new Uint8Array(32) };
    return refreshTokens.write(session, generation, refreshTokens.newestKid) ?? '';
  }

  test.each(forgeries)('%s', async (_name, forge) => {
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    await expectRefused(places['refresh cookie'](await forge()));
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });

  test('an access token that was signed for one person and names the session of another', async () => {
    const { signAccessToken, sealPageSession, clock, store, env } = app.deps;
    const bob = await store.findUserByEmail('bob@example.org');
    const about = { authTime: clock(), amr: 'pwd' };
    const subject = { userId: bob?.id ?? '', sessionId: sessionIdOf(anns), generation: 0, ...about };
    const { token, claims } = await signAccessToken(subject, clock());
    const before = digestOfRows(env.DATABASE_URL);
    await expectRefused(places.Authorization(token));
    await expectRefused([
      send('GET', '/api/auth/session', { Cookie: `latchkey-session=${sealPageSession(token, claims)}` }),
    ]);
    expect(digestOfRows(env.DATABASE_URL)).toBe(before);
  });

  test('while the real ones, each in its place, do what they are for', async () => {
    const ann = new Browser();
    ann.token = anns['access token'];
    ann.cookies.set('latchkey-refresh', anns['refresh token']);
    ann.cookies.set('latchkey-session', anns['page session']);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ann.send('GET', '/api/auth/session', { token: null })).status).toBe(200);
    expect((await ann.refresh()).status).toBe(200);
  });
});
