import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { faultsOf, openTranslated } from '#tests/e2e/translate.ts';
import { day, makeTasks } from './make-tasks.ts';

test('a list of tasks that the browser translates can be used', async ({ page, context, email }) => {
  const faults = faultsOf(page);
  const link = (name: string) => page.getByRole('main').getByRole('link', { name, exact: true });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  await signUp(context, email);
  await makeTasks(
    context,
    Array.from({ length: 12 }, (_, n) => ({ title: `Errand ${n + 1}`, deadline: day(n - 2) })),
  );
  await openTranslated(page, '/tasks', 'Add');
  await press('Add');
  await expect(page.getByText('Give the task a title.').first()).toBeVisible();
  await page.getByLabel('New task').fill('Buy milk');
  await press('Add');
  await expect(link('Buy milk')).toHaveAttribute('href', /./);
  await page.getByRole('checkbox', { name: 'Errand 12' }).check();
  await press('Delete Errand 11');
  await expect(page.getByRole('status')).toContainText('Deleted “Errand 11”.');
  await press('Undo');
  await expect(link('Errand 11')).toHaveAttribute('href', /./);

  await link('Next').click();
  await expect(page.getByText('Page 2 of 2')).toBeVisible();
  await expect(link('Errand 1')).toBeVisible();
  await link('Previous').click();
  await expect(page.getByText('Page 1 of 2')).toBeVisible();
  await page.getByLabel('Search').fill('errand 1');
  await expect(page.getByText('4 found')).toBeAttached();
  await page.getByLabel('Search').fill('unicorn');
  await expect(page.getByText('has “unicorn” in its')).toBeVisible();
  await page.getByLabel('Search').fill('dragon');
  await expect(page.getByText('has “dragon” in its')).toBeVisible();
  await page.getByRole('combobox').selectOption('title');
  await page.getByRole('link', { name: 'Clear the search' }).click();
  await press('Keyboard shortcuts');
  await page.getByRole('dialog').getByRole('checkbox').uncheck();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  await link('Buy milk').click();
  await page.getByLabel('Title').fill('');
  await press('Save');
  await expect(page.getByText('Give the task a title.')).toBeVisible();
  await page.getByLabel('Title').fill('Buy bread');
  await press('Save');
  await expect(page.getByRole('status')).toContainText('Saved.');
  await link('Back to the list').click();
  await expect(link('Buy bread')).toBeVisible();
  await expect(link('Buy milk')).toBeHidden();
  expect(faults).toEqual([]);
});
