/** A good request of each kind that the app knows. */
import { demoRequests } from './demo/requests.ts'; // demo
import { call, fromScript, type Good, navigation, open } from './request.ts';
import { taskRequests } from './tasks/requests.ts'; // tasks
import type { Person } from './world.ts';

let newcomers = 0;
const words = 'entirely other unrelated words';

/** As a script of a page sends it, with a body of what only this person has. */
function ofAnn(name: string, path: string, body: (ann: Person) => object): Good {
  return { name, make: (world) => call(name, () => path, { body: body(world.ann) }).make(world) };
}

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
    'POST register code',
    '/api/auth/register/code',
    ({ signUp: { id, code, cookie } }) => ({
      body: { sign_up_id: id, code },
      headers: { ...fromScript, cookie: `latchkey-sign-up=${cookie}` },
    }),
    false,
  ),
  open(
    'POST register code that is wrong',
    '/api/auth/register/code',
    ({ signUp: { id, code, cookie } }) => ({
      body: { sign_up_id: id, code: code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) },
      headers: { ...fromScript, cookie: `latchkey-sign-up=${cookie}` },
    }),
    false,
  ),
  open(
    'POST register resend',
    '/api/auth/register/resend',
    ({ signUp: { id, cookie } }) => ({
      body: { sign_up_id: id },
      headers: { ...fromScript, cookie: `latchkey-sign-up=${cookie}` },
    }),
    false,
  ),
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
  open('POST token of a second step that is none', '/api/auth/token', ({ sessionId }) => ({
    body: { second_step_id: sessionId, code: '123456', remember_device: true },
    headers: { ...fromScript, cookie: `latchkey-second-step=${sessionId}.${'a'.repeat(43)}` },
  })),
  open('POST refresh', '/api/auth/refresh', () => ({})),
  open('GET refresh', '/api/auth/refresh?next=%2Faccount%3Fpage%3D2', () => ({ headers: navigation })),
  open('GET session', '/api/auth/session', () => ({})),
  open('POST logout', '/api/auth/logout', () => ({})),
  open('POST forgot', '/api/auth/password/forgot', ({ email }) => ({ body: { email } }), false),
  open('POST forgot over a session', '/api/auth/password/forgot', ({ email }) => ({
    body: { email: email.toUpperCase() },
  })),
  open(
    'POST reset',
    '/api/auth/password/reset',
    ({ resetToken }) => ({ body: { token: resetToken, new_password: words } }),
    false,
  ),
  call('POST password', () => '/api/auth/password', { body: { current_password: words, new_password: words } }),
  ofAnn('POST password with the right one', '/api/auth/password', ({ password }) => ({
    current_password: password,
    new_password: words,
  })),
  call('POST email', () => '/api/auth/email', { body: { email: 'another@example.org' } }),
  call('DELETE email', () => '/api/auth/email'),
  ofAnn('POST email code', '/api/auth/email/code', ({ emailChange: { code } }) => ({ code })),
  ofAnn('POST email code that is wrong', '/api/auth/email/code', ({ emailChange: { code } }) => ({
    code: code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)),
  })),
  open('POST undo', '/api/auth/email/undo', ({ undo }) => ({ body: undo }), false),
  open('POST undo over a session', '/api/auth/email/undo', ({ undo: { token, email } }) => ({
    body: { token, email: email.toUpperCase() },
  })),
  call('GET sessions', () => '/api/auth/sessions'),
  call('DELETE sessions', () => '/api/auth/sessions'),
  call('DELETE sessions but this', () => '/api/auth/sessions?except=current'),
  call('DELETE another session', ({ otherSessionId }) => `/api/auth/sessions/${otherSessionId}`),
  call('DELETE this session', ({ sessionId }) => `/api/auth/sessions/${sessionId}`),
  call('GET me', () => '/api/me'),
  call('GET export', () => '/api/me/export'),
  call('DELETE me', () => '/api/me'),
  call('GET activity', () => '/api/activity?page=1&size=20'),
  ...taskRequests, // tasks
  ...demoRequests, // demo
  call('GET nothing', () => '/api/nothing'),
  open('GET health', '/api/health', () => ({})),
  open('GET metrics', '/api/metrics', () => ({ headers: { authorization: 'Bearer metrics-canary-0123456789' } })),
  open('GET change-password', '/.well-known/change-password', () => ({})),
  open('GET jwks', '/.well-known/jwks.json', () => ({})),
  open('GET account page', '/account?page=2', () => ({ headers: navigation })),
  open('GET a page for the router', '/account/sessions', () => ({ headers: { ...fromScript, rsc: '1' } })),
  open('GET login page', '/login?next=%2Faccount', () => ({ headers: navigation }), false),
];
