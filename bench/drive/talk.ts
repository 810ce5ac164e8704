/** The requests for a sign-in, a read, a page and a refresh on each server, and the check of its answers. */
import { type Person, password } from '../seed.ts';
import type { Answer, Client, Request } from './http.ts';

/** Cookies and tokens of one person. They are updated from every answer, as a browser would do it. */
export interface Session {
  person: Person;
  cookies: Record<string, string>;
  accessToken: string;
  refreshToken: string;
}

export type Work = 'read' | 'page' | 'refresh' | 'login';
export type Dialect = 'floor' | 'latchkey' | 'better-auth' | 'next-auth' | 'fastapi';

type Requests = Record<Work, (session: Session) => Request>;

const json = { 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const withCookies = ({ cookies }: Session) => ({
  Cookie: Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; '),
});
const withBearer = ({ accessToken }: Session) => ({ Authorization: `Bearer ${accessToken}` });
const jsonLogin =
  (path: string) =>
  (session: Session): Request => ({
    method: 'POST',
    path,
    headers: json,
    body: JSON.stringify({ email: session.person.email, password }),
  });
const ten = '/api/tasks?page=1&size=10';
const page = (session: Session): Request => ({ path: '/tasks', headers: withCookies(session) });
const readByCookie = (session: Session): Request => ({ path: ten, headers: withCookies(session) });
const refreshByCookie = (session: Session): Request => ({
  method: 'POST',
  path: '/api/auth/refresh',
  headers: withCookies(session),
});

const dialects: Record<Dialect, Requests> = {
  floor: {
    login: jsonLogin('/api/auth/token'),
    // The token is as long as the app's, but nobody looks at it.
    read: (session) => ({ path: ten, headers: { 'X-User': session.person.id, ...withBearer(session) } }),
    page,
    refresh: refreshByCookie,
  },
  latchkey: {
    login: jsonLogin('/api/auth/token'),
    read: (session) => ({ path: ten, headers: withBearer(session) }),
    page,
    refresh: refreshByCookie,
  },
  'better-auth': {
    login: jsonLogin('/api/auth/sign-in/email'),
    read: readByCookie,
    page,
    refresh: (session) => ({ path: '/api/auth/get-session', headers: withCookies(session) }),
  },
  'next-auth': {
    login: (session) => ({
      method: 'POST',
      path: '/api/auth/callback/credentials',
      headers: { ...form, ...withCookies(session), 'X-Auth-Return-Redirect': '1' },
      body: new URLSearchParams({ email: session.person.email, password, csrfToken: csrfOf(session) }).toString(),
    }),
    read: readByCookie,
    page,
    refresh: (session) => ({ path: '/api/auth/session', headers: withCookies(session) }),
  },
  fastapi: {
    login: ({ person }) => ({
      method: 'POST',
      path: '/token',
      headers: form,
      body: new URLSearchParams({ username: person.email, password }).toString(),
    }),
    read: (session) => ({ path: '/tasks?page=1&size=10', headers: withBearer(session) }),
    page,
    refresh: ({ refreshToken }) => ({
      method: 'POST',
      path: '/refresh',
      headers: json,
      body: JSON.stringify({ refresh_token: refreshToken }),
    }),
  },
};

const csrfCookie = 'authjs.csrf-token';
const csrfOf = ({ cookies }: Session) => decodeURIComponent(cookies[csrfCookie] ?? '').split('|', 1)[0] ?? '';

export const requestFor = (dialect: Dialect, work: Work, session: Session): Request => dialects[dialect][work](session);

/** Makes a session of `person` that is not signed in yet. Asks next-auth for the CSRF cookie that its sign-in needs. */
export async function stranger(client: Client, dialect: Dialect, person: Person): Promise<Session> {
  const session = { person, cookies: {}, accessToken: '', refreshToken: '' };
  if (dialect === 'next-auth') keep(session, await client.send({ path: '/api/auth/csrf' }));
  return session;
}

/** Takes the cookies and tokens of an answer into the session. */
export function keep(session: Session, { cookies, body }: Answer): void {
  Object.assign(session.cookies, cookies);
  session.accessToken = /"access_token":"([^"]+)"/.exec(body)?.[1] ?? session.accessToken;
  session.refreshToken = /"refresh_token":"([^"]+)"/.exec(body)?.[1] ?? session.refreshToken;
}

/** Returns what is wrong with an answer, or null. A read or a page must show ten tasks of the person. */
export function problemIn(work: Work, { person }: Session, { status, body, cookies }: Answer): string | null {
  const shown = `${status} ${body.slice(0, 200)}`;
  if (status !== 200) return shown;
  if (work === 'read' || work === 'page') {
    const isWhole = body.includes(`Task 1 ${person.mark}`) && body.includes(`Task 10 ${person.mark}`);
    return isWhole ? null : `not ${person.email}'s tasks: ${shown}`;
  }
  const isNew =
    body.includes('"access_token":"') ||
    Object.keys(cookies).some((name) => name.endsWith('session_token') || name.endsWith('session-token'));
  return isNew ? null : `no new token: ${shown}`;
}
