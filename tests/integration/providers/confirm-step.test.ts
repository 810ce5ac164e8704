import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { beside, turnOn } from '#tests/support/two-step.ts';
import { appWith, begin, entryOf, errorOf, path, signedUpWith, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = {};
  app = await appWith([entryOf(provider)]);
});
afterEach(() => app.close());

const token = '/api/auth/token';

/** Confirms at the provider where two-step sign-in is on. Returns the answer, what completes it, and another session of the person. */
async function confirming() {
  const who = await signedUpWith(provider);
  const other = new Browser();
  await signIn(other, provider);
  const { id } = await (await who.send('GET', '/api/me')).json();
  const { env } = app.deps;
  const factors = await beside(env.DATABASE_URL, (executor) =>
    turnOn(executor, id, { secrets: env.AUTH_SECRET, at: app.clock.now }),
  );
  const asked = await who.send('DELETE', `${path.identities}/${crypto.randomUUID()}`);
  expect([asked.status, (await asked.json()).methods]).toEqual([401, ['provider:acme']]);
  const url = await begin(who, { intent: 'confirm', next: '/account/security' });
  provider.lies = { claims: { auth_time: Math.floor(app.clock.now.getTime() / 1000) } };
  const response = await who.send('POST', path.complete(), { json: provider.authorize(url) });
  const answer = await response.clone().json();
  const body = { second_step_id: answer.second_step?.id, recovery_code: factors.recoveryCodes[0] };
  return { who, other, response, answer, body };
}
const send = (who: Browser, json: object) => who.send('POST', token, { json });

describe('the second step of a step-up at a provider', () => {
  test('makes a successor with two factors, once, of twenty at once', async () => {
    const { who, response, answer, body } = await confirming();
    expect([response.status, answer.error, answer.second_step.intent]).toEqual([
      403,
      'second_step_required',
      'confirm',
    ]);
    const all = await Promise.all(Array.from({ length: 20 }, () => send(who.copy(), body)));
    const good = all.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    const issued = await good[0]?.json();
    expect(issued.next).toBe('/account/security');
    const claims = JSON.parse(Buffer.from(issued.access_token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ acr: 'aal2', amr: ['otp', 'mfa'] });
  });

  test('counts a wrong code, and takes no sixth', async () => {
    const { who, body } = await confirming();
    for (let count = 0; count < 5; count++)
      expect(await errorOf(await send(who.copy(), { ...body, recovery_code: 'A'.repeat(24) }))).toEqual([
        401,
        'invalid_grant',
      ]);
    expect(await errorOf(await send(who.copy(), body))).toEqual([401, 'invalid_grant']);
  });

  test('takes the access token of the session that asked', async () => {
    const { who, other, body } = await confirming();
    const nobody = who.copy();
    nobody.token = null;
    expect(await errorOf(await send(nobody, body))).toEqual([401, 'unauthorized']);
    const stranger = new Browser();
    await stranger.authenticate('/api/auth/register', {
      email: 'eve@example.org',
      password: 'some other unrelated words',
      name: 'Eve',
    });
    for (const one of [stranger, other]) {
      for (const [name, value] of who.cookies) if (name.includes('second-step')) one.cookies.set(name, value);
      // More than the tries that it has: none of them counts.
      for (let count = 0; count < 6; count++)
        expect(await errorOf(await send(one, body))).toEqual([401, 'invalid_grant']);
    }
    expect((await send(who, body)).status).toBe(200);
  });

  test('is over with its session', async () => {
    const { who, body } = await confirming();
    const kept = who.copy();
    expect((await who.send('POST', '/api/auth/logout')).status).toBe(204);
    expect(await errorOf(await send(kept, body))).toEqual([401, 'invalid_token']);
  });
});
