import { loginPath, paths } from '#lib/core/routes.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { expect, password, signUp, testWith } from './fixtures.ts';

// Without grace, a used token is theft at the next millisecond; with it the same happens ten seconds later.
const test = testWith({ ACCESS_TTL_SECONDS: '4', REFRESH_GRACE_SECONDS: '0' });

test('a stolen refresh token that is used again ends the session in the open page, which says why', async ({
  openTab,
  server,
  email,
}) => {
  const tab = await openTab();
  await signUp(tab, email, paths.sessions);
  const held = new Set<string>();
  const note = async () => held.add((await tab.cookies())['latchkey-refresh'] ?? '').size;
  // Twice refreshed by the page itself, which has used what the first brought by then.
  await expect.poll(note).toBe(3);
  const [stolen = ''] = held;

  const thief = new HttpClient(server.port);
  thief.cookies = { 'latchkey-refresh': stolen };
  const theft = await thief.send('POST', '/api/auth/refresh');
  expect([theft.status, theft.headers['set-cookie']]).toEqual([401, undefined]);

  await tab.expectPath(loginPath(paths.sessions));
  await tab.expectText('a copy of your session was used somewhere else');
  await tab.fill('Email', email);
  await tab.fill('Password', password);
  await tab.click('Sign in');
  await tab.expectPath(paths.sessions);
  await tab.goto(paths.activity);
  await tab.expectText('a copy of its session was used');
});
