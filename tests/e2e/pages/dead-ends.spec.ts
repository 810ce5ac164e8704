import { loginPath, paths } from '#lib/core/routes.ts';
import { bearer, expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { withoutTable } from '#tests/e2e/without-table.ts';
import { axeFindings } from './look.ts';

test('an unknown page is a 404 that the server renders, inside the frame', async ({
  page,
  context,
  email,
  browser,
  server,
}) => {
  await signUp(context, email);
  expect((await page.goto('/no/such/page'))?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();

  const storageState = await context.storageState();
  const plain = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState });
  const plainPage = await plain.newPage();
  await plainPage.goto('/no/such/page');
  await expect(plainPage.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await plain.close();
});

test('no other page carries the 404 page along, only what its own part has for a missing thing', async ({ client }) => {
  for (const path of [paths.account, paths.security, paths.sessions, paths.activity]) {
    const { body } = await client.visit(path);
    expect(body.match(/There is nothing here/g), path).toHaveLength(1);
  }
});

test('an unknown page leads whoever is not signed in to the sign-in page, and whose session ended too', async ({
  page,
  context,
  email,
}) => {
  const unknown = '/no/such/page?a=b';
  await page.goto(unknown);
  await expect(page).toHaveURL(loginPath(unknown));
  await signUp(context, email);
  const headers = await bearer(context);
  const cookies = await context.cookies();
  await context.request.delete('/api/auth/sessions', { headers });
  await context.addCookies(cookies);
  await page.goto(unknown);
  await expect(page).toHaveURL(loginPath(unknown));
});

test('a fault of ours says so, with a reference, and the way out stays in sight', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await withoutTable(server, 'events', async () => {
    expect((await page.goto(paths.activity))?.status()).toBe(500);
    await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy the reference' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    await expect(page.locator('body')).not.toContainText(/sqlite|no such table/i);
    expect(await axeFindings(page)).toEqual([]);
  });
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible();
});

test('where not even the frame can be rendered, the last net holds', async ({ page, context, server, email }) => {
  await signUp(context, email);
  await withoutTable(server, 'users', async () => {
    expect((await page.goto(paths.account))?.status()).toBe(500);
    await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible();
    expect(await axeFindings(page)).toEqual([]);
  });
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
});
