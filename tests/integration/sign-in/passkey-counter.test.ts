import { afterEach, beforeEach, expect, test } from 'vitest';
import { logger } from '#lib/server/observability/log.ts';
import { asked, shown } from '#tests/integration/second-factors/passkeys.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { showPasskey } from '#tests/support/passkey.ts';
import { eventsOf, newSessionsOf, path } from './two-steps.ts';
import { type PasskeyOwner, signInWith, withPasskey } from './with-passkey.ts';

let app: TestApp;
const mail = { SMTP_URL: 'smtp://127.0.0.1:1?tls=off', MAIL_FROM: 'Latchkey <a@example.org>' };
beforeEach(async () => {
  app = await startApp({ ...mail, EMAIL_VERIFICATION: 'off' });
});
afterEach(() => app.close());

const bound = (counter: number) => withPasskey(app, 'ann@example.org', { synced: false, counter });
const statusAt = async ({ passkey }: PasskeyOwner, counter: number) =>
  (await signInWith(passkey, { lies: { counter } })).response.status;
const counterOf = async ({ id }: PasskeyOwner) => (await app.deps.store.listPasskeys(id))[0]?.counter;
const refusalsOf = async (ann: PasskeyOwner) =>
  (await eventsOf(app, ann)).filter((type) => type === 'passkey_refused').length;
const noticesOfRefusals = async () => {
  const mails = await app.deps.store.listMails(['waiting'], 100);
  return mails.filter(({ eventType }) => eventType === 'passkey_refused').map(({ recipient }) => recipient);
};

test('a device-bound passkey whose counter does not rise may be a copy: it signs nobody in, and its owner is told', async () => {
  const lines: { event?: string; level?: string }[] = [];
  app.deps.log = logger('debug', { write: (line) => lines.push(JSON.parse(line)) });
  const ann = await bound(5);
  for (const counter of [5, 4, 0]) {
    const { response } = await signInWith(ann.passkey, { lies: { counter } });
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: 'invalid_grant', error_description: expect.stringContaining('This passkey was not taken.') },
    ]);
  }
  expect(await newSessionsOf(app, ann)).toEqual([]);
  expect((await app.deps.store.listPasskeys(ann.id))[0]).toMatchObject({ counter: 5, lastUsedAt: null });
  expect(await refusalsOf(ann)).toBe(3);
  expect(await noticesOfRefusals()).toEqual(Array(3).fill('ann@example.org'));
  expect(lines.filter(({ event }) => event === 'passkey_refused').map(({ level }) => level)).toEqual(
    Array(3).fill('warn'),
  );
  expect(await statusAt(ann, 6)).toBe(200);
  expect(await counterOf(ann)).toBe(6);
});

test('of refused passkeys no more are kept and told than an hour’s bound', async () => {
  const ann = await bound(5);
  await app.restart({ ...mail, RATE_LIMITS: 'off' });
  for (let n = 0; n < 25; n++) expect(await statusAt(ann, 5)).toBe(401);
  expect(await refusalsOf(ann)).toBe(20);
  expect(await noticesOfRefusals()).toHaveLength(10);
});

test('a device-bound passkey that counts nothing signs in again and again', async () => {
  const ann = await bound(0);
  for (const _ of 'abc') expect(await statusAt(ann, 0)).toBe(200);
  expect(await refusalsOf(ann)).toBe(0);
});

test.each([
  ['0 after 0', 0, 0],
  ['the same', 7, 7],
  ['a lower one', 7, 3],
  ['0 after another', 7, 0],
])('the counter of a synced passkey says nothing: %s', async (_, before, counter) => {
  const ann = await withPasskey(app, 'ann@example.org', { counter: before });
  expect(await statusAt(ann, counter)).toBe(200);
  expect(await counterOf(ann)).toBe(counter);
  expect(await refusalsOf(ann)).toBe(0);
});

test('uses at the same moment lose no count: of one count once, and the highest stays', async () => {
  const ann = await bound(1);
  const browser = new Browser();
  const counts = [9, 9, 8, 7, 6, 5, 4, 3, 2, 2];
  const bodies = [];
  for (const counter of counts) bodies.push(await shown(browser, ann.passkey, 'sign_in', { counter }));
  const answers = await Promise.all(bodies.map((json) => new Browser().send('POST', path, { json, token: null })));
  const taken = counts.filter((_, n) => answers[n]?.status === 200);
  expect(taken.length).toBeGreaterThan(0);
  expect(new Set(taken).size).toBe(taken.length);
  expect(await counterOf(ann)).toBe(Math.max(...taken));
  expect(await newSessionsOf(app, ann)).toHaveLength(taken.length);
});

test('an answer that is sent twice, as a browser does that did not hear, is refused and no copy of the passkey', async () => {
  const ann = await bound(5);
  const { json, response } = await signInWith(ann.passkey, { lies: { counter: 6 } });
  expect(response.status).toBe(200);
  expect((await new Browser().send('POST', path, { json, token: null })).status).toBe(401);
  expect(await refusalsOf(ann)).toBe(0);
});

test('whether it is backed up, and when it was used, is kept', async () => {
  const ann = await withPasskey(app);
  const { ceremony, options } = await asked(new Browser(), 'sign_in');
  app.clock.advance(60);
  const credential = showPasskey(ann.passkey, options, { isBackedUp: false });
  expect((await new Browser().send('POST', path, { json: { ceremony, credential } })).status).toBe(200);
  expect((await app.deps.store.listPasskeys(ann.id))[0]).toMatchObject({
    backedUp: false,
    synced: true,
    lastUsedAt: app.clock.now,
  });
});
