/** Every path of the app, which of them are public, and where a person may be sent after signing in. `[id]` stands for an id. */

export const paths = {
  home: '/',
  login: '/login',
  register: '/register',
  reset: '/reset',
  account: '/account',
  sessions: '/account/sessions',
  activity: '/account/activity',
  tasks: '/tasks', // tasks
  oneTask: '/tasks/[id]', // tasks
  demo: '/demo', // demo
} as const;

/** Where people land once they are signed in: the first of these. */
export const [landing] = [
  paths.tasks, // tasks
  paths.account,
] as const;

export const api = {
  register: '/api/auth/register',
  token: '/api/auth/token',
  refresh: '/api/auth/refresh',
  session: '/api/auth/session',
  logout: '/api/auth/logout',
  sessions: '/api/auth/sessions',
  oneSession: '/api/auth/sessions/[id]',
  password: '/api/auth/password',
  passwordReset: '/api/auth/password/reset',
  me: '/api/me',
  activity: '/api/activity',
  live: '/api/live',
  health: '/api/health',
  metrics: '/api/metrics',
  jwks: '/.well-known/jwks.json',
  metadata: '/.well-known/oauth-authorization-server',
  tasks: '/api/tasks', // tasks
  oneTask: '/api/tasks/[id]', // tasks
  demoSession: '/api/demo/session', // demo
  demoSessions: '/api/demo/sessions', // demo
  demoRefresh: '/api/demo/sessions/[id]/refresh', // demo
  demoUse: '/api/demo/sessions/[id]/use', // demo
} as const;

/** Puts an id into a path that has a place for one. */
export function withId(path: string, id: string): string {
  return path.replace('[id]', encodeURIComponent(id));
}

/** How the middleware tells the 404 page, which no path leads to, where it stands. Set on every request that it lets through. */
export const pathHeader = 'x-latchkey-path';

/** Pages that anyone may see. Every other page needs a session. */
export const publicPages: readonly string[] = [paths.home, paths.login, paths.register, paths.reset];

/** Endpoints that need no access token. The middleware does not run for them; they decide themselves. */
export const publicEndpoints = [
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
] as const;
export type PublicEndpoint = (typeof publicEndpoints)[number];

/** Whether no access token is needed for an API path. */
export function isPublicEndpoint(path: string): path is PublicEndpoint {
  return publicEndpoints.some((one) => one === path);
}

export function isApiPath(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}

const templates: readonly string[] = [...Object.values(paths), ...Object.values(api)];
const exact = new Set(templates.filter((path) => !path.includes('[id]')));
const patterns = templates
  .filter((path) => path.includes('[id]'))
  .map((template) => ({ template, pattern: new RegExp(`^${template.replace('[id]', '[^/]+')}$`) }));

/** Names the route that a request target belongs to, for metrics and logs: one of few values, `other` for what nobody routes. */
export function routeTemplate(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  if (exact.has(path)) return path;
  if (path.startsWith('/_next/')) return '/_next';
  return patterns.find(({ pattern }) => pattern.test(path))?.template ?? 'other';
}

/** Matches control characters, spaces, and the backslash that browsers read as a slash. */
const unsafeCharacters = /[\p{Cc}\s\\]/u;
const base = 'http://origin.invalid';
/** Counts what is written out. What is longer would not come back from a link as it went in. */
const longestNext = 2048;

/**
 * Decides where to go after signing in: the path that was asked for, or the landing page for whatever is not plainly a page of
 * this origin. `//host`, `/\host`, `https:`, control characters, `/api/…` and the sign-in pages themselves are not.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || value.length > longestNext) return landing;
  const path = value.split(/[?#]/, 1)[0] ?? '';
  const decoded = decode(path);
  if (decoded === null || !isPlainPath(path) || !isPlainPath(decoded)) return landing;
  const url = URL.canParse(value, base) ? new URL(value, base) : null;
  if (url?.origin !== base || url.pathname.startsWith('//')) return landing;
  const page = (decode(url.pathname) ?? '').toLowerCase().replace(/\/+$/, '');
  if (isApiPath(page) || page === paths.login || page === paths.register) return landing;
  url.searchParams.delete('_rsc');
  const next = url.pathname + url.search + url.hash;
  return next.length > longestNext ? landing : next;
}

/** The sign-in page that leads back to `next`. */
export function loginPath(next: string): string {
  return withNext(paths.login, next);
}

/** The navigation that renews the page session and leads back to `next`. */
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
