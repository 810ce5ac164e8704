import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

const many = '1000/900';
let app: TestApp;
beforeEach(async () => {
  // As server.ts does, for addresses to be believed.
  vi.stubEnv('LATCHKEY_FRONT', 'server');
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: '4/900', LIMIT_REGISTER_PER_ADDRESS: many });
});
afterEach(() => {
  vi.unstubAllEnvs();
  return app.close();
});

interface Try {
  from: string;
  email?: string;
  typed?: string;
  browser?: Browser;
}
function signIn({ from, email = 'ann@example.org', typed = 'wrong', browser = new Browser() }: Try): Promise<Response> {
  const json = { email, password: typed };
  return browser.send('POST', '/api/auth/token', { json, token: null, headers: { 'X-Forwarded-For': from } });
}
const stranger = (n: number) => `203.0.${n}.1`;
const strangers = (count: number, email?: string) =>
  Promise.all(Array.from({ length: count }, (_, n) => signIn({ from: stranger(n), ...(email && { email }) })));
const statuses = (answers: Response[]) => answers.map(({ status }) => status).sort();
const wait = (answer: Response) => Number(answer.headers.get('retry-after'));

describe('an account that strangers try to get into from everywhere', () => {
  test('lets exactly as many parallel tries through as the limit says', async () => {
    await signedUp();
    expect(statuses(await strangers(6))).toEqual([401, 401, 401, 401, 429, 429]);
  });

  test('then takes one try each five seconds, and says when; the right password gets in', async () => {
    await signedUp();
    await strangers(4);
    const refused = await signIn({ from: '198.51.100.1', typed: password });
    expect([refused.status, wait(refused)]).toEqual([429, 5]);
    app.clock.advance(4);
    expect(wait(await signIn({ from: '198.51.100.1', typed: password }))).toBe(1);
    app.clock.advance(1);
    expect((await signIn({ from: '198.51.100.1', typed: password })).status).toBe(200);
    expect((await signIn({ from: '198.51.101.1', typed: password })).status).toBe(429);
  });

  test('costs no hash for a try that is refused', async () => {
    await signedUp();
    const { compare } = app.deps.hasher;
    let compared = 0;
    app.deps.hasher.compare = (...given) => {
      compared += 1;
      return compare(...given);
    };
    await strangers(10);
    expect(compared).toBe(4);
  });

  test('answers as one that nobody has', async () => {
    await signedUp();
    const say = async (email: string) => {
      const all: unknown[] = [];
      for (let n = 0; n < 6; n++) {
        const answer = await signIn({ from: stranger(n), email });
        all.push([answer.status, answer.headers.get('retry-after'), await answer.text()]);
      }
      return all;
    };
    const known = await say('ann@example.org');
    expect(await say('nobody@example.org')).toEqual(known);
    expect(known.at(-1)).toMatchObject([429, '5', expect.any(String)]);
  });

  test('leaves the others alone', async () => {
    await signedUp();
    await signedUp('bob@example.org');
    await strangers(6);
    expect((await signIn({ from: '198.51.100.1', email: 'bob@example.org', typed: password })).status).toBe(200);
  });
});

describe('while strangers take every try there is', () => {
  /** A stranger is first whenever there is a slot. */
  const crowd = () => signIn({ from: stranger(9), email: 'ann@example.org' });

  test('its owner signs in from a network known to the account at once, though with a limit', async () => {
    const owner = await signedUp();
    await signIn({ from: '198.51.100.7', typed: password, browser: owner });
    await strangers(4);
    expect((await signIn({ from: '198.51.100.9', typed: password })).status).toBe(200);
    const network = await Promise.all(
      Array.from({ length: 6 }, (_, n) => signIn({ from: `198.51.100.${n}`, typed: 'wrong' })),
    );
    expect(statuses(network)).toEqual([401, 401, 401, 429, 429, 429]);
  });

  test('a network where it signed in long ago is a stranger again', async () => {
    await signIn({ from: '198.51.100.7', typed: password, browser: await signedUp() });
    app.clock.advance(31 * 24 * 3600);
    await strangers(4);
    expect((await signIn({ from: '198.51.100.7', typed: password })).status).toBe(429);
  });

  test('its owner signs in on a browser whose session is over, wherever that is', async () => {
    const owner = await signedUp();
    await owner.copy().send('DELETE', '/api/auth/sessions');
    await strangers(4);
    expect((await signIn({ from: '198.51.100.7', typed: password })).status).toBe(429);
    expect((await signIn({ from: '198.51.100.7', typed: password, browser: owner })).status).toBe(200);
  });

  test('a refresh token of another account opens no way', async () => {
    await signedUp();
    const thief = await signedUp('eve@example.org');
    await strangers(4);
    expect((await signIn({ from: '198.51.100.7', browser: thief })).status).toBe(429);
  });

  test('whoever keeps asking has a try of their own after ten minutes, and nobody can take it', async () => {
    await signedUp();
    await strangers(4);
    const asks = (typed = 'wrong') => signIn({ from: '198.51.100.7', typed });
    expect((await asks()).status).toBe(429);
    app.clock.advance(599);
    await crowd();
    expect((await asks()).status).toBe(429);
    app.clock.advance(1);
    await crowd();
    expect((await asks()).status).toBe(401);
    expect((await asks(password)).status).toBe(429);
    app.clock.advance(600);
    await crowd();
    expect((await asks(password)).status).toBe(200);
  });

  test('its owner who is signed in stays so', async () => {
    const owner = await signedUp();
    await strangers(12);
    expect((await owner.send('GET', '/api/me')).status).toBe(200);
    expect((await owner.refresh()).status).toBe(200);
    app.clock.advance(301);
    expect((await owner.refresh()).status).toBe(200);
    expect((await owner.send('GET', '/api/activity')).status).toBe(200);
  });
});

test('an IPv6 address counts by its /64', async () => {
  await app.restart({ LIMIT_LOGIN_PER_ACCOUNT: '2/900', LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: many });
  const from = (address: string) => signIn({ from: address, email: 'nobody@example.org' });
  const one = [await from('2001:db8:1:2::1'), await from('2001:db8:1:2:ffff::9'), await from('2001:0db8:1:2:3:4:5:6')];
  expect(one.map(({ status }) => status)).toEqual([401, 401, 429]);
  expect((await from('2001:db8:1:3::1')).status).toBe(401);
});

test('changing the password has a limit of its own', async () => {
  await app.restart({ LIMIT_PASSWORD_CHANGE_PER_USER: '2/600' });
  const owner = await signedUp();
  const change = () =>
    owner.send('POST', '/api/auth/password', {
      json: { current_password: 'wrong', new_password: 'other unrelated words' },
    });
  expect(statuses(await Promise.all([change(), change(), change()]))).toEqual([400, 400, 429]);
  expect(wait(await change())).toBe(600);
});
