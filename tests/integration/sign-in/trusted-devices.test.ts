import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password } from '#tests/support/browser.ts';
import { beside } from '#tests/support/two-step.ts';
import {
  asked,
  deviceCookie,
  eventsOf,
  newSessionsOf,
  type Person,
  path,
  showPassword,
  type,
  withTwoStep,
} from './two-steps.ts';

const day = 24 * 60 * 60;
let app: TestApp;
beforeEach(async () => {
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '100/900', LIMIT_FACTOR_PER_ACCOUNT: '100/3600' });
});
afterEach(() => app.close());

/** A browser that is not asked for the second step any more. */
async function trusted(person: Person): Promise<Browser> {
  const step = await asked(person.email);
  const response = await type(step, { code: person.code(app.clock.now), remember_device: true });
  if (response.status !== 200) throw new Error(`The second step answered ${response.status}.`);
  app.clock.advance(60);
  return step.browser;
}
const stored = () =>
  beside(app.deps.env.DATABASE_URL, ({ run, tables }) => run((db) => db.select().from(tables.trustedDevices)));

describe('a trusted device', () => {
  test('is a cookie of 256 bits that no other site sends along, stored as a hash', async () => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    const response = await type(step, { code: ann.code(app.clock.now), remember_device: true });
    const set = response.headers.getSetCookie().filter((one) => one.startsWith(deviceCookie));
    const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${30 * day}`;
    expect(set).toEqual([expect.stringMatching(new RegExp(`^latchkey-device=[\\w-]{43}; ${flags}$`))]);
    expect(await eventsOf(app, ann)).toContain('device_trusted');
    const rows = await stored();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(step.browser.cookies.get(deviceCookie));
  });

  test('is not made unless it is asked for, nor where it is off', async () => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    await type(step, { code: ann.code(app.clock.now), remember_device: false });
    expect(step.browser.cookies.has(deviceCookie)).toBe(false);
    await app.restart({ TRUSTED_DEVICE_DAYS: '0' });
    app.clock.advance(60);
    expect((await trusted(ann)).cookies.has(deviceCookie)).toBe(false);
    expect(await stored()).toEqual([]);
  });

  test('spares the question and proves nothing: its session is aal1', async () => {
    const ann = await withTwoStep(app);
    const browser = await trusted(ann);
    const response = await showPassword(ann.email, { browser });
    expect(response.status).toBe(200);
    const { access_token: token } = await response.json();
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ acr: 'aal1', amr: ['pwd'] });
  });

  test('is traded at each sign-in: a copy of the old cookie is asked for the second step', async () => {
    const ann = await withTwoStep(app);
    const browser = await trusted(ann);
    const copy = browser.copy();
    for (const _ of 'three') {
      const before = browser.cookies.get(deviceCookie);
      expect((await showPassword(ann.email, { browser })).status).toBe(200);
      expect(browser.cookies.get(deviceCookie)).not.toBe(before);
      app.clock.advance(day);
    }
    expect((await showPassword(ann.email, { browser: copy })).status).toBe(403);
    expect(await stored()).toHaveLength(1);
  });

  test('used by twenty at once signs one of them in', async () => {
    const ann = await withTwoStep(app);
    const browser = await trusted(ann);
    const before = (await newSessionsOf(app, ann)).length;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => showPassword(ann.email, { browser: browser.copy() })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(403)]);
    // Each copy also bore the refresh cookie of the device's session, which the one that got in replaced.
    expect((await newSessionsOf(app, ann)).length).toBe(before);
  });

  test('does not slide: it is asked again once its days are over, or fewer are set', async () => {
    const ann = await withTwoStep(app);
    const browser = await trusted(ann);
    app.clock.advance(20 * day);
    expect((await showPassword(ann.email, { browser })).status).toBe(200);
    await app.restart({ TRUSTED_DEVICE_DAYS: '10' });
    expect((await showPassword(ann.email, { browser: browser.copy() })).status).toBe(403);
    await app.restart({});
    app.clock.advance(10 * day);
    expect((await showPassword(ann.email, { browser })).status).toBe(403);
  });

  test('counts for nobody else', async () => {
    const [ann, bob] = [await withTwoStep(app), await withTwoStep(app, 'bob@example.org')];
    const browser = await trusted(ann);
    expect((await showPassword(bob.email, { browser })).status).toBe(403);
    expect((await showPassword(ann.email, { browser })).status).toBe(200);
  });

  test.each(['a new password', 'a sign-out everywhere'])('does not survive %s', async (what) => {
    const ann = await withTwoStep(app);
    const browser = await trusted(ann);
    const { store, hasher } = app.deps;
    const about = { userId: ann.id, sessionId: null, requester: { userAgent: null, ip: null }, now: app.clock.now };
    if (what === 'a new password') {
      const event = newSecurityEvent(app.deps, 'password_reset', about);
      await store.setPassword(ann.id, await hasher.hash(password), event);
    } else await store.endAllSessions(ann.id, null, newSecurityEvent(app.deps, 'signed_out_everywhere', about));
    expect((await showPassword(ann.email, { browser })).status).toBe(403);
  });

  test('with a wrong password is nothing, and is not traded', async () => {
    const ann = await withTwoStep(app);
    const browser = await trusted(ann);
    const before = browser.cookies.get(deviceCookie);
    const json = { email: ann.email, password: 'wrong' };
    expect((await browser.send('POST', path, { json, token: null })).status).toBe(401);
    expect(browser.cookies.get(deviceCookie)).toBe(before);
    expect((await showPassword(ann.email, { browser })).status).toBe(200);
  });
});
