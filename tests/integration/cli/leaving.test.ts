/** How operators delete an account, and hand over what is kept about a person. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personExport } from '#lib/core/accounts/export.ts';
import { operatorAgent } from '#lib/core/requester.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { latchkey as run } from '#tests/support/terminal.ts';

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  // The commands go by the real clock.
  app.clock.now = new Date();
  folder = mkdtempSync(join(tmpdir(), 'latchkey-leaving-'));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const latchkey = (words: string[], input = '', settings: Record<string, string> = {}) =>
  run(words, { input, environment: testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL, ...settings }) });
const find = (email: string) => app.deps.store.findUserByEmail(email);
const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;
const signIn = async (email: string) =>
  (await new Browser().authenticate('/api/auth/token', { email, password })).status;

async function lastMailOf(email: string) {
  const mails = await app.deps.store.listMails(['waiting'], 100);
  return mails.find(({ recipient }) => recipient === email);
}

test('user delete closes the account, put down to an operator; the person keeps it by signing in', async () => {
  const email = 'close@example.org';
  const ann = await signedUp(email);
  const { code, output } = await latchkey(['user', 'delete', ` ${email.toUpperCase()} `]);
  expect([code, output]).toEqual([0, expect.stringMatching(/^It is deleted after .+ UTC, unless its owner signs in/)]);
  expect(await me(ann)).toBe(401);
  const { deletesAt } = (await find(email)) ?? {};
  expect(Math.abs(Number(deletesAt) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
  expect(await lastMailOf(email)).toMatchObject({ eventType: 'account_closing', userAgent: operatorAgent });
  const again = await latchkey(['user', 'delete', email]);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('It is to be deleted already, after') });
  expect(await signIn(email)).toBe(200);
  expect(await find(email)).toMatchObject({ deletesAt: null });
});

test('user delete --now asks once more, then deletes at once, a closed account too', async () => {
  const email = 'now@example.org';
  const ann = await signedUp(email);
  for (const input of ['', 'yes\n', `${email}\n`])
    expect(await latchkey(['user', 'delete', email, '--now'], input)).toMatchObject({
      code: 1,
      output: expect.stringContaining('Nothing is deleted.'),
    });
  expect(await me(ann)).toBe(200);
  await latchkey(['user', 'delete', email]);
  const { code, output } = await latchkey(['user', 'delete', email, '--now'], 'delete\n');
  expect([code, output]).toEqual([0, 'The account and everything in it is deleted.\n']);
  expect(await find(email)).toBeNull();
  expect(await signIn(email)).toBe(401);
  expect(await lastMailOf(email)).toMatchObject({ eventType: 'account_deleted', userAgent: operatorAgent });
});

test('where the settings delete at once, user delete asks as --now does', async () => {
  const email = 'zero@example.org';
  await signedUp(email);
  const settings = { ACCOUNT_DELETE_DAYS: '0' };
  expect((await latchkey(['user', 'delete', email], '', settings)).code).toBe(1);
  expect(await find(email)).not.toBeNull();
  expect((await latchkey(['user', 'delete', email], 'delete\n', settings)).code).toBe(0);
  expect(await find(email)).toBeNull();
});

test('not even --now deletes an account whose address can still be taken back', async () => {
  const email = 'undo@example.org';
  await signedUp(email);
  const { id: userId = '' } = (await find(email)) ?? {};
  const expiresAt = new Date(Date.now() + 3 * 86_400_000);
  const made = { id: crypto.randomUUID(), kid: 'a kid', nonce: new Uint8Array(32), email: 'old@example.org' };
  await app.deps.store.addOperatorLink({ ...made, kind: 'undo', userId, expiresAt });
  const { code, output } = await latchkey(['user', 'delete', email, '--now'], 'delete\n');
  expect([code, output]).toEqual([0, expect.stringMatching(/^Its address was changed, and can be taken back/)]);
  expect(await find(email)).toMatchObject({ deletesAt: expiresAt });
  const again = await latchkey(['user', 'delete', email, '--now'], 'delete\n');
  expect(again).toMatchObject({
    code: 1,
    output: expect.stringContaining('unless its address can still be taken back'),
  });
});

test('user export prints what the person would get, and their Activity shows an operator', async () => {
  const email = 'export@example.org';
  const ann = await signedUp(email);
  const { code, output } = await latchkey(['user', 'export', email]);
  expect(code).toBe(0);
  const data = personExport.parse(JSON.parse(output));
  expect(data.account.email).toBe(email);
  const taken = personExport.parse(await (await ann.send('GET', '/api/me/export')).json());
  expect(Object.keys(taken)).toEqual(Object.keys(data));
  expect(taken.activity.filter(({ type }) => type === 'data_exported').map((event) => event.user_agent)).toContain(
    operatorAgent,
  );
});

test('user export --out writes a new file that only its owner may read, and never over another', async () => {
  const email = 'file@example.org';
  await signedUp(email);
  const file = join(folder, 'person.json');
  expect(await latchkey(['user', 'export', email, '--out', file])).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  expect(personExport.parse(JSON.parse(text)).account.email).toBe(email);
  const again = await latchkey(['user', 'export', email, '--out', file]);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('is there already') });
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('neither finds an account that is not there', async () => {
  for (const words of [
    ['user', 'delete', 'nobody@example.org'],
    ['user', 'export', 'nobody@example.org'],
  ])
    expect(await latchkey(words)).toMatchObject({ code: 1, output: expect.stringContaining('There is no account') });
});
