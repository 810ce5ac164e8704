import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, signUp, testWith } from './fixtures.ts';

const test = testWith();
const chosen = 'quite different unrelated words';

// Browsers differ in the Origin that they send from a page with `Referrer-Policy: no-referrer`. The API refuses `null`.
test('a forgotten password is set anew by a mailed link, on a page that names itself to nobody', async ({
  openTab,
  email,
}) => {
  const tab = await openTab();
  await signUp(tab, email);
  await tab.click('Sign out');
  await tab.expectPath(paths.login);
  await tab.click('Forgot your password?');
  await tab.expectPath(paths.forgot);
  await tab.fill('Email', email);
  await tab.click('Send a link');
  await tab.expectText('is on its way');
  const outbox = async () => {
    await tab.goto(paths.outbox);
    return tab.run(() => document.body.innerText);
  };
  await expect.poll(outbox).toContain('Set a new password');
  await tab.click('Set a new password');
  await tab.expectPath(paths.reset);
  await tab.fill('New password', chosen);
  await tab.click('Set password');
  await tab.expectText('Your new password is set');
  await tab.click('Sign in with it');
  await tab.expectPath(paths.login);
  for (const word of [password, chosen]) {
    await tab.goto(paths.login);
    await tab.fill('Email', email);
    await tab.fill('Password', word);
    await tab.click('Sign in');
    if (word === password) await tab.expectText('The email or the password is wrong.');
  }
  await tab.expectPath(landing);
});
