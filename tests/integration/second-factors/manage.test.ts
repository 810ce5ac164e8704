import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Asking } from '#lib/server/second-factors/changing.ts';
import { confirmTotp, startTotp } from '#lib/server/second-factors/enrol.ts';
import { renewRecoveryCodes, setTwoStep } from '#lib/server/second-factors/manage.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { addPasskey } from './passkeys.ts';
import { errorOf, factorsOf, guarded, path, setUp } from './setting-up.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
});
afterEach(() => app.close());

const turn = (who: Browser, enabled: boolean, more: object = {}) =>
  who.send('PUT', path.twoStep, { json: { enabled, ...more } });

async function eventsOf(who: Browser): Promise<string[]> {
  const { items } = await (await who.send('GET', '/api/activity')).json();
  return items.map(({ type }: { type: string }) => type).sort();
}

describe('two-step sign-in', () => {
  test('is not turned on with nothing to show', async () => {
    const ann = await signedUp();
    expect(await errorOf(await turn(ann, true))).toEqual([409, 'no_factor', []]);
    expect(await errorOf(await ann.send('POST', path.recovery))).toEqual([409, 'no_factor', []]);
  });

  test('keeps its last factor while it is on', async () => {
    const { who } = await guarded(app);
    expect(await errorOf(await who.send('DELETE', path.totp))).toEqual([409, 'last_factor', []]);
    expect(await factorsOf(who)).toMatchObject({ two_step: true, totp: {} });
  });

  test('takes app and recovery codes along as it is turned off', async () => {
    const { who } = await guarded(app);
    const elsewhere = who.copy();
    expect(await (await turn(who, false)).json()).toEqual({ two_step: false });
    const none = { two_step: false, totp: null, passkeys: [], recovery_codes: null, trusted_devices: [] };
    expect(await factorsOf(who)).toEqual(none);
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(200);
    expect(await eventsOf(who)).toEqual(['signed_up', 'totp_added', 'totp_removed', 'two_step_off', 'two_step_on']);
    expect((await who.send('DELETE', path.totp)).status).toBe(204);
  });

  test('changes nothing where it is so already', async () => {
    const { who } = await guarded(app);
    const before = await eventsOf(who);
    expect(await (await turn(who, true)).json()).toEqual({ two_step: true });
    expect(await eventsOf(who)).toEqual(before);
  });

  test('ends the other sessions where that is asked', async () => {
    const ann = await signedUp();
    const elsewhere = new Browser();
    await elsewhere.authenticate('/api/auth/token', { email: 'ann@example.org', password });
    await setUp(app, ann);
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(200);
    expect((await turn(ann, false, { end_other_sessions: true })).status).toBe(200);
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(401);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
  });
});

test('new recovery codes take the place of the old ones', async () => {
  const { who, codes } = await guarded(app);
  app.clock.advance(60);
  const made = (await (await who.send('POST', path.recovery)).json()).recovery_codes;
  expect(made).toHaveLength(10);
  expect(made).not.toEqual(expect.arrayContaining([codes[0]]));
  const recovery_codes = { left: 10, created_at: app.clock.now.toISOString() };
  expect(await factorsOf(who)).toMatchObject({ recovery_codes });
});

describe('whoever has an old session, and no fresh sign-in,', () => {
  const changes: [string, (who: Browser) => Promise<Response>][] = [
    ['sets up an app', (who) => who.send('POST', path.totp)],
    ['removes the app', (who) => who.send('DELETE', path.totp)],
    ['turns two-step sign-in on', (who) => turn(who, true)],
    ['turns two-step sign-in off', (who) => turn(who, false)],
    ['makes recovery codes', (who) => who.send('POST', path.recovery)],
  ];
  test.each(changes)('never %s', async (_what, attempt) => {
    const { who } = await guarded(app);
    app.clock.advance(901);
    await who.refresh();
    const before = await factorsOf(who);
    expect(await errorOf(await attempt(who))).toEqual([401, 'insufficient_user_authentication', []]);
    expect(await factorsOf(who)).toEqual(before);
  });
});

describe('a session from before two-step sign-in was on, whose request was let in by then,', () => {
  const requester = { userAgent: null, ip: null };
  const attempts: [string, (asking: Asking) => Promise<unknown>][] = [
    ['turns it off', (asking) => setTwoStep(app.deps, asking, { enabled: false })],
    ['gets recovery codes', (asking) => renewRecoveryCodes(app.deps, asking)],
    ['begins to set up another app', (asking) => startTotp(app.deps, asking)],
    ['finishes setting up another app', (asking) => confirmTotp(app.deps, asking, { code: '000000' })],
  ];
  test.each(attempts)('never %s', async (_what, attempt) => {
    const { who } = await guarded(app);
    const { session_id: sessionId } = await (await who.send('GET', '/api/me')).json();
    const database = new Database(app.deps.env.DATABASE_URL.replace(/^file:/, ''));
    database.prepare("UPDATE sessions SET amr = 'pwd' WHERE id = ?").run(sessionId);
    database.close();
    const access = await app.deps.store.findAccess(sessionId);
    if (!access) throw new Error('There is no such session.');
    const before = await factorsOf(who);
    await expect(attempt({ access, requester })).rejects.toMatchObject({ code: 'insufficient_user_authentication' });
    expect(await factorsOf(who)).toEqual(before);
  });
});

describe('a trusted device', () => {
  /** Writes the row of one, as a sign-in does. */
  async function trust(who: Browser): Promise<string> {
    const { id: userId } = await (await who.send('GET', '/api/me')).json();
    const id = randomUUID();
    const now = app.clock.now.getTime();
    const database = new Database(app.deps.env.DATABASE_URL.replace(/^file:/, ''));
    database
      .prepare('INSERT INTO trusted_devices VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)')
      .run(id, userId, randomUUID(), 'Browser', '192.0.2.0', now, now, now + 60_000);
    database.close();
    return id;
  }

  test('is listed, until it is forgotten or its time is over', async () => {
    const { who } = await guarded(app);
    const [id, other] = [await trust(who), await trust(who)];
    const ids = async () => (await factorsOf(who)).trusted_devices.map((device: { id: string }) => device.id).sort();
    expect(await ids()).toEqual([id, other].sort());
    expect((await who.send('DELETE', path.device(id))).status).toBe(204);
    expect(await ids()).toEqual([other]);
    expect(await eventsOf(who)).toContain('device_forgotten');
    app.clock.advance(60);
    expect(await ids()).toEqual([]);
  });

  test('of another person is not found, and stays', async () => {
    const [{ who }, bob] = [await guarded(app), await guarded(app, 'bob@example.org')];
    const id = await trust(bob.who);
    for (const one of [id, randomUUID()])
      expect(await errorOf(await who.send('DELETE', path.device(one)))).toEqual([404, 'not_found', []]);
    expect((await factorsOf(bob.who)).trusted_devices).toMatchObject([{ id, user_agent: 'Browser', ip: '192.0.2.0' }]);
    expect((await factorsOf(who)).trusted_devices).toEqual([]);
  });

  test('is forgotten by a change of factors', async () => {
    const { who } = await guarded(app);
    await trust(who);
    await setUp(app, who);
    expect((await factorsOf(who)).trusted_devices).toEqual([]);
  });
});

test('what a person takes along names their factors, with dates and no secret', async () => {
  const { who } = await guarded(app);
  const created_at = app.clock.now.toISOString();
  const { credential, passkey } = await addPasskey(who, {}, { name: 'Phone' });
  const file = await (await who.send('GET', '/api/me/export')).json();
  expect(file.factors).toEqual([
    { kind: 'totp', created_at, last_used_at: null },
    { kind: 'passkey', name: 'Phone', created_at, last_used_at: null },
    { kind: 'recovery_codes', left: 10, created_at },
  ]);
  const text = JSON.stringify(file);
  for (const secret of [credential.id, passkey.userHandle]) expect(text).not.toContain(secret);
});

describe('a secret', () => {
  test('of an app is sealed in the database, and a recovery code hashed', async () => {
    const { who, setup, codes } = await guarded(app);
    const { id } = await (await who.send('GET', '/api/me')).json();
    const totp = await app.deps.store.findTotp(id);
    expect(Buffer.from(totp?.sealed ?? []).toString('latin1')).not.toContain(setup.secret);
    expect(app.deps.sealedSecrets.open(id, totp ?? { kid: '', sealed: new Uint8Array() })).toHaveLength(20);
    expect(await app.deps.store.hasRecoveryCode(id, codes[0] ?? '')).toBe(false);
  });

  test('is in no answer but the one that makes it', async () => {
    const { who, setup, codes } = await guarded(app);
    const [code = ''] = codes;
    for (const read of ['/api/auth/factors', '/api/me', '/api/activity', '/api/me/export', '/api/auth/sessions']) {
      const answer = await (await who.send('GET', read)).text();
      expect(answer).not.toContain(setup.secret);
      expect(answer.replaceAll(' ', '')).not.toContain(code.replaceAll(' ', ''));
    }
  });

  test('is kept by no cache', async () => {
    const ann = await signedUp();
    const answers = [await ann.send('POST', path.totp), await ann.send('GET', path.factors)];
    for (const { headers } of answers) expect(headers.get('cache-control')).toContain('no-store');
  });
});
