import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Post, startPost } from '#tests/integration/accounts/changing-email.ts';
import { signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { mailSettings } from '#tests/support/smtp.ts';
import { latchkey } from '#tests/support/terminal.ts';
import { addPasskey, passkeyPath } from './passkeys.ts';
import { path, setUp } from './setting-up.ts';

let post: Post;
beforeEach(async () => {
  post = await startPost({ EMAIL_VERIFICATION: 'off', RATE_LIMITS: 'off' });
});
afterEach(() => post.mailing.close());

const email = 'ann@example.org';
const operate = (...words: string[]) => {
  const { DATABASE_URL } = post.mailing.app.deps.env;
  return latchkey(words, { environment: testEnvironment({ DATABASE_URL, ...mailSettings(post.mailing.smtp) }) });
};
const subjects = async () => (await post.newMails()).map(({ headers }) => headers.get('subject')).sort();

test('the owner hears by mail of every change of factors, and no mail holds a secret', async () => {
  const { app, smtp } = post.mailing;
  const ann = await signedUp(email);
  expect((await operate('user', 'verify', email)).code).toBe(0);
  await subjects();
  const { setup, codes } = await setUp(app, ann);
  expect(await subjects()).toEqual(['An authenticator app was added', 'Two-step sign-in is on']);
  const { recovery_codes: made } = await (await ann.send('POST', path.recovery)).json();
  expect(await subjects()).toEqual(['New recovery codes were made']);
  await ann.send('PUT', path.twoStep, { json: { enabled: false } });
  expect(await subjects()).toEqual(['The authenticator app was removed', 'Two-step sign-in is off']);
  await setUp(app, ann);
  await subjects();
  expect((await operate('factors', 'reset', email)).code).toBe(0);
  // The command goes by the time of day; so does the sender from now on.
  app.clock.now = new Date(Math.max(app.clock.now.getTime(), Date.now() + 1000));
  expect(await subjects()).toEqual(['Two-step sign-in was reset']);
  const sent = JSON.stringify(smtp.mails);
  for (const secret of [setup.secret, ...codes, ...made]) expect(sent).not.toContain(secret);
});

test('the owner hears by mail of a passkey that comes or goes, and no mail holds its name', async () => {
  const ann = await signedUp(email);
  expect((await operate('user', 'verify', email)).code).toBe(0);
  await subjects();
  const name = 'Visit evil.example.org';
  const { id } = await (await addPasskey(ann, {}, { name })).response.json();
  expect(await subjects()).toEqual(['Passkey added to your account']);
  expect((await ann.send('DELETE', passkeyPath.one(id))).status).toBe(204);
  expect(await subjects()).toEqual(['Passkey removed from your account']);
  expect(JSON.stringify(post.mailing.smtp.mails)).not.toContain(name);
});
