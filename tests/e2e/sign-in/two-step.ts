/** Signing in in two steps, in a browser. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { expect, password, signInByHand } from '#tests/e2e/fixtures.ts';
import { appCodeOf } from '#tests/support/app-code.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import type { RunningServer } from '#tests/support/server.ts';

export interface Factors {
  recoveryCodes: string[];
  /** The app's code now; each is another, for it works once. */
  code(): string;
}

/** Makes an account with an authenticator app, two recovery codes and two-step sign-in. */
export async function withTwoStep(server: RunningServer, email: string): Promise<Factors> {
  await new HttpClient(server.port).authenticate('/api/auth/register', { email, password, name: 'Ann' });
  return turnTwoStepOn(server, email);
}

/** Gives an account an authenticator app, two recovery codes and two-step sign-in. */
export async function turnTwoStepOn({ databaseUrl }: RunningServer, email: string): Promise<Factors> {
  const script = 'tests/e2e/sign-in/turn-on.ts';
  const words = ['--conditions=react-server', script, databaseUrl, email, testEnvironment().AUTH_SECRET];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const { secret, recoveryCodes } = JSON.parse(stdout);
  // The step before the present one comes first, so that the two after it are good as well;
  // near its end the present one, for the code has still to be typed.
  const typing = 10_000;
  let used = -Infinity;
  const code = () => {
    used = Math.max(used + 1, Math.floor((Date.now() + typing) / 30_000) - 1);
    return appCodeOf(secret, new Date(used * 30_000));
  };
  return { recoveryCodes, code };
}

/** Shows the password, as far as the page that asks for the second step. */
export async function askedForSecondStep(page: Page, email: string, path: string = paths.login): Promise<void> {
  await page.goto(path);
  await signInByHand(page, email, password);
  await expect(page.getByRole('heading', { name: 'Second step' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Verify' })).toBeEnabled();
}

export async function typeCode(page: Page, code: string, label = 'Code'): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Verify' }).click();
}
