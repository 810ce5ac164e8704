/** An account without a password: an operator made it, and its owner has not set one yet. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NewUser } from '#db/store/accounts.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { issueFirst } from '#lib/server/sessions/issue.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

const requester = { userAgent: null, ip: null };
let app: TestApp;
let user: NewUser;
/** Collects the hash that each comparison was given. */
let compared: (string | null)[];

beforeEach(async () => {
  app = await startApp();
  await signedUp();
  user = { id: randomUUID(), email: 'bob@example.org', name: null, passwordHash: null, createdAt: app.clock.now };
  const event = newSecurityEvent(app.deps, 'signed_up', {
    userId: user.id,
    sessionId: null,
    requester,
    now: app.clock.now,
  });
  expect(await app.deps.store.createUser(user, event)).toBe('created');
  const { compare } = app.deps.hasher;
  compared = [];
  app.deps.hasher.compare = (typed, hash) => {
    compared.push(hash);
    return compare(typed, hash);
  };
});
afterEach(() => app.close());

async function told(response: Response) {
  const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
  return { status: response.status, headers, body: await response.text() };
}
const signIn = (email: string, typed: string) =>
  new Browser().send('POST', '/api/auth/token', { json: { email, password: typed } });

test('signing in to it answers as a wrong password does, and compares a hash all the same', async () => {
  const wrong = await told(await signIn('ann@example.org', 'wrong'));
  expect(wrong.status).toBe(401);
  for (const typed of [password, 'wrong', 'null']) expect(await told(await signIn(user.email, typed))).toEqual(wrong);
  expect(compared).toEqual([expect.any(String), null, null, null]);
});

test('whoever is signed in to it is told that their current password is wrong, whatever they type', async () => {
  const basis = { kind: 'credentials', shown: { credentialVersion: 0, epoch: 0 } } as const;
  const about = { userId: user.id, event: 'signed_in', persistent: false, requester } as const;
  const session = await beginSession(app.deps, { ...about, basis });
  if (!session) throw new Error('A session was refused.');
  const { body } = issueFirst(app.deps, session, user);
  const owner = new Browser();
  owner.token = body.access_token;
  for (const typed of [password, 'null']) {
    const json = { current_password: typed, new_password: 'other unrelated words' };
    const response = await owner.send('POST', '/api/auth/password', { json });
    expect([response.status, (await response.json()).fields]).toEqual([
      400,
      { current_password: [expect.any(String)] },
    ]);
  }
  expect(compared).toEqual([null, null]);
  expect((await app.deps.store.findUserByEmail(user.email))?.passwordHash).toBeNull();
});

test('a link gives it one', async () => {
  const [, token] = (await newOperatorLink(app.deps, user.id)).split('#');
  const json = { token, new_password: password };
  expect((await new Browser().send('POST', '/api/auth/password/reset', { json })).status).toBe(204);
  expect((await signIn(user.email, password)).status).toBe(200);
});
