import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import Database from 'better-sqlite3';
import { test as base, expect, signUp } from './fixtures.ts';

/** A database that a test can spoil and mend behind the server's back. */
const file = join(mkdtempSync(join(tmpdir(), 'latchkey-spoilt-')), 'test.db');
const test = base.extend({ settings: [{ DATABASE_URL: `file:${file}` }, { scope: 'worker' }] });
test.describe.configure({ mode: 'serial' });

function alter(statement: string): void {
  const database = new Database(file);
  database.exec(statement);
  database.close();
}

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

test('no other page carries the 404 page along, only what its own part has for a missing task', async ({
  context,
  email,
}) => {
  await signUp(context, email);
  const page = await (await context.request.get('/tasks')).text();
  expect(page.match(/Back to the app/g)).toHaveLength(1);
});

test('an unknown page leads whoever is not signed in to the sign-in page, and whose session ended too', async ({
  page,
  context,
  email,
}) => {
  await page.goto('/no/such/page?a=b');
  await expect(page).toHaveURL('/login?next=%2Fno%2Fsuch%2Fpage%3Fa%3Db');
  await signUp(context, email);
  const token = (await (await context.request.get('/api/auth/session')).json()).access_token;
  const cookies = await context.cookies();
  await context.request.delete('/api/auth/sessions', { headers: { Authorization: `Bearer ${token}` } });
  await context.addCookies(cookies);
  await page.goto('/no/such/page?a=b');
  await expect(page).toHaveURL('/login?next=%2Fno%2Fsuch%2Fpage%3Fa%3Db');
});

test('a fault of ours says so, with a reference, and the way out stays in sight', async ({ page, context, email }) => {
  await signUp(context, email);
  alter('ALTER TABLE tasks RENAME TO tasks_elsewhere');
  try {
    expect((await page.goto('/tasks'))?.status()).toBe(500);
    await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy the reference' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    await expect(page.locator('body')).not.toContainText(/sqlite|no such table/i);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  } finally {
    alter('ALTER TABLE tasks_elsewhere RENAME TO tasks');
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByLabel('New task')).toBeVisible();
});

test('where not even the frame can be rendered, the last net holds', async ({ page, context, email }) => {
  await signUp(context, email);
  alter('ALTER TABLE users RENAME TO users_elsewhere');
  try {
    expect((await page.goto('/tasks'))?.status()).toBe(500);
    await expect(page.getByRole('heading', { name: 'Something went wrong on our side' })).toBeVisible();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  } finally {
    alter('ALTER TABLE users_elsewhere RENAME TO users');
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByLabel('New task')).toBeVisible();
});
