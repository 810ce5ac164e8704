/** The pages for everyone, and those of an account, in every state that a person can see. */
import type { Page } from '@playwright/test';
import { expect, password, signInByHand, signUp, takenOver } from '#tests/e2e/fixtures.ts';
import { walkPasskeys } from '#tests/e2e/passkeys/keeping.ts';
import { walkTwoStep } from '#tests/e2e/second-factors/set-up.ts';
import { open, type Walk } from './look.ts';

export const walks: Record<string, Walk> = {
  'the pages for everyone': async (page, email, look) => {
    await page.goto('/');
    await look('landing');
    await open(page, '/login', 'Sign in');
    await look('sign in');
    await signInByHand(page, email, 'not the password');
    await expect(page.getByRole('alert').filter({ hasText: 'wrong' })).toBeVisible();
    await look('sign in, refused');
    await walkForgot(page, email, look);
    await walkSignUp(page, look);
    await walkReset(page, look);
    await walkUndo(page, email, look);
  },
  'the account': async (page, email, look) => {
    await signUp(page.context(), email);
    await page.context().clearCookies();
    for (let tries = 0; tries < 3; tries++)
      await page.request.post('/api/auth/token', { data: { email, password: 'not the password' } });
    await page.request.post('/api/auth/token', { data: { email, password } });
    await page.goto('/account');
    await expect(page.getByRole('link', { name: 'Security' })).toBeVisible();
    await look('account');
    await page.getByRole('button', { name: 'Change email' }).click();
    await expect(page.getByText('Enter your email address.')).toBeVisible();
    await look('account, with a mistake');
    await page.getByLabel('New email').fill(`new-${email}`);
    await page.getByRole('button', { name: 'Change email' }).click();
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    await look('account, waiting for a code');
    await open(page, '/account/security', 'Change password');
    await look('security');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Enter the password you have now.')).toBeVisible();
    await look('security, with mistakes');
    await open(page, '/account/sessions', 'Sign out everywhere');
    await look('sessions');
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await look('signing out everywhere');
    await page.goto('/account/activity');
    await look('activity');
    await page.goto('/no/such/page');
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
    await look('not found');
    await walkLeaving(page, email, look);
  },
  'two-step sign-in': async (page, email, look) => {
    await signUp(page.context(), email);
    await walkTwoStep(page, look);
  },
  passkeys: async (page, email, look) => {
    await signUp(page.context(), email);
    await walkPasskeys(page, look);
  },
};

async function walkLeaving(page: Page, email: string, look: (state: string) => Promise<void>): Promise<void> {
  await page.goto('/account');
  await takenOver(page);
  await page.getByRole('button', { name: 'Delete account' }).click();
  await look('deleting the account');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete account' }).click();
  await expect(page.getByRole('note')).toContainText('To keep it, sign in before then.');
  await look('an account that is to be deleted');
  await signInByHand(page, email);
  await expect(page.getByRole('note')).toContainText('Your account stays');
  await look('an account that stays');
}

async function walkSignUp(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  await open(page, '/register', 'Create account');
  await look('sign up');
  await page.getByLabel('Email').fill('nowhere');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('2 things need another look', { exact: false })).toBeVisible();
  await look('sign up, with mistakes');
}

async function walkForgot(page: Page, email: string, look: (state: string) => Promise<void>): Promise<void> {
  await open(page, '/forgot', 'Send a link');
  await look('a forgotten password');
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByText('Enter your email address.')).toBeVisible();
  await look('a forgotten password, with a mistake');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(page.getByRole('status')).toContainText('is on its way');
  await look('a link was asked for');
  // It came through a proxy.
  await page.goto('/outbox');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await look('no outbox');
}

async function walkReset(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  await open(page, '/reset#not-a-link-of-ours', 'Set password');
  await look('a new password by a link');
  await page.getByLabel('New password').fill('a few unrelated words');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'for a new one' })).toBeVisible();
  await look('a new password by a link that is void');
}

async function walkUndo(page: Page, email: string, look: (state: string) => Promise<void>): Promise<void> {
  await open(page, '/undo#not-a-link-of-ours', 'Take the address back');
  await look('taking an address back');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Take the address back' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'was used before' })).toBeVisible();
  await look('taking an address back by a link that is void');
}
