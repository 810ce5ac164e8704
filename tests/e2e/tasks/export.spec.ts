import { readFileSync } from 'node:fs';
import { paths } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';

test('the file that a person downloads holds their tasks', async ({ page, context, email }) => {
  await signUp(context, email);
  await page.goto(paths.tasks);
  await page.getByLabel('New task').fill('Water the plants');
  await page.getByRole('button', { name: 'Add' }).click();
  // A link once it is saved.
  await expect(page.getByRole('link', { name: 'Water the plants' })).toBeVisible();
  await page.goto(paths.account);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download your data' }).click();
  const { tasks } = JSON.parse(readFileSync(await (await downloading).path(), 'utf8'));
  expect(tasks).toMatchObject([{ title: 'Water the plants', completed: false }]);
});
