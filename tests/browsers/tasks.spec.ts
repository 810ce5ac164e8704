import { paths } from '#lib/core/routes.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { expect, signUp, testWith } from './fixtures.ts';

const test = testWith();

test('a task is added and completed, and stays so', async ({ openTab, server, email }) => {
  const tab = await openTab();
  await signUp(tab, email, paths.tasks);
  await tab.fill('New task', 'Buy milk');
  await tab.click('Add');
  await tab.click('Buy milk');
  const client = new HttpClient(server.port);
  client.cookies = await tab.cookies();
  await expect.poll(async () => (await client.visit(paths.tasks)).body).toMatch(/<input[^>]* checked=""/);
  await tab.goto(paths.tasks);
  expect(await tab.run(() => document.querySelector<HTMLInputElement>('li input')?.checked)).toBe(true);
});
