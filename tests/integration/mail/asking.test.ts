import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Browser, signedUp } from '#tests/support/browser.ts';
import { linkIn } from '#tests/support/received-mail.ts';
import { routeFor } from '#tests/support/routes.ts';
import { forgot, type Mailing, reset, startMailing } from './mailing.ts';

const ann = 'ann@example.org';
const path = '/api/auth/password/forgot';

let mailing: Mailing;
beforeEach(async () => {
  mailing = await startMailing({ LIMIT_MAIL_PER_CLIENT: '2000/3600', LIMIT_LOGIN_PER_ADDRESS: '2000/3600' });
  await signedUp();
});
afterEach(() => mailing.close());

/** All that an answer tells, but for its id and time. */
async function tells(answer: Response) {
  const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status: answer.status, headers, body: await answer.text() };
}

describe('who has an account', () => {
  test('no answer tells, nor one to an address that was asked for too often', async () => {
    const ask = async (email: string) => tells(await new Browser().send('POST', path, { json: { email } }));
    const known = await ask(ann);
    expect(known).toMatchObject({ status: 202, body: '{}' });
    for (let count = 0; count < 8; count++) {
      expect(await ask(ann)).toEqual(known);
      expect(await ask('nobody@example.org')).toEqual(known);
    }
  });

  test('no write tells: the same is written for either, and nobody is looked up before the answer', async () => {
    const { store } = mailing.app.deps;
    const { addMail, claimMail, findUserByEmail } = store;
    const done: unknown[] = [];
    store.addMail = async (mail) => {
      await addMail(mail);
      done.push({ ...mail, id: '', recipient: '' });
    };
    store.claimMail = (...times) => {
      done.push('the sender looked');
      return claimMail(...times);
    };
    store.findUserByEmail = (email) => {
      done.push('somebody was looked up');
      return findUserByEmail(email);
    };
    const before = [];
    for (const email of [ann, 'nobody@example.org']) {
      await mailing.round();
      done.length = 0;
      expect(await forgot(email)).toBe(202);
      before.push([...done]);
    }
    expect(before[0]).toEqual([
      {
        kind: 'password_reset',
        at: mailing.app.clock.now,
        id: '',
        recipient: '',
        userAgent: 'Test/1.0',
        ip: null,
      },
    ]);
    expect(before[1]).toEqual(before[0]);
  });

  test('no limit of a network tells', async () => {
    await mailing.close();
    mailing = await startMailing({ LIMIT_MAIL_PER_CLIENT: '2/3600' });
    await signedUp();
    expect([await forgot(ann), await forgot('nobody@example.org')]).toEqual([202, 202]);
    const refused = await Promise.all(
      [ann, 'nobody@example.org'].map(async (email) =>
        tells(await new Browser().send('POST', path, { json: { email } })),
      ),
    );
    expect(refused[0]).toMatchObject({ status: 429 });
    expect(refused[1]).toEqual(refused[0]);
  });
});

test('a thousand requests for one address make five mails in an hour, all with its owner’s first link, which stays good', async () => {
  const { app, smtp, round } = mailing;
  for (let count = 0; count < 1000; count++) {
    expect(await forgot(ann)).toBe(202);
    if (count % 250 === 0) app.clock.advance(60);
  }
  await round();
  expect(smtp.mails).toHaveLength(5);
  const [first = '', ...others] = smtp.mails.map(linkIn);
  expect(new Set(others)).toEqual(new Set([first]));
  app.clock.advance(50 * 60);
  expect(await reset(first)).toBe(204);
});

test('a thousand requests for an address without an account write five rows, and nobody gets anything', async () => {
  const { smtp, round, outbox } = mailing;
  for (let count = 0; count < 1000; count++) await forgot('nobody@example.org');
  await round();
  expect((await outbox()).map(({ state }) => state)).toEqual(Array(5).fill('dropped'));
  expect(smtp.mails).toEqual([]);
});

test('near its end a link is joined by another, and stays good', async () => {
  const { app, smtp, round } = mailing;
  await forgot(ann);
  const first = linkIn(await smtp.nextMail());
  await round();
  app.clock.advance(46 * 60);
  await forgot(ann);
  const second = linkIn(await smtp.nextMail());
  await round();
  expect(second).not.toBe(first);
  expect(await reset(first)).toBe(204);
  expect(await reset(second)).toBe(400);
});

describe('an address that only looks like its owner’s', () => {
  test.each([
    ['with a letter without its dot', 'm\u0131ke@example.org'],
    ['with a wide letter', '\uff4dike@example.org'],
    ['with a letter of another alphabet', 'mik\u0435@example.org'],
    ['with an accent', 'mik\u00e9@example.org'],
    ['at a host of another alphabet', 'mike@exampl\u0435.org'],
    ['at a host with a letter without its dot', 'mike@exam\u0131ple.org'],
    ['with a tag', 'mike+1@example.org'],
    ['with a dot', 'm.ike@example.org'],
  ])('%s gets nothing', async (_name, typed) => {
    const { smtp, round } = mailing;
    await signedUp('mike@example.org');
    expect(await forgot(typed)).toBe(202);
    await round();
    expect(smtp.mails).toEqual([]);
  });

  test.each([
    ['with a capital that folds into its letter', 'mi\u212Ae@example.org'],
    ['with capitals', 'MIKE@EXAMPLE.ORG'],
    ['with a wide dot', 'mike@example\uff0eorg'],
  ])('%s is the same, and the mail goes to the one that is stored', async (_name, typed) => {
    const { smtp } = mailing;
    await signedUp('mike@example.org');
    expect(await forgot(typed)).toBe(202);
    const { to, headers } = await smtp.nextMail();
    expect([to, headers.get('to')]).toEqual([['mike@example.org'], 'mike@example.org']);
  });
});

const sent = (email: unknown) => JSON.stringify({ email });

test.each([
  ['a list', sent([ann, 'eve@example.net'])],
  ['a list of one', sent([ann])],
  ['an object', sent({ 0: ann, 1: 'eve@example.net' })],
  ['a key that comes twice', `{"email":"${ann}","email":"eve@example.net"}`],
  ['a key that comes twice, once in disguise', `{"email":"${ann}","\\u0065mail":"eve@example.net"}`],
  ['another recipient beside it', JSON.stringify({ email: ann, cc: 'eve@example.net' })],
  ['two with a comma', sent(`${ann}, eve@example.net`)],
  ['two with a comma only', sent(`${ann},eve@example.net`)],
  ['two with a semicolon', sent(`${ann};eve@example.net`)],
  ['two with a space', sent(`${ann} eve@example.net`)],
  ['two with a new line', sent(`${ann}\r\neve@example.net`)],
  ['two with a line feed', sent(`${ann}\neve@example.net`)],
  ['two with a line separator', sent(`${ann}\u2028eve@example.net`)],
  ['two with a NUL', sent(`${ann}\0eve@example.net`)],
  ['one with a header behind it', sent(`${ann}\r\nBcc: eve@example.net`)],
  ['one with an encoded header behind it', sent(`${ann}%0d%0aBcc:eve@example.net`)],
  ['one with a command behind it', sent(`${ann}>\r\nRCPT TO:<eve@example.net`)],
  ['one with a name', sent(`Ann <${ann}>`)],
  ['one in quotes', sent(`"${ann} eve"@example.net`)],
  ['one with a comment', sent(`${ann}(eve@example.net)`)],
  ['a group', sent(`all:${ann},eve@example.net;`)],
])('%s for an address is refused, and nobody is mailed', async (_name, body = '') => {
  const { smtp, round, outbox } = mailing;
  const answer = await new Browser().send('POST', path, { body, headers: { 'Content-Type': 'application/json' } });
  expect([answer.status, (await answer.json()).error]).toEqual([400, 'invalid_request']);
  await round();
  expect([await outbox(), smtp.mails]).toEqual([[], []]);
});

test('a mailed link leads to APP_URL, whatever host was asked', async () => {
  await mailing.close();
  mailing = await startMailing({ APP_URL: 'https://app.example.org' });
  const { smtp } = mailing;
  await signedUp();
  const headers = {
    'Content-Type': 'application/json',
    Host: 'evil.example',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'http',
    'X-Original-URL': 'http://evil.example/',
    Forwarded: 'host=evil.example;proto=http',
    Referer: 'https://app.example.org@evil.example/forgot',
  };
  const request = new Request(`http://evil.example${path}`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ email: ann }) },
  });
  expect((await routeFor(request)).status).toBe(202);
  const mail = await smtp.nextMail();
  expect(linkIn(mail)).toMatch(/^https:\/\/app\.example\.org\/reset#/);
  expect(mail.headers.get('message-id')).toMatch(/@app\.example\.org>$/);
  expect(mail.raw + mail.text + mail.html).not.toContain('evil');
});
