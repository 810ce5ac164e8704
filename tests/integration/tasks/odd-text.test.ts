/** Text of a task that a database may take ill: what is sent either comes back as it was or is refused, and is never a fault. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  browser = await signedUp();
});
afterAll(() => app.close());

const nul = 'a\0b';

test.each([
  ['a title', { title: nul }, 'title'],
  ['a description', { title: 'Fine', description: nul }, 'description'],
  ['a deadline', { title: 'Fine', deadline: '2026-01-01\0' }, 'deadline'],
])('NUL in %s is refused, when it is made and when it is changed', async (_, json, field) => {
  const { id } = await (await browser.send('POST', '/api/tasks', { json: { title: 'Before' } })).json();
  for (const [method, path] of [
    ['POST', '/api/tasks'],
    ['PUT', `/api/tasks/${id}`],
    ['PATCH', `/api/tasks/${id}`],
  ] as const) {
    const response = await browser.send(method, path, { json });
    expect([method, response.status]).toEqual([method, 400]);
    expect(Object.keys((await response.json()).fields)).toEqual([field]);
  }
});

test.each([
  ['GET', '/api/tasks/%00', 404],
  ['PATCH', '/api/tasks/a%00b', 404],
  ['DELETE', '/api/tasks/%00', 404],
  ['GET', '/api/tasks?search=%00', 400],
  ['GET', '/api/tasks?sort=%00', 400],
])('NUL in %s %s is %i', async (method, path, status) => {
  const response = await browser.send(method, path, method === 'PATCH' ? { json: { title: 'New' } } : {});
  expect(response.status).toBe(status);
});

test('a title loses what is invisible at both ends, and so does what is searched for', async () => {
  const { id, title } = await (await browser.send('POST', '/api/tasks', { json: { title: '\u200bBuy\u2069' } })).json();
  expect(title).toBe('Buy');
  const changed = await browser.send('PATCH', `/api/tasks/${id}`, { json: { title: '\ufeffPaint the fence\u200d' } });
  expect((await changed.json()).title).toBe('Paint the fence');
  const found = await browser.send('GET', `/api/tasks?search=${encodeURIComponent('\u2066fence\u200b')}`);
  expect((await found.json()).total).toBe(1);
  const refused = await browser.send('POST', '/api/tasks', { json: { title: '\u200b\u3164' } });
  expect((await refused.json()).fields).toEqual({ title: ['Give the task a title.'] });
});

test('lines, quotes, signs of any plane and the longest of texts come back as they were', async () => {
  const title = `'"\\;--%_$1 𝄞 👩‍🚀 ${'漢'.repeat(150)}`;
  const description = `first\r\n\tsecond ${'é'.repeat(4000)} \u0001\u007f\ufffe`;
  const made = await (await browser.send('POST', '/api/tasks', { json: { title, description } })).json();
  expect(made).toMatchObject({ title, description });
  expect(await (await browser.send('GET', `/api/tasks/${made.id}`)).json()).toEqual(made);
});
