/** How operators give an account another address, and say that one is verified. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorAgent } from '#lib/core/requester.ts';
import { newUndoLink } from '#lib/server/mail/links.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { latchkey as run } from '#tests/support/terminal.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // The commands go by the real clock.
  app.clock.now = new Date();
});
afterAll(() => app.close());

const latchkey = (...words: string[]) =>
  run(words, { environment: testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL }) });
const find = (email: string) => app.deps.store.findUserByEmail(email);
const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;

test('user email changes it, unproved, ends every session and voids every link, and tells both addresses', async () => {
  const ann = await signedUp('ann@example.org');
  const { id: userId = '' } = (await find('ann@example.org')) ?? {};
  const undo = newUndoLink(app.deps, { userId, email: 'earlier@example.org' });
  await app.deps.store.addOperatorLink(undo);
  const changed = await latchkey('user', 'email', ' ANN@example.org ', 'New@Example.org');
  expect(changed).toEqual({ code: 0, output: 'The address is changed, and every session is ended.\n' });
  expect(await me(ann)).toBe(401);
  expect(await find('new@example.org')).toMatchObject({ id: userId, emailVerifiedAt: null });
  expect(await app.deps.store.findMailLink(undo.id, app.clock.now)).toBeNull();
  const mails = (await app.deps.store.listMails(['waiting'], 10)).filter(
    ({ eventType }) => eventType === 'email_changed',
  );
  const told = mails.map(({ recipient, detail, userAgent }) => [recipient, detail, userAgent]).sort();
  expect(told).toEqual([
    ['ann@example.org', 'n…@example.org', operatorAgent],
    ['new@example.org', null, operatorAgent],
  ]);
  const json = { email: 'new@example.org', password };
  expect((await new Browser().authenticate('/api/auth/token', json)).status).toBe(200);
});

test('user email gives no address that is taken, or is none, or is the account’s', async () => {
  await signedUp('bob@example.org');
  await signedUp('eve@example.org');
  for (const [to, why] of [
    ['eve@example.org', 'Another account has this address'],
    ['no address', 'new: Enter an email address'],
    ['BOB@example.org', 'This is the address of the account already'],
  ])
    expect(await latchkey('user', 'email', 'bob@example.org', String(to))).toMatchObject({
      code: 1,
      output: expect.stringContaining(String(why)),
    });
  expect(await latchkey('user', 'email', 'nobody@example.org', 'x@example.org')).toMatchObject({ code: 1 });
  expect(await latchkey('user', 'email', 'bob@example.org')).toMatchObject({ code: 2 });
});

test('user verify says that an address is verified, and ends nothing', async () => {
  const kim = await signedUp('kim@example.org');
  expect(await latchkey('user', 'verify', 'kim@example.org')).toEqual({
    code: 0,
    output: 'The address counts as verified.\n',
  });
  expect((await find('kim@example.org'))?.emailVerifiedAt).not.toBeNull();
  expect(await (await kim.send('GET', '/api/me')).json()).toMatchObject({ email_verified: true });
  const { items } = await (await kim.send('GET', '/api/activity')).json();
  expect(items[0]).toMatchObject({ type: 'email_verified', user_agent: operatorAgent, by: 'operator' });
  expect((await latchkey('user', 'verify', 'kim@example.org')).output).toBe('It is verified already.\n');
});
