import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPasskey, asked, shown } from '#tests/integration/second-factors/passkeys.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type MadePasskey, showPasskey } from '#tests/support/passkey.ts';
import { linkIn } from '#tests/support/received-mail.ts';
import { beside, setTwoStep } from '#tests/support/two-step.ts';
import { ann, change, fieldsOf, next, type Post, path, startPost } from './changing-email.ts';

let post: Post;
let who: Browser;
let id: string;

beforeEach(async () => {
  post = await startPost({ LIMIT_LOGIN_PER_ADDRESS: '2000/3600' });
  who = await signedUp(ann);
  const { deps } = post.mailing.app;
  id = (await deps.store.findUserByEmail(ann))?.id ?? '';
  // Who has not proved their address adds no factor.
  await deps.store.setVerified(id, ann, aVerification());
});
afterEach(() => post.mailing.close());

const store = () => post.mailing.app.deps.store;
const advance = (seconds: number) => post.mailing.app.clock.advance(seconds);
const aVerification = () => {
  const { now: at } = post.mailing.app.clock;
  const about = { sessionId: null, at, userAgent: null, ip: null };
  return { id: crypto.randomUUID(), userId: id, type: 'email_verified', ...about } as const;
};
async function added(browser = who): Promise<MadePasskey> {
  const { response, passkey } = await addPasskey(browser);
  if (response.status !== 201) throw new Error(`Adding a passkey answered ${response.status}.`);
  advance(1);
  return passkey;
}
async function changed(): Promise<string> {
  const link = await change(post, who);
  advance(1);
  return link;
}
const undo = (link: string, typed: object = {}, email = ann) =>
  new Browser().send('POST', path.undo, { json: { token: new URL(link).hash.slice(1), email, ...typed } });
const idOf = (passkey: MadePasskey) => passkey.id.toString('base64url');
/** The address, and the passkeys that are left. */
async function left() {
  const user = await store().findUser(id);
  return [user?.email, ...(await store().listPasskeys(id)).map(({ credentialId }) => credentialId)];
}
async function signsIn(passkey: MadePasskey): Promise<number> {
  const browser = new Browser();
  return (await browser.authenticate(path.token, await shown(browser, passkey, 'sign_in'))).status;
}

describe.each([false, true])('undoing a change of address (two-step sign-in: %s)', (twoStep) => {
  const turn = () => beside(post.mailing.app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, twoStep));

  test('asks for a passkey that stood before the change and still does, and takes it', async () => {
    const passkey = await added();
    const link = await changed();
    await turn();
    const response = await undo(link);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: 'second_step_required',
      second_step: { factors: ['passkey'] },
    });
    expect(await left()).toEqual([next, idOf(passkey)]);
    expect((await undo(link, await shown(new Browser(), passkey, 'undo'))).status).toBe(204);
    expect(await left()).toEqual([ann, idOf(passkey)]);
    expect((await who.send('GET', '/api/me')).status).toBe(401);
    expect(await signsIn(passkey)).toBe(200);
  });

  test('removes passkeys that were made since, which are no proof of it either', async () => {
    const passkey = await added();
    const link = await changed();
    const thiefs = await added();
    await turn();
    expect(await fieldsOf(await undo(link, await shown(who, thiefs, 'undo')))).toEqual([400, ['credential']]);
    expect(await left()).toEqual([next, idOf(passkey), idOf(thiefs)]);
    expect((await undo(link, await shown(who, passkey, 'undo'))).status).toBe(204);
    expect(await left()).toEqual([ann, idOf(passkey)]);
    expect([await signsIn(passkey), await signsIn(thiefs)]).toEqual([200, 401]);
  });

  test('asks for none of those that were made since, and turns two-step sign-in off with the last', async () => {
    const link = await changed();
    const thiefs = await added();
    await turn();
    expect((await undo(link)).status).toBe(204);
    expect(await left()).toEqual([ann]);
    expect(await store().findUser(id)).toMatchObject({ twoStep: false });
    expect(await signsIn(thiefs)).toBe(401);
  });

  test('of the first of two changes removes what was made between them', async () => {
    const link = await changed();
    await added();
    await change(post, who, { from: next, to: 'third@example.org' });
    await turn();
    expect((await undo(link)).status).toBe(204);
    expect(await left()).toEqual([ann]);
  });
});

describe('the proof of an undo', () => {
  test('is none in a ceremony of another purpose, and its own ceremony serves nothing else', async () => {
    const passkey = await added();
    const link = await changed();
    for (const purpose of ['reset', 'sign_in', 'second_step'])
      expect(await fieldsOf(await undo(link, await shown(who, passkey, purpose)))).toEqual([400, ['credential']]);
    const { ceremony, options } = await asked(who, 'undo');
    const json = { ceremony, credential: showPasskey(passkey, options) };
    expect((await new Browser().authenticate(path.token, json)).status).toBe(401);
    expect((await who.send('POST', '/api/auth/step-up', { json })).status).toBe(400);
    expect(await left()).toEqual([next, idOf(passkey)]);
    expect((await undo(link, json)).status).toBe(204);
    const mail = await post.mailTo(ann, 'Set a new password');
    const reset = { token: new URL(linkIn(mail)).hash.slice(1), new_password: 'quite different unrelated words' };
    await beside(post.mailing.app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, true));
    const send = (typed: object) =>
      new Browser().send('POST', '/api/auth/password/reset', { json: { ...reset, ...typed } });
    expect(await fieldsOf(await send(json))).toEqual([400, ['credential']]);
    expect(await fieldsOf(await send(await shown(who, passkey, 'undo')))).toEqual([400, ['credential']]);
    expect((await send(await shown(who, passkey, 'reset'))).status).toBe(204);
  });

  test('is no passkey of another account; the tenth wrong one ends the link', async () => {
    const passkey = await added();
    const link = await changed();
    const bob = await signedUp('bob@example.org');
    const bobId = (await store().findUserByEmail('bob@example.org'))?.id ?? '';
    await store().setVerified(bobId, 'bob@example.org', { ...aVerification(), userId: bobId });
    const bobs = await added(bob);
    for (let tries = 1; tries < 10; tries++)
      expect(await fieldsOf(await undo(link, await shown(who, bobs, 'undo')))).toEqual([400, ['credential']]);
    expect((await fieldsOf(await undo(link, await shown(who, bobs, 'undo'))))[1]).toContain('token');
    expect(await fieldsOf(await undo(link, await shown(who, passkey, 'undo')))).toEqual([400, ['token']]);
    expect(await left()).toEqual([next, idOf(passkey)]);
  });

  test('is not asked for before the address was typed', async () => {
    const passkey = await added();
    const link = await changed();
    expect(await fieldsOf(await undo(link, {}, next))).toEqual([400, ['email']]);
    const proof = await shown(who, passkey, 'undo');
    expect(await fieldsOf(await undo(link, proof, next))).toEqual([400, ['email']]);
    expect((await undo(link, proof)).status).toBe(204);
  });
});

test('a thief who changed the address is thrown out, passkey and all, though they know the password', async () => {
  const link = await changed();
  const thief = new Browser();
  await thief.authenticate(path.token, { email: next, password });
  const thiefs = await added(thief);
  expect((await undo(link)).status).toBe(204);
  expect([await signsIn(thiefs), (await thief.refresh()).status]).toEqual([401, 401]);
  expect((await thief.authenticate(path.token, { email: ann, password })).status).toBe(401);
});
