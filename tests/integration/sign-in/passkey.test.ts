import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createContainer } from '#lib/server/runtime/container.ts';
import { passkeyPath, shown } from '#tests/integration/second-factors/passkeys.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';
import { digestOfRows } from '#tests/support/rows.ts';
import { beside } from '#tests/support/two-step.ts';
import { eventsOf, newSessionsOf, path, showPassword } from './two-steps.ts';
import { claimsOf, elsewhere, guardedByPasskey, signInWith, withPasskey } from './with-passkey.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const mail = {
  SMTP_URL: 'smtp://127.0.0.1:1?tls=off',
  MAIL_FROM: 'Latchkey <a@example.org>',
  EMAIL_VERIFICATION: 'off',
};

describe('a passkey alone', () => {
  test.each(['es256', 'eddsa', 'rs256'] as const)('of %s signs in, as two factors', async (algorithm) => {
    const ann = await withPasskey(app, 'ann@example.org', { algorithm });
    const { browser, response } = await signInWith(ann.passkey);
    expect([response.status, (await response.json()).user.email]).toEqual([200, ann.email]);
    const names = response.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
    expect(names).toEqual(['latchkey-refresh', 'latchkey-session']);
    expect(claimsOf(browser)).toMatchObject({ sub: ann.id, acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
    expect((await browser.refresh()).status).toBe(200);
    expect(claimsOf(browser)).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
    expect(await eventsOf(app, ann)).toContain('signed_in');
  });

  test('computes no hash', async () => {
    const ann = await withPasskey(app);
    const begun: string[] = [];
    app.deps.hasher = {
      ...app.deps.hasher,
      hash: async () => String(begun.push('hash')),
      compare: async () => begun.push('compare') > 0,
    };
    expect((await signInWith(ann.passkey)).response.status).toBe(200);
    expect((await signInWith(ann.passkey, { lies: { isVerified: false } })).response.status).toBe(401);
    expect(begun).toEqual([]);
  });

  test('works for an account that has no password', async () => {
    const ann = await withPasskey(app);
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { users } }) =>
      run((db) => db.update(users).set({ passwordHash: null }).returning()),
    );
    expect((await signInWith(ann.passkey)).response.status).toBe(200);
  });

  test.each([true, false])('asked for with "remember me" (%s) keeps the cookies so', async (remember) => {
    const ann = await withPasskey(app);
    const { response } = await signInWith(ann.passkey, { more: { remember } });
    const kept = response.headers.getSetCookie().map((cookie) => /Max-Age=[1-9]/.test(cookie));
    expect(kept).toEqual([remember, remember]);
  });

  test('ends the session that the browser came with', async () => {
    const ann = await withPasskey(app);
    const bob = await signedUp('bob@example.org');
    const before = bob.copy();
    expect((await signInWith(ann.passkey, { browser: bob })).response.status).toBe(200);
    expect((await before.send('GET', '/api/me')).status).toBe(401);
    expect(claimsOf(bob)).toMatchObject({ sub: ann.id });
  });

  test('refused leaves the session that the browser came with', async () => {
    const ann = await withPasskey(app);
    const bob = await signedUp('bob@example.org');
    await signInWith(ann.passkey, { browser: bob, lies: { isVerified: false } });
    expect((await bob.send('GET', '/api/me')).status).toBe(200);
  });

  test('keeps an account that was to be deleted', async () => {
    const ann = await withPasskey(app);
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { users } }) =>
      run((db) =>
        db
          .update(users)
          .set({ deletesAt: new Date(app.clock.now.getTime() + 1e6) })
          .returning(),
      ),
    );
    expect((await signInWith(ann.passkey, { lies: { isVerified: false } })).response.status).toBe(401);
    expect((await app.deps.store.findUser(ann.id))?.deletesAt).not.toBeNull();
    expect((await signInWith(ann.passkey)).response.status).toBe(200);
    expect((await app.deps.store.findUser(ann.id))?.deletesAt).toBeNull();
    expect(await eventsOf(app, ann)).toContain('account_kept');
  });

  test('on a new device is told of by mail, and on one that is known is not', async () => {
    await app.restart(mail);
    const ann = await withPasskey(app);
    const told = async () =>
      (await app.deps.store.listMails(['waiting'], 100)).filter(({ eventType }) => eventType === 'signed_in').length;
    expect((await signInWith(ann.passkey)).response.status).toBe(200);
    expect(await told()).toBe(0);
    const phone = new Browser();
    const headers = {
      'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1',
    };
    const json = await shown(phone, ann.passkey, 'sign_in');
    expect((await phone.send('POST', path, { json, headers })).status).toBe(200);
    expect(await told()).toBe(1);
  });

  test('does not sign in once it is removed', async () => {
    const ann = await withPasskey(app);
    const [row] = await app.deps.store.listPasskeys(ann.id);
    const asking = await shown(new Browser(), ann.passkey, 'sign_in');
    expect((await ann.browser.send('DELETE', passkeyPath.one(row?.id ?? ''))).status).toBe(204);
    const response = await new Browser().send('POST', path, { json: asking });
    expect([response.status, Object.keys((await response.json()).fields)]).toEqual([401, ['credential']]);
  });

  test('counts as a try to sign in from its address', async () => {
    // As server.ts does, for addresses to be believed.
    vi.stubEnv('LATCHKEY_FRONT', 'server');
    await app.restart({ LIMIT_LOGIN_PER_ADDRESS: '3/60' });
    const ann = await withPasskey(app);
    const from = async (address: string) => {
      const browser = new Browser();
      const headers = { 'X-Forwarded-For': address };
      return (await browser.send('POST', path, { json: await shown(browser, ann.passkey, 'sign_in'), headers })).status;
    };
    const statuses = [];
    for (const _ of 'abcd') statuses.push(await from('203.0.113.1'));
    expect([...statuses, await from('203.0.113.2')]).toEqual([200, 200, 200, 429, 200]);
    vi.unstubAllEnvs();
  });
});

describe('a ceremony', () => {
  test('writes nothing when it is asked for', async () => {
    await withPasskey(app);
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    const browser = new Browser();
    for (const purpose of ['sign_in', 'second_step', 'reset', 'undo'])
      expect((await browser.send('POST', passkeyPath.request, { json: { purpose } })).status).toBe(200);
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
    expect([...browser.cookies]).toEqual([]);
  });

  test('tells nobody who has a passkey, and asks for user verification', async () => {
    await withPasskey(app);
    const response = await new Browser().send('POST', passkeyPath.request, { json: { purpose: 'sign_in' } });
    expect(await response.json()).toEqual({
      ceremony: expect.any(String),
      options: {
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        rpId: 'localhost',
        timeout: 300_000,
        userVerification: 'required',
      },
    });
  });

  test('outlives a restart and works on another instance, and yet serves once', async () => {
    const ann = await withPasskey(app);
    const json = await shown(new Browser(), ann.passkey, 'sign_in');
    await app.restart({});
    const other = await createContainer(app.deps.env, () => app.clock.now);
    const send = () => new Browser().send('POST', path, { json, token: null });
    expect((await elsewhere(app.deps, other, send)).status).toBe(200);
    expect((await send()).status).toBe(401);
    expect((await elsewhere(app.deps, other, send)).status).toBe(401);
    await other.store.close();
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
  });

  test('outlives a new key of AUTH_SECRET beside the old one', async () => {
    const ann = await withPasskey(app);
    const json = await shown(new Browser(), ann.passkey, 'sign_in');
    const [old = ''] = app.deps.env.AUTH_SECRET;
    await app.restart({ AUTH_SECRET: `q7RkP2vX9mT4wLc8Yh3NbJ6dKf1GpS5A-tests-only,${old}` });
    expect((await new Browser().send('POST', path, { json })).status).toBe(200);
  });
});

describe('where the app has an IP address for a name', () => {
  test.each(['http://127.0.0.1:3000', 'http://[::1]:3000'])('(%s) there are no passkeys', async (url) => {
    const ann = await withPasskey(app);
    const json = await shown(new Browser(), ann.passkey, 'sign_in');
    await app.restart({ APP_URL: url });
    const browser = new Browser();
    const asking = await browser.send('POST', passkeyPath.request, { json: { purpose: 'sign_in' }, token: null });
    expect(asking.status).toBe(404);
    expect((await browser.send('POST', path, { json, token: null })).status).toBe(401);
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });
});

describe('where two-step sign-in is on', () => {
  test('a passkey alone signs in, for it is two factors; without user verification it does not', async () => {
    const ann = await guardedByPasskey(app);
    expect((await signInWith(ann.passkey, { lies: { isVerified: false } })).response.status).toBe(401);
    expect(await newSessionsOf(app, ann)).toEqual([]);
    const { browser, response } = await signInWith(ann.passkey);
    expect(response.status).toBe(200);
    expect(claimsOf(browser)).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
  });

  test('a passkey ends the wait that wrong app codes of strangers made', async () => {
    const ann = await guardedByPasskey(app);
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { totps } }) =>
      run((db) => db.update(totps).set({ failures: 100 }).returning()),
    );
    expect((await signInWith(ann.passkey, { lies: { isVerified: false } })).response.status).toBe(401);
    expect(await app.deps.store.findTotp(ann.id)).toMatchObject({ failures: 100 });
    expect((await signInWith(ann.passkey)).response.status).toBe(200);
    expect(await app.deps.store.findTotp(ann.id)).toMatchObject({ failures: 0 });
  });

  test('a passkey does not turn it on: the password alone still signs in', async () => {
    const ann = await withPasskey(app);
    expect((await app.deps.store.findUser(ann.id))?.twoStep).toBe(false);
    await signInWith(ann.passkey);
    expect((await showPassword(ann.email)).status).toBe(200);
  });
});
