import { afterEach, beforeEach, expect, test } from 'vitest';
import { personExport } from '#lib/core/accounts/export.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';
import { digestOfRows } from '#tests/support/rows.ts';

let app: TestApp;
let ann: Browser;
beforeEach(async () => {
  app = await startApp();
  ann = await signedUp();
});
afterEach(() => app.close());

const take = (who = ann, method = 'GET') => who.send(method, '/api/me/export');
const read = async (who = ann) => personExport.parse(await (await take(who)).json());

test('a person takes along all that is kept about them, as a file that no cache keeps', async () => {
  const response = await take();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="latchkey-2026-11-23.json"');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('etag')).toBeNull();
  const data = await response.json();
  expect(Object.keys(data).filter((name) => name !== 'tasks')).toEqual([
    ...['account', 'sessions', 'activity', 'factors', 'mails'],
  ]);
  const at = app.clock.now.toISOString();
  expect(data.account).toMatchObject({ email: 'ann@example.org', name: 'Ann', created_at: at, deletes_at: null });
  expect(data.sessions).toMatchObject([{ user_agent: 'Test/1.0', ended_at: null, end_reason: null }]);
  const events = data.activity.map(({ type, method, by }: Record<string, unknown>) => [type, method, by]);
  // What the file itself was.
  expect(events.sort()).toEqual([
    ['data_exported', null, 'self'],
    ['signed_up', 'password', 'self'],
  ]);
});

test('every list is whole, however long, and nothing of it is there twice', async () => {
  const { id: userId } = (await app.deps.store.findUserByEmail('ann@example.org')) ?? { id: '' };
  for (let index = 0; index < 1203; index++) {
    const event = { id: crypto.randomUUID(), userId, sessionId: null, userAgent: null, ip: null };
    await app.deps.store.addSecurityEvent({ ...event, type: 'sign_in_failed', at: app.clock.now });
  }
  const { activity } = await read();
  expect(activity).toHaveLength(1205);
  expect(new Set(activity.map(({ id }) => id)).size).toBe(1205);
});

test('sessions that are over, and mails, are in it', async () => {
  const json = { current_password: password, new_password: 'quite different unrelated words' };
  const changed = await ann.send('POST', '/api/auth/password', { json });
  ann.token = (await changed.json()).access_token;
  const { sessions, mails } = await read();
  expect(sessions.map(({ end_reason }) => end_reason).sort()).toEqual([null, 'password_changed'].sort());
  expect(mails).toEqual([{ kind: 'notice', event: 'password_changed', at: app.clock.now.toISOString() }]);
});

test('it holds no secret, no inside of ours and nobody else', async () => {
  const bob = await signedUp('bob@example.org');
  await read(bob);
  const text = await (await take()).text();
  const { store } = app.deps;
  const row = await store.findUserByEmail('ann@example.org');
  const session = await store.findSession(JSON.parse(text).sessions[0].id);
  const seed = Buffer.from(session?.session.seed ?? []);
  const hidden = [
    ...[row?.passwordHash ?? 'none', seed.toString('hex'), seed.toString('base64url'), seed.toString('base64')],
    ...[ann.token ?? 'none', ...ann.cookies.values(), session?.session.headKid ?? 'none', 'bob'],
    ...['hash', 'seed', 'nonce', 'epoch', 'kid', 'version', 'generation', 'token'],
  ];
  for (const secret of hidden) expect(text).not.toContain(secret);
});

test('who asks gets their own and touches no row of another', async () => {
  const bob = await signedUp('bob@example.org');
  const { id } = (await app.deps.store.findUserByEmail('ann@example.org')) ?? { id: '' };
  const before = JSON.stringify(await app.deps.store.listEventsAfter(id, null, 10));
  for (const query of ['', `?id=${id}`, `?user_id=${id}`, '?email=ann@example.org']) {
    const answer = await bob.send('GET', `/api/me/export${query}`);
    expect(await answer.text()).not.toContain('ann@example.org');
  }
  expect((await bob.send('GET', `/api/me/export/${id}`)).status).toBe(404);
  expect(JSON.stringify(await app.deps.store.listEventsAfter(id, null, 10))).toBe(before);
});

test('it asks for a password that was typed a little ago; an older session gets nothing and writes nothing', async () => {
  app.clock.advance(901);
  await ann.refresh();
  await ann.send('GET', '/api/me');
  const before = digestOfRows(app.deps.env.DATABASE_URL);
  const refused = await take();
  expect([refused.status, (await refused.json()).error]).toEqual([401, 'insufficient_user_authentication']);
  expect((await ann.send('GET', '/api/me/export', { token: null })).status).toBe(401);
  expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
});

test('there is no HEAD of it, which would count and be written down for nothing', async () => {
  const head = await take(ann, 'HEAD');
  expect([head.status, head.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
  expect((await read()).activity.filter(({ type }) => type === 'data_exported')).toHaveLength(1);
});

test('five times a day, and not a sixth', async () => {
  const statuses = [];
  for (let time = 0; time < 6; time++) statuses.push((await take()).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  expect((await (await ann.send('GET', '/api/activity?size=100')).json()).total).toBe(6);
});

test('what cannot be written down is not handed out', async () => {
  app.deps.store.addSecurityEvent = async () => {
    throw new Error('no room');
  };
  expect((await take()).status).toBe(500);
});

test('a fault on the way cuts the file off, so that a part is not taken for the whole', async () => {
  app.deps.store.listMailsAfter = async () => {
    throw new Error('away');
  };
  const request = new Request('http://localhost:3000/api/me/export', {
    headers: { Authorization: `Bearer ${ann.token}` },
  });
  const { GET } = await import('../../../app/api/me/export/route.ts');
  const response = await GET(request, { params: Promise.resolve({}) });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow('away');
});
