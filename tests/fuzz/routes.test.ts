/**
 * Every route through the middleware and the real handlers, on a real database: good requests of every kind with up to three
 * changes. `FUZZ_SEED` and the report's names of the changes say which.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { normalizeEmail } from '#lib/core/accounts/email.ts';
import { clientAddress } from '#lib/core/limits/address.ts';
import { isApiPath, isWellKnown } from '#lib/core/routes.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { routeFor } from '#tests/support/routes.ts';
import { config, middleware } from '../../middleware.ts';
import { type Answer, type Authority, keepsShape, leaksNothing, setsNoStrayCookie } from './answers.ts';
import { announceCases, checkCases } from './cases.ts';
import { type Change, changes } from './changes.ts';
import { type Ask, type Good, origin } from './request.ts';
import { goodRequests } from './requests.ts';
import { checkStoredTask } from './tasks/requests.ts'; // tasks
import { openWorld, type Person, type World } from './world.ts';

const named = (good: Good) => ({ ...good, [fc.toStringMethod]: () => good.name });
const guarded = config.matcher.map((source) => new RegExp(`^${source}$`));

beforeAll(() => {
  for (const [name, value] of Object.entries({ ...testEnvironment(), LATCHKEY_FRONT: 'server' }))
    vi.stubEnv(name, value);
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => announceCases('requests'));

/** As server.ts and Next do it: the client's address, the middleware where its matcher says so, the handler. */
async function send({ method, path, headers, body }: Ask): Promise<Answer | null> {
  const url = URL.parse(origin + (path.startsWith('/') ? path : `/${path}`));
  if (url?.origin !== origin) return null;
  const address = clientAddress('192.0.2.1', headers['x-forwarded-for'], 1);
  const init = {
    method,
    headers: { ...headers, 'x-forwarded-for': address },
    body: method === 'GET' || method === 'HEAD' || body === null ? null : new Uint8Array(Buffer.from(body)),
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
  if (!isApiPath(pathname) && !isWellKnown(pathname)) return null;
  return answer('handler', await routeFor(new Request(url, init)));
}

/** What of a person's opens which path; the first that fits. */
const opens: [RegExp, Authority[]][] = [
  [/^\/api\/auth\/register$/, ['refresh']],
  [/^\/api\/auth\/register\/code$/, ['code', 'refresh']],
  [/^\/api\/auth\/register\/resend$/, ['sign-up']],
  [/^\/api\/auth\/token$/, ['password']],
  [/^\/api\/auth\/refresh$/, ['refresh']],
  [/^\/api\/auth\/session$/, ['session']],
  [/^\/api\/auth\/logout$/, ['refresh', 'session']],
  [/^\/api\/auth\/password\/reset$/, ['link']],
  [/^\/api\/auth\/email\/undo$/, ['undo']],
  [/^\/api(\/|$)/, ['access']],
  [/^/, []],
];

/** What of a person's a request brings, whole, in its place, and of use where it goes. */
function authorityOf(
  { headers, body, path }: Ask,
  { tokens, password, resetToken, undo, signUp }: Person,
): Authority[] {
  const [, bearer] = /^\s*bearer +(\S+)\s*$/i.exec(headers.authorization ?? '') ?? [];
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const isCookie = (kind: 'refresh' | 'session' | 'sign-up') => {
    const named = pairs.filter((pair) => pair.startsWith(`latchkey-${kind}=`));
    const value = kind === 'sign-up' ? signUp.cookie : tokens[kind];
    return named.length === 1 && named[0] === `latchkey-${kind}=${value}`;
  };
  const text = String(body ?? '');
  const isThere: Record<Authority, boolean> = {
    access: bearer === tokens.access,
    refresh: isCookie('refresh'),
    session: isCookie('session'),
    password: [password, password.replaceAll(' ', '+'), encodeURIComponent(password)].some((one) => text.includes(one)),
    link: text.includes(resetToken),
    undo: text.includes(undo.token),
    'sign-up': isCookie('sign-up') && text.includes(signUp.id),
    code: isCookie('sign-up') && text.includes(signUp.id) && text.replace(/\D/g, '').includes(signUp.code),
  };
  const pathname = URL.parse(path, origin)?.pathname ?? '';
  return opens.find(([pattern]) => pattern.test(pathname))?.[1].filter((one) => isThere[one]) ?? [];
}

const needsNobody = /^\/(api\/(auth\/(register|logout|password\/forgot)|live|health|metrics)|\.well-known\/[\w.-]+)$/;

/** Nobody is let in, and nothing is changed, but by who may. */
function keepsOut(ask: Ask, { from, pathname, status }: Answer, authority: Authority[]): void {
  const isRead = ask.method === 'OPTIONS' || status >= 300;
  if (authority.length === 0 && !isRead && from === 'handler') assert.match(pathname, needsNobody);
  const site = ask.headers['sec-fetch-site'] ?? '';
  const needsToken = isApiPath(pathname) && guarded.some((pattern) => pattern.test(pathname));
  // Past the signature, which the middleware checks, methods are told.
  const isData = status !== 401 && status !== 405 && ask.method !== 'OPTIONS';
  if (needsToken && !authority.includes('access')) assert(!isData, `let in: ${status}`);
  const isForeign = (ask.headers.origin ?? origin) !== origin || /^(cross|same)-site$/.test(site);
  const takesCookies =
    /^\/api\/auth\/(register(\/code|\/resend)?|token|refresh|logout|password\/(forgot|reset)|email\/undo)$/.test(
      pathname,
    );
  if (ask.method === 'POST' && takesCookies && isForeign) assert.equal(status, 403);
}

/** Throws unless what an answer says was written is what is there: text comes back from the database as it went in. */
async function checkStored(world: World, { pathname, status, text }: Answer): Promise<void> {
  if (status !== 200 && status !== 201) return;
  if (/^\/api\/auth\/register(\/code)?$/.test(pathname)) {
    const { id, name } = JSON.parse(text).user;
    assert.equal((await world.app.deps.store.findUser(id))?.name, name);
  }
  await checkStoredTask(world.app, pathname, text, world.ann.id); // tasks
}

/**
 * Only a sign-up and the request for a link write a mail of which nobody knows whose it is: one, to the one address that is
 * named, or that the sign-up named.
 */
function checkAsked(
  world: World,
  { method, body }: Ask,
  { pathname, status, text }: Answer,
  recipients: string[],
): void {
  const kind = method === 'POST' && status === 202 ? pathname.split('/').at(-1) : 'none';
  if (kind === 'forgot' || kind === 'resend') assert.equal(text, '{}');
  const isNamed = kind === 'forgot' || kind === 'register';
  const named = isNamed ? normalizeEmail(JSON.parse(String(body)).email) : world.ann.signUp.email;
  // None, for an address that a link was asked for too often.
  const isMailed = kind === 'register' || kind === 'resend' || (kind === 'forgot' && recipients.length > 0);
  assert.deepEqual(recipients, isMailed ? [named] : []);
}

async function check(world: World, good: Good, some: Change[]): Promise<void> {
  const ask = some.reduce((asked, change) => change.to(asked, world), good.make(world));
  // A token whole and in its place is nobody's mistake.
  fc.pre(authorityOf(ask, world.bob).length === 0);
  const authority = authorityOf(ask, world.ann);
  const before = { ann: world.rows(world.ann), bob: world.rows(world.bob), users: world.countUsers() };
  const mails = world.askedMails();
  const answer = await send(ask);
  if (!answer) return;
  try {
    const after = { ann: world.rows(world.ann), bob: world.rows(world.bob), users: world.countUsers() };
    keepsShape(ask, answer);
    setsNoStrayCookie(ask, answer);
    leaksNothing(ask, answer, world, authority);
    keepsOut(ask, answer, authority);
    if (ask.method !== 'HEAD') await checkStored(world, answer);
    checkAsked(world, ask, answer, world.askedMails().slice(mails.length));
    assert.deepEqual(after.bob, before.bob);
    if (authority.length === 0) assert.deepEqual(after.ann, before.ann);
    if (answer.status >= 400 || ['GET', 'HEAD', 'OPTIONS'].includes(ask.method)) {
      const isRenewal = answer.pathname === '/api/auth/refresh' && answer.status === 303;
      // That data were taken out is written down.
      const isExport = answer.pathname === '/api/me/export' && answer.status === 200;
      // A code is counted before it is compared.
      const isWrongCode = answer.pathname === '/api/auth/email/code' && answer.status === 400;
      const written = {
        ...(isRenewal && { sessions: after.ann.sessions }),
        ...(isExport && { events: after.ann.events }),
        ...(isWrongCode && { email_changes: after.ann.email_changes }),
      };
      assert.deepEqual(after.ann, { ...before.ann, ...written });
    }
    const isSignedUp = /^\/api\/auth\/register(\/code)?$/.test(answer.pathname) && answer.status === 201;
    assert.equal(after.users - before.users, isSignedUp ? 1 : 0);
    const isChanged = after.users !== before.users || JSON.stringify(after.ann) !== JSON.stringify(before.ann);
    // A code that was typed is counted.
    if (isChanged || answer.pathname.startsWith('/api/auth/register/')) await world.renew();
  } catch (error) {
    const { method, path, headers, body } = ask;
    const sent = JSON.stringify({ method, path, headers, body: String(body) }).slice(0, 3000);
    throw new Error(
      `${good.name}; ${some.map(({ what }) => what).join('; ')}\n${sent}\n${answer.status} ${answer.text.slice(0, 500)}`,
      { cause: error },
    );
  }
}

/** Limits that the first tries reach, and a second for each request. */
const narrow = {
  EMAIL_VERIFICATION: 'required',
  LIMIT_LOGIN_PER_ADDRESS: '3/60',
  LIMIT_LOGIN_PER_ACCOUNT: '2/60',
  LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: '1/60',
  LIMIT_REGISTER_PER_ADDRESS: '1/60',
  LIMIT_PASSWORD_CHANGE_PER_USER: '1/60',
  LIMIT_MAIL_PER_ADDRESS: '1/60',
  LIMIT_MAIL_PER_CLIENT: '2/60',
  LIMIT_EXPORT_PER_USER: '1/60',
  LIMIT_TASK_WRITES_PER_USER: '1/60', // tasks
};
const limited = goodRequests.filter(({ name }) =>
  /register|token|forgot|reset|password|email|undo|export|tasks/.test(name),
);

describe.each([
  ['without limits', { RATE_LIMITS: 'off' }, goodRequests, 5000, 0],
  ['with limits that are soon reached', narrow, limited, 1000, 1],
])('%s', (_name, settings, requests, runs, secondsEach) => {
  let world: World;
  let asked = 0;
  beforeAll(async () => {
    world = await openWorld({ METRICS_TOKEN: 'metrics-canary-0123456789', ...settings });
    vi.setSystemTime(world.app.clock.now);
  });
  afterAll(() => world.close());

  const property = fc.asyncProperty(fc.constantFrom(...requests).map(named), changes, async (good, some) => {
    world.app.clock.advance(secondsEach);
    vi.setSystemTime(world.app.clock.now);
    // Before her tokens are too old for anything.
    if (secondsEach > 0 && ++asked % 100 === 0) await world.renew();
    await check(world, good, some);
  });
  const patience = 300_000;
  test(
    'no request, however changed, finds a fault, a secret, a way in, or a way to what is not its own',
    () => checkCases(property, runs),
    patience,
  );
});
