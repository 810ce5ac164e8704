/** Lists every path of the app, which of them are public, and where a browser may be sent after signing in. */

/** Paths of pages. `[id]` is the placeholder for an id. */
export const paths = {
  home: '/',
  login: '/login',
  loginContinue: '/login/continue',
  register: '/register',
  forgot: '/forgot',
  reset: '/reset',
  undo: '/undo',
  outbox: '/outbox',
  account: '/account',
  security: '/account/security',
  sessions: '/account/sessions',
  activity: '/account/activity',
  tasks: '/tasks', // tasks
  oneTask: '/tasks/[id]', // tasks
  demo: '/demo', // demo
} as const;

/** The page that users land on once they are signed in: the first of this list. */
export const [landing] = [
  paths.tasks, // tasks
  paths.account,
] as const;

/** Paths of endpoints. `[id]` is the placeholder for an id. */
export const api = {
  register: '/api/auth/register',
  registerCode: '/api/auth/register/code',
  registerResend: '/api/auth/register/resend',
  token: '/api/auth/token',
  refresh: '/api/auth/refresh',
  session: '/api/auth/session',
  logout: '/api/auth/logout',
  sessions: '/api/auth/sessions',
  oneSession: '/api/auth/sessions/[id]',
  password: '/api/auth/password',
  passwordForgot: '/api/auth/password/forgot',
  passwordReset: '/api/auth/password/reset',
  stepUp: '/api/auth/step-up',
  factors: '/api/auth/factors',
  twoStep: '/api/auth/two-step',
  totp: '/api/auth/totp',
  totpConfirm: '/api/auth/totp/confirm',
  recoveryCodes: '/api/auth/recovery-codes',
  passkeys: '/api/auth/passkeys',
  onePasskey: '/api/auth/passkeys/[id]',
  passkeysRequest: '/api/auth/passkeys/request',
  passkeysCreation: '/api/auth/passkeys/creation',
  trustedDevice: '/api/auth/trusted-devices/[id]',
  providers: '/api/auth/providers',
  providerStart: '/api/auth/oidc/[id]/start',
  providerCallback: '/api/auth/oidc/[id]/callback',
  providerComplete: '/api/auth/oidc/[id]/complete',
  providerLink: '/api/auth/oidc/[id]/link',
  providerLogout: '/api/auth/oidc/[id]/backchannel-logout',
  identities: '/api/auth/identities',
  oneIdentity: '/api/auth/identities/[id]',
  email: '/api/auth/email',
  emailCode: '/api/auth/email/code',
  emailUndo: '/api/auth/email/undo',
  me: '/api/me',
  export: '/api/me/export',
  activity: '/api/activity',
  live: '/api/live',
  health: '/api/health',
  metrics: '/api/metrics',
  jwks: '/.well-known/jwks.json',
  metadata: '/.well-known/oauth-authorization-server',
  changePassword: '/.well-known/change-password',
  tasks: '/api/tasks', // tasks
  oneTask: '/api/tasks/[id]', // tasks
  demoSession: '/api/demo/session', // demo
  demoSessions: '/api/demo/sessions', // demo
  demoRefresh: '/api/demo/sessions/[id]/refresh', // demo
  demoUse: '/api/demo/sessions/[id]/use', // demo
} as const;

/** Replaces the placeholder `[id]` in a path by an id. */
export function withId(path: string, id: string): string {
  return path.replace('[id]', encodeURIComponent(id));
}

/** Names the header by which the middleware tells a page the path and query that were asked for, to the byte. */
export const pathHeader = 'x-latchkey-path';

/** Names the header by which server.ts tells /outbox that a request came from a browser on the server's own machine. */
export const ownMachineHeader = 'x-latchkey-own-machine';

/** Paths of the pages that anyone may see. Every other page needs a session; the files in public/ are for anyone too. */
export const publicPages: readonly string[] = [
  paths.home,
  paths.login,
  paths.loginContinue,
  paths.register,
  paths.forgot,
  paths.reset,
  paths.undo,
  paths.outbox,
];

/** Paths of endpoints that need no access token. The middleware skips them; each decides by itself who may call. */
export const publicEndpoints = [
  api.register,
  api.registerCode,
  api.registerResend,
  api.token,
  api.refresh,
  api.session,
  api.logout,
  api.passwordForgot,
  api.passwordReset,
  api.emailUndo,
  api.passkeysRequest,
  api.providers,
  api.providerStart,
  api.providerCallback,
  api.providerComplete,
  api.providerLogout,
  api.live,
  api.health,
  api.metrics,
  api.jwks,
  api.metadata,
  api.changePassword,
] as const;
export type PublicEndpoint = (typeof publicEndpoints)[number];

/** Decides whether an API path needs no access token. */
export function isPublicEndpoint(path: string): path is PublicEndpoint {
  return publicEndpoints.some((one) => one === path);
}

/** Decides whether a path is a well-known one (RFC 8615). Programs ask for these, to learn what there is. */
export function isWellKnown(path: string): boolean {
  return path.startsWith('/.well-known/');
}

export function isApiPath(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}

// Marked as pure, since no page in a browser needs it.
const templates = /*#__PURE__*/ readTemplates();

function readTemplates() {
  const all: readonly string[] = [...Object.values(paths), ...Object.values(api)];
  const exact = new Set(all.filter((path) => !path.includes('[id]')));
  const patterns = all
    .filter((path) => path.includes('[id]'))
    .map((template) => ({ template, pattern: new RegExp(`^${template.replace('[id]', '[^/]+')}$`) }));
  return { exact, patterns };
}

/** Names the route of a request target, for metrics and logs: one of a few values, `other` for an unknown path. */
export function routeTemplate(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  if (templates.exact.has(path)) return path;
  if (path.startsWith('/_next/')) return '/_next';
  return templates.patterns.find(({ pattern }) => pattern.test(path))?.template ?? 'other';
}

/** Matches control characters, spaces, and the backslash that browsers read as a slash. */
const unsafeCharacters = /[\p{Cc}\s\\]/u;
const base = 'http://origin.invalid';
/** Limits `next`, in characters of its percent-encoded form. A longer one would not survive its way through a link. */
const longestNext = 2048;

/**
 * Decides where the browser goes after signing in: to the path that was asked for, if it is plainly a page of this
 * origin, else to the landing page. `//host`, `/\host`, `https:`, control characters, `/api/…`, the login page and the
 * sign-up page are refused.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || value.length > longestNext) return landing;
  const path = value.split(/[?#]/, 1)[0] ?? '';
  const decoded = decode(path);
  if (decoded === null || !isPlainPath(path) || !isPlainPath(decoded)) return landing;
  const url = URL.canParse(value, base) ? new URL(value, base) : null;
  if (url?.origin !== base || url.pathname.startsWith('//')) return landing;
  const page = (decode(url.pathname) ?? '').toLowerCase().replace(/\/+$/, '');
  if (isApiPath(page) || page === paths.login || page.startsWith(`${paths.login}/`) || page === paths.register)
    return landing;
  const next = url.pathname + withoutRouterParameter(url.search) + url.hash;
  return next.length > longestNext ? landing : next;
}

/** Takes Next's own parameter out of a query, and leaves every other byte as it is. */
function withoutRouterParameter(search: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((parameter) => !/^_rsc(=|$)/.test(parameter));
  return search && kept.length > 0 ? `?${kept.join('&')}` : '';
}

/** Returns the address of the login page, which leads back to `next`. */
export function loginPath(next: string): string {
  return withNext(paths.login, next);
}

/** Returns the address of GET refresh, which renews the page session and leads back to `next`. */
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
