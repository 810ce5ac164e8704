import { expect, signUp } from '#tests/e2e/fixtures.ts';
import { openTab, test } from '#tests/e2e/network-fixtures.ts';

test('a task whose answer was lost is sent again with the same key, and made once', async ({
  context,
  network,
  email,
}) => {
  await signUp(context, email);
  const page = await openTab(context, '/tasks');
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/tasks'))
      keys.push(request.headers()['idempotency-key']);
  });
  const lost = network.lose('POST /api/tasks');
  await page.getByLabel('New task').fill('Only one');
  await page.getByRole('button', { name: 'Add' }).click();
  await lost;
  await expect(page.getByRole('alert').filter({ hasText: 'was not added' })).toBeAttached();
  await expect(page.getByLabel('New task')).toHaveValue('Only one');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('link', { name: 'Only one' })).toBeVisible();
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^[\x21-\x7e]{1,128}$/);
  expect(keys[1]).toBe(keys[0]);
  await page.reload();
  await expect(page.getByRole('link', { name: 'Only one' })).toHaveCount(1);
});
