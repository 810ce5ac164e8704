/** A step-up from a device that is new to the account: what its owner hears of it. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { logger } from '#lib/server/observability/log.ts';
import { appWith, begin, entryOf, path, signIn } from '#tests/integration/providers/going.ts';
import { addPasskey, shown } from '#tests/integration/second-factors/passkeys.ts';
import { setUp } from '#tests/integration/second-factors/setting-up.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, type Server, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { routeFor } from '#tests/support/routes.ts';
import { beside, turnOn } from '#tests/support/two-step.ts';

const stepUpPath = '/api/auth/step-up';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0';
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

const at =
  (agent: string, address: string): Server =>
  (request) => {
    request.headers.set('User-Agent', agent);
    request.headers.set('X-Forwarded-For', address);
    return routeFor(request);
  };
const home = at(firefox, '192.0.2.7');
const neighbour = at(firefox.replaceAll('146.0', '151.0'), '192.0.2.200');
const abroad = at(chrome, '198.51.100.9');

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  // As server.ts does, for addresses to be believed.
  vi.stubEnv('LATCHKEY_FRONT', 'server');
  provider.lies = {};
  app = await appWith([entryOf(provider)]);
});
afterEach(() => {
  vi.unstubAllEnvs();
  return app.close();
});

interface Person {
  owner: Browser;
  id: string;
  /** Shows who they are once more, by the same means, wherever the browser is. */
  stepUp: (who: Browser) => Promise<Response>;
}

/** Makes a person of a browser that has signed up at home, with what they step up by. */
async function person(owner: Browser, stepUp: Person['stepUp']): Promise<Person> {
  const { id } = await (await owner.send('GET', '/api/me')).json();
  return { owner, id, stepUp };
}

async function byPassword(): Promise<Person> {
  const owner = await signedUp('ann@example.org', { server: home });
  return person(owner, (who) => who.send('POST', stepUpPath, { json: { password } }));
}

async function byPasskey(): Promise<Person> {
  const owner = await signedUp('ann@example.org', { server: home });
  const { passkey } = await addPasskey(owner);
  return person(owner, async (who) => who.send('POST', stepUpPath, { json: await shown(who, passkey, 'step_up') }));
}

async function byProvider(): Promise<Person> {
  const owner = new Browser(home);
  expect((await signIn(owner, provider)).status).toBe(201);
  return person(owner, async (who) => {
    const url = await begin(who, { intent: 'confirm' });
    provider.lies = { claims: { auth_time: Math.floor(app.clock.now.getTime() / 1000) } };
    return who.send('POST', path.complete(), { json: provider.authorize(url) });
  });
}

async function byProviderAndCode(): Promise<Person> {
  const { owner, id, stepUp } = await byProvider();
  const about = { secrets: app.deps.env.AUTH_SECRET, at: app.clock.now };
  const factors = await beside(app.deps.env.DATABASE_URL, (executor) => turnOn(executor, id, about));
  return {
    ...{ owner, id },
    async stepUp(who) {
      const { second_step } = await (await stepUp(who)).json();
      const json = { second_step_id: second_step.id, code: factors.code(app.clock.now) };
      return who.send('POST', '/api/auth/token', { json });
    },
  };
}

const ways: [string, string, () => Promise<Person>][] = [
  ['a password', 'password', byPassword],
  ['a passkey', 'passkey', byPasskey],
  ['a provider', 'provider:acme', byProvider],
  ['a provider and a code', 'provider:acme', byProviderAndCode],
];

/** Takes a copy of somebody's cookies to where the account was never used. */
function copied({ owner }: Pick<Person, 'owner'>): Browser {
  app.clock.advance(60);
  return owner.copy(abroad);
}
async function signIns(id: string) {
  const { items } = await app.deps.store.listSecurityEvents(id, { page: 1, size: 100 });
  return items.filter(({ type }) => type === 'signed_in');
}
async function told() {
  const mails = await app.deps.store.listMails(['waiting'], 100);
  return mails.filter(({ eventType }) => eventType === 'signed_in');
}

describe('a step-up with a copied session, from where the account was never used', () => {
  test.each(ways)('is a sign-in that its owner is told of, once: by %s', async (_by, method, begun) => {
    const ann = await begun();
    const thief = copied(ann);
    const lines: Record<string, unknown>[] = [];
    app.deps.log = logger('info', { write: (line) => lines.push(JSON.parse(line)) });
    const wake = vi.spyOn(app.deps.outbox, 'wake');
    const response = await ann.stepUp(thief);
    expect(response.status).toBe(200);
    thief.token = (await response.json()).access_token;
    const sessionId = decodeJwt(thief.token ?? '').sid;
    const where = { userAgent: chrome, ip: '198.51.100.0', at: app.clock.now };
    expect(await signIns(ann.id)).toMatchObject([{ sessionId, method, by: 'self', ...where }]);
    expect(await told()).toMatchObject([{ userId: ann.id, kind: 'notice', ...where }]);
    expect(lines.filter(({ event }) => event === 'signed_in')).toMatchObject([{ sessionId, method, by: 'self' }]);
    expect(wake).toHaveBeenCalled();
    // From then on it is a device that the account has seen, as after any sign-in.
    app.clock.advance(60);
    expect((await ann.stepUp(thief)).status).toBe(200);
    expect([await signIns(ann.id), await told()].map((all) => all.length)).toEqual([1, 1]);
  });

  test('is none where it is refused: nothing says that anybody signed in', async () => {
    const ann = await byPassword();
    const thief = copied(ann);
    expect((await thief.send('POST', stepUpPath, { json: { password: 'wrong' } })).status).toBe(400);
    expect([await signIns(ann.id), await told()]).toEqual([[], []]);
  });
});

test.each(ways)(
  'a step-up on a device that the account has seen is no sign-in, and nobody is told: by %s',
  async (_by, _method, begun) => {
    const ann = await begun();
    app.clock.advance(60);
    expect((await ann.stepUp(ann.owner.copy(neighbour))).status).toBe(200);
    expect([await signIns(ann.id), await told()]).toEqual([[], []]);
  },
);

test('setting an app up is no sign-in, wherever it is done: nobody has shown anew who they are', async () => {
  const ann = await byPassword();
  await setUp(app, copied(ann));
  expect([await signIns(ann.id), await told()]).toEqual([[], []]);
});
