import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeTries } from '#lib/core/policy.ts';
import { forgot, type Mailing } from '#tests/integration/mail/mailing.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { codeIn, linkIn } from '#tests/support/received-mail.ts';
import { mailSettings } from '#tests/support/smtp.ts';
import { latchkey as run } from '#tests/support/terminal.ts';
import { another, begun, confirm, fieldsOf, path, register, startVerifying, type } from './signing-up.ts';

const ann = 'ann@example.org';
const evil = 'Win at https://evil.example/?a=1 now';

let mailing: Mailing;
beforeEach(async () => {
  mailing = await startVerifying();
});
afterEach(() => mailing.close());

/** Makes an account with this address. */
async function taken(email = ann): Promise<Browser> {
  const signUp = await begun(mailing, email);
  expect((await confirm(signUp)).status).toBe(201);
  return signUp.browser;
}

describe('a mail with a code', () => {
  test('says the code, for how long it is good, and nothing that was typed on the form', async () => {
    const headers = { 'User-Agent': 'Mozilla/5.0 (https://evil.example) Chrome/140.0 evil' };
    const json = { email: ann, password, name: evil };
    for (const email of [ann, 'bob@example.org']) {
      await new Browser().send('POST', path.register, { json: { ...json, email }, headers });
      const mail = await mailing.smtp.nextMail();
      expect(mail.headers.get('subject')).toBe('Your code for Latchkey');
      expect([mail.to, mail.headers.get('to')]).toEqual([[email], email]);
      expect(mail.text).toContain('23 November 2026, 13:00 UTC');
      expect(mail.text + mail.html).not.toMatch(/evil|Win at|http/);
      expect(mail.raw).not.toMatch(/evil/i);
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
      for (const text of [mail.text, mail.html.replace(/<[^>]*>/g, ' ')]) expect(text).toMatch(/\b\d{4}\s\d{4}\b/);
    }
  });

  test('to the holder of an account says nothing that was typed either', async () => {
    await taken();
    const headers = { 'User-Agent': 'Mozilla/5.0 (https://evil.example) Chrome/140.0 evil' };
    await new Browser().send('POST', path.register, { json: { email: ann, password, name: evil }, headers });
    const mail = await mailing.smtp.nextMail();
    expect(mail.headers.get('subject')).toBe('You have an account at Latchkey');
    expect(mail.text + mail.html + mail.raw).not.toMatch(/evil|Win at/i);
  });

  test('whose answer was lost is sent again with the same code and id, but not once the account is made', async () => {
    const { app, smtp, round, outbox } = mailing;
    smtp.judge = () => 'lost';
    const signUp = await begun(mailing, ann);
    await round();
    app.clock.advance(10);
    await round();
    const again = await smtp.nextMail();
    expect(codeIn(again)).toBe(codeIn(signUp.mail));
    expect(again.headers.get('message-id')).toBe(signUp.mail.headers.get('message-id'));
    expect((await confirm(signUp)).status).toBe(201);
    app.clock.advance(60);
    await round();
    expect([smtp.mails.length, (await outbox()).map(({ state }) => state)]).toEqual([2, ['dropped']]);
  });

  test('is not sent for a sign-up that wrong codes have ended', async () => {
    const { smtp, round, outbox, app } = mailing;
    smtp.judge = () => 451;
    const { browser, id, mail } = await begun(mailing, ann);
    await round();
    for (let tries = 0; tries < codeTries; tries++) await type(browser, id, another(codeIn(mail)));
    app.clock.advance(10);
    await round();
    expect([smtp.mails.length, (await outbox()).map(({ state }) => state)]).toEqual([1, ['dropped']]);
  });
});

test('an operator sees a code while its sign-up waits, and a mail that is retried ends with it', async () => {
  const { app, smtp, round, outbox } = mailing;
  const latchkey = (words: string) => {
    const environment = testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL, ...mailSettings(smtp) });
    return run(words.split(' '), { environment });
  };
  // The commands go by the real clock.
  app.clock.now = new Date();
  smtp.judge = () => 550;
  const signUp = await begun(mailing, ann);
  await round();
  const [failed] = await outbox();
  const id = failed?.id ?? '';
  const code = codeIn(signUp.mail);
  const shown = await latchkey(`mail show ${id}`);
  expect(shown.output).toMatch(/^To: a…@example\.org\nSubject: Your code for Latchkey\n\n/);
  expect(codeIn({ text: shown.output })).toBe(code);
  expect((await latchkey(`mail retry ${id}`)).output).toBe('Waiting to be sent again: 1.\n');
  expect(await outbox()).toMatchObject([{ state: 'waiting', expiresAt: failed?.expiresAt }]);
  expect((await confirm(signUp)).status).toBe(201);
  app.clock.now = new Date();
  await round();
  const after = await latchkey(`mail show ${id}`);
  expect(after).toEqual({ code: 1, output: expect.stringMatching(/^It is void: its code was typed, /) });
});

describe('asking for the mail again', () => {
  const resend = ({ browser, id }: { browser: Browser; id: string }) =>
    browser.send('POST', path.resend, { json: { sign_up_id: id } });

  test('brings the same code after a minute, three times, and says when to come back', async () => {
    await mailing.close();
    mailing = await startVerifying({ RATE_LIMITS: 'off' });
    const { app, smtp } = mailing;
    const signUp = await begun(mailing, ann);
    for (let mails = 1; mails <= 3; mails++) {
      app.clock.advance(20);
      const early = await resend(signUp);
      expect([early.status, early.headers.get('retry-after')]).toEqual([429, '40']);
      app.clock.advance(40);
      const sent = await resend(signUp);
      expect([sent.status, await sent.json(), sent.headers.getSetCookie()]).toEqual([202, {}, []]);
      const again = await smtp.nextMail();
      expect(codeIn(again)).toBe(codeIn(signUp.mail));
      expect(again.headers.get('message-id')).not.toBe(signUp.mail.headers.get('message-id'));
    }
    app.clock.advance(60);
    const late = await resend(signUp);
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, String(3600 - 4 * 60)]);
    expect((await confirm(signUp)).status).toBe(201);
  });

  test('twenty times at once brings one mail', async () => {
    const signUp = await begun(mailing, ann);
    mailing.app.clock.advance(60);
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => resend(signUp)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 429)).toHaveLength(19);
  });

  test('is over with the sign-up: after an hour, the fifth wrong code, and once the account is made', async () => {
    const [old, spent, done] = [await begun(mailing, ann), await begun(mailing, ann), await begun(mailing, ann)];
    for (let tries = 0; tries < codeTries; tries++) await type(spent.browser, spent.id, another(codeIn(spent.mail)));
    expect((await type(done.browser.copy(), done.id, codeIn(done.mail))).status).toBe(201);
    for (const signUp of [spent, done]) expect(await fieldsOf(await resend(signUp))).toEqual(['sign_up']);
    mailing.app.clock.advance(3600);
    expect(await fieldsOf(await resend(old))).toEqual(['sign_up']);
  });
});

describe('the limits', () => {
  test('of an address count sign-up mails, apart from those for a new password, and none for a bad password', async () => {
    await mailing.close();
    mailing = await startVerifying({ LIMIT_MAIL_PER_ADDRESS: '2/3600' });
    const { app, smtp } = mailing;
    for (let tries = 0; tries < 3; tries++) expect((await register(ann, { password: 'short' })).status).toBe(400);
    const signUp = await begun(mailing, ann);
    expect((await confirm(signUp)).status).toBe(201);
    await begun(mailing, ann.toUpperCase());
    const refused = await register(ann);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await forgot(ann)).toBe(202);
    expect(linkIn(await smtp.nextMail())).toContain('/reset#');
    expect((await register('bob@example.org')).status).toBe(202);
    app.clock.advance(3600);
    expect((await register(ann)).status).toBe(202);
  });

  test('of who asks count sign-up mails, resends and those for a new password together', async () => {
    await mailing.close();
    mailing = await startVerifying({ LIMIT_MAIL_PER_CLIENT: '3/3600' });
    const { browser, id } = await begun(mailing, ann);
    mailing.app.clock.advance(60);
    const resend = () => browser.send('POST', path.resend, { json: { sign_up_id: id } });
    expect((await resend()).status).toBe(202);
    expect(await forgot(ann)).toBe(202);
    mailing.app.clock.advance(60);
    expect([(await register('bob@example.org')).status, (await resend()).status, await forgot(ann)]).toEqual([
      429, 429, 429,
    ]);
  });

  test('of new accounts counts sign-ups, before a password is hashed', async () => {
    await mailing.close();
    mailing = await startVerifying({ LIMIT_REGISTER_PER_ADDRESS: '1/3600' });
    expect((await register(ann)).status).toBe(202);
    mailing.app.deps.hasher.hash = async () => {
      throw new Error('No password is hashed past the limit.');
    };
    expect((await register('bob@example.org')).status).toBe(429);
  });
});
