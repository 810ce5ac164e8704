/** What was set up, as the doors of the app take it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asked, deviceCookie, outcomeOf, showPassword, type } from '#tests/integration/sign-in/two-steps.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { password } from '#tests/support/browser.ts';
import { factorsOf, guarded, path, setUp, start } from './setting-up.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
});
afterEach(() => app.close());

const email = 'ann@example.org';

test('the code that confirmed an app signs nobody in, nor does it step up; the next one does', async () => {
  const { who, codeAt } = await guarded(app);
  const code = codeAt(app.clock.now);
  const stepUp = (typed: string) => who.send('POST', '/api/auth/step-up', { json: { password, code: typed } });
  expect(await outcomeOf(await type(await asked(email), { code }))).toBe('401 code');
  expect(await outcomeOf(await stepUp(code))).toBe('400 code');
  app.clock.advance(30);
  expect(await outcomeOf(await type(await asked(email), { code: codeAt(app.clock.now) }))).toBe('200');
  app.clock.advance(30);
  expect(await outcomeOf(await stepUp(codeAt(app.clock.now)))).toBe('200');
  expect((await factorsOf(who)).totp).toMatchObject({ last_used_at: app.clock.now.toISOString() });
});

test('each recovery code signs in once, however it is typed, and codes that were replaced do not', async () => {
  const { who, codes } = await guarded(app);
  const [first = '', second = ''] = codes;
  const use = async (recovery_code: string) => outcomeOf(await type(await asked(email), { recovery_code }));
  expect(await use(first.toLowerCase().replaceAll(' ', '-'))).toBe('200');
  expect(await use(first)).toBe('401 code');
  expect(await factorsOf(who)).toMatchObject({ recovery_codes: { left: 9 } });
  await who.send('POST', path.recovery);
  expect(await use(second)).toBe('401 code');
});

describe('a sign-in that waits for its second step', () => {
  test.each<[string, (who: Awaited<ReturnType<typeof guarded>>['who']) => Promise<unknown>]>([
    ['another app', (who) => setUp(app, who)],
    ['new recovery codes', (who) => who.send('POST', path.recovery)],
    ['two-step sign-in turned off', (who) => who.send('PUT', path.twoStep, { json: { enabled: false } })],
  ])('dies with %s', async (_change, change) => {
    const { who, codeAt } = await guarded(app);
    app.clock.advance(30);
    const waiting = await asked(email);
    const code = codeAt(app.clock.now);
    await change(who);
    expect(await outcomeOf(await type(waiting, { code }))).toMatch(/^401 /);
  });
});

test('setting up another app and giving up leaves the one in use to sign in with', async () => {
  const { who, codeAt } = await guarded(app);
  const { codeAt: otherCodeAt } = await start(who);
  app.clock.advance(30);
  expect(await outcomeOf(await type(await asked(email), { code: otherCodeAt(app.clock.now) }))).toBe('401 code');
  expect(await outcomeOf(await type(await asked(email), { code: codeAt(app.clock.now) }))).toBe('200');
});

test('a browser that is trusted is listed, and asked again once it is forgotten', async () => {
  const { who, codeAt } = await guarded(app);
  app.clock.advance(30);
  const waiting = await asked(email);
  await type(waiting, { code: codeAt(app.clock.now), remember_device: true });
  const { browser } = waiting;
  expect(browser.cookies.has(deviceCookie)).toBe(true);
  expect((await showPassword(email, { browser })).status).toBe(200);
  const [device] = (await factorsOf(who)).trusted_devices;
  expect(device).toMatchObject({ user_agent: 'Test/1.0' });
  expect((await who.send('DELETE', path.device(device.id))).status).toBe(204);
  expect((await showPassword(email, { browser })).status).toBe(403);
});

test('once two-step sign-in is off the password is enough', async () => {
  const { who } = await guarded(app);
  expect((await showPassword(email)).status).toBe(403);
  await who.send('PUT', path.twoStep, { json: { enabled: false } });
  expect((await showPassword(email)).status).toBe(200);
});
