import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

const freshSeconds = 900;
let app: TestApp;
let ann: Browser;

beforeEach(async () => {
  app = await startApp();
  ann = await signedUp();
});
afterEach(() => app.close());

const exported = async (who: Browser) => (await who.send('GET', '/api/me/export')).status;

async function stepUp(who: Browser): Promise<void> {
  const response = await who.send('POST', '/api/auth/step-up', { json: { password } });
  who.token = (await response.json()).access_token;
}

test('a sign-in is fresh for FRESH_SECONDS, and not a second longer', async () => {
  app.clock.advance(freshSeconds);
  await ann.refresh();
  expect(await exported(ann)).toBe(200);
  app.clock.advance(1);
  expect(await exported(ann)).toBe(401);
});

test('what asks for a fresh sign-in says so in the words of RFC 9470, and ends nothing', async () => {
  app.clock.advance(freshSeconds + 1);
  await ann.refresh();
  const response = await ann.send('GET', '/api/me/export');
  expect(response.status).toBe(401);
  expect(response.headers.get('WWW-Authenticate')).toBe(
    'Bearer realm="latchkey", error="insufficient_user_authentication", error_description="Confirm that it is you, then try again.", max_age="900"',
  );
  expect(response.headers.getSetCookie()).toEqual([]);
  expect(await response.json()).toEqual({
    error: 'insufficient_user_authentication',
    error_description: 'Confirm that it is you, then try again.',
    factors: ['password'],
  });
  expect((await ann.send('GET', '/api/me')).status).toBe(200);
});

test('neither a refresh nor a page load makes a session fresh, and a step-up does', async () => {
  app.clock.advance(freshSeconds + 1);
  await ann.refresh();
  await ann.send('GET', '/api/auth/session', { token: null });
  expect(await exported(ann)).toBe(401);
  await stepUp(ann);
  expect(await exported(ann)).toBe(200);
});

test('no token that was there before a step-up becomes fresh by it, before its first use or after', async () => {
  app.clock.advance(freshSeconds + 1);
  await ann.refresh();
  const thief = ann.copy();
  await stepUp(ann);
  expect(await exported(thief)).toBe(401);
  await thief.refresh();
  expect(await exported(thief)).toBe(401);
  expect(await exported(ann)).toBe(200);
  expect(await exported(thief)).toBe(401);
  expect((await thief.refresh()).status).toBe(401);
});

test('a body that is held back is judged by what is so once it is there', async () => {
  let [isRead, release] = [() => {}, (_body: string) => {}];
  const reading = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  const held = new Promise<string>((resolve) => {
    release = resolve;
  });
  const body = new ReadableStream(
    {
      async pull(controller) {
        isRead();
        controller.enqueue(new TextEncoder().encode(await held));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { 'Content-Type': 'application/json' };
  const answer = ann.send('POST', '/api/auth/email', { body, headers });
  await reading;
  app.clock.advance(freshSeconds + 1);
  release(JSON.stringify({ email: 'next@example.org' }));
  expect(await (await answer).json()).toMatchObject({ error: 'insufficient_user_authentication' });
});

test('a second sign-in makes the first no fresher', async () => {
  app.clock.advance(freshSeconds + 1);
  await ann.refresh();
  const phone = new Browser();
  await phone.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  expect([await exported(phone), await exported(ann)]).toEqual([200, 401]);
});
