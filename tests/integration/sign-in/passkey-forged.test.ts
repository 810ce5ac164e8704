import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asked, shown } from '#tests/integration/second-factors/passkeys.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type Lies, showPasskey } from '#tests/support/passkey.ts';
import { beside } from '#tests/support/two-step.ts';
import { eventsOf, newSessionsOf, path } from './two-steps.ts';
import { type PasskeyOwner, signInWith, withPasskey } from './with-passkey.ts';

let app: TestApp;
let ann: PasskeyOwner;
beforeEach(async () => {
  app = await startApp();
  ann = await withPasskey(app);
});
afterEach(() => app.close());

const refusal = {
  error: 'invalid_grant',
  error_description: 'This passkey was not taken. Try again, or sign in another way.',
};
const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const send = (json: object, headers: Record<string, string> = {}) =>
  new Browser().send('POST', path, { json, headers, token: null });

/** Expects the one answer to whatever is wrong, no session and no use of the passkey. */
async function expectRefused(response: Response, answer: object = refusal) {
  expect([response.status, await response.json(), response.headers.getSetCookie()]).toEqual([401, answer, []]);
  expect(await newSessionsOf(app, ann)).toEqual([]);
  expect((await app.deps.store.listPasskeys(ann.id))[0]).toMatchObject({ lastUsedAt: null });
}

describe('an assertion is refused, with one answer,', () => {
  test.each<[string, Lies]>([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of the origin with another port', { origin: 'http://localhost:3001' }],
    ['of the origin over https', { origin: 'https://localhost:3000' }],
    ['of a domain below', { origin: 'http://a.localhost:3000' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['of a creation', { type: 'webauthn.create' }],
    ['of a payment', { type: 'payment.get' }],
    ['of another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['of no challenge', { challenge: '' }],
    ['made in a frame of another site', { clientData: { crossOrigin: true } }],
    ['whose crossOrigin is no boolean', { clientData: { crossOrigin: 'false' } }],
    ['made below another top origin', { clientData: { topOrigin: 'https://evil.example' } }],
    ['made below our own origin', { clientData: { crossOrigin: false, topOrigin: 'http://localhost:3000' } }],
    ['without presence', { isPresent: false }],
    ['without verification of the user', { isVerified: false }],
    ['signed by another key', { key: otherKey }],
    ['without a user handle', { userHandle: null }],
    ['of a user handle that is nobody’s', { userHandle: randomBytes(16).toString('base64url') }],
    ['of a synced passkey that is none any more', { mayBackUp: false }],
    ['that is backed up and may not be', { mayBackUp: false, isBackedUp: true }],
  ])('%s', async (_, lies) => {
    await expectRefused(await send(await shown(new Browser(), ann.passkey, 'sign_in', lies)));
  });

  test('of the user handle of another account', async () => {
    const bob = await withPasskey(app, 'bob@example.org');
    const lies = { userHandle: bob.passkey.userHandle };
    await expectRefused(await send(await shown(new Browser(), ann.passkey, 'sign_in', lies)));
  });

  test('of the credential id of another account, signed by one’s own key', async () => {
    const eve = await withPasskey(app, 'eve@example.org');
    const lies = { credentialId: ann.passkey.id, userHandle: ann.passkey.userHandle };
    await expectRefused(await send(await shown(new Browser(), eve.passkey, 'sign_in', lies)));
  });

  test('of a device-bound passkey that has become a synced one', async () => {
    const bob = await withPasskey(app, 'bob@example.org', { synced: false });
    await expectRefused(await send(await shown(new Browser(), bob.passkey, 'sign_in', { mayBackUp: true })));
  });

  test('of a passkey that was made for another relying party', async () => {
    await beside(app.deps.env.DATABASE_URL, ({ run, tables: { passkeys } }) =>
      run((db) => db.update(passkeys).set({ rpId: 'example.org' }).where(eq(passkeys.userId, ann.id)).returning()),
    );
    await expectRefused(await send(await shown(new Browser(), ann.passkey, 'sign_in')));
  });

  test.each(['second_step', 'reset', 'undo'])('in a ceremony whose purpose is %s', async (purpose) => {
    await expectRefused(await send(await shown(new Browser(), ann.passkey, purpose)));
  });

  test('in a ceremony of a signed-in person’s step-up', async () => {
    await expectRefused(await send(await shown(ann.browser, ann.passkey, 'step_up')));
  });

  test('in a ceremony that began five minutes ago', async () => {
    const json = await shown(new Browser(), ann.passkey, 'sign_in');
    app.clock.advance(300);
    await expectRefused(await send(json));
    const next = await shown(new Browser(), ann.passkey, 'sign_in');
    app.clock.advance(299);
    expect((await send(next)).status).toBe(200);
  });

  test('in a ceremony that is not ours, was changed, or was made with a key that is gone', async () => {
    const { ceremony, credential } = await shown(new Browser(), ann.passkey, 'sign_in');
    const [payload = '', kid, tag = ''] = ceremony.split('.');
    const [challenge, purpose, session, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const later = Buffer.from(JSON.stringify([challenge, purpose, session, expiresAt + 1])).toString('base64url');
    const tries = ['', '..', payload, `${payload}.${kid}`, `${payload}.${kid}.`, `${payload}.${kid}.${tag}.`];
    const lies = [`${payload}.${kid}.${tag.slice(0, -2)}AA`, `${payload}.constructor.${tag}`, `${later}.${kid}.${tag}`];
    for (const text of [...tries, ...lies]) await expectRefused(await send({ ceremony: text, credential }));
    await app.restart({ AUTH_SECRET: 'q7RkP2vX9mT4wLc8Yh3NbJ6dKf1GpS5A-tests-only' });
    await expectRefused(await send({ ceremony, credential }));
  });

  test.each<[string, (credential: ReturnType<typeof showPasskey>) => object]>([
    ['that is empty', () => ({})],
    ['with a type of its own', (given) => ({ ...given, type: 'password' })],
    ['with two ids', (given) => ({ ...given, rawId: randomBytes(32).toString('base64url') })],
    ['with an id of over 1,023 bytes', (given) => ({ ...given, id: 'A'.repeat(1366), rawId: 'A'.repeat(1366) })],
    [
      'with client data that is no JSON',
      (given) => ({ ...given, response: { ...given.response, clientDataJSON: 'AA' } }),
    ],
    ['with client data of null', (given) => ({ ...given, response: { ...given.response, clientDataJSON: 'bnVsbA' } })],
    [
      'with too little from the authenticator',
      (given) => ({ ...given, response: { ...given.response, authenticatorData: 'AA' } }),
    ],
    ['without a signature', (given) => ({ ...given, response: { ...given.response, signature: '' } })],
  ])('of a credential %s', async (_, changed) => {
    const { ceremony, credential } = await shown(new Browser(), ann.passkey, 'sign_in');
    await expectRefused(await send({ ceremony, credential: changed(credential) }));
  });

  test('of a passkey that is not known here: this alone is said, for the browser to be told', async () => {
    const lies = { credentialId: randomBytes(32) };
    const fields = { credential: ['This passkey is not known here any more.'] };
    await expectRefused(await send(await shown(new Browser(), ann.passkey, 'sign_in', lies)), { ...refusal, fields });
    // Not to who asks without a ceremony of ours.
    const { ceremony, credential } = await shown(new Browser(), ann.passkey, 'second_step', lies);
    await expectRefused(await send({ ceremony, credential }));
  });
});

describe('a ceremony', () => {
  test('signs in once', async () => {
    const { json, response } = await signInWith(ann.passkey);
    expect(response.status).toBe(200);
    const again = await send(json);
    expect([again.status, await again.json()]).toEqual([401, refusal]);
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
  });

  test('signs in once, of twenty times at the same moment', async () => {
    const json = await shown(new Browser(), ann.passkey, 'sign_in');
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(json)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
    expect((await eventsOf(app, ann)).filter((type) => type === 'signed_in')).toHaveLength(1);
  });

  test('that was refused is not used up', async () => {
    const browser = new Browser();
    const { ceremony, options } = await asked(browser, 'sign_in');
    const refused = await send({ ceremony, credential: showPasskey(ann.passkey, options, { isVerified: false }) });
    await expectRefused(refused);
    expect((await send({ ceremony, credential: showPasskey(ann.passkey, options) })).status).toBe(200);
  });
});

describe('the origin that is expected', () => {
  test('is the setting’s, whatever headers of the request say', async () => {
    const evil = 'https://evil.example';
    for (const headers of [
      { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' },
      { Referer: `${evil}/`, Forwarded: 'host=evil.example;proto=https' },
    ]) {
      const lies = { origin: evil, rpId: 'evil.example' };
      await expectRefused(await send(await shown(new Browser(), ann.passkey, 'sign_in', lies), headers));
    }
    const { options } = await asked(new Browser(), 'sign_in');
    expect(options.rpId).toBe('localhost');
  });

  test.each([{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }])(
    'lets no foreign page (%j) ask for a passkey or show one',
    async (headers) => {
      for (const lies of [{}, { origin: 'https://evil.example' }]) {
        const response = await send(await shown(new Browser(), ann.passkey, 'sign_in', lies), headers);
        expect([response.status, (await response.json()).error]).toEqual([403, 'forbidden']);
      }
      const json = { purpose: 'sign_in' };
      const asking = await new Browser().send('POST', '/api/auth/passkeys/request', { json, headers });
      expect(asking.status).toBe(403);
      expect(await newSessionsOf(app, ann)).toEqual([]);
    },
  );
});
