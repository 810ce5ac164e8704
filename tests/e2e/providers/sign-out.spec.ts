import { landing, paths } from '#lib/core/routes.ts';
import { test as base, expect, signInWith } from './fixtures.ts';

const test = base.extend({
  going: [
    async ({ going }, use) => {
      const [entry, ...more] = JSON.parse(going.settings.OIDC_PROVIDERS ?? '[]');
      const OIDC_PROVIDERS = JSON.stringify([{ ...entry, sign_out: 'provider' }, ...more]);
      await use({ ...going, settings: { ...going.settings, OIDC_PROVIDERS } });
    },
    { scope: 'worker' },
  ],
});

test('a sign-out goes on at the provider where it is to, the other tabs hear of it, and signing in works again', async ({
  page,
  provider,
  email,
}) => {
  expect(provider.person.email).toBe(email);
  await signInWith(page);
  const other = await page.context().newPage();
  await other.goto(landing);
  await expect(other.getByRole('button', { name: 'Sign out', exact: true })).toBeEnabled();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL(`${provider.issuer}/session/end?**`);
  await other.waitForURL(`**${paths.login}**`);
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.waitForURL(`**${paths.login}`);
  await signInWith(page);
});
