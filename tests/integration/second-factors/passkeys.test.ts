import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { passkeysLimit } from '#lib/core/policy.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';
import { beside } from '#tests/support/two-step.ts';
import { addPasskey, passkeyPath } from './passkeys.ts';
import { errorOf, factorsOf, guarded, path } from './setting-up.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
});
afterEach(() => app.close());

async function listOf(who: Browser) {
  return (await (await who.send('GET', passkeyPath.all)).json()).items;
}
/** Adds one. Returns it as it was answered. */
async function added(who: Browser, more: object = {}) {
  const { response } = await addPasskey(who, {}, more);
  expect(response.status).toBe(201);
  return response.json();
}
const rename = (who: Browser, id: string, name: unknown) => who.send('PATCH', passkeyPath.one(id), { json: { name } });
const remove = (who: Browser, id: string) => who.send('DELETE', passkeyPath.one(id));
async function eventsOf(who: Browser): Promise<string[]> {
  const { items } = await (await who.send('GET', '/api/activity')).json();
  return items.map(({ type }: { type: string }) => type).sort();
}
const turnOn = (who: Browser) => who.send('PUT', path.twoStep, { json: { enabled: true } });

describe('passkeys', () => {
  test('are listed, renamed and removed by their owner, and what happened is on the activity page', async () => {
    const ann = await signedUp();
    const first = await added(ann, { name: '  My phone  ' });
    app.clock.advance(1);
    const second = await added(ann);
    expect(first).toMatchObject({ name: 'My phone' });
    expect(await listOf(ann)).toEqual([first, second]);
    expect((await factorsOf(ann)).passkeys).toEqual([first, second]);
    const renamed = await rename(ann, second.id, 'Key on my ring');
    expect([renamed.status, await renamed.json()]).toEqual([200, { ...second, name: 'Key on my ring' }]);
    expect((await remove(ann, first.id)).status).toBe(204);
    expect((await remove(ann, first.id)).status).toBe(404);
    expect(await listOf(ann)).toEqual([{ ...second, name: 'Key on my ring' }]);
    expect(await eventsOf(ann)).toEqual(['passkey_added', 'passkey_added', 'passkey_removed', 'signed_up']);
  });

  test.each([
    ['', 400],
    ['   ', 400],
    ['\u200b', 400],
    ['x'.repeat(101), 400],
    ['two\nlines', 400],
    ['nul\u0000', 400],
    [null, 400],
    [7, 400],
    ['x'.repeat(100), 200],
    ['Schlüssel 🔑', 200],
  ])('take a name of one line, of 100 letters at most (%j)', async (name, status) => {
    const ann = await signedUp();
    const { id } = await added(ann);
    const response = await rename(ann, id, name);
    expect(response.status).toBe(status);
    if (status === 400) expect(Object.keys((await response.json()).fields)).toEqual(['name']);
    expect(await listOf(ann)).toMatchObject([{ name: status === 200 ? name : 'Passkey' }]);
  });

  test('are twenty at most', async () => {
    const ann = await signedUp();
    for (let made = 0; made < passkeysLimit - 1; made++) await added(ann);
    const begun = await (await ann.send('POST', passkeyPath.creation)).json();
    expect(begun.options.excludeCredentials).toHaveLength(passkeysLimit - 1);
    await added(ann);
    expect(await errorOf(await ann.send('POST', passkeyPath.creation))).toEqual([409, 'too_many_passkeys', []]);
    const json = { ceremony: begun.ceremony, credential: {} };
    const late = await ann.send('POST', passkeyPath.all, { json });
    expect(await errorOf(late)).toEqual([409, 'too_many_passkeys', []]);
    expect(await listOf(ann)).toHaveLength(passkeysLimit);
  });

  test('of another person are not there, whoever asks', async () => {
    const [ann, bob] = [await signedUp(), await signedUp('bob@example.org')];
    const { id, ...made } = await added(bob);
    for (const one of [id, randomUUID()])
      for (const response of [await rename(ann, one, 'Mine'), await remove(ann, one)])
        expect(await errorOf(response)).toEqual([404, 'not_found', []]);
    expect(await listOf(bob)).toEqual([{ id, ...made }]);
    expect(await listOf(ann)).toEqual([]);
  });

  test('are removed by a fresh session only', async () => {
    const ann = await signedUp();
    const { id } = await added(ann);
    app.clock.advance(901);
    await ann.refresh();
    expect(await errorOf(await remove(ann, id))).toEqual([401, 'insufficient_user_authentication', []]);
    expect(await listOf(ann)).toHaveLength(1);
    expect((await rename(ann, id, 'Phone')).status).toBe(200);
  });

  test('are handed out with no key, id of a credential or secret, and kept by no cache', async () => {
    const ann = await signedUp();
    const { response, credential } = await addPasskey(ann);
    expect(response.headers.get('cache-control')).toContain('no-store');
    for (const read of [passkeyPath.all, '/api/auth/factors', '/api/me/export']) {
      const answer = await ann.send('GET', read);
      expect(answer.headers.get('cache-control')).toContain('no-store');
      expect(await answer.text()).not.toContain(credential.id);
    }
  });
});

describe('two-step sign-in', () => {
  test('is not switched on by a passkey; it can be turned on with one alone, with recovery codes', async () => {
    const ann = await signedUp();
    await added(ann);
    expect(await factorsOf(ann)).toMatchObject({ two_step: false, recovery_codes: null });
    const on = await turnOn(ann);
    expect(on.status).toBe(200);
    expect((await on.json()).recovery_codes).toHaveLength(10);
    expect(await factorsOf(ann)).toMatchObject({ two_step: true, totp: null, recovery_codes: { left: 10 } });
  });

  test('keeps its last factor: the passkey, or the app where there is none', async () => {
    const { who } = await guarded(app);
    const { id } = await added(who);
    expect((await who.send('DELETE', path.totp)).status).toBe(204);
    expect(await errorOf(await remove(who, id))).toEqual([409, 'last_factor', []]);
    const second = await added(who);
    expect((await remove(who, id)).status).toBe(204);
    expect(await listOf(who)).toEqual([second]);
  });

  test('leaves passkeys there as it is turned off', async () => {
    const { who } = await guarded(app);
    const passkey = await added(who);
    expect((await who.send('PUT', path.twoStep, { json: { enabled: false } })).status).toBe(200);
    expect(await factorsOf(who)).toMatchObject({ two_step: false, totp: null, passkeys: [passkey] });
    expect((await remove(who, passkey.id)).status).toBe(204);
  });
});

describe('a passkey that was made for another domain', () => {
  /** Adds one, and makes it one of the domain that the app had before. */
  async function addOfBefore(who: Browser) {
    const passkey = await added(who);
    await beside(app.deps.env.DATABASE_URL, ({ run, tables }) =>
      run((db) => db.update(tables.passkeys).set({ rpId: 'old.example.org' }).returning()),
    );
    return passkey;
  }

  test('is listed and can be removed, but turns two-step sign-in on for nobody', async () => {
    const ann = await signedUp();
    const { id } = await addOfBefore(ann);
    expect(await errorOf(await turnOn(ann))).toEqual([409, 'no_factor', []]);
    expect(await listOf(ann)).toMatchObject([{ id }]);
    expect((await remove(ann, id)).status).toBe(204);
  });

  test('is no factor that would let another one go', async () => {
    const { who } = await guarded(app);
    const old = await addOfBefore(who);
    expect(await errorOf(await who.send('DELETE', path.totp))).toEqual([409, 'last_factor', []]);
    const { id } = await added(who);
    expect((await who.send('DELETE', path.totp)).status).toBe(204);
    expect(await errorOf(await remove(who, id))).toEqual([409, 'last_factor', []]);
    expect((await remove(who, old.id)).status).toBe(204);
  });
});

test('the last way in of somebody without a password stays', async () => {
  const ann = await signedUp();
  const { id } = await added(ann);
  const other = await added(ann);
  await beside(app.deps.env.DATABASE_URL, ({ run, tables }) =>
    run((db) => db.update(tables.users).set({ passwordHash: null }).returning()),
  );
  expect((await remove(ann, other.id)).status).toBe(204);
  expect(await errorOf(await remove(ann, id))).toEqual([409, 'last_way_in', []]);
  expect(await listOf(ann)).toHaveLength(1);
});

test.each(['http://127.0.0.1:3000', 'http://[::1]:3000'])(
  'there are no passkeys at %s: WebAuthn knows no addresses',
  async (APP_URL) => {
    await app.restart({ APP_URL });
    const ann = await signedUp();
    const one = passkeyPath.one(randomUUID());
    const json = { ceremony: 'none', credential: {} };
    const calls: [string, string, object?][] = [
      ['POST', passkeyPath.request, { purpose: 'sign_in' }],
      ['POST', passkeyPath.request, { purpose: 'step_up' }],
      ['POST', passkeyPath.creation],
      ['GET', passkeyPath.all],
      ['POST', passkeyPath.all, json],
      ['PATCH', one, { name: 'Phone' }],
      ['DELETE', one],
    ];
    for (const [method, where, body] of calls)
      expect((await ann.send(method, where, body && { json: body })).status).toBe(404);
  },
);
