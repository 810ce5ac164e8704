import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addPasskey } from '#tests/integration/second-factors/passkeys.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { beside, setTwoStep } from '#tests/support/two-step.ts';
import { appWith, begin, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = {};
  app = await appWith([entryOf(provider)]);
});
afterEach(() => app.close());

const identitiesOf = async (who: Browser) => (await (await who.send('GET', path.identities)).json()).items;
const remove = (who: Browser, id: string) => who.send('DELETE', `${path.identities}/${id}`);
const complete = (who: Browser, fields: object) => who.send('POST', path.complete(), { json: fields });
const linked = async (who: Browser, claims: object = {}) => {
  provider.lies = { claims: { ...claims } };
  const response = await complete(who, await goAndReturn(who, provider, { intent: 'link' }));
  if (response.status !== 200) throw new Error(`Linking answered ${response.status}.`);
};

describe('connecting', () => {
  test('takes a fresh sign-in, and the session that began it', async () => {
    const ann = await signedUp();
    const fields = await goAndReturn(ann, provider, { intent: 'link' });
    const other = new Browser();
    await other.authenticate('/api/auth/token', { email: 'ann@example.org', password });
    for (const [name, value] of ann.cookies) if (name.includes('signin')) other.cookies.set(name, value);
    expect(await errorOf(await complete(other, fields))).toEqual([400, 'transaction_over']);
    const nobody = ann.copy();
    nobody.token = null;
    expect(await errorOf(await complete(nobody, fields))).toEqual([401, 'unauthorized']);
    app.clock.advance(60);
    await expect(begin(ann.copy(), { intent: 'link' })).resolves.toBeTypeOf('string');
    app.clock.advance(3600);
    await ann.refresh();
    const stale = await ann.send('POST', path.start(), { json: { intent: 'link' } });
    expect(await errorOf(stale)).toEqual([401, 'insufficient_user_authentication']);
  });

  test('an identity of another account says nothing of whose it is', async () => {
    await signedUpWith(provider);
    const ann = await signedUp();
    const refused = await complete(ann, await goAndReturn(ann, provider, { intent: 'link' }));
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { error: 'identity_taken', error_description: 'This is connected to another account already.' },
    ]);
  });

  test('an identity of another account ends the transaction', async () => {
    await signedUpWith(provider);
    const ann = await signedUp();
    const fields = await goAndReturn(ann, provider, { intent: 'link' });
    const again = ann.copy();
    expect(await errorOf(await complete(ann, fields))).toEqual([409, 'identity_taken']);
    expect(await errorOf(await complete(again, fields))).toEqual([400, 'transaction_over']);
  });

  test('takes two factors where two-step sign-in was turned on meanwhile', async () => {
    const ann = await signedUp();
    const { id } = await (await ann.send('GET', '/api/me')).json();
    const fields = await goAndReturn(ann, provider, { intent: 'link' });
    await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, true));
    expect(await errorOf(await complete(ann, fields))).toEqual([401, 'insufficient_user_authentication']);
    expect(await identitiesOf(ann)).toEqual([]);
  });

  test('takes a verified address where mail is sent, unless the identity proves it', async () => {
    const ann = await signedUp();
    await app.restart({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'app@example.org' });
    const refused = await complete(ann, await goAndReturn(ann, provider, { intent: 'link' }));
    expect(await errorOf(refused)).toEqual([403, 'email_not_verified']);
    expect(await identitiesOf(ann)).toEqual([]);
    await linked(ann, { email: 'ann@example.org' });
    expect(await (await ann.send('GET', '/api/me')).json()).toMatchObject({ email_verified: true });
  });

  test('one’s own once more is no mistake', async () => {
    const ann = await signedUp();
    await linked(ann);
    await linked(ann);
    expect(await identitiesOf(ann)).toHaveLength(1);
  });

  test('ends at ten', async () => {
    const ann = await signedUp();
    for (let count = 0; count < 10; count++) await linked(ann, { sub: `p-${count}` });
    provider.lies = { claims: { sub: 'p-10' } };
    const refused = await complete(ann, await goAndReturn(ann, provider, { intent: 'link' }));
    expect(await errorOf(refused)).toEqual([409, 'too_many']);
    expect(await identitiesOf(ann)).toHaveLength(10);
  });
});

describe('disconnecting', () => {
  test('ends the other sessions that began with it', async () => {
    const ann = await signedUp();
    await linked(ann, { email: 'other@example.org' });
    const elsewhere = new Browser();
    expect((await signIn(elsewhere, provider)).status).toBe(200);
    const [{ id }] = await identitiesOf(ann);
    expect((await remove(ann, id)).status).toBe(204);
    expect((await elsewhere.send('GET', '/api/me')).status).toBe(401);
    expect((await ann.send('GET', '/api/me')).status).toBe(200);
    expect((await ann.send('GET', path.identities)).status).toBe(200);
  });

  test('leaves a way in', async () => {
    const bea = await signedUpWith(provider);
    const [{ id }] = await identitiesOf(bea);
    expect(await errorOf(await remove(bea, id))).toEqual([409, 'last_way_in']);
    expect((await addPasskey(bea)).response.status).toBe(201);
    expect((await remove(bea, id)).status).toBe(204);
  });

  test('does not count a passkey of another domain as a way in, nor offers it', async () => {
    const bea = await signedUpWith(provider);
    expect((await addPasskey(bea)).response.status).toBe(201);
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { passkeys } }) =>
      run((db) => db.update(passkeys).set({ rpId: 'old.example' }).returning()),
    );
    const [{ id }] = await identitiesOf(bea);
    expect(await errorOf(await remove(bea, id))).toEqual([409, 'last_way_in']);
    provider.lies = { claims: { sub: 'p-2' } };
    expect(await (await signIn(new Browser(), provider)).json()).toMatchObject({ methods: ['provider:acme'] });
  });

  test('two at once leave one', async () => {
    const bea = await signedUpWith(provider);
    await linked(bea, { sub: 'p-2' });
    const ids: string[] = (await identitiesOf(bea)).map(({ id }: { id: string }) => id);
    const answers = await Promise.all(ids.map((id) => remove(bea.copy(), id)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await identitiesOf(bea)).toHaveLength(1);
  });

  test('does not count a provider that is not set up any more as a way in', async () => {
    const bea = await signedUpWith(provider);
    await linked(bea, { sub: 'p-2' });
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { issuer: 'https://else.example' })]) });
    const [{ id, provider: name }] = await identitiesOf(bea);
    expect(name).toBeNull();
    expect(await errorOf(await remove(bea, id))).toEqual([409, 'last_way_in']);
  });

  test('another person’s is not found', async () => {
    const bea = await signedUpWith(provider);
    const [{ id }] = await identitiesOf(bea);
    const ann = await signedUp();
    expect(await errorOf(await remove(ann, id))).toEqual([404, 'not_found']);
    expect(await identitiesOf(bea)).toHaveLength(1);
  });

  test('takes a fresh sign-in', async () => {
    const ann = await signedUp();
    await linked(ann);
    const [{ id }] = await identitiesOf(ann);
    app.clock.advance(3600);
    await ann.refresh();
    expect(await errorOf(await remove(ann, id))).toEqual([401, 'insufficient_user_authentication']);
  });
});

describe('confirming with the provider', () => {
  const stale = async (who: Browser) => {
    app.clock.advance(1000);
    await who.refresh();
  };
  const seconds = () => Math.floor(app.clock.now.getTime() / 1000);

  test('makes a successor, if the provider says that it was just now', async () => {
    const bea = await signedUpWith(provider);
    await stale(bea);
    const url = new URL(await begin(bea, { intent: 'confirm' }));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' });
    provider.lies = { claims: { iat: seconds(), exp: seconds() + 60, auth_time: seconds() } };
    const fields = provider.authorize(url.href);
    const again = bea.copy();
    expect((await complete(bea, fields)).status).toBe(200);
    expect(await errorOf(await complete(again, fields))).toEqual([400, 'transaction_over']);
  });

  test('counts for the session that began it only, and takes the second step where two-step sign-in is on', async () => {
    const bea = await signedUpWith(provider);
    const fields = await goAndReturn(bea, provider, { intent: 'confirm' });
    const other = new Browser();
    expect((await signIn(other, provider)).status).toBe(200);
    other.token = (await (await other.refresh()).json()).access_token;
    for (const [name, value] of bea.cookies) if (name.includes('signin')) other.cookies.set(name, value);
    provider.lies = { claims: { auth_time: seconds() } };
    expect(await errorOf(await complete(other, fields))).toEqual([400, 'transaction_over']);
    const { id } = await (await bea.send('GET', '/api/me')).json();
    await beside(app.deps.env.DATABASE_URL, (executor) => setTwoStep(executor, id, true));
    const own = await goAndReturn(bea, provider, { intent: 'confirm' });
    expect(await errorOf(await complete(bea, own))).toEqual([403, 'second_step_required']);
  });

  test.each<[string, () => Record<string, unknown>]>([
    ['says nothing of when', () => ({})],
    ['says that it was before', () => ({ auth_time: seconds() - 60 })],
    ['names somebody else', () => ({ auth_time: seconds(), sub: 'p-2' })],
  ])('counts for nothing where it %s', async (_name, claims) => {
    const bea = await signedUpWith(provider);
    const fields = await goAndReturn(bea, provider, { intent: 'confirm' });
    provider.lies = { claims: claims() };
    const refused = await complete(bea, fields);
    expect(await errorOf(refused)).toEqual([401, 'insufficient_user_authentication']);
    expect([...bea.cookies.keys()].filter((name) => name.includes('signin'))).toEqual([]);
  });
});

/** Sets a password with a link that was mailed to somebody's address. */
async function resetByMail(who: Browser, email = 'bea@example.org'): Promise<void> {
  const { deps, clock } = app;
  const { id } = await (await who.send('GET', '/api/me')).json();
  const kid = deps.mailSecrets.newestKid;
  const link = { id: randomUUID(), kind: 'reset', userId: id, kid, nonce: new Uint8Array(32), email } as const;
  const row = { ...link, expiresAt: new Date(clock.now.getTime() + 60_000) };
  await deps.store.addOperatorLink(row);
  const json = { token: deps.mailSecrets.tokenOf(row), new_password: 'quite different unrelated words' };
  expect((await new Browser().send('POST', '/api/auth/password/reset', { json })).status).toBe(204);
}

test('an identity that a stranger connected does not survive the reset of whom the address is', async () => {
  const eve = await signedUp('bea@example.org');
  await linked(eve, { sub: 'p-eve', email: 'eve@example.org' });
  await resetByMail(eve);
  provider.lies = { claims: { sub: 'p-eve', email: 'eve@example.org' } };
  const again = await signIn(new Browser(), provider);
  expect(again.status).toBe(201);
});

describe('an identity that made its account, at a provider that vouched for the address', () => {
  test('does not survive the first reset of whom the mailbox is, with a password of its own neither', async () => {
    const eve = await signedUpWith(provider);
    const set = await eve.send('POST', '/api/auth/password', { json: { new_password: password } });
    eve.token = (await set.json()).access_token;
    await resetByMail(eve);
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
  });

  test('stays once the address was proved otherwise', async () => {
    const bea = await signedUpWith(provider);
    const { id } = await (await bea.send('GET', '/api/me')).json();
    const about = { id: 'e', userId: id, sessionId: null, at: app.clock.now, userAgent: null, ip: null };
    const event = { ...about, type: 'email_verified', method: null, by: 'operator' } as const;
    expect(await app.deps.store.setVerified(id, 'bea@example.org', event)).toBe(true);
    await resetByMail(bea);
    expect((await signIn(new Browser(), provider)).status).toBe(200);
  });

  test('goes, too, where it vouched for the address of an account that was there', async () => {
    const eve = await signedUp('bea@example.org');
    await linked(eve);
    expect(await (await eve.send('GET', '/api/me')).json()).toMatchObject({ email_verified: true });
    await resetByMail(eve);
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
  });
});
