import { expect, test } from '#tests/e2e/fixtures.ts';
import { makeTasks } from './make-tasks.ts';

test.use({ settings: { RATE_LIMITS: 'on', LIMIT_TASK_WRITES_PER_USER: '3/50' } });

test('tasks that are written too fast say when to come back, and what was typed stays', async ({
  signedInPage: page,
}) => {
  await makeTasks(page.context(), [{ title: 'Buy milk' }, { title: 'Buy bread' }, { title: 'Buy tea' }]);
  await page.goto('/tasks');
  const wait = /Too many tries\. Come back in \d+ seconds?\./;
  await page.getByLabel('New task').fill('Buy salt');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText(/“Buy salt” was not added/).first()).toHaveText(wait);
  await expect(page.getByLabel('New task')).toHaveValue('Buy salt');
  await page.getByRole('checkbox', { name: 'Buy tea' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '“Buy tea” stays as it was.' })).toHaveText(wait);
  await page.getByRole('link', { name: 'Buy milk' }).click();
  await page.getByLabel('Description').fill('Two litres');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /^Too many/ })).toHaveText(wait);
  await expect(page.getByLabel('Description')).toHaveValue('Two litres');
});
