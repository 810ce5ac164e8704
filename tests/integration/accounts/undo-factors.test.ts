import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recoveryHash } from '#lib/server/second-factors/proof.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { linkIn } from '#tests/support/received-mail.ts';
import { beside, type Factors, turnOn } from '#tests/support/two-step.ts';
import { ann, change, fieldsOf, next, type Post, path, signIn, startPost } from './changing-email.ts';

const chosen = 'quite different unrelated words';
let post: Post;
let who: Browser;
let id: string;

beforeEach(async () => {
  post = await startPost({ LIMIT_LOGIN_PER_ADDRESS: '2000/3600' });
  who = await signedUp(ann);
  id = (await post.mailing.app.deps.store.findUserByEmail(ann))?.id ?? '';
});
afterEach(() => post.mailing.close());

const store = () => post.mailing.app.deps.store;
const now = () => post.mailing.app.clock.now;
const advance = (seconds: number) => post.mailing.app.clock.advance(seconds);
const database = <T>(work: Parameters<typeof beside<T>>[1]) => beside(post.mailing.app.deps.env.DATABASE_URL, work);
const factorsNow = (): Promise<Factors> =>
  database((executor) => turnOn(executor, id, { secrets: post.mailing.app.deps.env.AUTH_SECRET, at: now() }));

async function changed(factors: Factors | null): Promise<string> {
  if (factors) {
    const response = await who.send('POST', '/api/auth/step-up', { json: { password, code: factors.code(now()) } });
    who.token = (await response.json()).access_token;
  }
  advance(30);
  const link = await change(post, who);
  advance(30);
  return link;
}
const undo = (link: string, typed: object = {}) =>
  new Browser().send('POST', path.undo, { json: { token: new URL(link).hash.slice(1), email: ann, ...typed } });
/** What is left of two-step sign-in. */
async function left() {
  const user = await store().findUser(id);
  return [user?.email, user?.twoStep, await store().listProofs(id, 'localhost')];
}

describe('undoing a change, of somebody who had an authenticator app before it', () => {
  let factors: Factors;
  let link: string;
  beforeEach(async () => {
    factors = await factorsNow();
    link = await changed(factors);
  });

  test('asks for a code: a mailbox that others read is not enough', async () => {
    const response = await undo(link);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: 'second_step_required',
      second_step: { factors: ['totp', 'recovery_code'] },
    });
    const code = factors.code(now());
    const wrong = code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
    expect(await fieldsOf(await undo(link, { code: wrong }))).toEqual([400, ['code']]);
    expect(await left()).toEqual([next, true, ['totp', 'recovery_code']]);
    expect((await undo(link, { code })).status).toBe(204);
    expect(await left()).toEqual([ann, true, ['totp', 'recovery_code']]);
    const mail = await post.mailTo(ann, 'Set a new password');
    const json = { token: new URL(linkIn(mail)).hash.slice(1), new_password: chosen };
    const reset = (typed: object) =>
      new Browser().send('POST', '/api/auth/password/reset', { json: { ...json, ...typed } });
    expect(await fieldsOf(await reset({ code }))).toEqual([400, ['code']]);
    advance(30);
    expect((await reset({ code: factors.code(now()) })).status).toBe(204);
  });

  test('takes a recovery code of that time, and none that was made after the change', async () => {
    const thiefs = 'F'.repeat(24);
    const row = { userId: id, hash: recoveryHash(thiefs), createdAt: now() };
    await database(({ run, tables }) => run((db) => db.insert(tables.recoveryCodes).values(row).returning()));
    expect(await fieldsOf(await undo(link, { recovery_code: thiefs }))).toEqual([400, ['code']]);
    expect(await left()).toEqual([next, true, ['totp', 'recovery_code']]);
    expect((await undo(link, { recovery_code: factors.recoveryCodes[0] })).status).toBe(204);
    expect(await store().hasRecoveryCode(id, recoveryHash(thiefs))).toBe(false);
    expect(await store().hasRecoveryCode(id, recoveryHash(factors.recoveryCodes[1] ?? ''))).toBe(true);
    const mails = await store().listMails(['waiting', 'sent'], 100);
    expect(mails.find(({ eventType }) => eventType === 'recovery_code_used')).toMatchObject({ detail: '1' });
  });

  test('ends the link with the tenth wrong code', async () => {
    const code = factors.code(now()).replace(/\d/, (digit) => String((Number(digit) + 1) % 10));
    for (let tries = 1; tries < 10; tries += 1)
      expect(await fieldsOf(await undo(link, { code }))).toEqual([400, ['code']]);
    expect((await fieldsOf(await undo(link, { code })))[1]).toContain('token');
    expect(await fieldsOf(await undo(link, { code: factors.code(now()) }))).toEqual([400, ['token']]);
    expect(await left()).toEqual([next, true, ['totp', 'recovery_code']]);
  });

  test('asks for a recovery code from then where the app was replaced after it', async () => {
    await database(({ run, tables }) =>
      run((db) => db.update(tables.totps).set({ createdAt: now() }).where(eq(tables.totps.userId, id)).returning()),
    );
    expect((await undo(link)).status).toBe(403);
    expect(await left()).toEqual([next, true, ['totp', 'recovery_code']]);
    expect((await undo(link, { recovery_code: factors.recoveryCodes[0] })).status).toBe(204);
    expect(await left()).toEqual([ann, false, []]);
  });

  test('asks for nothing where the app and the codes were replaced after it, and removes that one', async () => {
    await database(async ({ run, tables }) => {
      await run((db) => db.delete(tables.recoveryCodes).returning());
      await run((db) =>
        db.update(tables.totps).set({ createdAt: now() }).where(eq(tables.totps.userId, id)).returning(),
      );
    });
    expect((await undo(link)).status).toBe(204);
    expect(await left()).toEqual([ann, false, []]);
  });
});

test('undoing a change removes the app and the codes that were made after it, and turns two-step sign-in off', async () => {
  const link = await changed(null);
  const thiefs = await factorsNow();
  expect((await undo(link, { code: '000000' })).status).toBe(204);
  expect(await left()).toEqual([ann, false, []]);
  const mail = await post.mailTo(ann, 'Set a new password');
  const json = { token: new URL(linkIn(mail)).hash.slice(1), new_password: chosen };
  expect((await new Browser().send('POST', '/api/auth/password/reset', { json })).status).toBe(204);
  expect(await signIn(ann, chosen)).toBe(200);
  expect(await store().hasRecoveryCode(id, recoveryHash(thiefs.recoveryCodes[0] ?? ''))).toBe(false);
});

test('undoing the first of two changes removes what was made between them', async () => {
  const first = await changed(null);
  const thiefs = await factorsNow();
  const response = await who.send('POST', '/api/auth/step-up', { json: { password, code: thiefs.code(now()) } });
  who.token = (await response.json()).access_token;
  await change(post, who, { from: next, to: 'third@example.org' });
  expect((await undo(first)).status).toBe(204);
  expect(await left()).toEqual([ann, false, []]);
});
