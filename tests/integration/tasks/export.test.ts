import { afterEach, beforeEach, expect, test } from 'vitest';
import { purge } from '#lib/server/runtime/purge.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let ann: Browser;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  ann = await signedUp();
});
afterEach(() => app.close());

const add = async (who: Browser, title: string) =>
  (await who.send('POST', '/api/tasks', { json: { title, description: 'Two "quoted"\nlines' } })).json();

test('the file that a person takes along has all of their tasks, as the API shows them, and no one else’s', async () => {
  const bob = await signedUp('bob@example.org');
  await add(bob, 'of Bob');
  const added = [];
  for (let index = 0; index < 12; index++) added.push(await add(ann, `Task ${index}`));
  const { tasks } = await (await ann.send('GET', '/api/me/export')).json();
  expect(tasks).toHaveLength(12);
  expect(tasks).toEqual(expect.arrayContaining(added));
});

test('tasks go with the account', async () => {
  const { id } = await add(ann, 'Mine');
  const { id: userId } = await (await ann.send('GET', '/api/me')).json();
  expect(await app.deps.store.findTask(userId, id)).not.toBeNull();
  await ann.send('DELETE', '/api/me');
  app.clock.advance(8 * 24 * 60 * 60);
  await purge(app.deps, new AbortController().signal);
  expect(await app.deps.store.findTask(userId, id)).toBeNull();
});
