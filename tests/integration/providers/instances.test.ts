/** Two processes of the app on one database, and a provider that somebody goes to from one and comes back from to the other. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Instance, startInstance } from '#tests/integration/runtime/processes/start.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { newDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { begin, entryOf, errorOf, path } from './going.ts';

let provider: LyingProvider;
let database: TestDatabase;
let one: Instance;
let two: Instance;
beforeAll(async () => {
  [provider, database] = await Promise.all([startLyingProvider(), newDatabase()]);
  const settings = {
    DATABASE_URL: database.url,
    OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]),
    RATE_LIMITS: 'off',
  };
  [one, two] = await Promise.all([startInstance(settings), startInstance(settings)]);
});
afterAll(async () => {
  await Promise.all([one.stop(), two.stop()]);
  await database.close();
  await provider.close();
});
let people = 0;
let somebody: { sub: string; email: string };
beforeEach(() => {
  people += 1;
  somebody = { sub: `p-${people}`, email: `person-${people}@example.org` };
  provider.lies = { claims: somebody };
});

/** Moves a browser to another process, with all its cookies. */
const move = (who: Browser, to: Instance) => who.copy(to.server);
const complete = (who: Browser, fields: object) => who.authenticate(path.complete(), fields);
async function signedUpWith(from: Instance, to: Instance): Promise<Browser> {
  const who = new Browser(from.server);
  const fields = provider.authorize(await begin(who));
  const back = move(who, to);
  expect((await complete(back, fields)).status).toBe(201);
  return back;
}
const identitiesOf = async (who: Browser) => (await (await who.send('GET', path.identities)).json()).items;

test('who goes to the provider from one process comes back to the other, once', async () => {
  const who = new Browser(one.server);
  const fields = provider.authorize(await begin(who));
  const [first, second] = [move(who, two), move(who, one)];
  expect((await complete(first, fields)).status).toBe(201);
  expect((await move(first, one).send('GET', '/api/me')).status).toBe(200);
  expect(await errorOf(await complete(second, fields))).toEqual([400, 'transaction_over']);
});

test('one answer in twenty requests at two processes makes one session', async () => {
  const who = new Browser(one.server);
  const fields = provider.authorize(await begin(who));
  const tabs = Array.from({ length: 20 }, (_, n) => move(who, n % 2 ? one : two));
  const statuses = (await Promise.all(tabs.map((tab) => complete(tab, fields)))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => ![201, 400, 503].includes(status))).toEqual([]);
});

test('an account that is met at one process is connected at the other', async () => {
  await signedUp(somebody.email, { server: one.server });
  const who = new Browser(one.server);
  const fields = provider.authorize(await begin(who));
  expect(await errorOf(await who.send('POST', path.complete(), { json: fields }))).toEqual([409, 'link_required']);
  const there = move(who, two);
  await there.authenticate('/api/auth/token', { email: somebody.email, password });
  const { state } = fields;
  const linked = await Promise.all(
    [one, two].map((to) => move(there, to).send('POST', path.link(), { json: { state } })),
  );
  expect(linked.map(({ status }) => status)).toContain(200);
  expect(await identitiesOf(there)).toHaveLength(1);
});

test('two people who connect one identity at once, at two processes: one gets it', async () => {
  const both = await Promise.all(
    [one, two].map((at, n) => signedUp(`rival-${n}-${people}@example.org`, { server: at.server })),
  );
  const ways = await Promise.all(
    both.map(async (who) => ({ who, fields: provider.authorize(await begin(who, { intent: 'link' })) })),
  );
  const answers = await Promise.all(ways.map(({ who, fields }) => who.send('POST', path.complete(), { json: fields })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await Promise.all(both.map(identitiesOf))).flat()).toHaveLength(1);
});

test('two disconnections at once, at two processes, leave a way in', async () => {
  const who = await signedUpWith(one, two);
  provider.lies = { claims: { sub: `${somebody.sub}-again`, email: 'other@example.org' } };
  const fields = provider.authorize(await begin(who, { intent: 'link' }));
  expect((await who.send('POST', path.complete(), { json: fields })).status).toBe(200);
  const items: { id: string }[] = await identitiesOf(who);
  const answers = await Promise.all(
    items.map(({ id }, n) => move(who, n ? one : two).send('DELETE', `${path.identities}/${id}`)),
  );
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  expect(await identitiesOf(who)).toHaveLength(1);
});

test('a logout token that one process takes ends the session at the other, and counts once at both', async () => {
  const who = await signedUpWith(one, two);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const seconds = Math.floor(Date.now() / 1000) + 2;
  const claims = { iss: provider.issuer, aud: 'latchkey', iat: seconds, jti: somebody.sub, events, sub: somebody.sub };
  const body = new URLSearchParams({ logout_token: await provider.sign(claims) }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const send = (to: Instance) => new Browser(to.server).send('POST', path.logout(), { body, headers });
  expect((await send(one)).status).toBe(200);
  expect((await who.send('GET', '/api/me')).status).toBe(401);
  const again = move(who, one);
  expect((await complete(again, provider.authorize(await begin(again)))).status).toBe(200);
  expect((await send(two)).status).toBe(200);
  expect((await again.send('GET', '/api/me')).status).toBe(200);
});
