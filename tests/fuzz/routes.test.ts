/**
 * Every route through the middleware and the real handlers, on a real database: good requests of every kind with up to three
 * changes. `FUZZ_SEED` and the report's names of the changes say which.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { clientAddress } from '#lib/core/client-address.ts';
import { isApiPath } from '#lib/core/routes.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { routeFor } from '#tests/support/routes.ts';
import { config, middleware } from '../../middleware.ts';
import { type Answer, type Authority, keepsShape, leaksNothing, setsNoStrayCookie } from './answers.ts';
import { announceCases, holds } from './cases.ts';
import { type Change, changes } from './changes.ts';
import { type Ask, type Good, goodRequests, origin } from './requests.ts';
import { openWorld, type Person, type World } from './world.ts';

const named = (good: Good) => ({ ...good, [fc.toStringMethod]: () => good.name });
const guarded = config.matcher.map((source) => new RegExp(`^${source}$`));

beforeAll(() => {
  Object.assign(process.env, testEnvironment(), { LATCHKEY_FRONT: 'server' });
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  delete process.env.LATCHKEY_FRONT;
  vi.useRealTimers();
  announceCases('requests');
});

/** As server.ts and Next do it: the client's address, the middleware where its matcher says so, the handler. */
async function send({ method, path, headers, body }: Ask): Promise<Answer | null> {
  const url = URL.parse(origin + (path.startsWith('/') ? path : `/${path}`));
  if (url?.origin !== origin) return null;
  const address = clientAddress('192.0.2.1', headers['x-forwarded-for'], 1);
  const init = {
    method,
    headers: { ...headers, 'x-forwarded-for': address },
    body: method === 'GET' || method === 'HEAD' ? null : body,
  };
  const { pathname } = url;
  const answer = async (from: Answer['from'], response: Response) => {
    return { from, pathname, status: response.status, headers: response.headers, text: await response.text() };
  };
  if (guarded.some((pattern) => pattern.test(pathname))) {
    const response = await middleware(new NextRequest(url, { method, headers: init.headers }));
    const isPassed = response.headers.get('x-middleware-next') === '1';
    if (!isPassed || !isApiPath(pathname)) return answer(isPassed ? 'page' : 'middleware', response);
  }
  if (!isApiPath(pathname) && !pathname.startsWith('/.well-known/')) return null;
  return answer('handler', await routeFor(new Request(url, init)));
}

function authorityOf({ headers, body }: Ask, { tokens, password, resetToken }: Person): Set<Authority> {
  const found = new Set<Authority>();
  const [, bearer] = /^\s*bearer +(\S+)\s*$/i.exec(headers.authorization ?? '') ?? [];
  if (bearer === tokens.access) found.add('access');
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  for (const kind of ['refresh', 'session'] as const) {
    const named = pairs.filter((pair) => pair.startsWith(`latchkey-${kind}=`));
    if (named.length === 1 && named[0] === `latchkey-${kind}=${tokens[kind]}`) found.add(kind);
  }
  const text = String(body ?? '');
  if ([password, password.replaceAll(' ', '+'), encodeURIComponent(password)].some((word) => text.includes(word)))
    found.add('password');
  if (text.includes(resetToken)) found.add('link');
  return found;
}

const needsNobody = /^\/(api\/(auth\/(register|logout)|live|health|metrics)|\.well-known\/[\w.-]+)$/;

/** Nobody is let in, and nothing is changed, but by who may. */
function keepsOut(ask: Ask, { from, pathname, status }: Answer, authority: Set<Authority>): void {
  const isRead = ask.method === 'OPTIONS' || status >= 300;
  if (authority.size === 0 && !isRead && from === 'handler') assert.match(pathname, needsNobody);
  const needsToken = isApiPath(pathname) && guarded.some((pattern) => pattern.test(pathname));
  // Past the signature, which the middleware checks, methods are told.
  const isData = status !== 401 && status !== 405 && ask.method !== 'OPTIONS';
  if (needsToken && !authority.has('access')) assert(!isData, `let in: ${status}`);
}

async function check(world: World, good: Good, some: Change[]): Promise<void> {
  const ask = some.reduce((asked, change) => change.to(asked, world), good.make(world));
  // A token whole and in its place is nobody's mistake.
  fc.pre(authorityOf(ask, world.bob).size === 0);
  const authority = authorityOf(ask, world.ann);
  const before = { ann: world.rows(world.ann), bob: world.rows(world.bob), users: world.countUsers() };
  const answer = await send(ask);
  if (!answer) return;
  try {
    const after = { ann: world.rows(world.ann), bob: world.rows(world.bob), users: world.countUsers() };
    keepsShape(ask, answer);
    setsNoStrayCookie(ask, answer);
    leaksNothing(ask, answer, world, authority);
    keepsOut(ask, answer, authority);
    assert.deepEqual(after.bob, before.bob);
    if (authority.size === 0) assert.deepEqual(after.ann, before.ann);
    if (answer.status >= 400 || ['GET', 'HEAD', 'OPTIONS'].includes(ask.method)) {
      const isRenewal = answer.pathname === '/api/auth/refresh' && answer.status === 303;
      assert.deepEqual(after.ann, isRenewal ? { ...before.ann, sessions: after.ann.sessions } : before.ann);
    }
    assert.equal(after.users - before.users, answer.pathname === '/api/auth/register' && answer.status === 201 ? 1 : 0);
    if (after.users !== before.users || JSON.stringify(after.ann) !== JSON.stringify(before.ann)) await world.renew();
  } catch (error) {
    const { method, path, headers, body } = ask;
    const sent = JSON.stringify({ method, path, headers, body: String(body) }).slice(0, 3000);
    throw new Error(
      `${good.name}; ${some.map(({ what }) => what).join('; ')}\n${sent}\n${answer.status} ${answer.text.slice(0, 500)}`,
      { cause: error },
    );
  }
}

describe.each([
  ['without limits', { RATE_LIMITS: 'off' }, 6000, 0],
  [
    'with limits that are soon reached',
    {
      LIMIT_LOGIN_PER_ADDRESS: '20/30',
      LIMIT_REGISTER_PER_ADDRESS: '3/30',
      LIMIT_REFRESH_PER_SESSION: '2/30',
      LIMIT_TASK_WRITES_PER_USER: '3/30',
      LIMIT_PASSWORD_CHANGE_PER_USER: '1/30',
    },
    1500,
    1,
  ],
])('%s', (_name, settings, runs, secondsEach) => {
  let world: World;
  let asked = 0;
  beforeAll(async () => {
    world = await openWorld({ METRICS_TOKEN: 'metrics-canary-0123456789', ...settings });
    vi.setSystemTime(world.app.clock.now);
  });
  afterAll(() => world.close());

  test(
    'no request, however changed, finds a fault, a secret, a way in, or a way to what is not its own',
    () =>
      holds(
        fc.asyncProperty(fc.constantFrom(...goodRequests).map(named), changes, async (good, some) => {
          world.app.clock.advance(secondsEach);
          vi.setSystemTime(world.app.clock.now);
          // Before her tokens are too old for anything.
          if (secondsEach > 0 && ++asked % 100 === 0) await world.renew();
          await check(world, good, some);
        }),
        runs,
      ),
    300_000,
  );
});
