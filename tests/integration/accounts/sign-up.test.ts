import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeTries } from '#lib/core/policy.ts';
import type { Mailing } from '#tests/integration/mail/mailing.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { codeIn } from '#tests/support/received-mail.ts';
import { another, begun, confirm, cookieName, fieldsOf, path, register, startVerifying, type } from './signing-up.ts';

const ann = 'ann@example.org';

let mailing: Mailing;
beforeEach(async () => {
  mailing = await startVerifying();
});
afterEach(() => mailing.close());

const userOf = (email = ann) => mailing.app.deps.store.findUserByEmail(email);

/** Makes an account with this address. */
async function taken(email = ann): Promise<Browser> {
  const signUp = await begun(mailing, email);
  expect((await confirm(signUp)).status).toBe(201);
  return signUp.browser;
}

describe('with the code in the mail', () => {
  test('an account comes, its address verified, and a session; before that there is neither', async () => {
    const signUp = await begun(mailing, ann, { name: 'Ann Example' });
    expect(await userOf()).toBeNull();
    expect([...signUp.browser.cookies.keys()]).toEqual([cookieName]);
    const response = await confirm(signUp);
    expect(response.status).toBe(201);
    const user = { id: expect.any(String), email: ann, name: 'Ann Example' };
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', expires_in: 300, user });
    expect([...signUp.browser.cookies.keys()]).toEqual(['latchkey-refresh', 'latchkey-session']);
    expect(await userOf()).toMatchObject({ emailVerifiedAt: mailing.app.clock.now });
    expect(await (await signUp.browser.send('GET', '/api/me')).json()).toMatchObject({
      email: ann,
      email_verified: true,
    });
    expect((await new Browser().authenticate('/api/auth/token', { email: ann, password })).status).toBe(200);
  });

  test('the answer that asks for it says what waits, and gives a cookie that no script reads', async () => {
    const response = await register(ann);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ sign_up_id: expect.any(String), expires_in: 3600 });
    const cookies = response.headers.getSetCookie();
    const flags = 'Path=/; HttpOnly; SameSite=Lax; Max-Age=3600';
    expect(cookies).toEqual([
      expect.stringMatching(new RegExp(`^${cookieName}=[\\da-f-]{36}\\.[\\w-]{43}; ${flags}$`)),
    ]);
    await mailing.app.restart({ APP_URL: 'https://app.example.org' });
    const secured = (await register(ann)).headers.getSetCookie();
    expect(secured).toEqual([expect.stringMatching(/^__Host-latchkey-sign-up=.*; Secure; Max-Age=3600$/)]);
  });

  test('the session that the browser had stays until then, and ends with it', async () => {
    const browser = await taken('bob@example.org');
    const before = { ...Object.fromEntries(browser.cookies) };
    const signUp = await begun(mailing, ann, {}, browser);
    expect(Object.fromEntries(browser.cookies)).toMatchObject(before);
    const old = browser.copy();
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
    expect((await type(browser, signUp.id, another(codeIn(signUp.mail)))).status).toBe(400);
    expect((await browser.send('GET', '/api/me')).status).toBe(200);
    expect((await confirm(signUp)).status).toBe(201);
    expect((await old.send('GET', '/api/me')).status).toBe(401);
    expect((await old.refresh()).status).toBe(401);
    expect(await (await browser.send('GET', '/api/me')).json()).toMatchObject({ email: ann });
  });

  test.each([
    ['as the mail shows it', (code: string) => `${code.slice(0, 4)} ${code.slice(4)}`],
    ['with spaces around it', (code: string) => `  ${code}\n`],
    ['with a hyphen', (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`],
  ])('%s', async (_, typed) => {
    const { browser, id, mail } = await begun(mailing, ann);
    expect((await type(browser, id, typed(codeIn(mail)))).status).toBe(201);
  });

  test('it stays as long as was chosen on the form', async () => {
    for (const remember of [true, false]) {
      const signUp = await begun(mailing, `${remember}@example.org`, { remember });
      const [refresh] = (await confirm(signUp)).headers.getSetCookie().filter((cookie) => cookie.includes('refresh='));
      expect(refresh?.includes('Max-Age')).toBe(remember);
    }
  });

  test('twenty times at once one account comes, and each of the others is told that the sign-up is over', async () => {
    const { browser, id, mail } = await begun(mailing, ann);
    const all = Array.from({ length: 20 }, () => type(browser.copy(), id, codeIn(mail)));
    const statuses = (await Promise.all(all)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 400)]);
  });

  test('it is good for an hour, to the second', async () => {
    const [early, late] = [await begun(mailing, ann), await begun(mailing, 'bob@example.org')];
    mailing.app.clock.advance(3599);
    expect((await confirm(early)).status).toBe(201);
    mailing.app.clock.advance(1);
    const refused = await confirm(late);
    expect([refused.status, await fieldsOf(refused)]).toEqual([400, ['sign_up']]);
    expect(await userOf('bob@example.org')).toBeNull();
  });

  test('somebody who was quicker has the address: only who has the code is told so, and keeps their session', async () => {
    const signUp = await begun(mailing, ann, {}, await taken('bob@example.org'));
    await taken();
    expect(await fieldsOf(await type(signUp.browser, signUp.id, another(codeIn(signUp.mail))))).toEqual(['code']);
    const response = await confirm(signUp);
    expect([response.status, (await response.json()).error]).toEqual([409, 'email_taken']);
    expect(response.headers.getSetCookie()).toEqual([]);
    signUp.browser.token = null;
    expect((await signUp.browser.refresh()).status).toBe(200);
  });
});

describe('a wrong code', () => {
  test('is told so four times; the fifth ends the sign-up, for the right one too', async () => {
    const { browser, id, mail } = await begun(mailing, ann);
    const wrong = another(codeIn(mail));
    for (let tries = 1; tries < codeTries; tries++) {
      const refused = await type(browser, id, wrong);
      expect([refused.status, await fieldsOf(refused)]).toEqual([400, ['code']]);
    }
    expect(await fieldsOf(await type(browser, id, wrong))).toEqual(['sign_up']);
    expect(await fieldsOf(await type(browser, id, codeIn(mail)))).toEqual(['sign_up']);
    expect(await userOf()).toBeNull();
  });

  test('four times leaves the right one good', async () => {
    const signUp = await begun(mailing, ann);
    for (let tries = 1; tries < codeTries; tries++) await type(signUp.browser, signUp.id, another(codeIn(signUp.mail)));
    expect((await confirm(signUp)).status).toBe(201);
  });

  test('of 100 at once five are compared, whatever limits are set', async () => {
    await mailing.close();
    mailing = await startVerifying({ RATE_LIMITS: 'off' });
    const { browser, id, mail } = await begun(mailing, ann);
    const { mailSecrets } = mailing.app.deps;
    let compared = 0;
    mailing.app.deps.mailSecrets = {
      ...mailSecrets,
      isCodeOf(...code) {
        compared += 1;
        return mailSecrets.isCodeOf(...code);
      },
    };
    const right = Number(codeIn(mail));
    const guesses = Array.from({ length: 100 }, (_, index) => String((right + 1 + index) % 1e8).padStart(8, '0'));
    const answers = await Promise.all(guesses.map((guess) => type(browser.copy(), id, guess)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect(compared).toBe(codeTries);
  });

  test('that has not the form of one is told so, and counts for nothing', async () => {
    const signUp = await begun(mailing, ann);
    for (const code of ['', '1234567', '123456789', 'abcdefgh', null, ['12345678']]) {
      const response = await signUp.browser.send('POST', path.code, { json: { sign_up_id: signUp.id, code } });
      expect([response.status, await fieldsOf(response)]).toEqual([400, ['code']]);
    }
    expect((await confirm(signUp)).status).toBe(201);
  });
});

test('with EMAIL_VERIFICATION=off signing up is as ever, and no code is asked for', async () => {
  await mailing.close();
  mailing = await startVerifying({ EMAIL_VERIFICATION: 'off' });
  const browser = new Browser();
  expect((await register(ann, {}, browser)).status).toBe(201);
  expect([...browser.cookies.keys()]).toEqual(['latchkey-refresh', 'latchkey-session']);
  browser.token = (await (await browser.refresh()).json()).access_token;
  expect(await (await browser.send('GET', '/api/me')).json()).toMatchObject({ email_verified: false });
  expect((await register(ann)).status).toBe(409);
  await mailing.round();
  expect(mailing.smtp.mails).toEqual([]);
  const code = await type(new Browser(), 'none', '12345678');
  expect([code.status, await fieldsOf(code)]).toEqual([400, ['sign_up']]);
});

test('another origin’s page cannot begin, complete or repeat a sign-up', async () => {
  const { browser, id, mail } = await begun(mailing, ann);
  const headers = { Origin: 'https://elsewhere.example' };
  for (const [to, json] of [
    [path.register, { email: 'eve@example.org', password }],
    [path.code, { sign_up_id: id, code: codeIn(mail) }],
    [path.resend, { sign_up_id: id }],
  ] as const) {
    const response = await browser.send('POST', to, { json, headers });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  }
  expect(await userOf()).toBeNull();
});
