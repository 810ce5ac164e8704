import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forgot, reset } from '#tests/integration/mail/mailing.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { codeIn, linkIn } from '#tests/support/received-mail.ts';
import {
  ann,
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
  undo,
} from './changing-email.ts';
import { begun, confirm, register } from './signing-up.ts';

const chosen = 'quite different unrelated words';
const days = 24 * 60 * 60;

let post: Post;
let thief: Browser;
beforeEach(async () => {
  post = await startPost({ LIMIT_LOGIN_PER_ADDRESS: '2000/3600', LIMIT_REGISTER_PER_ADDRESS: '2000/3600' });
  thief = await signedUp(ann);
});
afterEach(() => post.mailing.close());

const userOf = (email: string) => post.mailing.app.deps.store.findUserByEmail(email);
const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;

describe('undoing a change of address', () => {
  test('brings the address back, throws everybody out, and mails a link to set a new password', async () => {
    const other = await signedIn(ann);
    const link = await change(post, thief);
    const late = await signedIn(next);
    const { id } = (await userOf(next)) ?? {};
    await post.newMails();
    const done = await undo(link, ann);
    expect([done.status, await done.text(), done.headers.getSetCookie()]).toEqual([204, '', []]);
    expect(await userOf(ann)).toMatchObject({
      ...{ id, emailVerifiedAt: post.mailing.app.clock.now, passwordHash: null },
    });
    for (const who of [thief, other, late]) expect([await me(who), (await who.refresh()).status]).toEqual([401, 401]);
    expect([await signIn(ann, password), await signIn(next, password)]).toEqual([401, 401]);
    const mails = await post.newMails();
    expect(mails.map(({ to, headers }) => [to[0], headers.get('subject')]).sort()).toEqual([
      [ann, 'Set a new password'],
      [ann, 'Your address is back'],
      [next, 'Your address is back'],
    ]);
    const mail = mails.find(({ headers }) => headers.get('subject') === 'Set a new password');
    expect(await reset(linkIn(mail ?? { text: '' }), chosen)).toBe(204);
    expect(await signIn(ann, chosen)).toBe(200);
  });

  test('works once, of twenty times at once, within a week', async () => {
    const link = await change(post, thief);
    post.mailing.app.clock.advance(7 * days - 1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => undo(link, ann)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 204))
      expect(await fieldsOf(answer)).toEqual([400, ['token']]);
    expect((await userOf(ann))?.epoch).toBe(2);
  });

  test('does not work after that week', async () => {
    const link = await change(post, thief);
    post.mailing.app.clock.advance(7 * days);
    expect(await fieldsOf(await undo(link, ann))).toEqual([400, ['token']]);
    expect((await signedUp(ann)).token).not.toBeNull();
  });

  test('asks for the address that comes back, typed: opening a link and pressing what is there does nothing', async () => {
    const link = await change(post, thief);
    const token = new URL(link).hash.slice(1);
    for (const json of [
      { token },
      { token, email: '' },
      { token, email: next },
      { token, email: [ann] },
      { token, email: null },
    ])
      expect(await fieldsOf(await new Browser().send('POST', path.undo, { json }))).toEqual([400, ['email']]);
    for (const method of ['GET', 'HEAD']) expect((await new Browser().send(method, path.undo)).status).toBe(405);
    expect(await userOf(next)).toMatchObject({ epoch: 1 });
    expect((await undo(link, 'ANN@Example.org')).status).toBe(204);
  });

  test('is not done from another site', async () => {
    const link = await change(post, thief);
    const headers = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    const json = { token: new URL(link).hash.slice(1), email: ann };
    expect((await new Browser().send('POST', path.undo, { json, headers })).status).toBe(403);
    expect(await userOf(next)).not.toBeNull();
  });

  test('is not done by nothing, nor by a token that is changed or another’s', async () => {
    const link = await change(post, thief);
    const bob = await signedUp('bob@example.org');
    const bobs = await change(post, bob, { from: 'bob@example.org', to: 'bobs-next@example.org' });
    const [id, tag] = new URL(link).hash.slice(1).split('.');
    const [bobsId, bobsTag] = new URL(bobs).hash.slice(1).split('.');
    for (const token of [`${id}.${bobsTag}`, `${bobsId}.${tag}`, `${id}.`, '', `${id}.${tag}x`])
      expect(await fieldsOf(await undo(`http://x/#${token}`, ann))).toEqual([400, ['token']]);
    for (const token of [null, undefined, 0, [`${id}.${tag}`]])
      expect((await new Browser().send('POST', path.undo, { json: { token, email: ann } })).status).toBe(400);
    expect(await fieldsOf(await undo(bobs, ann))).toEqual([400, ['email']]);
  });

  test('gives up what the thief set up after it: another change, and a link to set the password', async () => {
    const link = await change(post, thief);
    const code = await askedCode(post, thief, 'third@example.org');
    expect(await forgot(next)).toBe(202);
    const thiefsReset = linkIn(await post.mailTo(next, 'Set a new password'));
    expect((await undo(link, ann)).status).toBe(204);
    expect(await reset(thiefsReset)).toBe(400);
    const mail = await post.mailTo(ann, 'Set a new password');
    expect(await reset(linkIn(mail), chosen)).toBe(204);
    const owner = await signedIn(ann, chosen);
    expect(await fieldsOf(await type(owner, code))).toEqual([400, ['code']]);
  });

  test('wins for the earlier change, whatever was changed and undone since', async () => {
    const first = await change(post, thief);
    const second = await change(post, thief, { from: next, to: 'third@example.org' });
    // The thief undoes their own second change, sets a new password, and changes the address once more.
    expect((await undo(second, next)).status).toBe(204);
    expect(await reset(linkIn(await post.mailTo(next, 'Set a new password')), chosen)).toBe(204);
    const thiefAgain = await signedIn(next, chosen);
    const third = await change(post, thiefAgain, { from: next, to: 'fourth@example.org' });
    expect((await undo(first, ann)).status).toBe(204);
    expect(await fieldsOf(await undo(third, next))).toEqual([400, ['token']]);
    expect(await me(thiefAgain)).toBe(401);
    expect([await signIn('fourth@example.org', chosen), await signIn(ann, chosen)]).toEqual([401, 401]);
  });

  test('is limited for a network that tries tokens', async () => {
    await post.mailing.close();
    post = await startPost({ LIMIT_LOGIN_PER_ADDRESS: '2/3600' });
    const statuses = [];
    for (let tries = 0; tries < 3; tries++) statuses.push((await undo(`http://x/#${'a'.repeat(43)}`, ann)).status);
    expect(statuses).toEqual([400, 400, 429]);
  });

  test('stands in the log as a warning, and on Activity', async () => {
    const link = await change(post, thief);
    post.mailing.lines.length = 0;
    await undo(link, ann);
    expect(post.mailing.lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'email_change_undone' }));
  });
});

describe('a link of one kind', () => {
  test('serves no other: an undo link sets no password, and a link to set one undoes nothing', async () => {
    expect(await forgot(ann)).toBe(202);
    await post.mailTo(ann, 'Set a new password');
    const link = await change(post, thief);
    expect(await reset(link, chosen)).toBe(400);
    expect(await forgot(next)).toBe(202);
    const resetLink = linkIn(await post.mailTo(next, 'Set a new password'));
    expect(await fieldsOf(await undo(resetLink, next))).toEqual([400, ['token']]);
    expect((await undo(link, ann)).status).toBe(204);
  });
});

describe('while a change can be undone', () => {
  test('nobody else gets the old address, by any way, and its owner is told who wanted it', async () => {
    await change(post, thief);
    const bob = await signedUp('bob@example.org');
    const register = () => new Browser().authenticate('/api/auth/register', { email: ann, password });
    expect((await register()).status).toBe(409);
    await post.newMails();
    await ask(bob, ann);
    const mail = await post.mailTo(ann, 'This address is kept at Latchkey');
    expect(mail.text).toContain('Until 30 November 2026, 12:00 UTC the change can be undone');
    expect(mail.text).not.toMatch(/\d{4} \d{4}|#/);
    post.mailing.app.clock.advance(7 * days);
    expect((await register()).status).toBe(201);
  });

  test('a sign-up with the old address answers as any other, and the code is mailed to nobody', async () => {
    await post.mailing.close();
    post = await startPost({ EMAIL_VERIFICATION: 'required', LIMIT_REGISTER_PER_ADDRESS: '2000/3600' });
    const signUp = await begun(post.mailing, ann);
    expect((await confirm(signUp)).status).toBe(201);
    await post.newMails();
    await change(post, signUp.browser);
    const answers = [];
    for (const email of [ann, 'free@example.org']) {
      const response = await register(email);
      answers.push([response.status, Object.keys(await response.json()), [...response.headers.keys()].sort()]);
    }
    expect(answers[0]).toEqual(answers[1]);
    const mails = await post.newMails();
    const subjects = mails.map(({ to, headers }) => [to[0], headers.get('subject')]).sort();
    expect(subjects).toEqual([
      [ann, 'This address is kept at Latchkey'],
      ['free@example.org', 'Your code for Latchkey'],
    ]);
    expect(mails.find(({ to }) => to[0] === ann)?.text).not.toMatch(/\d{4} \d{4}|#/);
  });

  test('its owner gets the address back by changing to it', async () => {
    await change(post, thief);
    const back = await change(post, thief, { from: next, to: ann });
    expect([back.includes('/undo#'), (await userOf(ann))?.name]).toEqual([true, 'Ann']);
  });

  test('notices go to the old address too, and say how to take it back', async () => {
    await change(post, thief);
    await thief.send('POST', '/api/auth/password', { json: { current_password: password, new_password: chosen } });
    const mails = await post.newMails();
    const notices = mails.filter(({ headers }) => headers.get('subject') === 'Your password was changed');
    expect(notices.map(({ to }) => to[0]).sort()).toEqual([ann, next]);
    const old = notices.find(({ to }) => to[0] === ann);
    expect(old?.text).toContain('take your address back with the link in our mail “Your address was changed”');
    expect(old?.text).not.toContain('#');
  });

  test('a mail that failed to an address left behind is none that the account shows', async () => {
    post.mailing.smtp.judge = ({ to }) => (to.includes(ann) ? 550 : 'taken');
    const response = await type(thief, await codeOfChange());
    expect(response.status).toBe(200);
    await post.mailing.round();
    const failed = (await post.mailing.outbox()).filter(({ state }) => state === 'failed');
    expect(new Set(failed.map(({ recipient }) => recipient))).toEqual(new Set([ann]));
    const { sub = '' } = decodeJwt(thief.token ?? '');
    expect(await post.mailing.app.deps.store.findLastMail(sub)).toMatchObject({ recipient: next, state: 'sent' });
  });
});

async function codeOfChange(): Promise<string> {
  await ask(thief, next);
  const mail = (await post.newMails()).find(({ to }) => to[0] === next);
  return codeIn(mail ?? { text: '' });
}

async function signedIn(email: string, typed = password): Promise<Browser> {
  const browser = new Browser();
  const response = await browser.authenticate(path.token, { email, password: typed });
  if (response.status !== 200) throw new Error(`Signing in answered ${response.status}.`);
  return browser;
}
