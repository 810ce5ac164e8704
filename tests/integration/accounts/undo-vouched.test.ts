/** Taking back an address that no mail of ours had proved before it was changed: who made the account may be a stranger. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgot, reset } from '#tests/integration/mail/mailing.ts';
import { entryOf, errorOf, signedUpWith, signIn } from '#tests/integration/providers/going.ts';
import { addPasskey, shown } from '#tests/integration/second-factors/passkeys.ts';
import { signInWith } from '#tests/integration/sign-in/with-passkey.ts';
import { Browser } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { linkIn } from '#tests/support/received-mail.ts';
import { beside, setTwoStep, turnOn } from '#tests/support/two-step.ts';
import { change, type Post, path, startPost, undo } from './changing-email.ts';

const bea = 'bea@example.org';
const strangers = 'stranger@example.net';
let provider: LyingProvider;
let post: Post;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = {};
  post = await startPost({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]), RATE_LIMITS: 'off' });
  post.mailing.app.clock.now = new Date();
});
afterEach(() => post.mailing.close());

const store = () => post.mailing.app.deps.store;
const wait = () => post.mailing.app.clock.advance(60);
const idOf = async (email: string) => (await store().findUserByEmail(email))?.id ?? '';
const database = <T>(work: Parameters<typeof beside<T>>[1]) => beside(post.mailing.app.deps.env.DATABASE_URL, work);
/** Has the stranger take another address. Returns the link that is mailed to the one before. */
async function moved(stranger: Browser, from = bea, to = strangers): Promise<string> {
  wait();
  const link = await change(post, stranger, { from, to });
  wait();
  return link;
}
/** Counts the identities and passkeys of whoever has the address. */
async function waysInto(email: string) {
  const id = await idOf(email);
  return [(await store().listIdentities(id)).length, (await store().listPasskeys(id)).length];
}
const comesBack = async () => errorOf(await signIn(new Browser(), provider));
const taken = [409, 'link_required'];

describe('taking back an address for which only a provider vouched', () => {
  test('removes the identity that made the account, as the first mailed reset does', async () => {
    const link = await moved(await signedUpWith(provider));
    expect((await undo(link, bea)).status).toBe(204);
    expect(await waysInto(bea)).toEqual([0, 0]);
    const mails = await post.newMails();
    const told = mails.filter(({ to }) => to.includes(bea)).map(({ headers }) => headers.get('subject'));
    expect(told).toContain('Way to sign in disconnected');
    const mail = mails.find(({ headers }) => headers.get('subject') === 'Set a new password');
    if (!mail) throw new Error('No link to set a password was mailed.');
    expect(await reset(linkIn(mail))).toBe(204);
    expect(await comesBack()).toEqual(taken);
  });

  test('removes it too where passwords sign nobody in', async () => {
    const link = await moved(await signedUpWith(provider));
    await post.mailing.app.restart({ PASSWORD_SIGN_IN: 'off' });
    expect((await undo(link, bea)).status).toBe(204);
    expect(await waysInto(bea)).toEqual([0, 0]);
    expect(await comesBack()).toEqual(taken);
  });

  test('asks for no passkey that stood before the change, and removes it', async () => {
    const stranger = await signedUpWith(provider);
    const { passkey } = await addPasskey(stranger);
    const link = await moved(stranger);
    expect((await undo(link, bea)).status).toBe(204);
    expect(await waysInto(bea)).toEqual([0, 0]);
    expect((await signInWith(passkey)).response.status).toBe(401);
  });

  test('removes the ways in where two-step sign-in was turned on after the change', async () => {
    const stranger = await signedUpWith(provider);
    const link = await moved(stranger);
    const { AUTH_SECRET: secrets } = post.mailing.app.deps.env;
    const id = await idOf(strangers);
    await database((executor) => turnOn(executor, id, { secrets, at: post.mailing.app.clock.now }));
    expect((await undo(link, bea)).status).toBe(204);
    expect(await waysInto(bea)).toEqual([0, 0]);
    expect(await store().findUser(id)).toMatchObject({ twoStep: false });
    expect(await comesBack()).toEqual(taken);
  });

  test('asks for the passkey from before, and keeps the ways in, where two-step sign-in is on', async () => {
    const who = await signedUpWith(provider);
    const { passkey } = await addPasskey(who);
    const link = await moved(who);
    const id = await idOf(strangers);
    await database((executor) => setTwoStep(executor, id, true));
    expect(await errorOf(await undo(link, bea))).toEqual([403, 'second_step_required']);
    const proof = await shown(new Browser(), passkey, 'undo');
    const json = { token: new URL(link).hash.slice(1), email: bea, ...proof };
    expect((await new Browser().send('POST', path.undo, { json })).status).toBe(204);
    expect(await waysInto(bea)).toEqual([1, 1]);
  });

  test('removes the ways in by the first link, whatever was changed and undone since', async () => {
    const stranger = await signedUpWith(provider);
    const first = await moved(stranger);
    const second = await moved(stranger, strangers, 'third@example.net');
    expect((await undo(second, strangers)).status).toBe(204);
    // That address had been proved by a mailed code.
    expect(await waysInto(strangers)).toEqual([1, 0]);
    expect((await undo(first, bea)).status).toBe(204);
    expect(await waysInto(bea)).toEqual([0, 0]);
    expect(await comesBack()).toEqual(taken);
  });

  test('leaves nothing to a stranger who asks for a link as its owner before', async () => {
    const link = await moved(await signedUpWith(provider));
    expect(await forgot(strangers)).toBe(202);
    const strangersLink = linkIn(await post.mailTo(strangers, 'Set a new password'));
    expect((await undo(link, bea)).status).toBe(204);
    expect(await reset(strangersLink)).toBe(400);
    expect(await comesBack()).toEqual(taken);
  });
});

async function verify(email: string): Promise<void> {
  const id = await idOf(email);
  const about = { id: crypto.randomUUID(), userId: id, sessionId: null, userAgent: null, ip: null };
  const event = { ...about, at: post.mailing.app.clock.now, type: 'email_verified', by: 'operator' } as const;
  expect(await store().setVerified(id, email, event)).toBe(true);
}

test('taking back an address that an operator had set, which nothing proves, removes the ways in from before the change', async () => {
  await signedUpWith(provider);
  const id = await idOf(bea);
  const about = { id: crypto.randomUUID(), userId: id, sessionId: null, userAgent: null, ip: null };
  const event = { ...about, at: post.mailing.app.clock.now, type: 'email_changed' } as const;
  const set = 'set@example.org';
  expect(await store().setEmail({ userId: id, from: bea, to: set, event, formerMail: null })).toBe('changed');
  const who = new Browser();
  expect((await signIn(who, provider)).status).toBe(200);
  const link = await moved(who, set);
  expect((await undo(link, set)).status).toBe(204);
  expect(await waysInto(set)).toEqual([0, 0]);
  expect((await signIn(new Browser(), provider)).status).toBe(201);
});

test('taking back an address that was proved leaves them, and asks for the passkey from then', async () => {
  const who = await signedUpWith(provider);
  await verify(bea);
  const { passkey } = await addPasskey(who);
  const link = await moved(who);
  expect(await errorOf(await undo(link, bea))).toEqual([403, 'second_step_required']);
  const json = { token: new URL(link).hash.slice(1), email: bea, ...(await shown(new Browser(), passkey, 'undo')) };
  expect((await new Browser().send('POST', path.undo, { json })).status).toBe(204);
  expect(await waysInto(bea)).toEqual([1, 1]);
  expect((await signIn(new Browser(), provider)).status).toBe(200);
});
