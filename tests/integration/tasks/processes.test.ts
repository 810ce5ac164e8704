import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startInstance } from '#tests/integration/runtime/processes/start.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';
import { newDatabase, type TestDatabase } from '#tests/support/database.ts';

let database: TestDatabase;
let instances: Instance[];
beforeAll(async () => {
  database = await newDatabase();
  const settings = { DATABASE_URL: database.url };
  instances = await Promise.all([startInstance(settings), startInstance(settings)]);
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop()));
  await database.close();
});

test('twenty posts with one idempotency key over two processes make one task', async () => {
  const browser = await signedUp('ann@example.org', { ...(instances[0] && { server: instances[0].server }) });
  const tabs = Array.from({ length: 20 }, (_, index) => browser.copy(instances[index % 2]?.server));
  const post = (tab: Browser) =>
    tab.send('POST', '/api/tasks', { json: { title: 'Once' }, headers: { 'Idempotency-Key': 'one' } });
  const answers = await Promise.all(tabs.map(post));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const ids = await Promise.all(answers.map(async (answer) => (await answer.json()).id));
  expect(new Set(ids).size).toBe(1);
  expect(await (await browser.send('GET', '/api/tasks')).json()).toMatchObject({ total: 1 });
});
