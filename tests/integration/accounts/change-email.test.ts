import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activityPage } from '#lib/core/activity/contract.ts';
import { codeTries } from '#lib/core/policy.ts';
import { askForEmail } from '#lib/server/accounts/change-email.ts';
import { forgot, reset } from '#tests/integration/mail/mailing.ts';
import { entryOf, errorOf, signIn as signInAtProvider } from '#tests/integration/providers/going.ts';
import { setUp } from '#tests/integration/second-factors/setting-up.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { startLyingProvider } from '#tests/support/lying-provider.ts';
import { codeIn, linkIn } from '#tests/support/received-mail.ts';
import { beside } from '#tests/support/two-step.ts';
import {
  ann,
  another,
  ask,
  askedCode,
  change,
  fieldsOf,
  next,
  type Post,
  path,
  signIn,
  startPost,
  type,
} from './changing-email.ts';

let post: Post;
let browser: Browser;
beforeEach(async () => {
  post = await startPost();
  browser = await signedUp(ann);
});
afterEach(() => post.mailing.close());

const userOf = (email: string) => post.mailing.app.deps.store.findUserByEmail(email);
const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;

describe('a change of address', () => {
  test('is made by the code that is mailed to the new one; the old one hears of it at once', async () => {
    const asked = await ask(browser, 'Next@Example.ORG');
    expect([asked.status, await asked.json(), asked.headers.getSetCookie()]).toEqual([202, { expires_in: 3600 }, []]);
    const mails = await post.newMails();
    const [code, warning] = [mails.find(({ to }) => to[0] === next), mails.find(({ to }) => to[0] === ann)];
    expect([mails.length, code?.headers.get('subject'), warning?.headers.get('subject')]).toEqual([
      2,
      'Confirm this address',
      'Your address is about to change',
    ]);
    expect(warning?.text).toContain('change its email address to n…@example.org.');
    expect(warning?.text).not.toContain(next);
    expect(await userOf(next)).toBeNull();
    const done = await type(browser, codeIn(code ?? { text: '' }));
    expect([done.status, await done.json()]).toEqual([
      200,
      { user: expect.objectContaining({ email: next, name: 'Ann' }) },
    ]);
    expect(await userOf(next)).toMatchObject({ emailVerifiedAt: post.mailing.app.clock.now });
    expect([await signIn(next, password), await signIn(ann, password)]).toEqual([200, 401]);
  });

  test('keeps the session that made it, ends the others, and tells both addresses', async () => {
    const other = new Browser();
    await other.authenticate(path.token, { email: ann, password });
    await type(browser, await askedCode(post, browser));
    expect([await me(browser), await me(other)]).toEqual([200, 401]);
    expect((await browser.refresh()).status).toBe(200);
    expect((await other.refresh()).status).toBe(401);
    const mails = await post.newMails();
    const seen = mails.map(({ to, headers }) => [to[0], headers.get('subject')]).sort();
    expect(seen).toEqual([
      [ann, 'Your address was changed'],
      [next, 'Your account has another address'],
    ]);
    const [toOld] = mails.filter(({ to }) => to[0] === ann);
    expect(toOld?.text).toContain('was changed to n…@example.org.');
    expect(toOld?.text).toContain('The link works until 30 November 2026, 12:00 UTC.');
    expect(toOld && linkIn(toOld)).toMatch(/^http:\/\/localhost:3000\/undo#[\da-f-]{36}\.[\w-]{43}$/);
  });

  test('without an address of one’s own is not made: none is, or the one that is verified', async () => {
    for (const email of ['', 'nobody', [next], { email: next }, `${next},${ann}`, null])
      expect(await fieldsOf(await ask(browser, email))).toEqual([400, ['email']]);
    await type(browser, await askedCode(post, browser, ann));
    expect(await fieldsOf(await ask(browser, 'ANN@example.org'))).toEqual([400, ['email']]);
  });

  test('asks for a fresh sign-in when it begins, and for none when its code is typed', async () => {
    const { app } = post.mailing;
    app.clock.advance(901);
    await browser.refresh();
    const stale = await ask(browser, next);
    expect([stale.status, (await stale.json()).error]).toEqual([401, 'insufficient_user_authentication']);
    const stepped = await browser.send('POST', '/api/auth/step-up', { json: { password } });
    browser.token = (await stepped.json()).access_token;
    const code = await askedCode(post, browser);
    app.clock.advance(1800);
    await browser.refresh();
    expect((await type(browser, code)).status).toBe(200);
  });

  test('is not made by GET, nor without a session', async () => {
    expect((await new Browser().send('POST', path.email, { json: { email: next } })).status).toBe(401);
    for (const one of [path.email, path.code]) expect((await browser.send('GET', one)).status).toBe(405);
    expect((await browser.send('GET', path.undo)).status).toBe(405);
  });

  test('is not there where mail is off', async () => {
    await post.mailing.app.restart({ SMTP_URL: '', MAIL_FROM: '', OUTBOX_PAGE: 'off' });
    expect((await ask(browser, next)).status).toBe(404);
    expect((await type(browser, '12345678')).status).toBe(404);
  });

  test('is given up by DELETE, and its code is worth nothing then', async () => {
    const code = await askedCode(post, browser);
    for (let times = 0; times < 2; times++) expect((await browser.send('DELETE', path.email)).status).toBe(204);
    expect(await fieldsOf(await type(browser, code))).toEqual([400, ['code']]);
    expect(await userOf(next)).toBeNull();
  });

  test('is over after an hour', async () => {
    const code = await askedCode(post, browser);
    post.mailing.app.clock.advance(3600);
    await browser.refresh();
    expect(await fieldsOf(await type(browser, code))).toEqual([400, ['code']]);
  });
});

describe('its code', () => {
  test(`is guessed ${codeTries} times at most, and then the right one is worth nothing`, async () => {
    const code = await askedCode(post, browser);
    for (let tries = 0; tries < codeTries; tries++)
      expect(await fieldsOf(await type(browser, another(code)))).toEqual([400, ['code']]);
    expect(await fieldsOf(await type(browser, code))).toEqual([400, ['code']]);
    expect(await userOf(next)).toBeNull();
  });

  test('of 100 at once five are compared, whatever limits are set', async () => {
    await post.mailing.app.restart({ RATE_LIMITS: 'off' });
    const { deps } = post.mailing.app;
    await ask(browser, next);
    let compared = 0;
    const { mailSecrets } = deps;
    deps.mailSecrets = {
      ...mailSecrets,
      isCodeOf(...code) {
        compared += 1;
        return mailSecrets.isCodeOf(...code);
      },
    };
    const guesses = Array.from({ length: 100 }, (_, index) => String(index).padStart(8, '0'));
    await Promise.all(guesses.map((guess) => type(browser.copy(), guess)));
    expect(compared).toBe(codeTries);
  });

  test('sent to one address confirms no other: the newest question replaces the whole change', async () => {
    const first = await askedCode(post, browser, 'first@example.org');
    const second = await askedCode(post, browser, 'second@example.org');
    expect(await fieldsOf(await type(browser, first))).toEqual([400, ['code']]);
    expect((await type(browser, second)).status).toBe(200);
    expect([await userOf('first@example.org'), (await userOf('second@example.org'))?.name]).toEqual([null, 'Ann']);
  });

  test('of two questions at once brings the address that it was mailed to, or none', async () => {
    const emails = ['first@example.org', 'second@example.org'];
    await Promise.all(emails.map((email) => ask(browser.copy(), email)));
    const mails = (await post.newMails()).filter(({ headers }) => headers.get('subject') === 'Confirm this address');
    expect(mails).toHaveLength(1);
    expect((await type(browser, codeIn(mails[0] ?? { text: '' }))).status).toBe(200);
    expect(await userOf(mails[0]?.to[0] ?? '')).not.toBeNull();
  });

  test('is one’s own: another person’s changes nothing', async () => {
    const bob = await signedUp('bob@example.org');
    const code = await askedCode(post, browser);
    await askedCode(post, bob, 'bobs-next@example.org');
    expect(await fieldsOf(await type(bob, code))).toEqual([400, ['code']]);
    expect(await userOf('bobs-next@example.org')).toBeNull();
  });

  test('of twenty times at once makes one change', async () => {
    const code = await askedCode(post, browser);
    const answers = await Promise.all(Array.from({ length: 5 }, () => type(browser.copy(), code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await userOf(next))?.epoch).toBe(1);
  });

  test('is asked for with verification off too', async () => {
    expect(post.mailing.app.deps.env.EMAIL_VERIFICATION).toBe('off');
    await ask(browser, next);
    expect([await userOf(next), (await userOf(ann))?.name]).toEqual([null, 'Ann']);
  });
});

test('the file of whoever asks for an address is the same for a free and a taken one', async () => {
  await signedUp('taken@example.org');
  await ask(browser, 'free@example.org');
  await post.newMails();
  const mails = async () => (await (await browser.send('GET', '/api/me/export')).json()).mails;
  const afterFree = await mails();
  await ask(browser, 'taken@example.org');
  await post.newMails();
  const afterTaken = await mails();
  const kinds = (list: { kind: string }[]) => list.map(({ kind }) => kind);
  expect(kinds(afterTaken.slice(afterFree.length))).toEqual(['email_asked']);
  expect(kinds(afterFree)).toContain('email_asked');
  expect(kinds(afterTaken)).not.toContain('email_code');
});

describe('one’s present address', () => {
  test('is proved by its code, which ends nothing and warns nobody', async () => {
    const other = new Browser();
    await other.authenticate(path.token, { email: ann, password });
    await post.newMails();
    const code = await askedCode(post, browser, ann);
    expect((await type(browser, code)).status).toBe(200);
    expect([await me(browser), await me(other)]).toEqual([200, 200]);
    expect(await userOf(ann)).toMatchObject({ emailVerifiedAt: post.mailing.app.clock.now, epoch: 0 });
    expect(await post.newMails()).toEqual([]);
    const { items } = activityPage.parse(await (await browser.send('GET', '/api/activity')).json());
    expect(items.map(({ type }) => type)).toContain('email_verified');
  });
});

test('a notice that waited promises no link that is void by the time it is sent', async () => {
  await change(post, browser);
  await post.newMails();
  const { deps, clock } = post.mailing.app;
  const user = await userOf(next);
  if (!user) throw new Error('There is no such person.');
  const told = { userAgent: null, ip: null, sessionId: null, at: clock.now };
  await deps.store.setPassword(user.id, 'a hash', {
    ...told,
    id: randomUUID(),
    noticeId: randomUUID(),
    userId: user.id,
    type: 'password_reset',
  });
  const event = { ...told, id: randomUUID(), userId: user.id, type: 'email_changed' } as const;
  await deps.store.setEmail({ userId: user.id, from: next, to: 'third@example.org', event, formerMail: null });
  const toFormer = (await post.newMails()).filter(({ to }) => to.includes(ann));
  expect(toFormer.map(({ headers }) => headers.get('subject'))).toEqual(['Your password was reset']);
  expect(toFormer[0]?.text).toContain('no longer that of the account');
  expect(toFormer[0]?.text).not.toContain('take your address back');
});

describe('links to set a password', () => {
  test('are void after the change, and after a new password the change is', async () => {
    expect(await forgot(ann)).toBe(202);
    const link = linkIn(await post.mailTo(ann, 'Set a new password'));
    await change(post, browser);
    expect(await reset(link)).toBe(400);
    const code = await askedCode(post, browser, 'third@example.org');
    expect(await forgot(next)).toBe(202);
    expect(await reset(linkIn(await post.mailTo(next, 'Set a new password')), 'quite different unrelated words')).toBe(
      204,
    );
    await browser.authenticate(path.token, { email: next, password: 'quite different unrelated words' });
    expect(await fieldsOf(await type(browser, code))).toEqual([400, ['code']]);
  });
});

describe('whether an address is taken', () => {
  async function tells(response: Response) {
    const headers = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
    return { status: response.status, headers, body: await response.text() };
  }

  test('no answer tells whoever asks for it, nor a wrong code', async () => {
    await signedUp('bob@example.org');
    const steps = async (email: string) => [
      await tells(await ask(browser, email)),
      await tells(await type(browser, '00000000')),
      await tells(await browser.send('DELETE', path.email)),
    ];
    expect(await steps('bob@example.org')).toEqual(await steps('free@example.org'));
  });

  test('nobody is looked up before the answer', async () => {
    const { store } = post.mailing.app.deps;
    const looked: string[] = [];
    const { findUserByEmail, findHolder } = store;
    store.findUserByEmail = (email) => {
      looked.push(email);
      return findUserByEmail(email);
    };
    store.findHolder = (...args) => {
      looked.push(args[0]);
      return findHolder(...args);
    };
    const { claimMail } = store;
    const order: string[] = [];
    store.claimMail = (...times) => {
      order.push('the sender looked');
      return claimMail(...times);
    };
    expect((await ask(browser, next)).status).toBe(202);
    expect([looked, order]).toEqual([[], []]);
  });

  test('its holder is told, with no code, and nobody else is', async () => {
    await signedUp('bob@example.org');
    await post.newMails();
    await ask(browser, 'bob@example.org');
    const mails = await post.newMails();
    const toHolder = mails.filter(({ to }) => to[0] === 'bob@example.org');
    expect(toHolder.map(({ headers }) => headers.get('subject'))).toEqual(['You have an account at Latchkey']);
    expect(toHolder[0]?.text).not.toMatch(/\d{4} \d{4}/);
    expect(toHolder[0]?.text).toContain('wanted to use this address for an account');
  });

  test('whoever typed the right code hears it, if somebody was quicker', async () => {
    const code = await askedCode(post, browser);
    await signedUp(next);
    const taken = await type(browser, code);
    expect([taken.status, (await taken.json()).error]).toEqual([409, 'email_taken']);
    expect(await userOf(ann)).toMatchObject({ epoch: 0 });
  });
});

describe('the limits', () => {
  test('count mails of changes by address, apart from others, taken or free, and by client', async () => {
    await post.mailing.close();
    post = await startPost({ LIMIT_MAIL_PER_ADDRESS: '2/3600', LIMIT_MAIL_PER_CLIENT: '8/3600' });
    browser = await signedUp(ann);
    await signedUp('bob@example.org');
    for (const email of [next, 'bob@example.org']) {
      const statuses = [];
      for (let tries = 0; tries < 3; tries++) statuses.push((await ask(browser, email)).status);
      expect(statuses).toEqual([202, 202, 429]);
      expect(await forgot(email)).toBe(202);
    }
    expect((await ask(browser, 'free@example.org')).status).toBe(429);
  });

  test('count those of one person, from whatever network', async () => {
    await post.mailing.close();
    post = await startPost({ LIMIT_MAIL_PER_CLIENT: '3/3600' });
    browser = await signedUp(ann);
    const { deps } = post.mailing.app;
    const session = await deps.store.findAccess(decodeJwt(browser.token ?? '').sid as string);
    if (!session) throw new Error('Nobody is signed in.');
    const from = (network: number) =>
      askForEmail(deps, session, {
        email: `a-${network}@example.org`,
        requester: { userAgent: null, ip: `203.0.${network}.1` },
      });
    for (const network of [1, 2, 3]) expect(await from(network)).toBe(3600);
    await expect(from(4)).rejects.toMatchObject({ code: 'slow_down' });
  });
});

/** Writes something about every user, past the app. */
const setUsers = (values: { emailVerifiedAt: Date; emailVouched?: boolean }) =>
  beside(post.mailing.app.deps.env.DATABASE_URL, ({ run, tables }) =>
    run((db) => db.update(tables.users).set(values).returning()),
  );

test('a code that a session of one factor asked for makes no change once two-step sign-in is on', async () => {
  await setUsers({ emailVerifiedAt: post.mailing.app.clock.now });
  const thief = new Browser();
  await thief.authenticate('/api/auth/token', { email: ann, password });
  const code = await askedCode(post, thief);
  await setUp(post.mailing.app, browser);
  const typed = await type(thief, code);
  expect([typed.status, (await typed.json()).error]).toEqual([401, 'insufficient_user_authentication']);
  expect([await userOf(next), await me(browser)]).toEqual([null, 200]);
});

test('an address that our code proves is proved, whoever vouched for it while the code was on its way', async () => {
  await ask(browser, ann);
  const code = codeIn(await post.mailTo(ann, 'Confirm this address'));
  await setUsers({ emailVerifiedAt: post.mailing.app.clock.now, emailVouched: true });
  expect((await type(browser, code)).status).toBe(200);
  expect((await userOf(ann))?.emailVouched).toBe(false);
});

test('who comes from a provider with an address that its earlier owner can take back is told so', async () => {
  const provider = await startLyingProvider();
  try {
    await post.mailing.close();
    post = await startPost({ OIDC_PROVIDERS: JSON.stringify([entryOf(provider)]) });
    post.mailing.app.clock.now = new Date();
    const bea = 'bea@example.org';
    await change(post, await signedUp(bea), { from: bea });
    expect(await errorOf(await signInAtProvider(new Browser(), provider))).toEqual([409, 'email_taken']);
  } finally {
    await provider.close();
  }
});
