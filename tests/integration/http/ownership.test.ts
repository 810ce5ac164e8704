import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPasskey } from '#tests/integration/second-factors/passkeys.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { digestOfRows } from '#tests/support/rows.ts';

let app: TestApp;
let ann: Browser;
let bob: Browser;
/** What of Ann's has an id. */
let ids: Record<string, string>;

beforeAll(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  ann = await signedUp();
  bob = await signedUp('bob@example.org');
  const idOf = async (response: Promise<Response>, name = 'id') => (await (await response).json())[name];
  ids = {
    user: await idOf(ann.send('GET', '/api/me')),
    session: await idOf(ann.send('GET', '/api/me'), 'session_id'),
    task: await idOf(ann.send('POST', '/api/tasks', { json: { title: 'Private' } })), // tasks
    passkey: await idOf(addPasskey(ann).then(({ response }) => response)),
    throwAway: await idOf(ann.send('POST', '/api/demo/sessions')), // demo
  };
  // The first use of his own token is written down; what comes after that must leave everything as it is.
  await bob.send('GET', '/api/me');
});
afterAll(() => app.close());

/** Every call that names a thing of somebody's. */
const calls: [string, (id: string) => string, string, object?][] = [
  ['GET', (id) => `/api/tasks/${id}`, 'task'], // tasks
  ['HEAD', (id) => `/api/tasks/${id}`, 'task'], // tasks
  ['PUT', (id) => `/api/tasks/${id}`, 'task', { title: 'Mine now' }], // tasks
  ['PATCH', (id) => `/api/tasks/${id}`, 'task', { completed: true }], // tasks
  ['DELETE', (id) => `/api/tasks/${id}`, 'task'], // tasks
  ['DELETE', (id) => `/api/auth/sessions/${id}`, 'session'],
  ['PATCH', (id) => `/api/auth/passkeys/${id}`, 'passkey', { name: 'Mine now' }],
  ['DELETE', (id) => `/api/auth/passkeys/${id}`, 'passkey'],
  ['POST', (id) => `/api/demo/sessions/${id}/refresh`, 'throwAway', { generation: 0 }], // demo
  ['POST', (id) => `/api/demo/sessions/${id}/use`, 'throwAway'], // demo
];

const strange = ['nonsense', '%20', '%2e%2e', "'%20OR%201=1--", '*', 'null', '00000000-0000-0000-0000-000000000000'];

test.each(calls)(
  '%s %s of somebody else’s is answered as one that is not there, and no row is touched',
  async (method, path, kind, json) => {
    const id = ids[kind] ?? '';
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    const ask = async (one: string) => {
      const response = await bob.send(method, path(one), json && { json });
      return [response.status, await response.text(), response.headers.getSetCookie()];
    };
    const [missing, ...others] = await Promise.all([crypto.randomUUID(), id, id.toUpperCase(), ...strange].map(ask));
    expect(missing?.[0]).toBe(404);
    for (const other of others) expect(other).toEqual(missing);
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  },
);

test('an id of one kind opens nothing of another', async () => {
  const before = digestOfRows(app.deps.env.DATABASE_URL);
  for (const [method, path, kind, json] of calls) {
    for (const other of Object.values(ids).filter((id) => id !== ids[kind]))
      expect((await bob.send(method, path(other), json && { json })).status).toBe(404);
  }
  expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
});

const lists = [
  '/api/me',
  '/api/me/export',
  '/api/activity',
  '/api/auth/sessions',
  '/api/tasks', // tasks
  '/api/demo/session', // demo
];

test('a person’s lists hold nothing of anybody else', async () => {
  for (const path of lists) {
    const text = await (await bob.send('GET', path)).text();
    for (const secret of [...Object.values(ids), 'ann@example.org', 'Private'])
      expect(text, path).not.toContain(secret);
  }
});

test('ending all of one’s own sessions leaves the row of anybody else’s as it is', async () => {
  const rowOf = async () => JSON.stringify(await app.deps.store.findSession(ids.session ?? ''));
  const before = await rowOf();
  const bobs = new Browser();
  await bobs.authenticate('/api/auth/token', { email: 'bob@example.org', password });
  const answer = await bobs.send('DELETE', `/api/auth/sessions/${ids.session}`);
  expect(answer.status).toBe(404);
  expect((await bobs.send('DELETE', '/api/auth/sessions')).status).toBe(204);
  expect(await rowOf()).toBe(before);
  expect((await ann.send('GET', '/api/me')).status).toBe(200);
});
