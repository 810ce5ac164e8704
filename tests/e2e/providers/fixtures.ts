/** The app with a real provider on another site: the provider on 127.0.0.1, the app on localhost. */
import type { Page } from '@playwright/test';
import { landing, paths } from '#lib/core/routes.ts';
import { test as base, expect } from '#tests/e2e/fixtures.ts';
import { client, startProvider, type TestProvider } from '#tests/support/oidc-provider.ts';
import { freePort } from '#tests/support/server.ts';

export { expect };

interface Going {
  provider: TestProvider;
  settings: Record<string, string>;
}

export const test = base.extend<{ provider: TestProvider }, { going: Going }>({
  going: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
    async ({}, use) => {
      const port = await freePort();
      const callback = (id: string) => `http://localhost:${port}/api/auth/oidc/${id}/callback`;
      const provider = await startProvider([callback('acme'), callback('posting')]);
      const entry = { issuer: provider.issuer, ...client };
      const entries = [
        { ...entry, id: 'acme', name: 'Acme' },
        { ...entry, id: 'posting', name: 'Posting', response_mode: 'form_post' },
      ];
      await use({ provider, settings: { PORT: String(port), OIDC_PROVIDERS: JSON.stringify(entries) } });
      await provider.close();
    },
    { scope: 'worker' },
  ],
  settings: ({ going }, use) => use(going.settings),
  /** The provider, where the person of this test has a verified address. */
  provider: [
    async ({ going: { provider }, email }, use) => {
      provider.person = { sub: email, email, email_verified: true, name: 'Ann' };
      provider.isRefusing = false;
      await use(provider);
    },
    { auto: true },
  ],
});

/** Presses a provider's button on a page. */
export async function press(page: Page, name = 'Acme', path: string = paths.login): Promise<void> {
  await page.goto(path);
  const button = page.getByRole('button', { name: `Continue with ${name}`, exact: true });
  await expect(button).toBeEnabled();
  await button.click();
}

/** Goes to a provider and back, as far as the page where signed-in people land. */
export async function signInWith(page: Page, name = 'Acme'): Promise<void> {
  await press(page, name);
  await page.waitForURL(`**${landing}`);
}

/** Makes the browser forget who is signed in. A page that is open would find itself signed out, and leave by itself. */
export async function forget(page: Page, which: { domain?: string } = {}): Promise<void> {
  await page.goto('about:blank');
  await page.context().clearCookies(which);
}

/** What is wrong, in the words of the page. */
export function failure(page: Page) {
  return page.getByRole('alert').filter({ hasText: /./ });
}
