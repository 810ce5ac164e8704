import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeTries } from '#lib/core/policy.ts';
import type { Mailing } from '#tests/integration/mail/mailing.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { codeIn } from '#tests/support/received-mail.ts';
import { begun, confirm, cookieName, fieldsOf, path, register, startVerifying, type } from './signing-up.ts';

const ann = 'ann@example.org';
const evil = 'Win at https://evil.example/?a=1 now';

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

describe('without the cookie of its own browser', () => {
  const partOf = (browser: Browser, at: 0 | 1) => browser.cookies.get(cookieName)?.split('.')[at];
  function withCookie(value: string | undefined): Browser {
    const browser = new Browser();
    browser.cookies.set(cookieName, value ?? '');
    return browser;
  }

  const strangers: [string, (own: Browser, other: Browser) => Browser][] = [
    ['none', () => new Browser()],
    ['another sign-up’s', (_, other) => other.copy()],
    ['one that comes twice', (own) => withCookie(`${own.cookies.get(cookieName)}; ${cookieName}=x`)],
    ['the id alone', (own) => withCookie(`${partOf(own, 0)}.`)],
    ['another’s secret', (own, other) => withCookie([partOf(own, 0), partOf(other, 1)].join('.'))],
    ['a secret that is cut', (own) => withCookie(own.cookies.get(cookieName)?.slice(0, -1))],
    ['a secret with more behind it', (own) => withCookie(`${own.cookies.get(cookieName)}.x`)],
  ];

  test.each(strangers)('a code is worth nothing, and costs the sign-up nothing: %s', async (_, stranger) => {
    const [own, other] = [await begun(mailing, ann), await begun(mailing, 'eve@example.org')];
    for (let tries = 0; tries <= codeTries; tries++) {
      const response = await type(stranger(own.browser, other.browser), own.id, codeIn(own.mail));
      expect([response.status, await fieldsOf(response)]).toEqual([400, ['sign_up']]);
    }
    const json = { sign_up_id: own.id };
    mailing.app.clock.advance(60);
    const resent = await stranger(own.browser, other.browser).send('POST', path.resend, { json });
    expect([resent.status, await fieldsOf(resent)]).toEqual([400, ['sign_up']]);
    expect(await userOf()).toBeNull();
    expect((await confirm(own)).status).toBe(201);
  });

  test('the code of one sign-up does not complete another, of the same address either', async () => {
    const [own, other] = [await begun(mailing, ann), await begun(mailing, ann)];
    expect(codeIn(own.mail)).not.toBe(codeIn(other.mail));
    expect(await fieldsOf(await type(own.browser, own.id, codeIn(other.mail)))).toEqual(['code']);
    expect(await fieldsOf(await type(own.browser, other.id, codeIn(other.mail)))).toEqual(['sign_up']);
    expect(await userOf()).toBeNull();
  });

  test('a stranger who signed up with the address and waits is let in by nothing that its owner does', async () => {
    const stranger = await begun(mailing, ann, { password: 'the words of a stranger', name: evil });
    const own = await begun(mailing, ann);
    expect(await fieldsOf(await type(own.browser, own.id, codeIn(stranger.mail)))).toEqual(['code']);
    expect((await confirm(own)).status).toBe(201);
    expect((await stranger.browser.send('GET', '/api/me')).status).toBe(401);
    const json = { email: ann, password: 'the words of a stranger' };
    expect((await new Browser().authenticate('/api/auth/token', json)).status).toBe(401);
    expect((await confirm(stranger)).status).toBe(409);
    expect(await userOf()).toMatchObject({ name: 'Ann' });
  });
});

describe('whether an address is taken', () => {
  /** All that an answer tells, but for its id, its time and its secrets. */
  async function tells(response: Response) {
    const headers = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
    const hidden = (text: string) =>
      text.replace(/[\da-f]{8}-[\da-f-]{27}(\.[\w-]{43})?/g, (secret) => `${secret.length}`);
    return { status: response.status, headers: hidden(JSON.stringify(headers)), body: hidden(await response.text()) };
  }

  test('no answer tells: not to the form, to a wrong code, to asking for it again, nor past any limit', async () => {
    await mailing.close();
    mailing = await startVerifying({ LIMIT_MAIL_PER_ADDRESS: '2/3600' });
    await taken();
    mailing.app.clock.advance(3600);
    const steps = async (email: string) => {
      const browser = new Browser();
      const answers: Response[] = [];
      const send = async (to: string, json: object) => {
        answers.push(await browser.send('POST', to, { json }));
        return answers.at(-1) as Response;
      };
      const { sign_up_id } = await (await send(path.register, { email, password })).clone().json();
      await send(path.register, { email, password: 'short' });
      await send(path.code, { sign_up_id, code: '00000000' });
      await send(path.resend, { sign_up_id });
      mailing.app.clock.advance(60);
      await send(path.resend, { sign_up_id });
      mailing.app.clock.advance(60);
      await send(path.resend, { sign_up_id });
      await send(path.register, { email, password });
      return Promise.all(answers.map(tells));
    };
    const [free, held] = [await steps('bob@example.org'), await steps(ann)];
    expect(free.map(({ status }) => status)).toEqual([202, 400, 400, 429, 202, 429, 429]);
    expect(held).toEqual(free);
  });

  test('no write tells: the same is written for either, and nobody is looked up before the answer', async () => {
    await taken();
    await mailing.stop();
    const { store } = mailing.app.deps;
    const writes: unknown[] = [];
    const { addSignUp } = store;
    store.addSignUp = async (signUp, mail) => {
      await addSignUp(signUp, mail);
      const { id, secretHash, passwordHash, nonce, email, ...plain } = signUp;
      const lengths = [id, secretHash, passwordHash, nonce].map(({ length }) => length);
      writes.push({ plain, lengths, isIts: mail.recipient === email, mail: { ...mail, id: '', recipient: '' } });
    };
    for (const name of ['findUserByEmail', 'findUser', 'listSignInDevices'] as const)
      store[name] = async () => {
        throw new Error('Nobody is looked up before the answer.');
      };
    for (const email of [ann, 'bob@example.org']) expect((await register(email)).status).toBe(202);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toEqual(writes[0]);
  });

  test('only its holder is told, by a mail without any secret', async () => {
    await taken();
    const { mail, browser, id } = await begun(mailing, ann, { name: evil }, new Browser());
    expect(mail.headers.get('subject')).toBe('You have an account at Latchkey');
    expect(mail.to).toEqual([ann]);
    const origin = 'http://localhost:3000';
    const addresses = mail.text.match(/https?:\S+/g);
    expect(addresses).toEqual([`${origin}/login`, `${origin}/forgot`]);
    const { mailSecrets, store, clock } = mailing.app.deps;
    const signUp = await store.findSignUp(id, clock());
    const code = signUp && mailSecrets.codeOf('sign_up', signUp);
    const digits = (text: string) => text.replace(/\D/g, '');
    for (const text of [mail.text, mail.html]) expect(digits(text)).not.toContain(code);
    expect((await type(browser, id, code ?? '')).status).toBe(409);
  });

  test('the holder is told again when the mail is asked for again, in the same words', async () => {
    await taken();
    const { mail, browser, id } = await begun(mailing, ann);
    mailing.app.clock.advance(60);
    expect((await browser.send('POST', path.resend, { json: { sign_up_id: id } })).status).toBe(202);
    const again = await mailing.smtp.nextMail();
    expect(again.headers.get('subject')).toBe(mail.headers.get('subject'));
  });
});
