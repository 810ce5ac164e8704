/** What each event says of how somebody signed in, and of who caused it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { activityPage } from '#lib/core/activity/contract.ts';
import { appWith, begin, entryOf, path } from '#tests/integration/providers/going.ts';
import { guarded } from '#tests/integration/second-factors/setting-up.ts';
import { signInWith, withPasskey } from '#tests/integration/sign-in/with-passkey.ts';
import type { TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  provider.lies = { claims: { sid: 's-1' } };
  // Two entries with one issuer.
  app = await appWith([entryOf(provider), entryOf(provider, { id: 'second', name: 'Second' })]);
});
afterEach(() => app.close());

/** Lists the events of a type, the newest first, as method and cause. */
async function eventsOf(who: Browser, type: string) {
  const { items } = activityPage.parse(await (await who.send('GET', '/api/activity?size=100')).json());
  return items.filter((item) => item.type === type).map(({ method, by }) => ({ method, by }));
}
const signIn = (who: Browser, typed = password) =>
  who.send('POST', '/api/auth/token', { json: { email: 'ann@example.org', password: typed } });
/** Goes to an entry of the provider and back. */
const visit = async (who: Browser, id: string) =>
  who.authenticate(path.complete(id), provider.authorize(await begin(who, {}, id)));
/** Connects an entry of the provider to the account of somebody who is signed in. */
const connect = async (who: Browser, id: string) =>
  who.send('POST', path.complete(id), { json: provider.authorize(await begin(who, { intent: 'link' }, id)) });

describe('the method of a sign-in', () => {
  test('is the password, also where it was wrong', async () => {
    const ann = await signedUp('ann@example.org');
    expect(await eventsOf(ann, 'signed_up')).toEqual([{ method: 'password', by: 'self' }]);
    expect((await signIn(new Browser(), 'wrong')).status).toBe(401);
    expect((await signIn(new Browser())).status).toBe(200);
    expect(await eventsOf(ann, 'signed_in')).toEqual([{ method: 'password', by: 'self' }]);
    await vi.waitFor(async () =>
      expect(await eventsOf(ann, 'sign_in_failed')).toEqual([{ method: 'password', by: 'stranger' }]),
    );
  });

  test('is the passkey', async () => {
    const { passkey } = await withPasskey(app);
    const { browser, response } = await signInWith(passkey);
    expect(response.status).toBe(200);
    expect(await eventsOf(browser, 'signed_in')).toEqual([{ method: 'passkey', by: 'self' }]);
  });

  test('is the provider by the entry that was chosen, though another has the same issuer', async () => {
    const bea = new Browser();
    expect((await visit(bea, 'second')).status).toBe(201);
    for (const id of ['acme', 'second']) {
      app.clock.advance(1);
      expect((await visit(bea, id)).status).toBe(200);
    }
    expect(await eventsOf(bea, 'signed_up')).toEqual([{ method: 'provider:second', by: 'self' }]);
    expect(await eventsOf(bea, 'signed_in')).toEqual([
      { method: 'provider:second', by: 'self' },
      { method: 'provider:acme', by: 'self' },
    ]);
  });

  test.each(['acme', 'second', null])('is that of the first step, where there are two: %s', async (id) => {
    const { who, codeAt } = await guarded(app, 'ann@example.org');
    expect((await connect(who, 'acme')).status).toBe(200);
    const browser = new Browser();
    const asked = id === null ? await signIn(browser) : await visit(browser, id);
    const { error, second_step } = await asked.json();
    expect(error).toBe('second_step_required');
    app.clock.advance(30);
    const json = { second_step_id: second_step.id, code: codeAt(app.clock.now) };
    expect((await browser.authenticate('/api/auth/token', json)).status).toBe(200);
    const method = id === null ? 'password' : `provider:${id}`;
    expect(await eventsOf(browser, 'signed_in')).toEqual([{ method, by: 'self' }]);
  });
});

describe('whoever caused an event', () => {
  test('is the provider, where that signs somebody out', async () => {
    const bea = new Browser();
    expect((await visit(bea, 'acme')).status).toBe(201);
    app.clock.advance(1);
    const iat = Math.floor(app.clock.now.getTime() / 1000);
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const claims = { iss: provider.issuer, aud: 'latchkey', iat, exp: iat + 120, jti: 'j-1', events, sub: 'p-1' };
    const token = await provider.sign(claims, { header: { typ: 'logout+jwt' } });
    const body = new URLSearchParams({ logout_token: token }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await new Browser().send('POST', path.logout(), { body, headers })).status).toBe(200);
    const again = new Browser();
    expect((await visit(again, 'acme')).status).toBe(200);
    expect(await eventsOf(again, 'signed_out_by_provider')).toEqual([{ method: null, by: 'provider' }]);
  });

  test('is a stranger, where a copy of a session was used or an address was met at a provider', async () => {
    provider.lies = { claims: { email: 'ann@example.org' } };
    const ann = await signedUp('ann@example.org');
    expect((await visit(new Browser(), 'acme')).status).toBe(409);
    const thief = ann.copy();
    await ann.refresh();
    await ann.send('GET', '/api/me');
    app.clock.advance(60);
    await ann.refresh();
    await ann.send('GET', '/api/me');
    app.clock.advance(60);
    expect((await thief.refresh()).status).toBe(401);
    const again = new Browser();
    await again.authenticate('/api/auth/token', { email: 'ann@example.org', password });
    expect(await eventsOf(again, 'refresh_reuse')).toEqual([{ method: null, by: 'stranger' }]);
    expect(await eventsOf(again, 'link_refused')).toEqual([{ method: null, by: 'stranger' }]);
  });

  test('is the person, where somebody is signed in', async () => {
    const ann = await signedUp('ann@example.org');
    const json = { current_password: password, new_password: 'other unrelated words' };
    const changed = await ann.send('POST', '/api/auth/password', { json });
    ann.token = (await changed.json()).access_token;
    expect(await eventsOf(ann, 'password_changed')).toEqual([{ method: null, by: 'self' }]);
  });
});
