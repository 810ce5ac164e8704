import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { logger } from '#lib/server/observability/log.ts';
import { derivedOf } from '#lib/server/providers/transaction.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, lyingClient, startLyingProvider } from '#tests/support/lying-provider.ts';
import { textOfRows } from '#tests/support/rows.ts';
import { appWith, begin, entryOf, path } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
let lines: string[];
/** What is nobody else’s business, by what it is. */
let secrets: Map<string, string>;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = {};
  lines = [];
  secrets = new Map(Object.entries({ address: 'bea@example.org', accessToken: 'an access token', ...lyingClient }));
  secrets.delete('client_id');
  app = await appWith([entryOf(provider)]);
  app.deps.log = logger('debug', { write: (line) => void lines.push(line) });
  const { sign } = provider;
  vi.spyOn(provider, 'sign').mockImplementation(async (...given) => {
    const token = await sign(...given);
    secrets.set(`token ${secrets.size}`, token);
    return token;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await app.close();
});

const complete = (who: Browser, fields: object) => who.send('POST', path.complete(), { json: fields });

/** Goes there and back, and remembers everything secret of the way. */
async function gone(who: Browser, json: object = {}) {
  const url = await begin(who, json);
  const fields = provider.authorize(url);
  const asked = new URL(url).searchParams;
  const cookie = [...who.cookies].find(([name]) => name.startsWith('latchkey-signin-'))?.[1] ?? '';
  const { verifier } = derivedOf(cookie);
  for (const [name, value] of Object.entries({ ...fields, nonce: asked.get('nonce') ?? '', verifier, cookie }))
    if (name !== 'iss') secrets.set(`${name} ${secrets.size}`, value);
  return fields;
}
const found = (text: string) => [...secrets].filter(([, value]) => text.includes(value)).map(([name]) => name);

/** Everything that a provider’s answer may lead to. Returns the answers. */
async function all(): Promise<Response[]> {
  const answers: Response[] = [];
  const went = async (who: Browser, json: object = {}, more: object = {}) => {
    answers.push(await complete(who, { ...(await gone(who, json)), ...more }));
  };
  await signedUp('bea@example.org');
  await went(new Browser());
  provider.lies = { claims: { sub: 'p-2', email: 'eve@example.org' } };
  await went(new Browser());
  await went(new Browser());
  for (const more of [{ code: 'another' }, { iss: 'https://evil.example' }, { error: 'access_denied' }])
    await went(new Browser(), {}, more);
  for (const claims of [{ aud: 'another' }, { nonce: 'another' }, { iat: 1 }, { email: undefined, sub: 7 }]) {
    provider.lies = { claims };
    await went(new Browser());
  }
  provider.lies = { token: (_request, response) => void response.writeHead(500).end() };
  await went(new Browser());
  provider.lies = { claims: { sub: 'p-3' } };
  const ann = new Browser();
  await ann.authenticate('/api/auth/token', { email: 'bea@example.org', password });
  await went(ann, { intent: 'link' });
  await went(ann, { intent: 'confirm' });
  const { items } = await (await ann.send('GET', path.identities)).json();
  answers.push(await ann.send('DELETE', `${path.identities}/${items[0]?.id}`));
  for (const claims of [{ jti: 'j' }, { jti: 'k', events: null }]) {
    const seconds = Math.floor(app.clock.now.getTime() / 1000);
    const good = { iss: provider.issuer, aud: lyingClient.client_id, iat: seconds, sub: 'p-2' };
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const body = new URLSearchParams({ logout_token: await provider.sign({ ...good, events, ...claims }) }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    answers.push(await new Browser().send('POST', path.logout(), { body, headers }));
  }
  return answers;
}

test('no code, state, nonce, token, secret or address stands in a line of the log', async () => {
  const answers = await all();
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201, 204, 400, 401, 409, 502, 503]));
  expect(lines.length).toBeGreaterThan(5);
  expect(secrets.size).toBeGreaterThan(50);
  expect(lines.flatMap(found)).toEqual([]);
});

test('an answer has nothing of the way but, once, the address of the account to sign in to', async () => {
  const answers = await all();
  for (const answer of answers) {
    const told = found(`${await answer.text()} ${JSON.stringify([...answer.headers])}`);
    expect(told).toEqual(answer.status === 409 ? ['address'] : []);
  }
});

test('no token of a provider, nonce, verifier, cookie or state is in the database', async () => {
  await all();
  secrets.delete('address');
  const text = textOfRows(app.deps.env.DATABASE_URL);
  expect(text).toContain('p-2');
  expect(found(text)).toEqual([]);
});

test('a callback leads on by the fragment alone, which no browser sends to anybody', async () => {
  const who = new Browser();
  const fields = await gone(who);
  const answer = await who.send('GET', `/api/auth/oidc/acme/callback?${new URLSearchParams(fields)}`);
  const location = new URL(answer.headers.get('location') ?? '');
  expect(found(location.origin + location.pathname + location.search)).toEqual([]);
  expect(found(location.hash)).not.toEqual([]);
  expect([answer.headers.get('referrer-policy'), answer.headers.get('cache-control'), await answer.text()]).toEqual([
    ...['no-referrer', expect.stringContaining('no-store'), ''],
  ]);
  expect(lines.flatMap(found)).toEqual([]);
});
