import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { beside, type Factors, setTwoStep, turnOn } from '#tests/support/two-step.ts';

const chosen = 'quite different unrelated words';
let app: TestApp;
let ann: Browser;
let factors: Factors;
let id: string;

async function withFactors(email: string): Promise<Factors> {
  const { env, store } = app.deps;
  const user = await store.findUserByEmail(email);
  if (!user) throw new Error('Nobody has signed up.');
  return beside(env.DATABASE_URL, (executor) =>
    turnOn(executor, user.id, { secrets: env.AUTH_SECRET, at: app.clock.now }),
  );
}

async function start(changes: Record<string, string> = {}): Promise<void> {
  app = await startApp(changes);
  ann = await signedUp();
  id = (await app.deps.store.findUserByEmail('ann@example.org'))?.id ?? '';
  factors = await withFactors('ann@example.org');
}
beforeEach(() => start());
afterEach(() => app.close());

const linkToken = async (userId = id) => new URL(await newOperatorLink(app.deps, userId)).hash.slice(1);
const code = () => factors.code(app.clock.now);
const wrong = () => code().replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
const send = (token: string, typed: object = {}, new_password = chosen) =>
  new Browser().send('POST', '/api/auth/password/reset', { json: { token, new_password, ...typed } });
async function outcomeOf(response: Response): Promise<string> {
  const { fields = {} } = response.status === 204 ? {} : await response.json();
  return [response.status, ...Object.keys(fields).toSorted()].join(' ');
}
const user = () => app.deps.store.findUser(id);
const untouched = { credentialVersion: 0, epoch: 0 };

describe('where two-step sign-in is on, a link to set a password', () => {
  test('is not enough: it says what is missing, changes nothing and stays good', async () => {
    const token = await linkToken();
    const response = await send(token);
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
    expect(await response.json()).toEqual({
      error: 'second_step_required',
      error_description: 'Show the second factor of this account.',
      second_step: { factors: ['totp', 'recovery_code'] },
    });
    expect(await user()).toMatchObject(untouched);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await send(token, { code: code() })).status).toBe(204);
  });

  test('sets it with a code, which is then used; the app and the recovery codes stay, and are asked for', async () => {
    const token = await linkToken();
    expect(await outcomeOf(await send(token, { code: code() }))).toBe('204');
    expect(await user()).toMatchObject({ credentialVersion: 1, epoch: 1, twoStep: true });
    expect(await app.deps.store.listProofs(id, 'localhost')).toEqual(['totp', 'recovery_code']);
    expect((await app.deps.store.findTotp(id))?.lastStep).toBe(Math.floor(app.clock.now.getTime() / 30_000));
    const again = await linkToken();
    expect(await outcomeOf(await send(again, { code: code() }))).toBe('400 code');
    expect((await send(again)).status).toBe(403);
    expect((await ann.send('GET', '/api/me')).status).toBe(401);
  });

  test('sets it with a recovery code, once, and tells the owner how many are left', async () => {
    const [recovery_code] = factors.recoveryCodes;
    expect(await outcomeOf(await send(await linkToken(), { recovery_code }))).toBe('204');
    expect(await outcomeOf(await send(await linkToken(), { recovery_code }))).toBe('400 code');
    const mails = await app.deps.store.listMails(['waiting', 'held'], 100);
    expect(mails.find(({ eventType }) => eventType === 'recovery_code_used')).toMatchObject({ detail: '1' });
  });

  test('is asked for no code while the password that was typed is no good', async () => {
    expect(await outcomeOf(await send(await linkToken(), { code: code() }, 'short'))).toBe('400 new_password');
    expect((await app.deps.store.findTotp(id))?.lastStep).toBe(0);
  });

  test('is not taken with the code of another account, nor opens another account with its own', async () => {
    await signedUp('bob@example.org');
    const bobs = await withFactors('bob@example.org');
    const token = await linkToken();
    for (const typed of [{ code: bobs.code(app.clock.now) }, { recovery_code: bobs.recoveryCodes[0] }])
      expect(await outcomeOf(await send(token, typed))).toBe('400 code');
    expect(await user()).toMatchObject(untouched);
  });

  test('of two that come with one code at the same moment, or a step-up with it, makes one happen', async () => {
    const token = await linkToken();
    const typed = { code: code() };
    const outcomes = await Promise.all([
      send(token, typed),
      ann.send('POST', '/api/auth/step-up', { json: { password, ...typed } }),
      send(token, typed),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('voids the sign-ins that wait for their second step, and the devices that are not asked for it', async () => {
    await beside(app.deps.env.DATABASE_URL, async ({ run, tables }) => {
      const seen = { createdAt: app.clock.now, lastUsedAt: app.clock.now, expiresAt: new Date(8e12) };
      const device = { id: randomUUID(), userId: id, hash: 'hash', userEpoch: 0, userAgent: null, ip: null, ...seen };
      const step = { id: randomUUID(), userId: id, secretHash: 'hash', ...untouched };
      const waiting = { ...step, persistent: false, tries: 0, expiresAt: new Date(8e12) };
      await run((db) => db.insert(tables.trustedDevices).values(device).returning());
      await run((db) => db.insert(tables.secondSteps).values(waiting).returning());
    });
    expect((await send(await linkToken(), { code: code() })).status).toBe(204);
    const left = await beside(app.deps.env.DATABASE_URL, async ({ run, tables }) => [
      ...(await run((db) => db.select({ id: tables.trustedDevices.id }).from(tables.trustedDevices))),
      ...(await run((db) => db.select({ id: tables.secondSteps.id }).from(tables.secondSteps))),
    ]);
    expect(left).toEqual([]);
  });

  test('asks for a code too where two-step sign-in is turned on while it is being used', async () => {
    await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, false));
    const token = await linkToken();
    const { hasher } = app.deps;
    const hash = hasher.hash.bind(hasher);
    hasher.hash = async (typed) => {
      await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, true));
      return hash(typed);
    };
    expect((await send(token)).status).toBe(403);
    expect(await user()).toMatchObject(untouched);
    hasher.hash = hash;
    expect((await send(token, { code: code() })).status).toBe(204);
  });

  test('does nothing where two-step sign-in is on and nothing is left to show', async () => {
    await beside(app.deps.env.DATABASE_URL, async ({ run, tables }) => {
      await run((db) => db.delete(tables.totps).returning());
      await run((db) => db.delete(tables.recoveryCodes).returning());
    });
    const token = await linkToken();
    const response = await send(token);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ second_step: { factors: [] } });
    expect(await outcomeOf(await send(token, { code: code() }))).toBe('400 code');
    expect(await user()).toMatchObject(untouched);
  });
});

describe.each(['on', 'off'])('ten wrong codes (RATE_LIMITS %s)', (limits) => {
  beforeEach(async () => {
    await app.close();
    await start({ RATE_LIMITS: limits });
  });

  test('end a link, however many come at once, and the tries of another one count with them', async () => {
    const token = await linkToken();
    const typed = wrong();
    const answers = await Promise.all(Array.from({ length: 30 }, () => send(token, { code: typed }).then(outcomeOf)));
    expect(answers.filter((answer) => answer === '400 code')).toHaveLength(9);
    expect(await outcomeOf(await send(token, { code: code() }))).toBe('400 token');
    expect(await user()).toMatchObject(untouched);
    expect((await app.deps.store.findTotp(id))?.failures).toBe(10);
    if (limits === 'on') {
      expect((await send(await linkToken(), { code: code() })).status).toBe(429);
      app.clock.advance(3600);
    }
    expect((await send(await linkToken(), { code: code() })).status).toBe(204);
  });
});

test('a code that is typed where two-step sign-in is off is not looked at', async () => {
  await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, false));
  expect((await send(await linkToken(), { code: wrong() })).status).toBe(204);
  expect(await app.deps.store.findTotp(id)).toMatchObject({ failures: 0, lastStep: 0 });
});

test('a code that has to wait is not compared, and uses up no link', async () => {
  await app.close();
  await start({ LIMIT_FACTOR_PER_ACCOUNT: '2/60' });
  const first = await linkToken();
  for (let tries = 0; tries < 2; tries++) await send(first, { code: wrong() });
  const token = await linkToken();
  for (let tries = 0; tries < 12; tries++) expect((await send(token, { code: code() })).status).toBe(429);
  app.clock.advance(60);
  expect((await send(token, { code: code() })).status).toBe(204);
});
