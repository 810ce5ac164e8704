import { paths } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { faultsOf, openTranslated } from '#tests/e2e/translate.ts';

test('a demo that the browser translates can be used, and its times go on', async ({ page, context, email }) => {
  const faults = faultsOf(page);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  await signUp(context, email);
  await openTranslated(page, paths.demo, 'Make a throw-away session');
  const left = page.getByRole('timer').first();
  await expect(left).toContainText(/4:\d\d/);
  await page.getByText('15 s', { exact: true }).click();
  await expect(left).toContainText(/^\d s/);
  await press('Make a throw-away session');
  await press('Refresh');
  await expect(page.getByText('Token 0 brings token 1')).toBeVisible();
  await press('Use it');
  await expect(page.getByText('Token 0 may still be a late repeat')).toBeVisible();
  const grace = page.getByRole('timer').nth(1);
  await expect(grace).toContainText(/^[6-9] seconds/);
  await expect(grace).toContainText(/^[1-5] seconds/);
  await press('End it');
  await expect(page.getByRole('button', { name: 'Make another' })).toBeVisible();
  expect(faults).toEqual([]);
});
