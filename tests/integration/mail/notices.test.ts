import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noticeLimit } from '#lib/core/policy.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { linkIn } from '#tests/support/received-mail.ts';
import { forgot, type Mailing, reset, startMailing } from './mailing.ts';

const ann = 'ann@example.org';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

let mailing: Mailing;
let browser: Browser;
beforeEach(async () => {
  mailing = await startMailing({ LIMIT_PASSWORD_CHANGE_PER_USER: '100/900' });
  browser = await signedUp();
});
afterEach(() => mailing.close());

const signIn = (agent: string) =>
  new Browser().send('POST', '/api/auth/token', {
    ...{ json: { email: ann, password }, headers: { 'User-Agent': agent } },
  });

/** Changes the password to itself: the shortest way to an event that is told of. */
async function changePassword(): Promise<number> {
  const json = { current_password: password, new_password: password };
  const answer = await browser.send('POST', '/api/auth/password', { json });
  browser.token = (await answer.json()).access_token;
  return answer.status;
}

const subjects = () => mailing.smtp.mails.map(({ headers }) => headers.get('subject'));

test('a person is told of each thing that a thief would do, at the address of the account', async () => {
  const { app, smtp, round } = mailing;
  const thief = browser.copy();
  expect((await browser.refresh()).status).toBe(200);
  expect((await browser.send('GET', '/api/me')).status).toBe(200);
  app.clock.advance(60);
  expect((await thief.refresh()).status).toBe(401);
  await round();
  expect((await signIn(firefox)).status).toBe(200);
  await round();
  browser = new Browser();
  await browser.authenticate('/api/auth/token', { email: ann, password });
  expect(await changePassword()).toBe(200);
  await round();
  await forgot(ann);
  await round();
  expect(await reset(linkIn(smtp.mails.at(-1) ?? { text: '' }))).toBe(204);
  await round();
  expect(subjects()).toEqual([
    'We signed a device out',
    'Sign-in from a new device',
    'Your password was changed',
    'Set a new password',
    'Your password was reset',
  ]);
  expect(new Set(smtp.mails.flatMap(({ to }) => to))).toEqual(new Set([ann]));
  for (const { text, html } of smtp.mails) expect([text, html]).toEqual([expect.any(String), expect.any(String)]);
  expect(smtp.mails[1]?.text).toContain('Firefox on Linux');
});

test('a sign-in from a device that the account has seen is not told of', async () => {
  const { round } = mailing;
  expect((await signIn('Test/1.0')).status).toBe(200);
  await round();
  expect(subjects()).toEqual([]);
});

test('eleven of a kind in an hour make ten mails, which hide none of another kind, nor what comes later', async () => {
  const { app, round } = mailing;
  for (let count = 0; count < noticeLimit.count + 1; count++) expect(await changePassword()).toBe(200);
  await round();
  expect(subjects()).toEqual(Array(noticeLimit.count).fill('Your password was changed'));
  expect((await signIn(firefox)).status).toBe(200);
  await round();
  expect(subjects().at(-1)).toBe('Sign-in from a new device');
  app.clock.advance(noticeLimit.seconds);
  await browser.refresh();
  expect(await changePassword()).toBe(200);
  await round();
  expect(subjects().at(-1)).toBe('Your password was changed');
  for (const { text } of mailing.smtp.mails) expect(text).toContain('http://localhost:3000/account/activity');
});

test('no setting and no request switches notices off, and without limits there are ten an hour still', async () => {
  await mailing.close();
  mailing = await startMailing({ RATE_LIMITS: 'off', OUTBOX_PAGE: 'off', LIMIT_MAIL_PER_ADDRESS: '1/86400' });
  browser = await signedUp();
  for (const field of ['notify', 'notices', 'mail', 'silent']) {
    const json = { current_password: password, new_password: password, [field]: false };
    expect((await browser.send('POST', '/api/auth/password', { json })).status).toBe(400);
  }
  for (let count = 0; count < noticeLimit.count + 1; count++) expect(await changePassword()).toBe(200);
  await mailing.round();
  expect(subjects()).toEqual(Array(noticeLimit.count).fill('Your password was changed'));
});

describe('a change and the mail that tells of it', () => {
  /** Makes each insert into a table fail, as a fault in the middle of a transaction does. */
  function breakInserts(table: string): () => void {
    const database = new Database(mailing.app.deps.env.DATABASE_URL.replace(/^file:/, ''));
    database.exec(`CREATE TRIGGER broken AFTER INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`);
    return () => {
      database.exec('DROP TRIGGER broken');
      database.close();
    };
  }

  test.each(['events', 'mails', 'sessions'])('are both undone where one of the writes to %s fails', async (table) => {
    const { round, outbox } = mailing;
    const mend = breakInserts(table);
    expect(
      await (
        await browser.send('POST', '/api/auth/password', {
          json: { current_password: password, new_password: 'quite different unrelated words' },
        })
      ).status,
    ).toBe(500);
    mend();
    await round();
    expect([await outbox(), subjects()]).toEqual([[], []]);
    expect((await signIn('Test/1.0')).status).toBe(200);
  });

  test('are both undone where a link that is used twice at once loses', async () => {
    const { smtp, round } = mailing;
    await forgot(ann);
    await round();
    const link = linkIn(smtp.mails[0] ?? { text: '' });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, n) => reset(link, `unrelated words number ${n}`)),
    );
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    await round();
    expect(subjects()).toEqual(['Set a new password', 'Your password was reset']);
  });
});
