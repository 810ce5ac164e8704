import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { passkeyPath, shown } from '#tests/integration/second-factors/passkeys.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { beside } from '#tests/support/two-step.ts';
import { asked, cookieName, deviceCookie, newSessionsOf, outcomeOf, path, showPassword, type } from './two-steps.ts';
import { claimsOf, guardedByPasskey } from './with-passkey.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '100/900', LIMIT_LOGIN_PER_ADDRESS: '1000/60' });
});
afterEach(() => app.close());

const guarded = (email?: string) => guardedByPasskey(app, email);
type Guarded = Awaited<ReturnType<typeof guarded>>;
const ofStep = ({ passkey }: Guarded, lies = {}) => shown(new Browser(), passkey, 'second_step', lies);

describe('the right password of somebody who has a passkey', () => {
  test('begins no session, and offers the passkey first', async () => {
    const ann = await guarded();
    const response = await showPassword(ann.email);
    const { error, second_step } = await response.json();
    expect([response.status, error, second_step.factors]).toEqual([
      ...[403, 'second_step_required'],
      ['passkey', 'totp', 'recovery_code'],
    ]);
    expect(response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual([cookieName]);
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });

  test('lets nobody in by a passkey where no factor is left', async () => {
    const ann = await guarded();
    const json = await ofStep(ann);
    await beside(app.deps.env.DATABASE_URL, async ({ run, tables }) => {
      for (const table of [tables.totps, tables.recoveryCodes, tables.passkeys])
        await run((db) => db.delete(table).returning());
    });
    expect((await (await showPassword(ann.email)).json()).second_step.factors).toEqual([]);
    expect(await outcomeOf(await type(await asked(ann.email), json))).toBe('401 credential');
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });
});

describe('the second step with a passkey', () => {
  test('signs in, says that both were shown, and forgets the waiting one', async () => {
    const ann = await guarded();
    const step = await asked(ann.email, { over: { remember: true } });
    const response = await type(step, await ofStep(ann));
    expect(response.status).toBe(200);
    const [refresh = '', session = '', cleared] = response.headers.getSetCookie();
    expect([refresh, session].map((cookie) => /Max-Age=[1-9]/.test(cookie))).toEqual([true, true]);
    expect(cleared).toBe(`${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`);
    step.browser.token = (await response.json()).access_token;
    expect(claimsOf(step.browser)).toMatchObject({ sub: ann.id, acr: 'aal2', amr: ['pwd', 'pop', 'user', 'mfa'] });
    expect((await app.deps.store.listPasskeys(ann.id))[0]?.lastUsedAt).toEqual(app.clock.now);
  });

  test('of another account completes nothing, and is not used up', async () => {
    const [ann, bob] = [await guarded(), await guarded('bob@example.org')];
    const json = await ofStep(bob);
    expect(await outcomeOf(await type(await asked(ann.email), json))).toBe('401 credential');
    // Nor where it says that it is the other's.
    for (const userHandle of [ann.passkey.userHandle, null])
      expect(await outcomeOf(await type(await asked(ann.email), await ofStep(bob, { userHandle })))).toBe(
        '401 credential',
      );
    expect([...(await newSessionsOf(app, ann)), ...(await newSessionsOf(app, bob))]).toEqual([]);
    expect((await type(await asked(bob.email), json)).status).toBe(200);
  });

  test('takes one that names no user, for the user is known', async () => {
    const ann = await guarded();
    expect((await type(await asked(ann.email), await ofStep(ann, { userHandle: null }))).status).toBe(200);
  });

  test('without user verification is refused, and each try is counted', async () => {
    const ann = await guarded();
    const step = await asked(ann.email);
    const outcomes = [];
    for (const isVerified of [false, false, false, false, false, true])
      outcomes.push(await outcomeOf(await type(step, await ofStep(ann, { isVerified }))));
    expect(outcomes).toEqual([...Array(4).fill('401 credential'), '401 credential second_step', '401 second_step']);
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });

  test('of another purpose does not complete it, nor does its ceremony sign in', async () => {
    const ann = await guarded();
    for (const purpose of ['sign_in', 'reset', 'undo']) {
      const json = await shown(new Browser(), ann.passkey, purpose);
      expect(await outcomeOf(await type(await asked(ann.email), json))).toBe('401 credential');
    }
    const response = await new Browser().send('POST', path, { json: await ofStep(ann) });
    expect(response.status).toBe(401);
    expect(await newSessionsOf(app, ann)).toEqual([]);
  });

  test('without the cookie of the waiting one, or with another’s, is refused and not used up', async () => {
    const ann = await guarded();
    const [one, two] = [await asked(ann.email), await asked(ann.email)];
    const json = await ofStep(ann);
    for (const browser of [new Browser(), two.browser])
      expect(await outcomeOf(await type({ browser, id: one.id }, json))).toBe('401 second_step');
    expect((await type(one, json)).status).toBe(200);
  });

  test('trusts the browser where that is asked for', async () => {
    const ann = await guarded();
    const step = await asked(ann.email);
    const response = await type(step, { ...(await ofStep(ann)), remember_device: true });
    expect(response.status).toBe(200);
    expect(step.browser.cookies.has(deviceCookie)).toBe(true);
    const { browser } = step;
    expect((await showPassword(ann.email, { browser })).status).toBe(200);
  });

  test.each(['an app code', 'a recovery code'])('beside %s is 400 and counts no try', async (what) => {
    const ann = await guarded();
    const step = await asked(ann.email);
    const code = what === 'an app code' ? { code: '123456' } : { recovery_code: ann.recoveryCodes[0] };
    for (const _ of 'six tries') expect((await type(step, { ...(await ofStep(ann)), ...code })).status).toBe(400);
    expect((await type(step, await ofStep(ann))).status).toBe(200);
  });

  test('ends the wait that wrong app codes of strangers made', async () => {
    const ann = await guarded();
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { totps } }) =>
      run((db) => db.update(totps).set({ failures: 100 }).returning()),
    );
    expect((await type(await asked(ann.email), { code: ann.code(app.clock.now) })).status).toBe(429);
    expect((await type(await asked(ann.email), await ofStep(ann))).status).toBe(200);
    expect((await type(await asked(ann.email), { code: ann.code(app.clock.now) })).status).toBe(200);
  });

  test.each(['a passkey alone', 'the second step'])(
    'that waits stays good beside %s of the same account',
    async (what) => {
      const ann = await guarded();
      const step = await asked(ann.email);
      const other =
        what === 'the second step'
          ? await type(await asked(ann.email), await ofStep(ann))
          : await new Browser().send('POST', path, { json: await shown(new Browser(), ann.passkey, 'sign_in') });
      expect(other.status).toBe(200);
      expect((await type(step, await ofStep(ann))).status).toBe(200);
    },
  );

  test('does not outlive the passkey', async () => {
    const ann = await guarded();
    const { browser } = await asked(ann.email);
    await type({ browser, id: (browser.cookies.get(cookieName) ?? '').split('.')[0] ?? '' }, await ofStep(ann));
    const session = new Browser();
    await session.authenticate(path, await shown(session, ann.passkey, 'sign_in'));
    const step = await asked(ann.email);
    const json = await ofStep(ann);
    const [row] = await app.deps.store.listPasskeys(ann.id);
    expect((await session.send('DELETE', passkeyPath.one(row?.id ?? ''))).status).toBe(204);
    expect(await outcomeOf(await type(step, json))).toBe('401 second_step');
  });
});

describe('one ceremony', () => {
  test('completes one waiting step once, of twenty times at the same moment', async () => {
    const ann = await guarded();
    const step = await asked(ann.email);
    const json = await ofStep(ann);
    const answers = await Promise.all(Array.from({ length: 20 }, () => type(step, json)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
  });

  test('completes one of twenty waiting steps', async () => {
    const ann = await guarded();
    const steps = await Promise.all(Array.from({ length: 20 }, () => asked(ann.email)));
    const json = await ofStep(ann);
    const answers = await Promise.all(steps.map((step) => type(step, json)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
    expect(await outcomeOf(await type(await asked(ann.email), json))).toBe('401 credential');
  });

  test('of twenty completes a waiting step once, and the others stay good', async () => {
    const ann = await guarded();
    const step = await asked(ann.email);
    const bodies = [];
    for (let n = 0; n < 20; n++) bodies.push(await ofStep(ann));
    const answers = await Promise.all(bodies.map((json) => type(step, json)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
    const unused = bodies.find((_, n) => answers[n]?.status !== 200);
    expect((await type(await asked(ann.email), unused ?? {})).status).toBe(200);
  });
});
