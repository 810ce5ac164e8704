import { count } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { beside } from '#tests/support/two-step.ts';
import {
  another,
  asked,
  cookieName,
  eventsOf,
  newSessionsOf,
  outcomeOf,
  path,
  showPassword,
  type,
  withTwoStep,
} from './two-steps.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '100/900', LIMIT_FACTOR_PER_ACCOUNT: '100/3600' });
});
afterEach(() => app.close());

const sessionRows = () =>
  beside(app.deps.env.DATABASE_URL, async ({ run, tables }) => {
    const [rows] = await run((db) => db.select({ of: count() }).from(tables.sessions));
    return rows?.of;
  });

describe('the right password where two-step sign-in is on', () => {
  test.each(['JSON', 'the OAuth form'])(
    'sent as %s, begins no session: no row, no token, no cookie of one',
    async (how) => {
      const ann = await withTwoStep(app);
      const before = await sessionRows();
      const browser = new Browser();
      const body = new URLSearchParams({ grant_type: 'password', username: ann.email, password });
      const response =
        how === 'JSON' ? await showPassword(ann.email, { browser }) : await browser.send('POST', path, { body });
      expect(response.status).toBe(403);
      const answered = await response.json();
      expect(answered).toEqual({
        error: 'second_step_required',
        error_description: expect.any(String),
        second_step: { id: expect.any(String), factors: ['totp', 'recovery_code'], expires_in: 600 },
      });
      const secret = `${answered.second_step.id}\\.[\\w-]{43}`;
      expect(response.headers.getSetCookie()).toEqual([
        expect.stringMatching(
          new RegExp(`^latchkey-second-step=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600$`),
        ),
      ]);
      expect(await sessionRows()).toBe(before);
      expect(await eventsOf(app, ann)).toEqual(['signed_up']);
      expect((await browser.send('GET', '/api/me')).status).toBe(401);
      expect((await browser.send('GET', '/api/auth/session')).status).toBe(401);
      expect((await browser.refresh()).status).toBe(401);
    },
  );

  test('leaves the session that the browser came with, and completing it ends that as replaced', async () => {
    const ann = await withTwoStep(app);
    const bob = await signedUp('bob@example.org');
    const step = await asked(ann.email, { browser: bob });
    expect((await bob.send('GET', '/api/me')).status).toBe(200);
    const before = bob.copy();
    expect((await type(step, { code: ann.code(app.clock.now) })).status).toBe(200);
    expect((await before.send('GET', '/api/me')).status).toBe(401);
  });

  test('names only what the account has', async () => {
    const ann = await withTwoStep(app);
    for (const recovery_code of ann.recoveryCodes)
      expect((await type(await asked(ann.email), { recovery_code })).status).toBe(200);
    expect((await (await showPassword(ann.email)).json()).second_step.factors).toEqual(['totp']);
  });

  test('lets nobody in where no factor is left', async () => {
    const ann = await withTwoStep(app);
    const code = ann.code(app.clock.now);
    await beside(app.deps.env.DATABASE_URL, async ({ run, tables }) => {
      await run((db) => db.delete(tables.totps).returning());
      await run((db) => db.delete(tables.recoveryCodes).returning());
    });
    const response = await showPassword(ann.email);
    expect([response.status, (await response.clone().json()).second_step.factors]).toEqual([403, []]);
    const step = await asked(ann.email);
    expect(await outcomeOf(await type(step, { code }))).toBe('401 code');
    expect(await outcomeOf(await type(step, { recovery_code: ann.recoveryCodes[0] }))).toBe('401 code');
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });
});

describe('the second step', () => {
  test('with the code of the app, spaces and all, signs in with both cookies and says that it was shown', async () => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email, { over: { remember: true } });
    const response = await type(step, { code: ann.code(app.clock.now).replace(/(...)/, ' $1 ') });
    expect(response.status).toBe(200);
    const { access_token: token } = await response.json();
    const [refresh = '', session = '', cleared, ...more] = response.headers.getSetCookie();
    expect([refresh, session]).toEqual([
      expect.stringMatching(/Max-Age=[1-9]/),
      expect.stringMatching(/Max-Age=[1-9]/),
    ]);
    expect(cleared).toBe(`${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
    expect(more).toEqual([]);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ sub: ann.id, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
    expect(await eventsOf(app, ann)).toEqual(expect.arrayContaining(['signed_up', 'signed_in']));
    expect((await step.browser.send('GET', '/api/me', { token })).status).toBe(200);
    expect((await step.browser.refresh()).status).toBe(200);
  });

  test('with a recovery code signs in, and its owner hears how many are left', async () => {
    await app.restart({
      SMTP_URL: 'smtp://127.0.0.1:1?tls=off',
      MAIL_FROM: 'Latchkey <a@example.org>',
      EMAIL_VERIFICATION: 'off',
    });
    const ann = await withTwoStep(app);
    const typed = ` ${ann.recoveryCodes[0]?.toLowerCase().replace(/(.{4})/g, '$1-')}`;
    expect((await type(await asked(ann.email), { recovery_code: typed })).status).toBe(200);
    expect(await eventsOf(app, ann)).toContain('recovery_code_used');
    const mails = await app.deps.store.listMails(['waiting'], 100);
    expect(mails.filter(({ eventType }) => eventType === 'recovery_code_used')).toMatchObject([{ detail: '1' }]);
  });

  test('is over after five wrong codes: the right one is not taken any more', async () => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    const [right, wrong] = [ann.code(app.clock.now), another(ann.code(app.clock.now))];
    const outcomes = [];
    for (const code of [wrong, wrong, wrong, wrong, wrong, right])
      outcomes.push(await outcomeOf(await type(step, { code })));
    expect(outcomes).toEqual([...Array(4).fill('401 code'), '401 code second_step', '401 second_step']);
    expect(await newSessionsOf(app, ann)).toEqual([]);
    expect((await eventsOf(app, ann)).filter((event) => event === 'second_step_failed')).toHaveLength(5);
    expect((await type(await asked(ann.email), { code: right })).status).toBe(200);
  });

  test('waits for ten minutes', async () => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    app.clock.advance(600);
    expect(await outcomeOf(await type(step, { code: ann.code(app.clock.now) }))).toBe('401 second_step');
    const next = await asked(ann.email);
    app.clock.advance(599);
    expect((await type(next, { code: ann.code(app.clock.now) })).status).toBe(200);
  });

  test('with no cookie, one of another second step, or one sent twice is refused, and counts no try', async () => {
    const ann = await withTwoStep(app);
    const code = ann.code(app.clock.now);
    const [one, two] = [await asked(ann.email), await asked(ann.email)];
    const cookie = one.browser.cookies.get(cookieName) ?? '';
    const [, secret] = (two.browser.cookies.get(cookieName) ?? '').split('.');
    const planted = ['', `${one.id}.`, `${one.id}.${secret}`, `${cookie}.x`, `${cookie}; ${cookieName}=${cookie}`];
    const tries = [...planted, two.browser.cookies.get(cookieName) ?? ''];
    for (const value of tries) {
      const browser = new Browser();
      browser.cookies.set(cookieName, value);
      expect([value, await outcomeOf(await type({ browser, id: one.id }, { code }))]).toEqual([
        value,
        '401 second_step',
      ]);
    }
    expect((await type(one, { code })).status).toBe(200);
  });

  test.each(['a new password', 'a sign-out everywhere'])('does not outlive %s', async (what) => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    const { store, hasher } = app.deps;
    const about = { userId: ann.id, sessionId: null, requester: { userAgent: null, ip: null }, now: app.clock.now };
    if (what === 'a new password')
      await store.setPassword(
        ann.id,
        await hasher.hash('another password'),
        newSecurityEvent(app.deps, 'password_reset', about),
      );
    else await store.endAllSessions(ann.id, null, newSecurityEvent(app.deps, 'signed_out_everywhere', about));
    expect(await outcomeOf(await type(step, { code: ann.code(app.clock.now) }))).toBe('401 second_step');
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });

  test('keeps an account that was to be deleted; the password alone does not', async () => {
    const ann = await withTwoStep(app);
    await beside(app.deps.env.DATABASE_URL, ({ run, tables }) =>
      run((db) =>
        db
          .update(tables.users)
          .set({ deletesAt: new Date(app.clock.now.getTime() + 1e6) })
          .returning(),
      ),
    );
    const step = await asked(ann.email);
    expect((await app.deps.store.findUser(ann.id))?.deletesAt).not.toBeNull();
    expect((await type(step, { code: ann.code(app.clock.now) })).status).toBe(200);
    expect((await app.deps.store.findUser(ann.id))?.deletesAt).toBeNull();
    expect(await eventsOf(app, ann)).toContain('account_kept');
  });

  test.each([
    ['neither a code nor a recovery code', {}, 'code'],
    ['both', { code: '123456', recovery_code: 'A'.repeat(24) }, 'code'],
    ['too few digits', { code: '12345' }, 'code'],
    ['a recovery code that is none', { recovery_code: 'x' }, 'recovery_code'],
    ['a password beside it', { code: '123456', password }, 'password'],
    ['a tick that is no boolean', { code: '123456', remember_device: 'yes' }, 'remember_device'],
  ])('with %s is 400, names the field and counts no try', async (_, json, field) => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    for (const _ of 'six tries') expect(await outcomeOf(await type(step, json))).toBe(`400 ${field}`);
    expect((await type(step, { code: ann.code(app.clock.now) })).status).toBe(200);
  });
});
