/** Text that a database may take ill: what is sent either comes back as it was or is refused, and is never a fault. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  browser = await signedUp();
});
afterAll(() => app.close());

test.each([
  ['DELETE', '/api/auth/sessions/%00', 404],
  ['GET', '/api/activity?page=%00', 400],
  ['POST', '/api/demo/sessions/%00/use', 404], // demo
])('NUL in %s %s is %i', async (method, path, status) => {
  expect((await browser.send(method, path)).status).toBe(status);
});

test.each([
  ['email', { email: 'a\0b@example.org', password }],
  ['name', { email: 'bob@example.org', password, name: 'a\0b' }],
  ['password', { email: 'bob@example.org', password: `${password}\0` }],
])('NUL in a new account’s %s is refused', async (field, json) => {
  const response = await new Browser().send('POST', '/api/auth/register', { json });
  expect(response.status).toBe(400);
  expect(Object.keys((await response.json()).fields)).toEqual([field]);
});

test('quotes, signs of any plane and the longest of names come back as they were', async () => {
  const name = `'"\\;--%_$1 𝄞 👩‍🚀 ${'漢'.repeat(80)}`;
  const owner = new Browser();
  const made = await owner.authenticate('/api/auth/register', { email: 'eve@example.org', password, name });
  expect(made.status).toBe(201);
  expect(await (await owner.send('GET', '/api/me')).json()).toMatchObject({ name });
});
