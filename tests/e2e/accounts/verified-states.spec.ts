import { paths } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { lookAt, widths } from '#tests/e2e/pages/look.ts';
import { another, askedForCode, mailedCode, required, typeCode } from './verified.ts';

test.describe.configure({ timeout: 120_000 });

test.describe('where addresses are verified', () => {
  test.use({ settings: required });

  for (const width of widths) {
    test(`at ${width} px no state of a sign-up that waits breaks the policy, fails axe, jumps or scrolls sideways`, async ({
      page,
      server,
      email,
      violations,
    }) => {
      const look = (state: string) => lookAt(page, state, violations);
      await page.setViewportSize({ width, height: 800 });
      await askedForCode(page, email);
      await look('asking for the code');
      await typeCode(page, '12');
      await expect(page.getByText('Enter the 8 digits in the mail.')).toBeVisible();
      await look('a code that is none');
      await page.getByRole('button', { name: 'Send it again' }).click();
      await expect(page.getByRole('status')).toContainText('Come back');
      await look('a mail that is asked for too early');
      const code = await mailedCode(server, email);
      for (let tries = 1; tries <= 5; tries++) {
        await typeCode(page, another(code));
        await expect(page.getByRole('button', { name: 'Confirm' })).not.toHaveAttribute('aria-busy');
      }
      await expect(page.getByRole('alert').filter({ hasText: 'This sign-up is over' })).toBeVisible();
      await look('a sign-up that is over');
      await page.reload();
      await expect(page.getByRole('alert').filter({ hasText: 'No sign-up of this browser waits' })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
      await look('the form after that');
    });
  }
});

test.describe('an address that nobody has proved', () => {
  test.use({
    settings: {
      SMTP_URL: 'smtp://127.0.0.1:9?tls=off',
      MAIL_FROM: 'sign-in@example.org',
      EMAIL_VERIFICATION: 'off',
    },
  });

  test('is told of in a quiet line on the account, where mail is sent', async ({
    page,
    context,
    email,
    violations,
  }) => {
    await signUp(context, email);
    await page.goto(paths.account);
    await expect(page.getByText('Not verified')).toBeVisible();
    await lookAt(page, 'an account whose address is not verified', violations);
  });
});

test('an address that nobody has proved is told of nowhere, where no mail is sent', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await page.goto(paths.account);
  await expect(page.getByText(email)).toBeVisible();
  await expect(page.getByText('Not verified')).toHaveCount(0);
});
