import { change, test } from '#tests/e2e/accounts/changing-email.ts';
import { expect, signUp } from '#tests/e2e/fixtures.ts';
import { virtualAuthenticator } from './authenticator.ts';
import { addButton, addPasskey, openPasskeys } from './keeping.ts';

test('an address that nobody proved adds no passkey; once it has one, the browser is told of another address', async ({
  page,
  email,
  smtp,
}) => {
  await signUp(page.context(), email);
  const authenticator = await virtualAuthenticator(page);
  await openPasskeys(page);
  await addButton(page).click();
  await expect(page.getByRole('alert').filter({ hasText: 'email address' })).toBeVisible();
  expect(await authenticator.credentials()).toEqual([]);
  const [first, second] = [`first-${email}`, `second-${email}`];
  await change(page, smtp, email, first);
  await openPasskeys(page);
  await addPasskey(page, 'Laptop');
  expect(await authenticator.credentials()).toMatchObject([{ userName: first }]);
  await change(page, smtp, first, second);
  await expect.poll(authenticator.credentials).toMatchObject([{ userName: second, userDisplayName: 'Ann' }]);
});
