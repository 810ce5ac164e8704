import { expect, test } from '#tests/e2e/fixtures.ts';
import { tabTo } from '#tests/e2e/pages/tab-to.ts';

test('a keyboard is enough to add a task, complete it, edit it and delete it', async ({ signedInPage: page }) => {
  const { keyboard } = page;
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await tabTo(page, 'New task');
  await keyboard.type('Buy milk');
  await keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Buy milk' })).toBeVisible();
  await tabTo(page, 'Buy milk');
  await keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: 'Buy milk' })).toBeChecked();
  await tabTo(page, 'Buy milk');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await tabTo(page, 'Title');
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type('Buy bread');
  await keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('Saved.');
  await page.goto('/tasks');
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await tabTo(page, 'Delete Buy bread');
  await keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Buy bread' })).toBeHidden();
});
