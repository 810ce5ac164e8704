import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MailLink } from '#db/store/mail-links.ts';
import type { Part } from '#lib/core/mail/letter.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { linkIdOf } from '#lib/server/crypto/mail-secrets.ts';
import { compose } from '#lib/server/mail/compose.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { startSender } from '#lib/server/mail/sender.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const email = 'ann@example.org';
const chosen = 'quite different unrelated words';

async function ann() {
  const user = await app.deps.store.findUserByEmail(email);
  if (!user) throw new Error('Nobody has signed up.');
  return user;
}

/** Makes a link for an operator to hand over. */
const operatorLink = async () => newOperatorLink(app.deps, (await ann()).id);

/** Asks for a link as anybody may, and reads it in the mail that the sender makes ready. */
async function mailedLink(): Promise<string> {
  const { store } = app.deps;
  const earlier = (await store.listMails(['held'], 100)).map(({ id }) => id);
  const response = await new Browser().send('POST', '/api/auth/password/forgot', { json: { email } });
  expect(response.status).toBe(202);
  const stop = startSender(app.deps);
  await vi.waitFor(async () => expect((await store.countMails()).counts.waiting).toBe(0), 10_000);
  await stop();
  const held = await store.listMails(['held'], 100);
  const mail = held.find(({ id, kind }) => kind === 'password_reset' && !earlier.includes(id));
  const letter = mail && (await compose(app.deps, mail));
  const link = letter?.parts.find((part): part is Part & { kind: 'link' } => part.kind === 'link');
  if (!link) throw new Error('No mail brings a link.');
  return link.href;
}

const links = [
  ['an operator gives', operatorLink],
  ['is mailed', mailedLink],
] as const;

const secretOf = (url: string) => new URL(url).hash.slice(1);
async function rowOf(token: string): Promise<MailLink> {
  const found = await app.deps.store.findMailLink(linkIdOf(token) ?? '', app.clock.now);
  if (!found) throw new Error('The link is void.');
  return found.link;
}
const send = (token: unknown, new_password = chosen, headers: Record<string, string> = {}) =>
  new Browser().send('POST', '/api/auth/password/reset', { json: { token, new_password }, headers });
const signIn = async (typed: string) =>
  (await new Browser().authenticate('/api/auth/token', { email, password: typed })).status;

/** Holds an answer to the one that every void link gets. */
async function isVoid(response: Response): Promise<void> {
  expect(response.status).toBe(400);
  const { error, fields } = await response.json();
  expect([error, Object.keys(fields)]).toEqual(['invalid_request', ['token']]);
}

describe.each(links)('a link that %s', (_name, link) => {
  test('sets the password once, signs nobody in, and ends every session', async () => {
    const owner = await signedUp(email);
    const url = await link();
    expect(url).toMatch(/^http:\/\/localhost:3000\/reset#[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.[\w-]{43}$/);
    const response = await send(secretOf(url));
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await owner.send('GET', '/api/me')).status).toBe(401);
    expect((await owner.refresh()).status).toBe(401);
    expect([await signIn(password), await signIn(chosen)]).toEqual([401, 200]);
    await isVoid(await send(secretOf(url)));
  });

  test('is good for an hour, and not longer', async () => {
    await signedUp(email);
    const token = secretOf(await link());
    app.clock.advance(3599.999);
    await rowOf(token);
    app.clock.advance(0.001);
    await isVoid(await send(token));
    expect(await signIn(password)).toBe(200);
  });

  test('makes one password, of twenty that are sent at once', async () => {
    await signedUp(email);
    const token = secretOf(await link());
    const typed = Array.from({ length: 20 }, (_, index) => `unrelated words of number ${index}`);
    const statuses = (await Promise.all(typed.map((one) => send(token, one)))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, ...Array.from({ length: 19 }, () => 400)]);
    expect(await signIn(typed[statuses.indexOf(204)] ?? '')).toBe(200);
    expect(await ann()).toMatchObject({ epoch: 1, credentialVersion: 1 });
  });

  test('is void once AUTH_SECRET has its key no more, and good while it has', async () => {
    await signedUp(email);
    const token = secretOf(await link());
    const newer = 'h4Tz8WqLx1VnRb6YcM3kPs9JdG2fUa7E-tests-only';
    const both = `${newer},${app.deps.env.AUTH_SECRET}`;
    await app.restart({ AUTH_SECRET: newer });
    await isVoid(await send(token));
    await app.restart({ AUTH_SECRET: both });
    expect((await send(token)).status).toBe(204);
  });
});

test('an unknown, a used and an old link get one and the same answer, and change nothing', async () => {
  const owner = await signedUp(email);
  const old = secretOf(await operatorLink());
  app.clock.advance(3600);
  const used = secretOf(await operatorLink());
  await send(used);
  const unknown = `${randomUUID()}.${used.split('.')[1]}`;
  const answers = await Promise.all([send('unknown'), send(unknown), send(old), send(used)]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  const [first, ...others] = await Promise.all(answers.map((answer) => answer.json()));
  expect(first.fields.token).toHaveLength(1);
  for (const other of others) expect(other).toEqual(first);
  expect((await owner.authenticate('/api/auth/token', { email, password: chosen })).status).toBe(200);
});

describe('a token', () => {
  test.each([
    ['that is empty', () => ''],
    ['that is null', () => null],
    ['that is missing', () => undefined],
    ['that is a list of the right one', (token: string) => [token]],
    ['that is an object', () => ({ $ne: null })],
    ['that is a number', () => 0],
    ['that is a truth', () => true],
    ['that names a link, without a tag', (token: string) => token.split('.')[0]],
    ['that names a link, with an empty tag', (token: string) => `${token.split('.')[0]}.`],
    ['that has the tag of a link alone', (token: string) => `.${token.split('.')[1]}`],
    ['that is the nonce', async (token: string) => Buffer.from((await rowOf(token)).nonce).toString('base64url')],
    [
      'that has the nonce for a tag',
      async (token: string) =>
        `${token.split('.')[0]}.${Buffer.from((await rowOf(token)).nonce).toString('base64url')}`,
    ],
    ['that has a sign for “any”', () => '%'],
  ])('%s finds no link, and changes nothing', async (_name, made) => {
    await signedUp(email);
    const good = secretOf(await mailedLink());
    await isVoid(await send(await made(good)));
    expect(await ann()).toMatchObject({ epoch: 0, credentialVersion: 0 });
    expect((await send(good)).status).toBe(204);
  });

  test('of another kind, of another link or of a session sets no password', async () => {
    const owner = await signedUp(email);
    const [mailed, given] = [secretOf(await mailedLink()), secretOf(await operatorLink())];
    const rows = [await rowOf(mailed), await rowOf(given)];
    const tokens = rows.flatMap((row, index) => {
      const other = rows[1 - index] ?? row;
      return [
        app.deps.mailSecrets.tokenOf({ ...row, kind: other.kind }),
        app.deps.mailSecrets.tokenOf({ ...row, nonce: other.nonce }),
        `${row.id}.${app.deps.mailSecrets.tokenOf(other)?.split('.')[1]}`,
      ];
    });
    for (const token of [...tokens, owner.cookies.get('latchkey-refresh')]) await isVoid(await send(token));
    // Too long for a link.
    for (const token of [owner.token, owner.cookies.get('latchkey-session')]) await isVoid(await send(token));
    expect(await ann()).toMatchObject({ epoch: 0, credentialVersion: 0 });
    for (const token of [mailed, given]) expect(await rowOf(token)).toBeDefined();
  });
});

describe('every link is void after a new password', () => {
  test.each([
    [
      'that its owner set',
      (owner: Browser) =>
        owner.send('POST', '/api/auth/password', { json: { current_password: password, new_password: chosen } }),
    ],
    [
      'that an operator set',
      async () => {
        const { id: userId } = await ann();
        const about = { userId, sessionId: null, requester: { userAgent: null, ip: null }, now: app.clock.now };
        const event = newSecurityEvent(app.deps, 'password_reset', about);
        await app.deps.store.setPassword(userId, await app.deps.hasher.hash(chosen), event);
      },
    ],
    ['that was set by one that was mailed', async (_owner: Browser, mailed: string) => send(mailed)],
    ['that was set by an operator’s', async (_owner: Browser, _mailed: string, given: string) => send(given)],
  ])('%s', async (_name, set) => {
    const owner = await signedUp(email);
    const [mailed, given] = [secretOf(await mailedLink()), secretOf(await operatorLink())];
    await set(owner, mailed, given);
    expect(await signIn(chosen)).toBe(200);
    for (const token of [mailed, given]) await isVoid(await send(token, 'unrelated words of a thief'));
    expect(await signIn(chosen)).toBe(200);
  });

  test('a hash that is made again at another cost voids none', async () => {
    await signedUp(email);
    const token = secretOf(await mailedLink());
    const user = await ann();
    expect(await app.deps.store.upgradePasswordHash(user.id, user.passwordHash ?? '', 'another hash')).toBe(true);
    expect((await send(token)).status).toBe(204);
  });
});

test('a link to an account that was deleted is void, for whoever has the address now too', async () => {
  await signedUp(email);
  const token = secretOf(await mailedLink());
  const last = { at: app.clock.now, userAgent: null, ip: null };
  expect(await app.deps.store.deleteAccount(await ann(), null, last)).toBe(true);
  await signedUp(email);
  await isVoid(await send(token));
  expect([await signIn(password), await signIn(chosen)]).toEqual([200, 401]);
});

test('a link that was mailed proves the address, an operator’s proves none', async () => {
  await signedUp(email);
  await send(secretOf(await operatorLink()));
  expect((await ann()).emailVerifiedAt).toBeNull();
  await send(secretOf(await mailedLink()), 'unrelated words of today');
  expect((await ann()).emailVerifiedAt).toEqual(app.clock.now);
});

test('a password that is not good enough leaves the link good', async () => {
  await signedUp(email);
  const secret = secretOf(await operatorLink());
  const refused = await send(secret, 'short');
  expect(refused.status).toBe(400);
  expect(Object.keys((await refused.json()).fields)).toEqual(['new_password']);
  expect((await send(secret)).status).toBe(204);
});

test.each([
  ['an unknown link', { token: 'unknown', new_password: 'short' }],
  ['no link', { new_password: 'short' }],
  ['what is too long for a link', { token: 'x'.repeat(201), new_password: 'passwordpassword' }],
])('%s with a password that is not good enough is told both at once', async (_name, json) => {
  const response = await new Browser().send('POST', '/api/auth/password/reset', { json });
  const fields = { token: [expect.any(String)], new_password: [expect.any(String)] };
  expect([response.status, (await response.json()).fields]).toEqual([400, fields]);
});

test('a link that was used, with a password that is not good enough, is told both at once', async () => {
  await signedUp(email);
  const secret = secretOf(await operatorLink());
  expect((await send(secret)).status).toBe(204);
  const refused = await send(secret, 'short');
  expect(Object.keys((await refused.json()).fields).sort()).toEqual(['new_password', 'token']);
});

test('another origin is refused, and the link stays good', async () => {
  await signedUp(email);
  const secret = secretOf(await operatorLink());
  expect((await send(secret, chosen, { Origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await send(secret)).status).toBe(204);
});

test('guesses are counted', async () => {
  await app.restart({ LIMIT_LOGIN_PER_ADDRESS: '3/60' });
  const answers = [];
  for (let guess = 0; guess < 4; guess++) answers.push((await send(`guess ${guess}`)).status);
  expect(answers).toEqual([400, 400, 400, 429]);
});
