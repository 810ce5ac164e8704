import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asked, showPassword, type } from '#tests/integration/sign-in/two-steps.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';
import { beside, type Factors, setTwoStep, turnOn } from '#tests/support/two-step.ts';

const freshSeconds = 900;
let app: TestApp;
let ann: Browser;
let factors: Factors;
let id: string;

async function idOf(email: string): Promise<string> {
  const user = await app.deps.store.findUserByEmail(email);
  if (!user) throw new Error('Nobody has signed up.');
  return user.id;
}

/** Gives somebody who has signed up an app and recovery codes. */
async function withFactors(email: string): Promise<Factors> {
  const { env } = app.deps;
  const userId = await idOf(email);
  return beside(env.DATABASE_URL, (executor) =>
    turnOn(executor, userId, { secrets: env.AUTH_SECRET, at: app.clock.now }),
  );
}

beforeEach(async () => {
  app = await startApp({ LIMIT_STEP_UP_PER_USER: '1000/900', LIMIT_LOGIN_PER_ADDRESS: '1000/900' });
  ann = await signedUp();
  id = await idOf('ann@example.org');
  factors = await withFactors('ann@example.org');
});
afterEach(() => app.close());

const code = () => factors.code(app.clock.now);
const wrong = () => code().replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
const exported = async (who: Browser) => (await who.send('GET', '/api/me/export')).status;
const claimsOf = (who: Browser) => decodeJwt(who.token ?? '');

/** Steps up, as the page does: with the token, and keeps the one that comes back. */
async function stepUp(who: Browser, json: object = { password, code: code() }): Promise<Response> {
  const response = await who.send('POST', '/api/auth/step-up', { json });
  if (response.ok) who.token = (await response.clone().json()).access_token;
  return response;
}
async function outcomeOf(response: Response): Promise<[number, string[]]> {
  return [response.status, Object.keys((await response.json()).fields ?? {})];
}
async function eventTypes(): Promise<string[]> {
  const { items } = await app.deps.store.listSecurityEvents(id, { page: 1, size: 100 });
  return items.map(({ type }) => type).toSorted();
}

describe('where two-step sign-in is on, what asks for a fresh sign-in', () => {
  test('asks for two factors, in the words of RFC 9470, and ends nothing', async () => {
    const response = await ann.send('GET', '/api/me/export');
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="latchkey", error="insufficient_user_authentication", error_description="Confirm that it is you, then try again.", max_age="900", acr_values="aal2"',
    );
    expect(await response.json()).toEqual({
      error: 'insufficient_user_authentication',
      error_description: 'Confirm that it is you, then try again.',
      factors: ['password', 'totp', 'recovery_code'],
    });
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
  });

  test('names the factors that the account has', async () => {
    await beside(app.deps.env.DATABASE_URL, ({ run, tables }) =>
      run((db) => db.delete(tables.recoveryCodes).returning()),
    );
    expect(await (await ann.send('GET', '/api/me/export')).json()).toMatchObject({ factors: ['password', 'totp'] });
  });

  test('takes a step-up with both, for FRESH_SECONDS', async () => {
    expect((await stepUp(ann)).status).toBe(200);
    expect(claimsOf(ann)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
    app.clock.advance(freshSeconds);
    await ann.refresh();
    expect(await exported(ann)).toBe(200);
    app.clock.advance(1);
    expect(await exported(ann)).toBe(401);
    expect(claimsOf(ann)).toMatchObject({ acr: 'aal2' });
  });

  test('takes no token from before the step-up, and no session that another one’s step-up made', async () => {
    const older = ann.copy();
    const phone = ann.copy();
    await stepUp(ann);
    expect([await exported(older), await exported(ann), await exported(phone)]).toEqual([401, 200, 401]);
  });

  test('asks for it before a new password as well, and for nothing where two-step sign-in is off', async () => {
    const change = (who: Browser) =>
      who.send('POST', '/api/auth/password', {
        json: { current_password: password, new_password: 'quite different unrelated words' },
      });
    const response = await change(ann);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'insufficient_user_authentication' });
    expect(await app.deps.store.findUser(id)).toMatchObject({ epoch: 0 });
    await stepUp(ann);
    expect((await change(ann)).status).toBe(200);
    const bob = await signedUp('bob@example.org');
    app.clock.advance(freshSeconds + 1);
    await bob.refresh();
    expect((await change(bob)).status).toBe(200);
  });
});

describe('a step-up where two-step sign-in is on', () => {
  test('asks for a code once the password is right', async () => {
    expect(await outcomeOf(await stepUp(ann, { password }))).toEqual([400, ['code']]);
    expect(await outcomeOf(await stepUp(ann, { password, code: wrong() }))).toEqual([400, ['code']]);
    expect(await outcomeOf(await stepUp(ann, { password, code: '12345' }))).toEqual([400, ['code']]);
    expect(await exported(ann)).toBe(401);
    expect(await eventTypes()).toEqual(['signed_up', 'step_up_failed']);
  });

  test('says nothing of the code for a wrong password, and neither counts nor uses it', async () => {
    for (const typed of [code(), wrong()])
      expect(await outcomeOf(await stepUp(ann, { password: 'wrong words', code: typed }))).toEqual([400, ['password']]);
    expect(await app.deps.store.findTotp(id)).toMatchObject({ failures: 0, lastStep: 0 });
    expect((await stepUp(ann)).status).toBe(200);
  });

  test('takes a code once, and none from before one that was taken', async () => {
    const used = code();
    const older = factors.code(app.clock.now, -1);
    expect((await stepUp(ann)).status).toBe(200);
    for (const typed of [used, older])
      expect(await outcomeOf(await stepUp(ann, { password, code: typed }))).toEqual([400, ['code']]);
    app.clock.advance(30);
    expect((await stepUp(ann)).status).toBe(200);
  });

  test('of ten with one code, or one recovery code, at the same moment makes one successor', async () => {
    for (const typed of [{ code: code() }, { recovery_code: factors.recoveryCodes[0] }]) {
      const sent = Array.from({ length: 10 }, () => stepUp(ann.copy(), { password, ...typed }));
      const statuses = (await Promise.all(sent)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, ...Array(9).fill(400)]);
    }
  });

  test('takes a recovery code once, however it is typed, and tells its owner how many are left', async () => {
    const [first = ''] = factors.recoveryCodes;
    const typed = { recovery_code: ` ${first.toLowerCase().replace(/(....)/g, '$1-')}` };
    expect((await stepUp(ann, { password, ...typed })).status).toBe(200);
    expect(claimsOf(ann)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
    expect(await exported(ann)).toBe(200);
    expect(await outcomeOf(await stepUp(ann, { password, ...typed }))).toEqual([400, ['code']]);
    expect((await eventTypes()).filter((type) => type === 'recovery_code_used')).toHaveLength(1);
    const mails = await app.deps.store.listMails(['waiting', 'held'], 100);
    expect(mails.find(({ eventType }) => eventType === 'recovery_code_used')).toMatchObject({ detail: '1' });
  });

  test('takes neither the code nor the recovery code of another account', async () => {
    const bob = await signedUp('bob@example.org');
    const bobs = await withFactors('bob@example.org');
    for (const typed of [{ code: bobs.code(app.clock.now) }, { recovery_code: bobs.recoveryCodes[0] }])
      expect(await outcomeOf(await stepUp(ann, { password, ...typed }))).toEqual([400, ['code']]);
    expect((await stepUp(bob, { password, code: bobs.code(app.clock.now) })).status).toBe(200);
  });

  test('counts the codes of a session apart from those of another, ten an hour', async () => {
    const phone = ann.copy();
    await stepUp(phone);
    app.clock.advance(30);
    // The code above was the first of this session.
    for (let tries = 1; tries < 10; tries += 1)
      expect((await stepUp(ann, { password, code: wrong() })).status).toBe(400);
    const refused = await stepUp(ann);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await stepUp(phone)).status).toBe(200);
  });
});

test('a code that signed in steps nothing up, and one that stepped up signs nobody in', async () => {
  const signedIn = await asked('ann@example.org');
  expect((await type(signedIn, { code: code() })).status).toBe(200);
  expect(await outcomeOf(await stepUp(ann))).toEqual([400, ['code']]);
  app.clock.advance(30);
  expect((await stepUp(ann)).status).toBe(200);
  expect((await type(await asked('ann@example.org'), { code: code() })).status).toBe(401);
});

test('a device that is not asked for a second step is fresh for nothing before it shows one', async () => {
  const signedIn = await asked('ann@example.org');
  expect((await type(signedIn, { code: code(), remember_device: true })).status).toBe(200);
  const { browser } = signedIn;
  const response = await showPassword('ann@example.org', { browser });
  expect(response.status).toBe(200);
  browser.token = (await response.json()).access_token;
  expect(claimsOf(browser)).toMatchObject({ acr: 'aal1' });
  expect(await exported(browser)).toBe(401);
  app.clock.advance(30);
  await stepUp(browser);
  expect(await exported(browser)).toBe(200);
});

test('a code that is typed where two-step sign-in is off by then is not looked at', async () => {
  await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, false));
  expect((await stepUp(ann, { password, code: wrong() })).status).toBe(200);
  expect(claimsOf(ann)).toMatchObject({ acr: 'aal1', amr: ['pwd'] });
  expect(await app.deps.store.findTotp(id)).toMatchObject({ failures: 0, lastStep: 0 });
});

test('the only code of a successor that is never used is used up all the same', async () => {
  const lost = ann.copy();
  const used = code();
  expect((await stepUp(lost)).status).toBe(200);
  expect(await outcomeOf(await stepUp(ann, { password, code: used }))).toEqual([400, ['code']]);
  expect((await ann.send('GET', '/api/me')).status).toBe(200);
});
