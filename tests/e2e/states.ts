/** Every page and state that a person can see, one after the other. What is to be looked at, the caller says. */
import type { Page } from '@playwright/test';
import { expect, password, signUp } from './fixtures.ts';

export type Look = (state: string) => Promise<void>;
type Walk = (page: Page, email: string, look: Look) => Promise<void>;

export const walks: Record<string, Walk> = {
  'the pages for everyone': walkPublic,
  tasks: walkTasks,
  'the account': walkAccount,
  'the demo': walkDemo,
};

async function open(page: Page, path: string, button: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('button', { name: button })).toBeEnabled();
}

async function walkPublic(page: Page, email: string, look: Look): Promise<void> {
  await page.goto('/');
  await look('landing');
  await open(page, '/login', 'Sign in');
  await look('sign in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
  await look('sign in, refused');
  await open(page, '/register', 'Create account');
  await look('sign up');
  await page.getByLabel('Email').fill('nowhere');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('2 things need another look', { exact: false })).toBeVisible();
  await look('sign up, with mistakes');
  await open(page, '/reset#not-a-link-of-ours', 'Set password');
  await look('a new password by a link');
  await page.getByLabel('New password').fill('a few unrelated words');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'for a new one' })).toBeVisible();
  await look('a new password by a link that is void');
}

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** Makes tasks over HTTP, the first one first. */
export async function makeTasks(
  page: Page,
  tasks: { title: string; deadline?: string; description?: string }[],
): Promise<void> {
  const token = (await (await page.request.get('/api/auth/session')).json()).access_token;
  const headers = { Authorization: `Bearer ${token}` };
  for (const data of tasks) await page.request.post('/api/tasks', { data, headers });
}

async function walkTasks(page: Page, email: string, look: Look): Promise<void> {
  await signUp(page.context(), email);
  await open(page, '/tasks', 'Add');
  await look('no tasks');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText('Give the task a title.').first()).toBeVisible();
  await look('a task without a title');
  await makeTasks(page, [
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
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();
  await look('a task');
  await page.getByLabel('Title').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'One thing' })).toBeVisible();
  await look('a task, with a mistake');
}

async function walkAccount(page: Page, email: string, look: Look): Promise<void> {
  await signUp(page.context(), email);
  await page.context().clearCookies();
  for (let tries = 0; tries < 3; tries++)
    await page.request.post('/api/auth/token', { data: { email, password: 'not the password' } });
  await page.request.post('/api/auth/token', { data: { email, password } });
  await open(page, '/account', 'Change password');
  await look('account');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Enter the password you have now.')).toBeVisible();
  await look('account, with mistakes');
  await open(page, '/account/sessions', 'Sign out everywhere');
  await look('sessions');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await look('signing out everywhere');
  await page.goto('/account/activity');
  await look('activity');
  await page.goto('/no/such/page');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await look('not found');
}

async function walkDemo(page: Page, email: string, look: Look): Promise<void> {
  await signUp(page.context(), email);
  await open(page, '/demo', 'Make a throw-away session');
  await expect(page.getByRole('log')).toContainText('Access token');
  await look('the demo');
  const press = (name: string) => page.getByRole('button', { name }).click();
  await press('Make a throw-away session');
  await press('Refresh');
  await expect(page.getByText('Token 0 is traded for token 1')).toBeVisible();
  await press('Use it');
  await expect(page.getByText('Token 0 may still be a late repeat')).toBeVisible();
  await look('a throw-away session in its grace');
  await expect(page.getByText('Token 0 can only be a copy now').first()).toBeVisible();
  await look('a throw-away session past its grace');
  await press('Replay an old token');
  await expect(page.getByText('Your activity has it on record')).toBeVisible();
  await look('a throw-away session, robbed');
}
