import type { Page } from '@playwright/test';
import { expect, signUp } from '#tests/e2e/fixtures.ts';
import { test } from '#tests/e2e/https-fixtures.ts';
import { lookAt, open, widths } from '#tests/e2e/pages/look.ts';
import { day, makeTasks } from './make-tasks.ts';

test.describe.configure({ timeout: 180_000 });

type Look = (state: string) => Promise<void>;

async function walkList(page: Page, look: Look): Promise<void> {
  await open(page, '/tasks', 'Add');
  await look('no tasks');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText('Give the task a title.').first()).toBeVisible();
  await look('a task without a title');
  await makeTasks(page.context(), [
    ...Array.from({ length: 9 }, (_, n) => ({ title: `Errand ${n + 1}`, deadline: day(n - 2) })),
    { title: 'Ask Priya about the new contract, and whether its second part can wait until the spring' },
    { title: 'Buy milk', deadline: day(-40) },
  ]);
  await open(page, '/tasks', 'Add');
  await page.getByRole('checkbox', { name: 'Errand 8' }).check();
  await look('tasks');
  await page.getByRole('button', { name: 'Delete Buy milk' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await look('a task just deleted');
  await page.keyboard.press('?');
  await look('the keys');
  for (const query of ['search=errand&sort=deadline', 'search=unicorn', 'completed=true', 'page=2']) {
    await open(page, `/tasks?${query}`, 'Add');
    await look(`tasks, ${query}`);
  }
}

async function walkTask(page: Page, look: Look): Promise<void> {
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await look('a task');
  await page.getByLabel('Title').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'One thing' })).toBeVisible();
  await look('a task, with a mistake');
}

for (const width of widths) {
  test(`over https no state of tasks at ${width} px breaks the policy, fails axe, jumps or scrolls sideways`, async ({
    page,
    email,
    violations,
  }) => {
    const look = (state: string) => lookAt(page, state, violations);
    await page.setViewportSize({ width, height: 800 });
    await signUp(page.context(), email);
    await walkList(page, look);
    await walkTask(page, look);
  });
}
