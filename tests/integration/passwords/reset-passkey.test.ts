import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newOperatorLink, newPasswordLink } from '#lib/server/mail/links.ts';
import { addPasskey, asked, shown } from '#tests/integration/second-factors/passkeys.ts';
import { confirm, path, start as startTotp } from '#tests/integration/second-factors/setting-up.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type MadePasskey, showPasskey } from '#tests/support/passkey.ts';
import { beside, setTwoStep } from '#tests/support/two-step.ts';

const email = 'ann@example.org';
const chosen = 'quite different unrelated words';
let app: TestApp;
let ann: Browser;
let id: string;

async function start(changes: Record<string, string> = {}): Promise<void> {
  app = await startApp({ LIMIT_LOGIN_PER_ADDRESS: '2000/900', ...changes });
  ann = await signedUp();
  id = (await user())?.id ?? '';
}
beforeEach(() => start());
afterEach(() => app.close());

const user = () => app.deps.store.findUserByEmail(email);
async function added(who = ann): Promise<MadePasskey> {
  const { response, passkey } = await addPasskey(who);
  if (response.status !== 201) throw new Error(`Adding a passkey answered ${response.status}.`);
  return passkey;
}
async function turnOn(): Promise<void> {
  const response = await ann.send('PUT', path.twoStep, { json: { enabled: true } });
  if (response.status !== 200) throw new Error(`Turning two-step sign-in on answered ${response.status}.`);
}
/** The link in a mail that asks for a new password. */
async function mailedToken(): Promise<string> {
  const { deps } = app;
  const link = newPasswordLink(deps, { kind: 'reset', userId: id, email });
  const mail = { id: link.id, kind: 'password_reset', recipient: email, at: app.clock.now } as const;
  await deps.store.addMail({ ...mail, userAgent: null, ip: null });
  // Those that tell of what was done before are due first.
  let claimed = await claim();
  while (claimed && claimed.id !== link.id) claimed = await claim();
  if (!claimed || !(await deps.store.linkMail(claimed, link, link.expiresAt))) throw new Error('There is no link.');
  return deps.mailSecrets.tokenOf(link) ?? '';
}
const claim = () => app.deps.store.claimMail(app.clock.now, new Date(app.clock.now.getTime() + 3_600_000));
const operatorToken = async () => new URL(await newOperatorLink(app.deps, id)).hash.slice(1);
const send = (token: string, typed: object = {}, who = new Browser()) =>
  who.send('POST', '/api/auth/password/reset', { json: { token, new_password: chosen, ...typed } });
async function outcomeOf(response: Response): Promise<string> {
  const { fields = {} } = response.status === 204 ? {} : await response.json();
  return [response.status, ...Object.keys(fields).toSorted()].join(' ');
}
const passkeyIds = async () => (await app.deps.store.listPasskeys(id)).map(({ credentialId }) => credentialId);
const idOf = (passkey: MadePasskey) => passkey.id.toString('base64url');
async function eventTypes(): Promise<string[]> {
  const { items } = await app.deps.store.listSecurityEvents(id, { page: 1, size: 100 });
  return items.map(({ type }) => type);
}
const untouched = { epoch: 0 };
/** Tells whether a passkey alone signs in. */
async function signsIn(passkey: MadePasskey): Promise<number> {
  const browser = new Browser();
  return (await browser.authenticate('/api/auth/token', await shown(browser, passkey, 'sign_in'))).status;
}

describe('where two-step sign-in is on and its factor is a passkey, a link to set a password', () => {
  let passkey: MadePasskey;
  beforeEach(async () => {
    passkey = await added();
    await turnOn();
  });

  test('asks for it, and sets the password with it in another browser; the passkey stays and is asked for again', async () => {
    const token = await mailedToken();
    const response = await send(token);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ second_step: { factors: ['passkey', 'recovery_code'] } });
    expect(await user()).toMatchObject(untouched);
    const other = new Browser();
    expect(await outcomeOf(await send(token, await shown(other, passkey, 'reset'), other))).toBe('204');
    expect(other.cookies.size).toBe(0);
    expect(await user()).toMatchObject({ epoch: 1, twoStep: true });
    expect(await passkeyIds()).toEqual([idOf(passkey)]);
    expect((await ann.send('GET', '/api/me')).status).toBe(401);
    expect((await send(await mailedToken())).status).toBe(403);
    expect(await signsIn(passkey)).toBe(200);
  });

  test.each(['sign_in', 'second_step', 'undo'])('takes none in a ceremony of another purpose (%s)', async (purpose) => {
    const token = await mailedToken();
    expect(await outcomeOf(await send(token, await shown(ann, passkey, purpose)))).toBe('400 credential');
    expect(await user()).toMatchObject(untouched);
    expect(await outcomeOf(await send(token, await shown(ann, passkey, 'reset')))).toBe('204');
  });

  test('takes none in the ceremony of a session, nor in one that was used or is five minutes old', async () => {
    const token = await mailedToken();
    expect(await outcomeOf(await send(token, await shown(ann, passkey, 'step_up')))).toBe('400 credential');
    const old = await shown(ann, passkey, 'reset');
    app.clock.advance(300);
    expect(await outcomeOf(await send(token, old))).toBe('400 credential');
    const used = await shown(ann, passkey, 'reset');
    expect(await outcomeOf(await send(token, used))).toBe('204');
    expect(await outcomeOf(await send(await mailedToken(), used))).toBe('400 credential');
    expect(await user()).toMatchObject({ epoch: 1 });
  });

  test('takes none of another account, whose link and passkey stay as they are', async () => {
    const bobs = await added(await signedUp('bob@example.org'));
    const token = await mailedToken();
    expect(await outcomeOf(await send(token, await shown(ann, bobs, 'reset')))).toBe('400 credential');
    const { ceremony, options } = await asked(ann, 'reset');
    const lying = showPasskey(bobs, options, { userHandle: passkey.userHandle });
    expect(await outcomeOf(await send(token, { ceremony, credential: lying }))).toBe('400 credential');
    expect(await user()).toMatchObject(untouched);
    expect(await outcomeOf(await send(token, { ceremony, credential: showPasskey(passkey, options) }))).toBe('204');
  });

  test.each(['on', 'off'])(
    'ends with the tenth wrong proof, however many come at once (RATE_LIMITS %s)',
    async (set) => {
      await app.close();
      await start({ RATE_LIMITS: set });
      passkey = await added();
      await turnOn();
      const token = await mailedToken();
      const wrong = await Promise.all(
        Array.from({ length: 15 }, async () => send(token, await shown(ann, passkey, 'undo')).then(outcomeOf)),
      );
      expect(wrong.filter((outcome) => outcome === '400 credential')).toHaveLength(9);
      expect(await outcomeOf(await send(token, await shown(ann, passkey, 'reset')))).toBe('400 token');
      expect(await user()).toMatchObject(untouched);
      expect(await outcomeOf(await send(await mailedToken(), await shown(ann, passkey, 'reset')))).toBe('204');
    },
  );

  test('records each wrong one, and removes no factor unless it is told to', async () => {
    await send(await mailedToken(), await shown(ann, passkey, 'undo'));
    expect((await eventTypes()).filter((type) => type === 'second_step_failed')).toHaveLength(1);
    const steppedUp = await ann.send('POST', '/api/auth/step-up', { json: await shown(ann, passkey, 'step_up') });
    ann.token = (await steppedUp.json()).access_token;
    const second = await added();
    expect(await outcomeOf(await send(await mailedToken(), await shown(ann, second, 'reset')))).toBe('204');
    expect(new Set(await passkeyIds())).toEqual(new Set([idOf(passkey), idOf(second)]));
    expect(await eventTypes()).not.toContain('passkey_removed');
  });
});

describe('a link that removes the ways in', () => {
  test('removes all passkeys but the one that was shown, and tells of it', async () => {
    const [kept, other] = [await added(), await added()];
    await turnOn();
    const typed = { remove_ways_in: true, ...(await shown(ann, kept, 'reset')) };
    expect(await outcomeOf(await send(await operatorToken(), typed))).toBe('204');
    expect(await passkeyIds()).toEqual([idOf(kept)]);
    expect(await user()).toMatchObject({ twoStep: true });
    expect(await eventTypes()).toContain('passkey_removed');
    expect([await signsIn(kept), await signsIn(other)]).toEqual([200, 401]);
  });

  test('turns two-step sign-in off where a recovery code was shown and no factor is left', async () => {
    await added();
    const turned = await ann.send('PUT', path.twoStep, { json: { enabled: true } });
    const [recovery_code] = (await turned.json()).recovery_codes;
    const typed = { remove_ways_in: true, recovery_code };
    expect(await outcomeOf(await send(await mailedToken(), typed))).toBe('204');
    expect([await passkeyIds(), (await user())?.twoStep]).toEqual([[], false]);
    expect(await outcomeOf(await send(await mailedToken()))).toBe('204');
  });

  test('keeps the app, and two-step sign-in with it', async () => {
    await added();
    const { codeAt } = await startTotp(ann);
    ann.token = (await (await confirm(ann, codeAt(app.clock.now))).json()).access_token;
    app.clock.advance(30);
    const typed = { remove_ways_in: true, code: codeAt(app.clock.now) };
    expect(await outcomeOf(await send(await mailedToken(), typed))).toBe('204');
    expect([await passkeyIds(), (await user())?.twoStep]).toEqual([[], true]);
    expect(await app.deps.store.listProofs(id, 'localhost')).toEqual(['totp', 'recovery_code']);
  });

  test('does nothing of it where the proof is missing or wrong', async () => {
    const passkey = await added();
    await turnOn();
    const token = await mailedToken();
    expect((await send(token, { remove_ways_in: true })).status).toBe(403);
    const wrong = { remove_ways_in: true, ...(await shown(ann, passkey, 'undo')) };
    expect(await outcomeOf(await send(token, wrong))).toBe('400 credential');
    expect(await passkeyIds()).toHaveLength(1);
  });

  test('says nothing where there was none to remove', async () => {
    expect(await outcomeOf(await send(await mailedToken(), { remove_ways_in: true }))).toBe('204');
    expect(await eventTypes()).not.toContain('passkey_removed');
  });
});

describe('an account that a stranger made with somebody’s address, and added a passkey to', () => {
  test('is rid of it once the mailbox’s owner sets a password: what was there before does not live on', async () => {
    const strangers = await added();
    expect(await outcomeOf(await send(await mailedToken()))).toBe('204');
    expect([await passkeyIds(), await signsIn(strangers)]).toEqual([[], 401]);
    expect(await eventTypes()).toContain('passkey_removed');
    expect((await ann.send('GET', '/api/me')).status).toBe(401);
    expect((await ann.refresh()).status).toBe(401);
    expect(await user()).toMatchObject({ emailVerifiedAt: app.clock.now });
  });

  test('cannot be left a passkey that is made while the link is used', async () => {
    const { ceremony, options } = await (await ann.send('POST', '/api/auth/passkeys/creation')).json();
    expect(options.user.name).toBe(email);
    expect(await outcomeOf(await send(await mailedToken()))).toBe('204');
    expect((await ann.send('POST', '/api/auth/passkeys', { json: { ceremony, credential: {} } })).status).toBe(401);
    expect(await passkeyIds()).toEqual([]);
  });

  test('keeps passkeys where an operator’s link set the password, which proves no address', async () => {
    const passkey = await added();
    expect(await outcomeOf(await send(await operatorToken()))).toBe('204');
    expect([await passkeyIds(), await signsIn(passkey)]).toEqual([[idOf(passkey)], 200]);
  });

  test('keeps them where the address was verified before', async () => {
    const passkey = await added();
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { users } }) =>
      run((db) => db.update(users).set({ emailVerifiedAt: app.clock.now }).where(eq(users.id, id)).returning()),
    );
    expect(await outcomeOf(await send(await mailedToken()))).toBe('204');
    expect([await passkeyIds(), await signsIn(passkey)]).toEqual([[idOf(passkey)], 200]);
  });
});

test('a mailbox alone sets no password where two-step sign-in is on, whatever stands there', async () => {
  const passkey = await added();
  await turnOn();
  const token = await mailedToken();
  for (const typed of [{}, { remove_ways_in: true }, { ceremony: 'x' }, { credential: {} }])
    expect((await send(token, typed)).status).toBe(403);
  expect(await outcomeOf(await send(token, { ceremony: 'x', credential: {} }))).toBe('400 credential');
  expect(await user()).toMatchObject(untouched);
  expect((await ann.authenticate('/api/auth/token', { email, password })).status).toBe(403);
  expect(await signsIn(passkey)).toBe(200);
});

test('a passkey that is shown where two-step sign-in is off is not looked at', async () => {
  const passkey = await added();
  await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, false));
  expect(await outcomeOf(await send(await operatorToken(), await shown(ann, passkey, 'undo')))).toBe('204');
  expect((await app.deps.store.listPasskeys(id))[0]?.lastUsedAt).toBeNull();
});
