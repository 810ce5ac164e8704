import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { expectText, script } from '#tests/e2e/pages/script.ts';
import { makeTasks } from './make-tasks.ts';

test('a script in a title or a description is text: in HTML, in a flight and on the page', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await makeTasks(context, [{ title: script, description: script }]);
  await page.goto('/tasks');
  await expect(page.getByRole('checkbox', { name: script })).toBeVisible();
  await page.getByRole('link', { name: script }).click();
  await expect(page.getByLabel('Title')).toHaveValue(script);
  await expect(page.getByLabel('Description')).toHaveValue(script);
  await expectText(page, '/tasks');
  await expectText(page, new URL(page.url()).pathname);
});
