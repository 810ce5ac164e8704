/** A good request of each kind that the app knows, as a browser sends it. */
import type { Person, World } from './world.ts';

export const origin = 'http://localhost:3000';

export interface Ask {
  method: string;
  /** With its query. */
  path: string;
  /** By names in lower case. */
  headers: Record<string, string>;
  body: string | Buffer | null;
}
export interface Good {
  name: string;
  make(world: World): Ask;
}

const fromScript = { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
const navigation = {
  accept: 'text/html',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};
const browser = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0',
  'x-forwarded-for': '203.0.113.9',
};

export function cookies({ tokens }: Person): { cookie: string } {
  return { cookie: `latchkey-refresh=${tokens.refresh}; latchkey-session=${tokens.session}; latchkey-theme=dark` };
}

type Given = { body?: object; form?: Record<string, string>; headers?: Record<string, string> };

function ask(method: string, path: string, { body, form, headers = {} }: Given = {}): Ask {
  const text = body ? JSON.stringify(body) : form ? new URLSearchParams(form).toString() : null;
  const type = body ? 'application/json' : 'application/x-www-form-urlencoded';
  const kind = text === null ? {} : { 'content-type': type };
  return { method, path, body: text, headers: { ...browser, ...kind, ...headers } };
}

/** As a script of a page sends it, with the access token and the cookies. */
function call(name: string, path: (ann: Person) => string, given: Given = {}): Good {
  const [method = ''] = name.split(' ');
  const headers = ({ ann }: World) => ({
    ...fromScript,
    ...cookies(ann),
    authorization: `Bearer ${ann.tokens.access}`,
    ...given.headers,
  });
  return { name, make: (world) => ask(method, path(world.ann), { ...given, headers: headers(world) }) };
}

/** With the cookies alone. */
function open(name: string, path: string, given: (ann: Person) => Given, signedIn = true): Good {
  const [method = ''] = name.split(' ');
  const make = ({ ann }: World) => {
    const { headers, ...rest } = given(ann);
    return ask(method, path, { ...rest, headers: { ...(headers ?? fromScript), ...(signedIn && cookies(ann)) } });
  };
  return { name, make };
}

let newcomers = 0;
const words = 'entirely other unrelated words';

export const goodRequests: Good[] = [
  open(
    'POST register',
    '/api/auth/register',
    () => ({ body: { email: `new-${++newcomers}@example.org`, password: words, name: 'New' } }),
    false,
  ),
  open('POST register over a session', '/api/auth/register', () => ({
    body: { email: `new-${++newcomers}@example.org`, password: words, remember: true },
  })),
  open(
    'POST token',
    '/api/auth/token',
    ({ email, password }) => ({ body: { email, password, remember: true } }),
    false,
  ),
  open('POST token over a session', '/api/auth/token', ({ email, password }) => ({ body: { email, password } })),
  open(
    'POST token as a form',
    '/api/auth/token',
    ({ email, password }) => ({ form: { grant_type: 'password', username: email, password } }),
    false,
  ),
  open('POST token with a wrong password', '/api/auth/token', ({ email }) => ({ body: { email, password: words } })),
  open('POST refresh', '/api/auth/refresh', () => ({})),
  open('GET refresh', '/api/auth/refresh?next=%2Ftasks%3Fpage%3D2', () => ({ headers: navigation })),
  open('GET session', '/api/auth/session', () => ({})),
  open('POST logout', '/api/auth/logout', () => ({})),
  open(
    'POST reset',
    '/api/auth/password/reset',
    ({ resetToken }) => ({ body: { token: resetToken, new_password: words } }),
    false,
  ),
  call('POST password', () => '/api/auth/password', { body: { current_password: words, new_password: words } }),
  {
    name: 'POST password with the right one',
    make: (world) => {
      const made = call('POST', () => '/api/auth/password', {
        body: { current_password: world.ann.password, new_password: words },
      });
      return made.make(world);
    },
  },
  call('GET sessions', () => '/api/auth/sessions'),
  call('DELETE sessions', () => '/api/auth/sessions'),
  call('DELETE sessions but this', () => '/api/auth/sessions?except=current'),
  call('DELETE another session', ({ otherSessionId }) => `/api/auth/sessions/${otherSessionId}`),
  call('DELETE this session', ({ sessionId }) => `/api/auth/sessions/${sessionId}`),
  call('GET me', () => '/api/me'),
  call('GET activity', () => '/api/activity?page=1&size=20'),
  call('GET tasks', () => '/api/tasks?page=1&size=10&completed=false&sort=deadline&search=title'),
  call('POST tasks', () => '/api/tasks', {
    body: { title: 'A task', description: 'Of some kind', deadline: '2026-12-31' },
  }),
  call('POST tasks with a key', () => '/api/tasks', {
    body: { title: 'A task' },
    headers: { 'idempotency-key': 'b7e1-4c2f' },
  }),
  call('GET task', ({ taskId }) => `/api/tasks/${taskId}`),
  call('PUT task', ({ taskId }) => `/api/tasks/${taskId}`, { body: { title: 'Put', completed: true } }),
  call('PATCH task', ({ taskId }) => `/api/tasks/${taskId}`, { body: { completed: true } }),
  call('DELETE task', ({ taskId }) => `/api/tasks/${taskId}`),
  call('GET demo', () => '/api/demo/session'),
  call('POST demo', () => '/api/demo/sessions'),
  call('POST demo refresh', ({ throwAwayId }) => `/api/demo/sessions/${throwAwayId}/refresh`, {
    body: { generation: 0 },
  }),
  call('POST demo use', ({ throwAwayId }) => `/api/demo/sessions/${throwAwayId}/use`),
  call('GET nothing', () => '/api/nothing'),
  open('GET health', '/api/health', () => ({})),
  open('GET metrics', '/api/metrics', () => ({ headers: { authorization: 'Bearer metrics-canary-0123456789' } })),
  open('GET jwks', '/.well-known/jwks.json', () => ({})),
  open('GET tasks page', '/tasks?page=2', () => ({ headers: navigation })),
  open('GET task page', '/tasks/1', () => ({ headers: { ...fromScript, rsc: '1' } })),
  open('GET login page', '/login?next=%2Faccount', () => ({ headers: navigation }), false),
];
