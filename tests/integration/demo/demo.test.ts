import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { activityPage } from '#lib/core/activity/contract.ts';
import { demoRefreshed, demoSession, demoUsed } from '#lib/core/demo/contract.ts';
import { sessionList } from '#lib/core/sessions/contract.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let ann: Browser;
let bodies: string[];

beforeEach(async () => {
  app = await startApp();
  ann = await signedUp();
  bodies = [];
});
afterEach(() => app.close());

async function ask(who: Browser, method: string, path: string, json?: unknown) {
  const response = await who.send(method, path, { ...(json !== undefined && { json }) });
  const text = await response.text();
  bodies.push(text);
  expect(response.headers.getSetCookie()).toEqual([]);
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
}
const own = async (who = ann) => demoSession.parse((await ask(who, 'GET', '/api/demo/session')).body);
const make = async (who = ann) => demoSession.parse((await ask(who, 'POST', '/api/demo/sessions')).body);
const present = async (id: string, generation: number) =>
  demoRefreshed.parse((await ask(ann, 'POST', `/api/demo/sessions/${id}/refresh`, { generation })).body);
const use = async (id: string) => demoUsed.parse((await ask(ann, 'POST', `/api/demo/sessions/${id}/use`)).body);
const isSignedIn = async (who: Browser) => (await who.send('GET', '/api/me')).status === 200;
const log = async () => activityPage.parse((await ask(ann, 'GET', '/api/activity')).body).items;

describe('one’s own session', () => {
  test('is shown as its row stands, this very use of it included', async () => {
    expect(await own()).toMatchObject({ head: 0, parent: null, confirmed_at: '2026-11-23T12:00:00.000Z' });
    app.clock.advance(60);
    await ann.refresh();
    expect(await own()).toEqual({
      id: expect.any(String),
      head: 1,
      parent: 0,
      exchanged_at: '2026-11-23T12:01:00.000Z',
      confirmed_at: '2026-11-23T12:01:00.000Z',
      idle_expires_at: '2026-12-07T12:01:00.000Z',
      expires_at: '2027-02-21T12:00:00.000Z',
      grace_seconds: 10,
      now: '2026-11-23T12:01:00.000Z',
    });
  });

  test('cannot be robbed or used through the demo', async () => {
    await ann.refresh();
    const { id } = await own();
    app.clock.advance(60);
    expect((await ask(ann, 'POST', `/api/demo/sessions/${id}/refresh`, { generation: 0 })).status).toBe(404);
    expect((await ask(ann, 'POST', `/api/demo/sessions/${id}/use`)).status).toBe(404);
    expect(await isSignedIn(ann)).toBe(true);
    expect((await own()).head).toBe(1);
  });

  test('needs a bearer token to be seen', async () => {
    const stranger = new Browser();
    for (const path of ['/api/demo/sessions', '/api/demo/sessions/x/refresh', '/api/demo/sessions/x/use'])
      expect((await ask(stranger, 'POST', path)).status).toBe(401);
    expect((await ask(stranger, 'GET', '/api/demo/session')).status).toBe(401);
  });
});

describe('a throw-away session', () => {
  test('makes no network a known one', async () => {
    vi.stubEnv('LATCHKEY_FRONT', 'server');
    const headers = { 'X-Forwarded-For': '198.51.100.7' };
    expect((await ann.send('POST', '/api/demo/sessions', { headers })).status).toBe(201);
    vi.unstubAllEnvs();
    const isKnown = await app.deps.store.hasSignedInFrom('ann@example.org', '198.51.100.0', new Date(0));
    expect(isKnown).toBe(false);
  });

  test('stands in the session list, lives an hour and can be ended there', async () => {
    const { id, expires_at } = await make();
    expect(expires_at).toBe('2026-11-23T13:00:00.000Z');
    const began = (await log()).find(({ type, session_id }) => type === 'signed_in' && session_id === id);
    expect(began).toMatchObject({ method: null, by: 'self' });
    const { items } = sessionList.parse((await ask(ann, 'GET', '/api/auth/sessions')).body);
    expect(items.find((item) => item.id === id)).toMatchObject({
      user_agent: 'Demo: throw-away session',
      current: false,
    });
    expect((await ask(ann, 'DELETE', `/api/auth/sessions/${id}`)).status).toBe(204);
    expect(await present(id, 0)).toEqual({ outcome: 'ended', session: null });
    expect(await use(id)).toEqual({ outcome: 'ended', session: null });
  });

  test('goes from generation to generation, and its head is used once', async () => {
    const { id } = await make();
    expect(await present(id, 0)).toMatchObject({ outcome: 'rotated', session: { head: 1, parent: 0 } });
    expect(await use(id)).toMatchObject({ outcome: 'used', session: { confirmed_at: '2026-11-23T12:00:00.000Z' } });
    app.clock.advance(5);
    expect(await use(id)).toMatchObject({ session: { confirmed_at: '2026-11-23T12:00:00.000Z' } });
    expect(await present(id, 1)).toMatchObject({ outcome: 'rotated', session: { head: 2, parent: 1 } });
  });

  test('whose answer was lost answers the same head within the grace, and a fresh one after it', async () => {
    const { id } = await make();
    await present(id, 0);
    app.clock.advance(10);
    expect(await present(id, 0)).toMatchObject({ outcome: 'replayed', session: { head: 1 } });
    app.clock.advance(0.001);
    expect(await present(id, 0)).toMatchObject({ outcome: 'replaced', session: { head: 2, parent: 0 } });
  });

  test('forgives a replay up to the grace after the head was used', async () => {
    const { id } = await make();
    await present(id, 0);
    await use(id);
    app.clock.advance(10);
    expect(await present(id, 0)).toMatchObject({ outcome: 'replayed', session: { head: 1 } });
  });

  test('that is robbed later ends alone, and the log says so', async () => {
    const [robbed, other] = [await make(), await make()];
    await present(robbed.id, 0);
    await use(robbed.id);
    app.clock.advance(10.001);
    expect(await present(robbed.id, 0)).toEqual({ outcome: 'reuse', session: null });
    expect(await present(robbed.id, 1)).toEqual({ outcome: 'ended', session: null });
    expect(await present(other.id, 0)).toMatchObject({ outcome: 'rotated' });
    expect(await isSignedIn(ann)).toBe(true);
    expect((await log())[0]).toMatchObject({
      type: 'refresh_reuse',
      session_id: robbed.id,
      user_agent: 'Demo: throw-away session',
    });
  });

  test('is nothing that people are mailed about, and neither is its theft', async () => {
    const { id } = await make();
    await present(id, 0);
    await use(id);
    app.clock.advance(11);
    expect(await present(id, 0)).toMatchObject({ outcome: 'reuse' });
    expect((await log())[0]?.type).toBe('refresh_reuse');
    expect(await app.deps.store.listMails(['waiting'], 10)).toEqual([]);
  });

  test('is nobody else’s', async () => {
    const { id } = await make(await signedUp('bob@example.org'));
    expect((await ask(ann, 'POST', `/api/demo/sessions/${id}/refresh`, { generation: 0 })).status).toBe(404);
    expect((await ask(ann, 'POST', `/api/demo/sessions/${id}/use`)).status).toBe(404);
    for (const strange of ['nonsense', crypto.randomUUID()])
      expect((await ask(ann, 'POST', `/api/demo/sessions/${strange}/use`)).status).toBe(404);
  });

  test('has no future token to present, so no false alarm is raised', async () => {
    const { id } = await make();
    const { status, body } = await ask(ann, 'POST', `/api/demo/sessions/${id}/refresh`, { generation: 1 });
    expect([status, body.fields]).toEqual([400, { generation: ['The newest is 0.'] }]);
    for (const generation of [-1, 0.5, '0', null])
      expect((await ask(ann, 'POST', `/api/demo/sessions/${id}/refresh`, { generation })).status).toBe(400);
    expect(await present(id, 0)).toMatchObject({ outcome: 'rotated' });
  });

  test('ends with all others of the person, and none is made after that', async () => {
    const held = ann.copy();
    const { id } = await make();
    await ann.send('DELETE', '/api/auth/sessions');
    expect((await ask(held, 'POST', '/api/demo/sessions')).status).toBe(401);
    expect(await app.deps.store.findSession(id)).toMatchObject({ session: { endReason: 'signed_out_everywhere' } });
  });
});

describe('how many there are', () => {
  test('three live at most; an ended one makes room', async () => {
    const { id } = await make();
    await make();
    await make();
    const refused = await ask(ann, 'POST', '/api/demo/sessions');
    expect([refused.status, refused.body.error]).toEqual([429, 'slow_down']);
    expect(refused.headers.get('retry-after')).toBe('3600');
    await ask(ann, 'DELETE', `/api/auth/sessions/${id}`);
    expect((await ask(ann, 'POST', '/api/demo/sessions')).status).toBe(201);
    expect((await ask(await signedUp('bob@example.org'), 'POST', '/api/demo/sessions')).status).toBe(201);
  });

  test('three live at most of ten that are asked for at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => ask(ann, 'POST', '/api/demo/sessions')));
    const { items } = sessionList.parse((await ask(ann, 'GET', '/api/auth/sessions')).body);
    expect(items.filter((item) => item.user_agent === 'Demo: throw-away session').length).toBeLessThanOrEqual(3);
  });

  test('sixty-one refreshes of one in a minute are too many', async () => {
    const { id } = await make();
    for (let generation = 0; generation < 60; generation++) await present(id, generation);
    expect((await ask(ann, 'POST', `/api/demo/sessions/${id}/refresh`, { generation: 60 })).status).toBe(429);
  });
});

test('no request can bear the mark of a throw-away session', async () => {
  const client = new Browser();
  await client.send('POST', '/api/auth/token', {
    json: { email: 'ann@example.org', password: 'a few unrelated words' },
    headers: { 'User-Agent': 'Demo: throw-away session' },
  });
  const { items } = sessionList.parse((await ask(ann, 'GET', '/api/auth/sessions')).body);
  expect(items.map((item) => item.user_agent).sort()).toEqual(['Test/1.0', null]);
  const disguised = items.find((item) => item.user_agent === null);
  expect((await ask(ann, 'POST', `/api/demo/sessions/${disguised?.id}/use`)).status).toBe(404);
});

test('nothing of a token, a seed or a key stands in any answer', async () => {
  await own();
  const { id } = await make();
  await present(id, 0);
  await present(id, 0);
  await use(id);
  app.clock.advance(11);
  await present(id, 0);
  const { session } = (await app.deps.store.findSession(id)) ?? {};
  const secrets = [session?.headKid ?? 'none', Buffer.from(session?.seed ?? []).toString('base64url')];
  expect(bodies.length).toBe(6);
  for (const body of bodies) {
    expect(body).not.toMatch(/v1\.|eyJ|Fe26|[\w-]{43}|seed|kid|nonce|token/);
    for (const secret of secrets) expect(body).not.toContain(secret);
  }
});
