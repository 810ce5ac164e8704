/** What must be true of every answer, whatever was asked. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { isWellKnown } from '#lib/core/routes.ts';
import { type Ask, origin } from './request.ts';
import { canary } from './strange.ts';
import type { Person, World } from './world.ts';

export interface Answer {
  /** `page`: the middleware let a page through; the rest of it is Next's. */
  from: 'middleware' | 'handler' | 'page';
  pathname: string;
  status: number;
  headers: Headers;
  text: string;
}
/** What of Ann's a request brings, whole and in its place. */
export type Authority = 'access' | 'refresh' | 'session' | 'password' | 'link' | 'undo' | 'sign-up' | 'code';

/** CONTRACT: code -> status. */
const codes: Record<string, number> = {
  invalid_request: 400,
  unsupported_grant_type: 400,
  invalid_grant: 401,
  unauthorized: 401,
  invalid_token: 401,
  insufficient_user_authentication: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  email_taken: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  slow_down: 429,
};
const errorBody = z.strictObject({
  error: z.string(),
  error_description: z.string().min(1),
  fields: z.record(z.string().max(64), z.array(z.string()).min(1)).optional(),
  factors: z.tuple([z.literal('password')]).optional(),
});
const challenge = {
  unauthorized: /^Bearer realm="latchkey"$/,
  invalid_token:
    /^Bearer realm="latchkey", error="invalid_token", error_description="(The access token expired|The session has ended|The access token is invalid)"$/,
  insufficient_user_authentication:
    /^Bearer realm="latchkey", error="insufficient_user_authentication", error_description="[^"]+", max_age="900"$/,
};

export function keepsShape(ask: Ask, answer: Answer): void {
  const { status, headers, text, from, pathname } = answer;
  assert(status < 500, `a fault: ${status}`);
  const isKey = from === 'handler' && isWellKnown(pathname) && status === 200;
  assert.match(
    headers.get('cache-control') ?? '',
    isKey ? /^public, max-age=300$/ : from === 'handler' ? /\bno-store\b/ : /^private, no-store$/,
  );
  for (const name of headers.keys()) assert(!name.startsWith('access-control-'), name);
  if (ask.method === 'HEAD' && from === 'handler') assert.equal(text, '');
  if (status >= 300 && status < 400) assert(leadsHome(headers.get('location')), String(headers.get('location')));
  if (status === 405) assert.match(headers.get('allow') ?? '', /^[A-Z]+(, [A-Z]+)*$/);
  if (status === 429) assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  const isRetryPage = status === 429 && pathname === '/api/auth/refresh' && ask.method === 'GET';
  if (status >= 400 && ask.method !== 'HEAD' && !isRetryPage) isError(answer);
}

function leadsHome(location: string | null): boolean {
  const url = URL.parse(location ?? '');
  return url?.origin === origin && location?.startsWith(`${origin}/`) === true && !/^\/[/\\]/.test(url.pathname);
}

function isError({ status, headers, text, from, pathname }: Answer): void {
  assert.equal(headers.get('content-type'), 'application/json');
  const { error, error_description: words, fields = {} } = errorBody.parse(JSON.parse(text));
  assert.equal(codes[error], status, error);
  const expected = Object.entries(challenge).find(([code]) => code === error)?.[1];
  if (expected) assert.match(headers.get('www-authenticate') ?? '', expected);
  else assert.equal(headers.get('www-authenticate'), null);
  const isNothing = status === 404 && isWellKnown(pathname);
  if (from === 'middleware') assert(status === 401 || status === 405 || isNothing);
  // The name of a field that is not known is said, cut short; what it held never is.
  assert(![words, ...Object.values(fields)].join().includes(canary), 'an error quotes what was sent');
}

const setting = /^latchkey-(refresh|session)=[\w.*~-]+; Path=\/; HttpOnly; SameSite=Lax(; Max-Age=[1-9]\d*)?$/;
const clearing = /^latchkey-(refresh|session)=; Path=\/; HttpOnly; SameSite=Lax; Max-Age=0$/;
const begun = /^latchkey-sign-up=[\da-f-]{36}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/;
const cookieRules: [RegExp, RegExp][] = [
  [/^POST \/api\/auth\/register 202$/, begun],
  [
    /^POST \/api\/auth\/register\/code 201$/,
    new RegExp(`${setting.source}|^latchkey-sign-up=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0$`),
  ],
  [/^POST \/api\/auth\/register 201$/, setting],
  [/^POST \/api\/auth\/(token|password|refresh) 200$/, setting],
  [/^GET \/api\/auth\/refresh 303$/, setting],
  [/^POST \/api\/auth\/logout 204$/, clearing],
  [/^DELETE \/api\/auth\/sessions(\/[\da-f-]{36})? 204$/, clearing],
  [/^DELETE \/api\/me 202$/, clearing],
];

/** Cookies come from few answers, those of a session both at once, with their flags; and from no other. */
export function setsNoStrayCookie({ method }: Ask, { pathname, status, headers }: Answer): void {
  const lines = headers.getSetCookie();
  if (lines.length === 0) return;
  const rule = cookieRules.find(([answers]) => answers.test(`${method} ${pathname} ${status}`))?.[1];
  assert(rule, `a stray cookie: ${lines.join('\n')}`);
  for (const line of lines) assert.match(line, rule);
  const ofSession = ['latchkey-refresh', 'latchkey-session'];
  const isOfSignUp = pathname === '/api/auth/register' && status === 202;
  const isCompleted = pathname === '/api/auth/register/code';
  assert.deepEqual(
    lines.map((line) => line.split('=')[0]),
    isOfSignUp ? ['latchkey-sign-up'] : isCompleted ? [...ofSession, 'latchkey-sign-up'] : ofSession,
  );
}

const insides =
  /\bat \S+ \(|\.ts:\d+|node_modules|SqliteError|SQLITE|drizzle|\bSELECT\b.+\bFROM\b|syntax error|no such (table|column)|\$2[aby]\$/i;

export function leaksNothing(ask: Ask, answer: Answer, world: World, authority: Authority[]): void {
  const { ann, bob, secrets } = { ...world, secrets: world.secrets() };
  const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie' && !name.startsWith('x-middleware-'));
  const told = `${headers.map((line) => line.join(': ')).join('\n')}\n${answer.text}`;
  const all = `${told}\n${answer.headers.getSetCookie().join('\n')}`;
  const sent = `${decoded(ask.path)}\n${ask.body ?? ''}`;
  assert.doesNotMatch(answer.text, insides);
  const isHidden = [
    ...secrets,
    ann.password,
    bob.password,
    ...Object.values(bob.tokens),
    bob.resetToken,
    bob.undo.token,
    ann.signUp.cookie,
    bob.signUp.cookie,
  ];
  for (const secret of isHidden) assert(!all.includes(secret), `a secret: ${secret.slice(0, 12)}…`);
  // An id that came in the address may go back in one.
  const about = ({ id, email, name, sessionId, otherSessionId, emailChange, undo, facts }: Person) => [
    ...[id, email, name, sessionId, otherSessionId, emailChange.email, undo.email],
    ...Object.values(facts),
  ];
  for (const fact of about(bob)) assert(!told.includes(fact) || sent.includes(fact), `of Bob: ${fact}`);
  if (authority.length === 0)
    for (const fact of about(ann)) assert(!told.includes(fact) || sent.includes(fact), `of Ann: ${fact}`);
  for (const kind of ['refresh', 'session'] as const) assert(!told.includes(ann.tokens[kind]), `the ${kind} cookie`);
  const isToken =
    answer.status < 300 && /^\/api\/auth\/(register(\/code)?|token|password|refresh|session)$/.test(answer.pathname);
  if (!isToken) assert.doesNotMatch(told, /eyJ[\w-]+\.[\w-]+\.[\w-]+|Fe26\.2|\bv1\.[\w-]{8}\./);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
