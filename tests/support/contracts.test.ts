import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startApp } from './app.ts';
import { signedUp } from './browser.ts';
import { type Answered, contractOf, holdToContract } from './contracts.ts';
import { HttpClient } from './http-client.ts';

const json = (status: number, body: unknown): Answered => ({
  status,
  header: (name) => (name === 'content-type' ? 'application/json' : null),
  text: JSON.stringify(body),
});
const empty = (status: number): Answered => ({ status, header: () => null, text: '' });
const error = (code: string, more = {}) => ({ error: code, error_description: 'In words.', ...more });

const user = { id: 'u1', email: 'ann@example.org', name: null };
const me = {
  ...user,
  email_verified: false,
  two_step: false,
  created_at: '2026-01-01T00:00:00.000Z',
  session_id: 's1',
};
const tokens = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 300, user };

describe('an answer that its route declares is let through', () => {
  test.each<[string, string, Answered]>([
    ['GET', '/api/me', json(200, me)],
    ['HEAD', '/api/me', empty(200)],
    ['HEAD', '/api/me', empty(401)],
    ['HEAD', '/api/auth/sessions', empty(405)],
    ['PATCH', '/api/me', json(405, error('method_not_allowed'))],
    ['GET', '/api/me', json(401, error('invalid_token'))],
    ['GET', '/api/me', json(503, error('temporarily_unavailable'))],
    ['GET', '/api/me', json(500, error('server_error'))],
    ['POST', '/api/auth/register', json(201, tokens)],
    ['POST', '/api/auth/register', json(202, { sign_up_id: 's1', expires_in: 3600 })],
    ['POST', '/api/auth/register', json(400, error('invalid_request', { fields: { email: ['No.'] } }))],
    ['POST', '/api/auth/register', json(403, error('forbidden'))],
    ['POST', '/api/auth/token', json(401, error('invalid_grant'))],
    ['POST', '/api/auth/logout', empty(204)],
    ['DELETE', '/api/auth/sessions/0b0c', empty(204)],
    ['DELETE', '/api/auth/sessions/0b0c', json(404, error('not_found'))],
    ['GET', '/api/nothing', json(404, error('not_found'))],
  ])('%s %s: %o', (method, path, answered) => {
    expect(() => holdToContract(method, path, answered)).not.toThrow();
  });
});

describe('an answer is not let through', () => {
  test.each<[string, string, string, Answered]>([
    ['with a field too many', 'GET', '/api/me', json(200, { ...me, password_hash: '$2b$' })],
    [
      'with a field too many further in',
      'POST',
      '/api/auth/token',
      json(200, { ...tokens, user: { ...user, epoch: 0 } }),
    ],
    ['with a field too few', 'GET', '/api/me', json(200, user)],
    ['with a field of another kind', 'POST', '/api/auth/token', json(200, { ...tokens, expires_in: '300' })],
    ['of another good status', 'POST', '/api/auth/register', json(200, tokens)],
    ['of a redirect that is not declared', 'GET', '/api/me', empty(303)],
    ['of an error status that is not declared', 'GET', '/api/me', json(409, error('email_taken'))],
    [
      'of an error that follows from a body where none is taken',
      'POST',
      '/api/auth/logout',
      json(415, error('unsupported_media_type')),
    ],
    ['with an error code that is not declared', 'GET', '/api/me', json(401, error('invalid_grant'))],
    ['with an error code that is none', 'GET', '/api/me', json(401, error('nonsense'))],
    ['with an error of another status', 'GET', '/api/me', json(401, error('not_found'))],
    ['with more than an error has', 'GET', '/api/me', json(401, error('invalid_token', { stack: 'at' }))],
    ['with an error that is no JSON', 'GET', '/api/me', { ...json(500, ''), text: 'Internal Server Error' }],
    ['with a body where none is declared', 'POST', '/api/auth/logout', json(204, {})],
    ['with a body to HEAD', 'HEAD', '/api/me', json(200, me)],
    ['with a body to a HEAD that is refused', 'HEAD', '/api/me', json(401, error('invalid_token'))],
    ['of a method that the route does not take', 'PATCH', '/api/me', json(200, me)],
    ['of a public route as if it wanted a token', 'GET', '/api/live', json(401, error('invalid_token'))],
    ['of a path that nobody routes', 'GET', '/api/nothing', json(200, me)],
  ])('%s', (_name, method, path, answered) => {
    expect(() => holdToContract(method, path, answered)).toThrow();
  });
});

test.each([
  ['/api/me', '/api/me'],
  ['/api/auth/sessions', '/api/auth/sessions'],
  ['/api/auth/sessions/0b0c', '/api/auth/sessions/[id]'],
  ['/api/auth/sessions/', '/api/auth/sessions/[id]'],
  ['/api/auth/sessions/a/b', '/api/[...path]'],
  ['/.well-known/jwks.json', '/.well-known/jwks.json'],
  ['/.well-known/jwksXjson', '/api/[...path]'],
  ['/api/me/', '/api/[...path]'],
])('%s is held to the contract of %s', (pathname, path) => {
  expect(contractOf(pathname).path).toBe(path);
});

test('whatever a handler answers to a test is held to it', async () => {
  const app = await startApp();
  const browser = await signedUp();
  expect((await browser.send('GET', '/api/me')).status).toBe(200);
  const { findAccess } = app.deps.store;
  app.deps.store.findAccess = async (...asked) => {
    const found = await findAccess(...asked);
    return found && { ...found, user: Object.assign(found.user, { name: 7 }) };
  };
  await expect(browser.send('GET', '/api/me')).rejects.toThrow('name');
  await app.close();
});

test('whatever comes over a socket is held to it', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok","version":"1.2.3"}');
  });
  server.listen(0);
  await once(server, 'listening');
  const address = server.address();
  const client = new HttpClient(typeof address === 'object' && address ? address.port : 0);
  await expect(client.send('GET', '/api/live')).rejects.toThrow('GET /api/live 200');
  server.close();
});
