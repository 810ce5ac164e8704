/** PASSWORD_SIGN_IN=off: passwords sign nobody in, whatever was kept of them. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { change, type Post, startPost, undo } from '#tests/integration/accounts/changing-email.ts';
import { addPasskey } from '#tests/integration/second-factors/passkeys.ts';
import { guarded } from '#tests/integration/second-factors/setting-up.ts';
import { signInWith } from '#tests/integration/sign-in/with-passkey.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { latchkey } from '#tests/support/terminal.ts';
import { appWith, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

let provider: LyingProvider;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.lies = {};
});

const off = { PASSWORD_SIGN_IN: 'off' };
const forbidden = [403, 'forbidden'];
const chosen = 'quite different unrelated words';

describe('where passwords sign nobody in', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await appWith([entryOf(provider)]);
  });
  afterEach(() => app.close());

  test('every endpoint that takes one refuses it, right or wrong, and does nothing', async () => {
    const ann = await signedUp('ann@example.org');
    await app.restart(off);
    const id = randomUUID();
    const asked: [string, object][] = [
      ['/api/auth/token', { email: 'ann@example.org', password }],
      ['/api/auth/token', { email: 'ann@example.org', password: 'wrong' }],
      ['/api/auth/register', { email: 'bob@example.org', password, name: 'Bob' }],
      ['/api/auth/register/code', { sign_up_id: id, code: '123456' }],
      ['/api/auth/register/resend', { sign_up_id: id }],
      ['/api/auth/password/forgot', { email: 'ann@example.org' }],
      ['/api/auth/password/reset', { token: 'a'.repeat(60), new_password: chosen }],
    ];
    for (const [address, json] of asked)
      expect([address, ...(await errorOf(await new Browser().send('POST', address, { json })))]).toEqual([
        ...[address, ...forbidden],
      ]);
    const own: [string, object][] = [
      ['/api/auth/password', { current_password: password, new_password: chosen }],
      ['/api/auth/password', { new_password: chosen }],
      ['/api/auth/step-up', { password }],
    ];
    for (const [address, json] of own)
      expect([address, ...(await errorOf(await ann.send('POST', address, { json })))]).toEqual([address, ...forbidden]);
    expect(await app.deps.store.findUserByEmail('bob@example.org')).toBeNull();
    expect(await app.deps.store.listMails(['waiting'], 10)).toEqual([]);
    await app.restart({ PASSWORD_SIGN_IN: 'on' });
    const again = await new Browser().authenticate('/api/auth/token', { email: 'ann@example.org', password });
    expect(again.status).toBe(200);
  });

  test('sessions go on, providers sign in and up, and passkeys sign in', async () => {
    const ann = await signedUp('ann@example.org');
    const { passkey } = await addPasskey(ann);
    await app.restart(off);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ann.refresh()).status).toBe(200);
    expect((await signIn(new Browser(), provider)).status).toBe(201);
    expect((await signIn(new Browser(), provider)).status).toBe(200);
    expect((await signInWith(passkey)).response.status).toBe(200);
  });

  test('an account that is met is not offered its password', async () => {
    const ann = await signedUp('bea@example.org');
    await addPasskey(ann);
    await app.restart(off);
    const answer = await signIn(new Browser(), provider);
    expect([answer.status, await answer.json()]).toMatchObject([409, { methods: ['passkey'] }]);
  });

  test('a second step that waits is taken, also after a provider', async () => {
    const { who, codeAt } = await guarded(app, 'bea@example.org');
    const linked = await who.send('POST', path.complete(), {
      json: await goAndReturn(who, provider, { intent: 'link' }),
    });
    expect(linked.status).toBe(200);
    const before = new Browser();
    const waiting = await before.send('POST', '/api/auth/token', { json: { email: 'bea@example.org', password } });
    const byPassword = (await waiting.json()).second_step;
    await app.restart(off);
    const after = new Browser();
    const byProvider = (await (await signIn(after, provider)).json()).second_step;
    for (const [browser, step] of [
      [before, byPassword],
      [after, byProvider],
    ]) {
      app.clock.advance(30);
      const code = codeAt(app.clock.now);
      const done = await browser.authenticate('/api/auth/token', { second_step_id: step.id, code });
      expect(done.status).toBe(200);
    }
  });

  test('a password is no way in: the last identity stays', async () => {
    const ann = await signedUp('ann@example.org');
    const linked = await ann.send('POST', path.complete(), {
      json: await goAndReturn(ann, provider, { intent: 'link' }),
    });
    expect(linked.status).toBe(200);
    await app.restart(off);
    const { items } = await (await ann.send('GET', path.identities)).json();
    const removed = await ann.send('DELETE', `${path.identities}/${items[0].id}`);
    expect(await errorOf(removed)).toEqual([409, 'last_way_in']);
    expect(
      await app.deps.store.countLockedOut({ password: false, issuers: [provider.issuer], rpId: 'localhost' }),
    ).toBe(0);
  });

  test.each([
    ['user', 'create', 'new@example.org'],
    ['user', 'create', 'new@example.org', '--link'],
    ['password', 'reset', 'bea@example.org'],
    ['password', 'reset', 'bea@example.org', '--stdin'],
  ])('the command %s %s %s %s says that passwords are off, sets none and prints no link', async (...words) => {
    await app.restart(off);
    await signedUpWith(provider);
    const { DATABASE_URL } = app.deps.env;
    const environment = testEnvironment({ DATABASE_URL, OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]), ...off });
    const { code, output } = await latchkey(words, { environment, input: `${chosen}\n` });
    expect([code, output]).toEqual([1, expect.stringContaining('Password sign-in is off')]);
    expect(output).not.toContain('/reset#');
    expect(await app.deps.store.findUserByEmail('new@example.org')).toBeNull();
    expect((await app.deps.store.findUserByEmail('bea@example.org'))?.passwordHash).toBeNull();
  });

  test('the demo goes on, and so do an operator’s commands', async () => {
    await app.restart(off);
    const bea = await signedUpWith(provider);
    expect((await bea.send('POST', '/api/demo/sessions')).status).toBe(201);
    const { DATABASE_URL } = app.deps.env;
    const environment = testEnvironment({ DATABASE_URL, OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]), ...off });
    for (const words of [
      ['sessions', 'list', 'bea@example.org'],
      ['factors', 'list', 'bea@example.org'],
    ])
      expect(await latchkey(words, { environment })).toMatchObject({ code: 0 });
  });
});

describe('undoing a change of address where passwords sign nobody in', () => {
  let post: Post;
  beforeEach(async () => {
    post = await startPost({ ...off, OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]), RATE_LIMITS: 'off' });
    post.mailing.app.clock.now = new Date();
  });
  afterEach(() => post.mailing.close());

  test('mails no link to set one, and leaves the ways in from before to an address that was proved', async () => {
    const bea = await signedUpWith(provider);
    const [old, next] = ['bea@example.org', 'next@example.org'];
    const { store } = post.mailing.app.deps;
    const userId = (await store.findUserByEmail(old))?.id ?? '';
    const about = { id: randomUUID(), userId, sessionId: null, at: post.mailing.app.clock.now };
    await store.setVerified(userId, old, { ...about, type: 'email_verified', userAgent: null, ip: null });
    post.mailing.app.clock.advance(60);
    const link = await change(post, bea, { from: old, to: next });
    await post.newMails();
    expect((await undo(link, old)).status).toBe(204);
    const mails = await post.newMails();
    const subjects = mails.map(({ to, headers }) => [to[0], headers.get('subject')]).sort();
    expect(subjects).toEqual([
      [old, 'Your address is back'],
      [next, 'Your address is back'],
    ]);
    // Its page would say that no password is needed.
    expect(mails.map(({ text }) => text).join()).not.toMatch(/\/forgot|a new password/);
    expect((await signIn(new Browser(), provider)).status).toBe(200);
  });

  test('asking for a link writes no mail', async () => {
    await signedUpWith(provider);
    const before = await post.mailing.outbox();
    const asked = await new Browser().send('POST', '/api/auth/password/forgot', { json: { email: 'bea@example.org' } });
    expect(await errorOf(asked)).toEqual(forbidden);
    expect(await post.mailing.outbox()).toEqual(before);
  });
});
