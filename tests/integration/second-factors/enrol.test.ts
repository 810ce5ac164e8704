import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { totpEnrolmentSeconds, totpTries } from '#lib/core/policy.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { addPasskey, shown } from './passkeys.ts';
import { another, confirm, errorOf, factorsOf, guarded, path, setUp, start } from './setting-up.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
});
afterEach(() => app.close());

const claimsOf = (token: string | null) => decodeJwt(token ?? '');
const wrong = [400, 'invalid_request', ['code']];
const signIn = async (email = 'ann@example.org') => {
  const browser = new Browser();
  await browser.authenticate('/api/auth/token', { email, password });
  return browser;
};

describe('setting up an authenticator app', () => {
  test('answers a key, an address and a picture of it, and stores none of them', async () => {
    const ann = await signedUp();
    const { setup } = await start(ann);
    expect(setup.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(setup.uri).toContain(`secret=${setup.secret}&issuer=Latchkey&algorithm=SHA1&digits=6&period=30`);
    expect(setup).toMatchObject({
      expires_in: totpEnrolmentSeconds,
      qr: { path: expect.stringMatching(/^(M\d+ \d+h1v1h-1z)+$/) },
    });
    expect(await factorsOf(ann)).toMatchObject({ two_step: false, totp: null, recovery_codes: null });
  });

  test('turns two-step sign-in on by the first code, and shows ten recovery codes once', async () => {
    const ann = await signedUp();
    const { codes } = await setUp(app, ann);
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4} ){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    const created_at = app.clock.now.toISOString();
    expect(await factorsOf(ann)).toEqual({
      ...{ two_step: true, totp: { created_at, last_used_at: null }, passkeys: [], trusted_devices: [] },
      recovery_codes: { left: 10, created_at },
    });
    expect(await (await ann.send('GET', '/api/me')).json()).toMatchObject({ two_step: true });
    expect((await setUp(app, ann)).confirmed).not.toHaveProperty('recovery_codes');
  });

  test('says nothing of a password that was never shown', async () => {
    const { passkey } = await addPasskey(await signedUp());
    const ann = new Browser();
    await ann.authenticate('/api/auth/token', await shown(ann, passkey, 'sign_in'));
    const { confirmed } = await setUp(app, ann);
    expect(claimsOf(confirmed.access_token)).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
  });

  test('goes on in a successor that showed both factors and is no fresher than the session was', async () => {
    const ann = await signedUp();
    const { auth_time, sid } = claimsOf(ann.token);
    app.clock.advance(100);
    const { confirmed } = await setUp(app, ann);
    const claims = claimsOf(confirmed.access_token);
    expect(claims).toMatchObject({ auth_time, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
    expect(claims.sid).not.toBe(sid);
    expect((await ann.refresh()).status).toBe(200);
    expect(claimsOf(ann.token)).toMatchObject({ auth_time, acr: 'aal2' });
    app.clock.advance(801);
    await ann.refresh();
    expect(await errorOf(await ann.send('POST', path.recovery))).toEqual([401, 'insufficient_user_authentication', []]);
  });

  test('ends the other sessions where that is asked', async () => {
    const ann = await signedUp();
    const elsewhere = await signIn();
    await setUp(app, ann, { end_other_sessions: true });
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(401);
    expect((await elsewhere.refresh()).status).toBe(401);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
  });

  test('keeps the others where it is not', async () => {
    const ann = await signedUp();
    const elsewhere = await signIn();
    await setUp(app, ann);
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(200);
  });

  test('takes a wrong code as none, and no code after too many', async () => {
    const ann = await signedUp();
    const { codeAt } = await start(ann);
    const good = codeAt(app.clock.now);
    for (let tries = 0; tries < totpTries; tries += 1)
      expect(await errorOf(await confirm(ann, another(good)))).toEqual(wrong);
    expect(await errorOf(await confirm(ann, good))).toEqual(wrong);
    expect(await factorsOf(ann)).toMatchObject({ two_step: false, totp: null });
  });

  test('is over after ten minutes', async () => {
    const ann = await signedUp();
    const { codeAt } = await start(ann);
    app.clock.advance(totpEnrolmentSeconds);
    await ann.refresh();
    expect(await errorOf(await confirm(ann, codeAt(app.clock.now)))).toEqual(wrong);
  });

  test('leaves the app in use as it is until the next one is confirmed', async () => {
    const { who } = await guarded(app);
    const inUse = await app.deps.store.findTotp((await (await who.send('GET', '/api/me')).json()).id);
    if (!inUse) throw new Error('There is an app.');
    const { codeAt } = await start(who);
    expect(await app.deps.store.findTotp(inUse.userId)).toEqual(inUse);
    expect(await errorOf(await confirm(who, another(codeAt(app.clock.now))))).toEqual(wrong);
    expect(await app.deps.store.findTotp(inUse.userId)).toEqual(inUse);
    expect((await confirm(who, codeAt(app.clock.now))).status).toBe(200);
    expect(await app.deps.store.findTotp(inUse.userId)).not.toEqual(inUse);
  });

  test('counts the code that confirms as used', async () => {
    const { who } = await guarded(app);
    const { id } = await (await who.send('GET', '/api/me')).json();
    const lastStep = Math.floor(app.clock.now.getTime() / 30_000);
    expect(await app.deps.store.findTotp(id)).toMatchObject({ lastStep });
  });
});

describe('an app that waits', () => {
  test('is finished by no other session of the person, and by no other person', async () => {
    const ann = await signedUp();
    const [elsewhere, bob] = [await signIn(), await signedUp('bob@example.org')];
    const { codeAt } = await start(ann);
    const code = codeAt(app.clock.now);
    expect(await errorOf(await confirm(elsewhere, code))).toEqual(wrong);
    expect(await errorOf(await confirm(bob, code))).toEqual(wrong);
    expect(await factorsOf(bob)).toMatchObject({ two_step: false, totp: null });
    expect((await confirm(ann, code)).status).toBe(200);
  });

  test('is finished once, also by ten at the same moment', async () => {
    const ann = await signedUp();
    const { codeAt } = await start(ann);
    const code = codeAt(app.clock.now);
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(ann.copy(), code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(4);
  });

  test('is finished by the successor of its session', async () => {
    const ann = await signedUp();
    const { codeAt } = await start(ann);
    const stepped = await ann.send('POST', '/api/auth/step-up', { json: { password } });
    ann.token = (await stepped.json()).access_token;
    expect((await confirm(ann, codeAt(app.clock.now))).status).toBe(200);
  });
});

describe('where mail is sent', () => {
  const mail = { SMTP_URL: 'smtps://user:password@mail.example.org:465', MAIL_FROM: 'L <l@example.org>' };

  test('an account adds no factor before its address is verified', async () => {
    const ann = await signedUp();
    const waiting = await start(ann);
    await app.restart({ ...mail, EMAIL_VERIFICATION: 'off' });
    const refused = [403, 'email_not_verified', []];
    expect(await errorOf(await ann.send('POST', path.totp))).toEqual(refused);
    expect(await errorOf(await confirm(ann, waiting.codeAt(app.clock.now)))).toEqual(refused);
    expect(await errorOf(await ann.send('PUT', path.twoStep, { json: { enabled: true } }))).toEqual(refused);
  });

  test('one that has two-step sign-in may change its app', async () => {
    const { who } = await guarded(app);
    await app.restart({ ...mail, EMAIL_VERIFICATION: 'off' });
    await setUp(app, who);
  });
});
