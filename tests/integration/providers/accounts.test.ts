import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { identitiesLimit } from '#lib/core/policy.ts';
import { guarded, setUp } from '#tests/integration/second-factors/setting-up.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { beside } from '#tests/support/two-step.ts';
import { appWith, entryOf, errorOf, goAndReturn, path, signedUpWith, signIn } from './going.ts';

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

const me = async (who: Browser) => (await who.send('GET', '/api/me')).json();
const eventsOf = async (who: Browser): Promise<string[]> => {
  const { items } = await (await who.send('GET', '/api/activity')).json();
  return items.map(({ type }: { type: string }) => type);
};
const identitiesOf = async (who: Browser) => (await who.send('GET', path.identities)).json();

describe('an identity', () => {
  test('is known by issuer and subject, whatever the provider says of the address later', async () => {
    await signedUpWith(provider);
    for (const claims of [{ email: 'eve@example.org' }, { email: undefined, email_verified: undefined }]) {
      provider.lies = { claims, userInfo: { email: undefined } };
      const bea = new Browser();
      expect((await signIn(bea, provider)).status).toBe(200);
      expect(await me(bea)).toMatchObject({ email: 'bea@example.org', name: 'Bea', email_verified: true });
    }
  });

  test('of another subject is another person, though the name is the same', async () => {
    await signedUpWith(provider);
    provider.lies = { claims: { sub: 'p-2' } };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
  });

  test.each([
    ['Bea\nB\u0007', 'Bea B'],
    ['b'.repeat(300), 'b'.repeat(100)],
    [' ', null],
    [7, null],
  ])('is named as the provider says, in a line that is not long: %j', async (name, taken) => {
    provider.lies = { claims: { name } };
    expect(await me(await signedUpWith(provider))).toMatchObject({ name: taken });
  });

  test.each([
    ['a NUL', 'p\0'],
    ['a line break', 'p\n1'],
    ['half a letter', 'p\ud800'],
  ])('whose subject has %s is none', async (_name, sub) => {
    provider.lies = { claims: { sub } };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([502, 'provider_error']);
  });

  test('remembers the provider’s own session, if its name is a line that is not long', async () => {
    provider.lies = { claims: { sid: 's-1' } };
    await signedUpWith(provider);
    for (const sid of ['s'.repeat(256), 7, 's\0', 's\udfff', '']) {
      provider.lies = { claims: { sid } };
      expect((await signIn(new Browser(), provider)).status).toBe(200);
    }
    const rows = await beside(app.deps.env.DATABASE_URL, ({ run, tables: { providerSessions } }) =>
      run((db) => db.select({ sid: providerSessions.sid }).from(providerSessions)),
    );
    expect(new Set(rows.map(({ sid }) => sid))).toEqual(new Set(['s-1', null]));
  });

  test('makes a session of one factor that names no method', async () => {
    const bea = await signedUpWith(provider);
    const claims = JSON.parse(Buffer.from(bea.token?.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ acr: 'aal1' });
    expect(claims).not.toHaveProperty('amr');
  });
});

describe('an address that has an account', () => {
  test('is not given away by a provider, and its owner is told', async () => {
    const ann = await signedUp('bea@example.org');
    const eve = new Browser();
    const answer = await signIn(eve, provider);
    expect(await errorOf(answer)).toEqual([409, 'link_required']);
    expect(eve.token).toBeNull();
    expect(await identitiesOf(ann)).toMatchObject({ has_password: true, items: [] });
    expect(await eventsOf(ann)).toContain('link_refused');
  });

  test('is not given away by a trusted provider either while nobody proved it here', async () => {
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { trust_email: true })]) });
    await signedUp('bea@example.org');
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
  });

  test('is its owner’s by a trusted provider once it is proved', async () => {
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { trust_email: true })]) });
    const ann = await signedUp('bea@example.org');
    const { id } = await me(ann);
    const event = { id: 'e', userId: id, sessionId: null, type: 'email_verified', at: app.clock.now } as const;
    await app.deps.store.setVerified(id, 'bea@example.org', { ...event, userAgent: null, ip: null });
    expect((await signIn(new Browser(), provider)).status).toBe(200);
    expect(await identitiesOf(ann)).toMatchObject({ items: [{ provider: 'acme' }] });
    expect(await eventsOf(ann)).toContain('identity_linked');
  });

  test('is not given away by a trusted provider on the word of another one', async () => {
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { trust_email: true })]) });
    await signedUpWith(provider);
    provider.lies = { claims: { sub: 'p-2' } };
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([409, 'link_required']);
  });

  describe('that is proved, at a trusted provider', () => {
    /** Somebody with a proved address. */
    async function proved(who: Browser): Promise<string> {
      await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { trust_email: true })]) });
      const { id, email } = await me(who);
      const about = { id: 'e', userId: id, sessionId: null, at: app.clock.now, userAgent: null, ip: null };
      const event = { ...about, type: 'email_verified', method: null, by: 'operator' } as const;
      expect(await app.deps.store.setVerified(id, email, event)).toBe(true);
      return id;
    }

    test('is joined with its second step by its owner alone, and nothing is left over', async () => {
      const { who } = await guarded(app, 'bea@example.org');
      await proved(who);
      const { state } = await goAndReturn(who, provider).then(async (fields) => {
        expect(await errorOf(await who.send('POST', path.complete(), { json: fields }))).toEqual([
          409,
          'link_required',
        ]);
        return fields;
      });
      expect(await identitiesOf(who)).toMatchObject({ items: [] });
      expect((await who.send('POST', path.link(), { json: { state } })).status).toBe(200);
      expect(await identitiesOf(who)).toMatchObject({ items: [{ provider: 'acme' }] });
    });

    test('gets ten identities and no more, of two that come at once neither', async () => {
      const ann = await signedUp('bea@example.org');
      await proved(ann);
      for (let count = 1; count < identitiesLimit; count++) {
        provider.lies = { claims: { sub: `p-${count}` } };
        expect((await signIn(new Browser(), provider)).status).toBe(200);
      }
      const both = [new Browser(), new Browser()];
      const fields: Record<string, string>[] = [];
      for (const [index, who] of both.entries()) fields.push(await goAndReturn(who, provider, { next: `/${index}` }));
      let count = 0;
      provider.lies = {};
      const sign = provider.sign;
      provider.sign = (claims, more) => sign({ ...claims, sub: `p-late-${++count}` }, more);
      const answers = await Promise.all(
        both.map((who, index) => who.send('POST', path.complete(), { json: fields[index] ?? {} })),
      );
      provider.sign = sign;
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      expect((await identitiesOf(ann)).items).toHaveLength(identitiesLimit);
    });
  });

  test('that is to be deleted is kept by a sign-in with a provider', async () => {
    const bea = await signedUpWith(provider);
    const { id } = await me(bea);
    const about = { id: 'e', userId: id, sessionId: null, at: app.clock.now, userAgent: null, ip: null };
    const event = { ...about, type: 'account_closing' } as const;
    const deletesAt = new Date(app.clock.now.getTime() + 60_000);
    expect(await app.deps.store.closeAccount({ userId: id, askingSessionId: null, deletesAt, event })).toBe(true);
    const again = new Browser();
    expect((await signIn(again, provider)).status).toBe(200);
    expect(await app.deps.store.findUser(id)).toMatchObject({ deletesAt: null });
    expect(await eventsOf(again)).toContain('account_kept');
  });

  test('is connected by whoever signs in to it in the same browser, and by nobody else', async () => {
    await signedUp('bea@example.org');
    const bea = new Browser();
    const { state } = await goAndReturn(bea, provider).then(async (fields) => {
      expect((await bea.send('POST', path.complete(), { json: fields })).status).toBe(409);
      return fields;
    });
    const elsewhere = new Browser();
    await elsewhere.authenticate('/api/auth/token', { email: 'bea@example.org', password });
    const refused = await elsewhere.send('POST', path.link(), { json: { state } });
    expect(await errorOf(refused)).toEqual([400, 'transaction_over']);
    await bea.authenticate('/api/auth/token', { email: 'bea@example.org', password });
    expect((await bea.send('POST', path.link(), { json: { state } })).status).toBe(200);
    expect(await errorOf(await bea.send('POST', path.link(), { json: { state } }))).toEqual([400, 'transaction_over']);
    expect(await me(bea)).toMatchObject({ email_verified: true });
  });
});

describe('new accounts', () => {
  test('are not made where the operator says so', async () => {
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { sign_up: false })]) });
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([403, 'sign_up_closed']);
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { domains: ['example.com'] })]) });
    expect(await errorOf(await signIn(new Browser(), provider))).toEqual([403, 'sign_up_closed']);
    await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { domains: ['example.org'] })]) });
    expect((await signIn(new Browser(), provider)).status).toBe(201);
  });

  test('that are refused end the transaction', async () => {
    for (const claims of [{ email_verified: false }, { email: 'bea@elsewhere.example' }]) {
      await app.restart({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider, { domains: ['example.org'] })]) });
      provider.lies = { claims };
      const who = new Browser();
      const fields = await goAndReturn(who, provider);
      const again = who.copy();
      expect((await who.send('POST', path.complete(), { json: fields })).status).toBe(403);
      const repeated = await again.send('POST', path.complete(), { json: fields });
      expect(await errorOf(repeated)).toEqual([400, 'transaction_over']);
    }
  });

  test('of one address at the same moment are one', async () => {
    provider.lies = { claims: { sub: undefined } };
    const [one, two] = [new Browser(), new Browser()];
    const fields = [await goAndReturn(one, provider), await goAndReturn(two, provider)] as const;
    provider.lies = {};
    const answers = await Promise.all([
      one.send('POST', path.complete(), { json: fields[0] }),
      two.send('POST', path.complete(), { json: fields[1] }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
  });

  test('that the same identity makes in another tab in the meantime are its own', async () => {
    const [one, two] = [new Browser(), new Browser()];
    const fields = [await goAndReturn(one, provider), await goAndReturn(two, provider)] as const;
    const { store } = app.deps;
    const find = store.findUserByEmail;
    vi.spyOn(store, 'findUserByEmail').mockImplementationOnce(async (email) => {
      expect((await two.send('POST', path.complete(), { json: fields[1] })).status).toBe(201);
      return find(email);
    });
    expect((await one.send('POST', path.complete(), { json: fields[0] })).status).toBe(200);
    vi.restoreAllMocks();
  });

  test('have no password: one is as wrong as another', async () => {
    await signedUpWith(provider);
    const refused = await new Browser().authenticate('/api/auth/token', { email: 'bea@example.org', password });
    expect(await errorOf(refused)).toEqual([401, 'invalid_grant']);
  });

  test('get their first password after a fresh sign-in, and keep the way in that they have', async () => {
    const bea = await signedUpWith(provider);
    const set = await bea.send('POST', '/api/auth/password', { json: { new_password: password } });
    expect(set.status).toBe(200);
    bea.token = (await set.json()).access_token;
    expect((await new Browser().authenticate('/api/auth/token', { email: 'bea@example.org', password })).status).toBe(
      200,
    );
    expect(await identitiesOf(bea)).toMatchObject({ has_password: true, items: [{ provider: 'acme' }] });
  });
});

describe('two-step sign-in', () => {
  /** Somebody with an authenticator app, and an identity of the provider. */
  async function guardedWithIdentity() {
    const { who, codeAt } = await guarded(app, 'bea@example.org');
    const linked = await who.send('POST', path.complete(), {
      json: await goAndReturn(who, provider, { intent: 'link' }),
    });
    expect([linked.status, await linked.json()]).toMatchObject([200, { status: 'linked' }]);
    return codeAt;
  }

  test('is asked for after a provider too, and goes on to the page that was asked for', async () => {
    const codeAt = await guardedWithIdentity();
    const bea = new Browser();
    const asked = await signIn(bea, provider, { next: '/account' });
    const { error, second_step } = await asked.json();
    expect([asked.status, error]).toEqual([403, 'second_step_required']);
    expect([...bea.cookies.keys()]).toEqual(['latchkey-second-step']);
    expect(bea.cookies.get('latchkey-second-step')).toMatch(/^[\da-f-]{36}\.[\w-]{43}$/);
    app.clock.advance(30);
    const code = codeAt(app.clock.now);
    const done = await bea.authenticate('/api/auth/token', { second_step_id: second_step.id, code });
    expect(done.status).toBe(200);
    const claims = JSON.parse(Buffer.from(bea.token?.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ acr: 'aal2', amr: ['otp', 'mfa'] });
  });

  test('is not passed by the provider alone in twenty requests at once', async () => {
    await guardedWithIdentity();
    const bea = new Browser();
    const fields = await goAndReturn(bea, provider);
    const all = await Promise.all(
      Array.from({ length: 20 }, () => bea.copy().send('POST', path.complete(), { json: fields })),
    );
    expect(all.filter(({ status }) => status < 300)).toEqual([]);
    expect(all.filter(({ status }) => status === 403)).toHaveLength(1);
  });
});

test('a session of a provider in which an app is set up names the app, and nothing that was not shown', async () => {
  const bea = await signedUpWith(provider);
  await setUp(app, bea);
  expect(decodeJwt(bea.token ?? '').amr).toEqual(['otp', 'mfa']);
});
