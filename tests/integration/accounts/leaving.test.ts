import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { renderText } from '#lib/core/mail/render.ts';
import { compose } from '#lib/server/mail/compose.ts';
import { newOperatorLink } from '#lib/server/mail/links.ts';
import { purge } from '#lib/server/runtime/purge.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { digestOfRows } from '#tests/support/rows.ts';

const email = 'ann@example.org';
const day = 24 * 60 * 60;
const never = new AbortController().signal;

let app: TestApp;
let ann: Browser;
beforeEach(async () => {
  app = await startApp();
  ann = await signedUp(email);
});
afterEach(() => app.close());

const me = async (who: Browser) => (await who.send('GET', '/api/me')).status;
const leave = (who = ann) => who.send('DELETE', '/api/me');
const user = () => app.deps.store.findUserByEmail(email);
const types = async (who: Browser) =>
  (await (await who.send('GET', '/api/activity')).json()).items.map(({ type }: { type: string }) => type).sort();

async function signIn(typed = password): Promise<Browser & { status: number }> {
  const browser = new Browser();
  const { status } = await browser.authenticate('/api/auth/token', { email, password: typed });
  return Object.assign(browser, { status });
}

/** The mails to Ann that tell of something, the oldest first: what of, and their words. */
async function told(): Promise<{ event: string | null; to: string; text: string }[]> {
  const rows = (await app.deps.store.listMails(['waiting'], 100)).reverse();
  return Promise.all(
    rows.map(async (row) => {
      const letter = await compose(app.deps, row);
      return { event: row.eventType, to: row.recipient, text: letter ? renderText(letter) : '' };
    }),
  );
}

/** Makes a link to set a password, as an operator hands it over; returns its token. */
async function link(): Promise<string> {
  const { id = '' } = (await user()) ?? {};
  return new URL(await newOperatorLink(app.deps, id)).hash.slice(1);
}
const reset = async (token: string) => {
  const json = { token, new_password: 'quite different unrelated words' };
  return (await new Browser().send('POST', '/api/auth/password/reset', { json })).status;
};

describe('leaving', () => {
  test('says when the account is deleted, clears the cookies and ends every session at once', async () => {
    const other = await signIn();
    const thief = ann.copy();
    const response = await leave();
    const deletesAt = new Date(app.clock.now.getTime() + 7 * day * 1000).toISOString();
    expect([response.status, await response.json()]).toEqual([202, { deletes_at: deletesAt }]);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect([...ann.cookies.keys()]).toEqual([]);
    for (const who of [ann, other, thief]) {
      expect(await me(who)).toBe(401);
      expect((await who.refresh()).status).toBe(401);
    }
    expect((await leave(thief)).status).toBe(401);
    expect(await user()).toMatchObject({ deletesAt: new Date(deletesAt), epoch: 1 });
  });

  test('tells the owner by mail when that is and how to keep it, with no link that does anything', async () => {
    await leave();
    const [mail, ...more] = await told();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ event: 'account_closing', to: email });
    expect(mail?.text).toContain('after 30 November 2026, 12:00 UTC');
    expect(mail?.text).toContain('sign in before then');
    expect(mail?.text).not.toContain('#');
  });

  test('asks for a password that was typed a little ago; an older session changes nothing', async () => {
    app.clock.advance(901);
    await ann.refresh();
    await me(ann);
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    const refused = await leave();
    expect([refused.status, (await refused.json()).error]).toEqual([401, 'insufficient_user_authentication']);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
    const stepped = await ann.send('POST', '/api/auth/step-up', { json: { password } });
    ann.token = (await stepped.json()).access_token;
    expect((await leave()).status).toBe(202);
  });

  test('keeps the cookies of somebody who has signed in meanwhile in the same browser', async () => {
    const before = ann.copy();
    const bob = await signedUp('bob@example.org');
    for (const [name, value] of bob.cookies) before.cookies.set(name, value);
    const response = await leave(before);
    expect([response.status, response.headers.getSetCookie()]).toEqual([202, []]);
    expect(await me(bob)).toBe(200);
  });

  test('is done once, of ten calls at once', async () => {
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => leave(ann.copy())))).map((one) => one.status);
    expect(statuses.toSorted()).toEqual([202, ...Array.from({ length: 9 }, () => 401)]);
    expect((await told()).map(({ event }) => event)).toEqual(['account_closing']);
  });

  test('is not done by opening anything: no GET, no page and no cookie closes an account', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const before = await user();
    for (const path of ['/api/me', '/api/me?_method=DELETE', '/api/me/export?delete=true'])
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS'])
        for (const token of [ann.token, null]) {
          const body = method === 'POST' ? { body: '_method=DELETE', headers: form } : {};
          await ann.send(method, path, { token, ...body });
        }
    // Cookies alone are what a foreign page could bring.
    expect((await ann.send('DELETE', '/api/me', { token: null })).status).toBe(401);
    expect(await user()).toEqual(before);
    expect(await told()).toEqual([]);
  });

  test('takes the address from nobody: until then it has an account', async () => {
    await leave();
    const register = await new Browser().authenticate('/api/auth/register', { email, password });
    expect([register.status, (await register.json()).error]).toEqual([409, 'email_taken']);
  });

  test('voids the links that set a password, and a change of address that waits for its code', async () => {
    const token = await link();
    const file = new Database(app.deps.env.DATABASE_URL.slice('file:'.length));
    const change = file.prepare('INSERT INTO email_changes VALUES (?, ?, ?, ?, ?, 0, ?)');
    const until = app.clock.now.getTime() + 3_600_000;
    change.run((await user())?.id, 'an id', 'new@example.org', 'a kid', Buffer.alloc(32), until);
    await leave();
    expect(await reset(token)).toBe(400);
    expect(file.prepare('SELECT * FROM email_changes').all()).toEqual([]);
    file.close();
  });
});

describe('signing in before then', () => {
  test('keeps the account, says so by mail and in the log, and brings nothing of before back to life', async () => {
    const old = ann.copy();
    const token = await link();
    await leave();
    app.clock.advance(6 * day);
    const back = await signIn();
    expect(back.status).toBe(200);
    expect(await user()).toMatchObject({ deletesAt: null });
    expect(await types(back)).toEqual(['account_closing', 'account_kept', 'signed_in', 'signed_up']);
    const mails = await told();
    expect(mails.map(({ event }) => event)).toEqual(['account_closing', 'account_kept']);
    expect(mails[1]?.text).toContain('it will not be deleted');
    expect([await me(old), (await old.refresh()).status, await reset(token)]).toEqual([401, 401, 400]);
    app.clock.advance(2 * day);
    await purge(app.deps, never);
    await back.refresh();
    expect(await me(back)).toBe(200);
  });

  test('is the only thing that keeps it: a wrong password, a link and a new password do not', async () => {
    await leave();
    expect((await signIn('a wrong password of mine')).status).toBe(401);
    const { deletesAt } = (await user()) ?? {};
    expect(await reset(await link())).toBe(204);
    expect(deletesAt).not.toBeNull();
    expect(await user()).toMatchObject({ deletesAt });
    expect((await signIn('quite different unrelated words')).status).toBe(200);
    expect(await user()).toMatchObject({ deletesAt: null });
  });

  test('by many at once lets all in, and is told of once', async () => {
    await leave();
    const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await signIn()).status));
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect((await told()).map(({ event }) => event).sort()).toEqual(['account_closing', 'account_kept']);
  });

  test('costs an account that stays no statement', async () => {
    const { store } = app.deps;
    const { beginSession } = store;
    const bases: object[] = [];
    store.beginSession = (input) => {
      bases.push(input.basis);
      return beginSession(input);
    };
    await signIn();
    await leave();
    await signIn();
    expect(bases.map((basis) => Object.keys(basis))).toEqual([
      ['kind', 'shown'],
      ['kind', 'shown', 'kept'],
    ]);
  });
});

describe('when its time has come', () => {
  test('purge deletes the account with all that is in it, and the last mail says so', async () => {
    const { id = '' } = (await user()) ?? {};
    const bob = await signedUp('bob@example.org');
    const sessionId = (await (await ann.send('GET', '/api/me')).json()).session_id;
    const token = await link();
    await leave();
    app.clock.advance(7 * day);
    await purge(app.deps, never);
    expect(await app.deps.store.findUser(id)).not.toBeNull();
    app.clock.advance(1);
    await purge(app.deps, never);
    const { store } = app.deps;
    expect(await store.findUser(id)).toBeNull();
    expect(await store.findSession(sessionId)).toBeNull();
    expect(await store.listEventsAfter(id, null, 10)).toEqual([]);
    expect((await told()).at(-1)).toMatchObject({ event: 'account_deleted', to: email });
    expect((await told()).at(-1)?.text).toContain('This is our last mail to you.');
    expect((await told()).at(-1)?.text).not.toContain('Device:');
    expect([(await signIn()).status, await reset(token)]).toEqual([401, 400]);
    await bob.refresh();
    expect(await me(bob)).toBe(200);
    expect((await signedUp(email)).token).not.toBeNull();
  });

  test('purge leaves an account whose address can still be taken back', async () => {
    const { id = '' } = (await user()) ?? {};
    const expiresAt = new Date(app.clock.now.getTime() + 10 * day * 1000);
    const undo = { kind: 'undo', userId: id, kid: app.deps.mailSecrets.newestKid, email: 'old@example.org' } as const;
    const row = { ...undo, id: crypto.randomUUID(), nonce: new Uint8Array(32), expiresAt };
    await app.deps.store.addOperatorLink(row);
    expect(await (await leave()).json()).toEqual({ deletes_at: expiresAt.toISOString() });
    app.clock.advance(10 * day - 1);
    await purge(app.deps, never);
    expect(await app.deps.store.findUser(id)).not.toBeNull();
    app.clock.advance(2);
    await purge(app.deps, never);
    expect(await app.deps.store.findUser(id)).toBeNull();
  });
});

describe('with ACCOUNT_DELETE_DAYS=0', () => {
  beforeEach(async () => {
    await app.restart({ ACCOUNT_DELETE_DAYS: '0' });
    await ann.refresh();
  });

  test('the account is gone with the answer, and the last mail is written', async () => {
    const response = await leave();
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect([...ann.cookies.keys()]).toEqual([]);
    expect(await user()).toBeNull();
    expect([await me(ann), (await signIn()).status]).toEqual([401, 401]);
    expect(await told()).toMatchObject([{ event: 'account_deleted', to: email }]);
    expect((await signedUp(email)).token).not.toBeNull();
  });

  test('ten calls at once delete it once', async () => {
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => leave(ann.copy())))).map((one) => one.status);
    expect(statuses.toSorted()).toEqual([204, ...Array.from({ length: 9 }, () => 401)]);
    expect(await told()).toHaveLength(1);
  });
});

test('where mail is off, nothing is mailed, and the account goes all the same', async () => {
  await app.restart({ OUTBOX_PAGE: 'off' });
  await ann.refresh();
  expect((await leave()).status).toBe(202);
  app.clock.advance(7 * day + 1);
  await purge(app.deps, never);
  expect(await user()).toBeNull();
  expect(await told()).toEqual([]);
});
