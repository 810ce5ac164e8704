import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, takenOver, test } from '#tests/e2e/fixtures.ts';
import { changesOf, pressTwice } from '#tests/e2e/twice.ts';
import { day, makeTasks } from './make-tasks.ts';

async function openWith(page: Page, tasks: Parameters<typeof makeTasks>[1]) {
  await makeTasks(page.context(), tasks);
  await page.goto('/tasks');
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
}

function titles(page: Page) {
  return page.getByRole('main').getByRole('listitem').getByRole('link');
}

test('typing in Search finds as one types, and the address keeps it with order, filter and page', async ({
  signedInPage: page,
}) => {
  await openWith(page, [
    ...Array.from({ length: 12 }, (_, n) => ({ title: `Errand ${n + 1}` })),
    { title: 'Buy milk' },
    { title: 'Call Ann', description: 'About the MILK bill' },
  ]);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL('/tasks?page=2');
  await page.getByLabel('Search').pressSequentially('milk', { delay: 30 });
  await expect(page).toHaveURL('/tasks?search=milk');
  await expect(titles(page)).toHaveText(['Call Ann', 'Buy milk']);
  await expect(page.getByLabel('Search')).toHaveValue('milk');
  await expect(page.getByLabel('Search')).toBeFocused();

  await page.getByLabel('Search').fill('errand');
  await expect(page).toHaveURL('/tasks?search=errand');
  await page.getByRole('combobox').selectOption('oldest');
  await expect(page).toHaveURL('/tasks?search=errand&sort=oldest');
  await expect(titles(page).first()).toHaveText('Errand 1');
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL('/tasks?search=errand&sort=oldest&page=2');
  await page.getByRole('link', { name: 'Open', exact: true }).click();
  await expect(page).toHaveURL('/tasks?search=errand&completed=false&sort=oldest');
  await page.reload();
  await expect(page.getByLabel('Search')).toHaveValue('errand');
  await expect(titles(page).first()).toHaveText('Errand 1');
  await page.goBack();
  await expect(page).toHaveURL('/tasks?search=errand&sort=oldest&page=2');
  await expect(titles(page)).toHaveText(['Errand 11', 'Errand 12']);
});

test('without scripts Search is a plain form', async ({ signedInPage: page, browser, server }) => {
  await openWith(page, [{ title: 'Buy milk' }, { title: 'Call Ann' }]);
  const plain = await browser.newContext({
    baseURL: server.url,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plainPage = await plain.newPage();
  await plainPage.goto('/tasks?completed=false');
  await plainPage.getByLabel('Search').fill('milk');
  await plainPage.keyboard.press('Enter');
  await expect(plainPage).toHaveURL('/tasks?completed=false&search=milk&sort=newest');
  await expect(titles(plainPage)).toHaveText(['Buy milk']);
  await plain.close();
});

test('tasks are ordered by deadline and by title, and a late one says so', async ({ signedInPage: page }) => {
  await openWith(page, [
    { title: 'cherries', deadline: day(5) },
    { title: 'Apples' },
    { title: 'bread', deadline: day(-3) },
  ]);
  await page.getByRole('combobox').selectOption('deadline');
  await expect(titles(page)).toHaveText(['bread', 'cherries', 'Apples']);
  await expect(page.getByRole('listitem').first()).toContainText('3 days late');
  await page.getByRole('combobox').selectOption('title');
  await expect(titles(page)).toHaveText(['Apples', 'bread', 'cherries']);
});

test('an empty list says why it is empty', async ({ signedInPage: page }) => {
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  await openWith(page, [{ title: 'Buy milk' }]);
  await page.goto('/tasks?completed=true');
  await expect(page.getByText('Nothing done yet')).toBeVisible();
  await page.goto('/tasks?search=unicorn');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.getByRole('link', { name: 'Clear the search' }).click();
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByLabel('Search')).toHaveValue('');
  await takenOver(page);
  const saved = page.waitForResponse((one) => one.request().method() === 'PATCH');
  await page.getByRole('checkbox', { name: 'Buy milk' }).check();
  await saved;
  await page.goto('/tasks?completed=false');
  await expect(page.getByText('All done')).toBeVisible();
});

test('everything in the list can be done by keys alone', async ({ signedInPage: page }) => {
  await openWith(page, [{ title: 'Third' }, { title: 'Second' }, { title: 'First' }]);
  const press = (key: string) => page.keyboard.press(key);
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  await press('n');
  await expect(page.getByLabel('New task')).toBeFocused();
  await press('Escape');
  await expect(page.getByLabel('New task')).not.toBeFocused();
  await press('/');
  await expect(page.getByLabel('Search')).toBeFocused();
  await press('ArrowDown');
  await expect(link('First')).toBeFocused();
  await press('ArrowDown');
  await expect(link('Second')).toBeFocused();
  await press('Space');
  await expect(page.getByRole('checkbox', { name: 'Second' })).toBeChecked();
  await expect(link('Second')).toBeFocused();
  await press('ArrowUp');
  await press('Delete');
  await expect(link('First')).toBeHidden();
  await expect(link('Second')).toBeFocused();
  await press('ArrowDown');
  await press('Backspace');
  await expect(link('Third')).toBeHidden();
  await expect(link('Second')).toBeFocused();
  await expect(page.getByRole('status')).toContainText('Deleted “Third”.');
  await press('Enter');
  await expect(page.getByLabel('Title')).toHaveValue('Second');
});

test('? shows the keys, and the ones without a modifier can be switched off', async ({ signedInPage: page }) => {
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('n');
  await expect(page.getByLabel('New task')).not.toBeFocused();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await dialog.getByRole('checkbox').check();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(page.getByLabel('New task')).toBeFocused();
});

test('an edit can be undone, in the fields and on the server', async ({ signedInPage: page }) => {
  await page.getByLabel('New task').fill('Buy milk');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('link', { name: 'Buy milk' }).click();
  await page.getByLabel('Title').fill('Buy bread');
  await page.getByRole('button', { name: 'Save' }).click();
  const undone = page.waitForResponse((response) => response.request().postData()?.includes('Buy milk') === true);
  await page.getByRole('button', { name: 'Undo' }).click();
  await undone;
  await expect(page.getByLabel('Title')).toHaveValue('Buy milk');
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('Buy milk');
});

test('a task that is deleted moves nothing for who wants no motion', async ({ signedInPage: page }) => {
  await openWith(page, [{ title: 'Buy milk' }]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('button', { name: 'Delete Buy milk' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('the page keeps its title while the list is read again', async ({ signedInPage: page }) => {
  await openWith(page, [{ title: 'Buy milk' }]);
  const titles = await page.evaluateHandle(() => {
    const seen: string[] = [];
    const isTitle = ({ nodeName }: Node) => nodeName === 'TITLE';
    new MutationObserver((changes) => {
      const [lost, put] = [
        changes.flatMap((one) => [...one.removedNodes]),
        changes.flatMap((one) => [...one.addedNodes]),
      ];
      if (lost.some(isTitle)) seen.push(`lost: ${document.title}`);
      if (put.some(isTitle)) seen.push(`put: ${document.title}`);
    }).observe(document.head, { childList: true });
    return seen;
  });
  await page.getByRole('button', { name: 'Delete Buy milk' }).click();
  await expect.poll(() => titles.jsonValue()).toContain('put: Tasks · Latchkey');
  expect(await titles.jsonValue()).not.toContain('lost: ');
});

test('the list carries no other page along but its own part for a missing task', async ({ client }) => {
  const { body } = await client.visit(paths.tasks);
  expect(body.match(/There is nothing here/g)).toHaveLength(1);
});

test('a form that is sent twice in one task, and Undo that is pressed so, act once', async ({ signedInPage: page }) => {
  const changes = changesOf(page);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await page.getByLabel('New task').fill('Buy milk');
  await expect(button('Add')).toBeEnabled();
  await pressTwice(button('Add'));
  await page.getByRole('link', { name: 'Buy milk' }).click();
  await page.getByLabel('Title').fill('Buy bread');
  await pressTwice(button('Save'));
  await expect(page.getByRole('status')).toContainText('Saved.');
  await page.goto('/tasks');
  await button('Delete Buy bread').click();
  await pressTwice(button('Undo'));
  await expect(page.getByRole('link', { name: 'Buy bread' })).toHaveAttribute('href', /./);
  expect(changes.map((change) => change.replace(/\/[^/]{36}$/, '/[id]'))).toEqual([
    'POST /api/tasks',
    'PATCH /api/tasks/[id]',
    'DELETE /api/tasks/[id]',
    'POST /api/tasks',
  ]);
});
