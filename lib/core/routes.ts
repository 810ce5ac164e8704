/** Every path of the app, which of them are public, and where a person may be sent after signing in. */

export const paths = {
  home: '/',
  login: '/login',
  register: '/register',
  reset: '/reset',
  tasks: '/tasks',
  account: '/account',
  sessions: '/account/sessions',
  activity: '/account/activity',
  demo: '/demo',
} as const;

export const api = {
  register: '/api/auth/register',
  token: '/api/auth/token',
  refresh: '/api/auth/refresh',
  session: '/api/auth/session',
  logout: '/api/auth/logout',
  sessions: '/api/auth/sessions',
  password: '/api/auth/password',
  passwordReset: '/api/auth/password/reset',
  me: '/api/me',
  activity: '/api/activity',
  tasks: '/api/tasks',
  demoSession: '/api/demo/session',
  demoSessions: '/api/demo/sessions',
  live: '/api/live',
  health: '/api/health',
  metrics: '/api/metrics',
  jwks: '/.well-known/jwks.json',
  metadata: '/.well-known/oauth-authorization-server',
} as const;

/** How the middleware tells the 404 page, which no path leads to, where it stands. Set on every request that it lets through. */
export const pathHeader = 'x-latchkey-path';

/** Pages that anyone may see. Every other page needs a session. */
export const publicPages: readonly string[] = [paths.home, paths.login, paths.register, paths.reset];

/** Endpoints that need no access token. The middleware does not run for them; they decide themselves. */
export const publicEndpoints: readonly string[] = [
  api.register,
  api.token,
  api.refresh,
  api.session,
  api.logout,
  api.passwordReset,
  api.live,
  api.health,
  api.metrics,
  api.jwks,
  api.metadata,
];

export function isApiPath(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}

/** Control characters, spaces, and the backslash that browsers read as a slash. */
const unsafeCharacters = /[\p{Cc}\s\\]/u;
const base = 'http://origin.invalid';
/** Written out. What is longer would not come back from a link as it went in. */
const longestNext = 2048;

/**
 * Where to go after signing in: the path that was asked for, or `/tasks` for whatever is not plainly a page of this
 * origin. `//host`, `/\host`, `https:`, control characters, `/api/…` and the sign-in pages themselves all count as `/tasks`.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || value.length > longestNext) return paths.tasks;
  const path = value.split(/[?#]/, 1)[0] ?? '';
  const decoded = decode(path);
  if (decoded === null || !isPlainPath(path) || !isPlainPath(decoded)) return paths.tasks;
  const url = URL.canParse(value, base) ? new URL(value, base) : null;
  if (url?.origin !== base || url.pathname.startsWith('//')) return paths.tasks;
  const page = (decode(url.pathname) ?? '').toLowerCase().replace(/\/+$/, '');
  if (isApiPath(page) || page === paths.login || page === paths.register) return paths.tasks;
  url.searchParams.delete('_rsc');
  const next = url.pathname + url.search + url.hash;
  return next.length > longestNext ? paths.tasks : next;
}

/** The sign-in page that leads back to `next`. */
export function loginPath(next: string): string {
  return withNext(paths.login, next);
}

/** The navigation that renews the cookies and leads back to `next`. */
export function refreshPath(next: string): string {
  return withNext(api.refresh, next);
}

function withNext(path: string, next: string): string {
  return `${path}?next=${encodeURIComponent(safeNext(next))}`;
}

function isPlainPath(path: string): boolean {
  return path.startsWith('/') && !path.startsWith('//') && !unsafeCharacters.test(path);
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
