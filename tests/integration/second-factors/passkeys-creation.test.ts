import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CreationOptions } from '#lib/core/passkeys/contract.ts';
import { ceremonySeconds } from '#lib/core/policy.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { type Maker, makePasskey } from '#tests/support/passkey.ts';
import { digestOfRows } from '#tests/support/rows.ts';
import { addPasskey, asked, passkeyPath } from './passkeys.ts';
import { errorOf, setUp } from './setting-up.ts';

/** Whoever makes authenticators, with a certificate as WebAuthn wants it (level 3, section 8.2.1). */
async function aMaker(): Promise<Maker> {
  const subject = { C: 'DE', O: 'Keys', OU: 'Authenticator Attestation' };
  const names = Object.entries({ ...subject, CN: 'Key 1' }).map(([shortName, value]) => ({ shortName, value }));
  const extensions = [{ name: 'basicConstraints', cA: false }] as const;
  const { private: key, cert } = await generate(names, { keyType: 'ec', extensions: [...extensions] });
  return { key: createPrivateKey(key), certificate: new Uint8Array(new X509Certificate(cert).raw) };
}

const maker = await aMaker();
let app: TestApp;
let ann: Browser;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  ann = await signedUp();
});
afterEach(() => app.close());

const refused = [400, 'invalid_request', ['credential']];
type How = NonNullable<Parameters<typeof makePasskey>[1]>;

async function begin(who = ann): Promise<{ ceremony: string; options: CreationOptions }> {
  const response = await who.send('POST', passkeyPath.creation);
  expect(response.status).toBe(200);
  return response.json();
}
const add = (who: Browser, json: object, headers = {}) => who.send('POST', passkeyPath.all, { json, headers });
const idsOf = async (who: Browser): Promise<string[]> =>
  (await (await who.send('GET', passkeyPath.all)).json()).items.map(({ id }: { id: string }) => id);
async function signIn(): Promise<Browser> {
  const browser = new Browser();
  await browser.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  return browser;
}
/** Steps up, and goes on with the token of the successor. */
async function stepUp(who: Browser): Promise<void> {
  const response = await who.send('POST', '/api/auth/step-up', { json: { password } });
  who.token = (await response.json()).access_token;
}

describe('what the browser is asked to make', () => {
  test('is a discoverable key that asks its owner, of algorithms that every Node can verify, and of no maker', async () => {
    const { id } = await (await ann.send('GET', '/api/me')).json();
    const { options } = await begin();
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257]);
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Latchkey' },
      user: { name: 'ann@example.org', displayName: 'Ann' },
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(Buffer.from(options.user.id, 'base64url').toString('hex')).toBe(id.replaceAll('-', ''));
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
    expect((await begin()).options.challenge).not.toBe(options.challenge);
  });

  test('is not made on an authenticator that has one of theirs', async () => {
    const first = await addPasskey(ann);
    app.clock.advance(1);
    const second = await addPasskey(ann);
    const { options } = await begin();
    expect(options.excludeCredentials).toEqual(
      [first, second].map(({ credential: { id } }) => ({ id, type: 'public-key', transports: ['internal', 'hybrid'] })),
    );
    expect((await begin(await signedUp('bob@example.org'))).options.excludeCredentials).toEqual([]);
  });

  test('writes nothing', async () => {
    await ann.send('GET', '/api/me');
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    await begin();
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });
});

describe('a passkey that was made', () => {
  test.each<[string, How]>([
    ['on this device', { synced: false }],
    ['to be synced', { synced: true }],
    ['and signed by itself', { format: 'packed' }],
    ['as Ed25519, and signed by itself', { format: 'packed', algorithm: 'eddsa' }],
  ])('%s is added', async (_how, how) => {
    const { response } = await addPasskey(ann, how);
    expect(response.status).toBe(201);
    const created_at = app.clock.now.toISOString();
    const { id, ...made } = await response.json();
    expect(made).toEqual({ name: 'Passkey', synced: how.synced ?? true, created_at, last_used_at: null });
    expect(await idsOf(ann)).toEqual([id]);
  });

  const long = (bytes: number) => randomBytes(bytes);
  test.each<[string, How]>([
    ['an algorithm that was not offered', { algorithm: 'es384' }],
    ['no finger, face or PIN asked for', { isVerified: false }],
    ['nobody there', { isPresent: false }],
    ['a backup that it says it cannot have', { mayBackUp: false, isBackedUp: true }],
    ['an id of over 1,023 bytes', { credentialId: long(1024) }],
    ['another origin', { origin: 'https://evil.example.org' }],
    ['the origin on another port', { origin: 'http://localhost:3001' }],
    ['another relying party', { rpId: 'evil.example.org' }],
    ['another type', { type: 'webauthn.get' }],
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['a page of another site around it', { clientData: { crossOrigin: true } }],
    ['a page of another site at the top', { clientData: { topOrigin: 'https://evil.example.org' } }],
    ['the certificate of whoever made the device', { format: 'packed', maker }],
    ['a certificate and no signature by it', { format: 'packed', statement: certified() }],
    ['a statement of another kind', { format: 'fido-u2f', statement: certified() }],
    ['a statement where there is none', { format: 'none', statement: new Map([['sig', new Uint8Array(70)]]) }],
    ['a signature of its own that is not', { format: 'packed', statement: selfSigned() }],
  ])('with %s is refused, with one answer, and leaves no trace', async (_what, how) => {
    await ann.send('GET', '/api/me');
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    const { response } = await addPasskey(ann, how);
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      error_description: expect.any(String),
      fields: { credential: ['This passkey was not taken. Try again.'] },
    });
    expect(response.status).toBe(400);
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });

  test('with an id of 1,023 bytes is added', async () => {
    expect((await addPasskey(ann, { credentialId: long(1023) })).response.status).toBe(201);
  });

  test('under another id than the one that it signed is refused', async () => {
    const { ceremony, options } = await begin();
    const { credential } = makePasskey(options);
    const id = randomBytes(32).toString('base64url');
    for (const lie of [{ id }, { id, rawId: id }, { rawId: id }])
      expect(await errorOf(await add(ann, { ceremony, credential: { ...credential, ...lie } }))).toEqual(refused);
    expect((await add(ann, { ceremony, credential })).status).toBe(201);
  });

  test('with an id that another account has is refused, and stays that one’s', async () => {
    const bob = await signedUp('bob@example.org');
    const { passkey } = await addPasskey(bob);
    const { response } = await addPasskey(ann, { credentialId: passkey.id });
    expect(await errorOf(response)).toEqual(refused);
    const { id } = await (await bob.send('GET', '/api/me')).json();
    expect(await app.deps.store.findPasskey(passkey.id.toString('base64url'))).toMatchObject({ userId: id });
    expect(await idsOf(ann)).toEqual([]);
  });

  test('is judged by APP_URL, whatever the request says that it comes from', async () => {
    const evil = 'https://evil.example.org';
    const { ceremony, options } = await begin();
    const { credential } = makePasskey(options, { origin: evil });
    for (const headers of [
      { Origin: evil, 'Sec-Fetch-Site': 'same-origin' },
      { 'X-Forwarded-Host': 'evil.example.org' },
    ])
      expect((await add(ann, { ceremony, credential }, headers)).ok).toBe(false);
    expect(await idsOf(ann)).toEqual([]);
  });
});

describe('a ceremony', () => {
  test('serves its own session and the successor, and no other session of the person, nor another person', async () => {
    const [elsewhere, bob] = [await signIn(), await signedUp('bob@example.org')];
    const { ceremony, options } = await begin();
    const { credential } = makePasskey(options);
    for (const who of [elsewhere, bob])
      expect(await errorOf(await add(who, { ceremony, credential }))).toEqual(refused);
    await stepUp(ann);
    expect((await add(ann, { ceremony, credential })).status).toBe(201);
    expect(await idsOf(bob)).toEqual([]);
  });

  test('of a sign-in or a step-up serves no creation', async () => {
    const { options } = await begin();
    for (const purpose of ['sign_in', 'second_step', 'step_up', 'reset', 'undo']) {
      const { ceremony, options: shown } = await asked(ann, purpose);
      const { credential } = makePasskey({ ...options, challenge: shown.challenge });
      expect(await errorOf(await add(ann, { ceremony, credential }))).toEqual(refused);
    }
    expect(await idsOf(ann)).toEqual([]);
  });

  test('is over after five minutes', async () => {
    const { ceremony, options } = await begin();
    const { credential } = makePasskey(options);
    app.clock.advance(ceremonySeconds);
    await ann.refresh();
    expect(await errorOf(await add(ann, { ceremony, credential }))).toEqual(refused);
    const next = await begin();
    app.clock.advance(ceremonySeconds - 1);
    await ann.refresh();
    const made = makePasskey(next.options);
    expect((await add(ann, { ceremony: next.ceremony, credential: made.credential })).status).toBe(201);
  });

  test('serves once, also where five come at the same moment', async () => {
    const { ceremony, options } = await begin();
    const tries = Array.from({ length: 5 }, () => ({ ceremony, credential: makePasskey(options).credential }));
    const statuses = (await Promise.all(tries.map((json) => add(ann.copy(), json)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    for (const [index, json] of tries.entries())
      if (statuses[index] !== 201) expect(await errorOf(await add(ann, json))).toEqual(refused);
    expect(await idsOf(ann)).toHaveLength(1);
  });

  test('answers the same again where its answer was lost, and to nobody else', async () => {
    const { ceremony, options } = await begin();
    const made = { ceremony, credential: makePasskey(options).credential };
    const first = await (await add(ann, made)).json();
    const again = await add(ann, made);
    expect([again.status, await again.json()]).toEqual([201, first]);
    expect(await idsOf(ann)).toHaveLength(1);
  });

  test('that was written or changed by somebody else is none', async () => {
    const { ceremony, options } = await begin();
    const { credential } = makePasskey(options);
    const [payload = '', kid = '', tag = ''] = ceremony.split('.');
    const told = Buffer.from(payload, 'base64url')
      .toString()
      .replace(/\d+\]$/, '9999999999999]');
    const forged = Buffer.from(told).toString('base64url');
    for (const text of [`${forged}.${kid}.${tag}`, `${payload}.${kid}.`, `${payload}.${kid}`, payload, '', '..'])
      expect(await errorOf(await add(ann, { ceremony: text, credential }))).toEqual(refused);
    expect(await idsOf(ann)).toEqual([]);
  });
});

describe('making one', () => {
  test('asks for a fresh sign-in', async () => {
    app.clock.advance(901);
    await ann.refresh();
    const answer = await errorOf(await ann.send('POST', passkeyPath.creation));
    expect(answer).toEqual([401, 'insufficient_user_authentication', []]);
  });

  test('is not finished by a session of the password alone once two-step sign-in is on', async () => {
    const elsewhere = await signIn();
    const { ceremony, options } = await begin(elsewhere);
    await setUp(app, ann);
    const { credential } = makePasskey(options);
    const answer = await errorOf(await add(elsewhere, { ceremony, credential }));
    expect(answer).toEqual([401, 'insufficient_user_authentication', []]);
    expect(await idsOf(ann)).toEqual([]);
  });

  test('takes a verified address where mail is sent', async () => {
    const waiting = await begin();
    const { credential } = makePasskey(waiting.options);
    const mail = { SMTP_URL: 'smtps://user:password@mail.example.org:465', MAIL_FROM: 'L <l@example.org>' };
    await app.restart({ ...mail, EMAIL_VERIFICATION: 'off' });
    const unverified = [403, 'email_not_verified', []];
    expect(await errorOf(await ann.send('POST', passkeyPath.creation))).toEqual(unverified);
    expect(await errorOf(await add(ann, { ceremony: waiting.ceremony, credential }))).toEqual(unverified);
  });
});

/** A statement that names a maker by a certificate. */
function certified(): Map<string, unknown> {
  return new Map<string, unknown>([
    ['alg', -7],
    ['sig', new Uint8Array(70)],
    ['x5c', [new Uint8Array(300)]],
  ]);
}

function selfSigned(): Map<string, unknown> {
  return new Map<string, unknown>([
    ['alg', -7],
    ['sig', new Uint8Array(randomBytes(70))],
  ]);
}
