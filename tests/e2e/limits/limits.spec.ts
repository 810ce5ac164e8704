import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { startServer } from '#tests/support/server.ts';

test.use({
  settings: {
    RATE_LIMITS: 'on',
    LIMIT_LOGIN_PER_ACCOUNT: '2/900',
    LIMIT_PASSWORD_CHANGE_PER_USER: '1/900',
    LIMIT_REGISTER_PER_ADDRESS: '1000/900',
  },
});
// One server is enough for those that need no other settings.
test.describe.configure({ mode: 'default' });

function tryToSignIn(url: string, email: string, forwardedFor: string): Promise<Response> {
  return fetch(`${url}/api/auth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': forwardedFor },
    body: JSON.stringify({ email, password: 'wrong' }),
  });
}
const count = (answers: Response[], status: number) => answers.filter((answer) => answer.status === status).length;

test('two processes share the limits, and a restart forgets nothing', async ({ email }) => {
  const settings = {
    DATABASE_URL: `file:${join(mkdtempSync(join(tmpdir(), 'latchkey-limits-')), 'test.db')}`,
    RATE_LIMITS: 'on',
    TRUSTED_PROXY_HOPS: '1',
    LIMIT_LOGIN_PER_ACCOUNT: '6/900',
    LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: '9/900',
  };
  const two = [await startServer(settings), await startServer(settings)];
  const tries = (times: number, from: (n: number) => string) =>
    Promise.all(Array.from({ length: times }, (_, n) => tryToSignIn(two[n % 2]?.url ?? '', email, from(n))));
  try {
    const fromOne = await tries(7, () => '198.51.100.1');
    expect([count(fromOne, 401), count(fromOne, 429)]).toEqual([6, 1]);
    const fromMany = await tries(6, (n) => `203.0.${n}.1`);
    expect([count(fromMany, 401), count(fromMany, 429)]).toEqual([3, 3]);
  } finally {
    await Promise.all(two.map((server) => server.stop()));
  }
  const again = await startServer(settings);
  try {
    const late = await tryToSignIn(again.url, email, '198.51.100.1');
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(800);
  } finally {
    await again.stop();
  }
});

test('another X-Forwarded-For for each try buys nothing where no proxy is trusted', async ({ server, email }) => {
  const answers = await Promise.all([1, 2, 3].map((n) => tryToSignIn(server.url, email, `203.0.113.${n}`)));
  expect([count(answers, 401), count(answers, 429)]).toEqual([2, 1]);
});

for (const hops of [1, 2]) {
  test(`with ${hops} trusted only the address that the farthest proxy saw counts, an IPv6 network as one`, async ({
    email,
  }) => {
    const limits = { RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ACCOUNT: '2/900' };
    const server = await startServer({ ...limits, TRUSTED_PROXY_HOPS: String(hops) });
    // What the client claims, what the farthest proxy saw, and what the nearer ones saw.
    const send = (claimed: string, seen: string) =>
      tryToSignIn(server.url, email, [claimed, seen, ...Array.from({ length: hops - 1 }, () => '10.0.0.1')].join(', '));
    try {
      const one = await Promise.all(['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((claimed) => send(claimed, '198.51.100.1')));
      expect([count(one, 401), count(one, 429)]).toEqual([2, 1]);
      expect((await send('1.1.1.1', '198.51.100.2')).status).toBe(401);
      const network = await Promise.all([1, 2, 3].map((n) => send('1.1.1.1', `2001:db8:1:2:${n}::${n}`)));
      expect([count(network, 401), count(network, 429)]).toEqual([2, 1]);
      expect((await send('1.1.1.1', '2001:db8:1:3::1')).status).toBe(401);
    } finally {
      await server.stop();
    }
  });
}

test('the sign-in form says when to come back, and keeps the address', async ({ page, context, email }) => {
  await signUp(context, email);
  await context.clearCookies();
  await page.goto('/login');
  const problem = page.getByRole('alert').filter({ hasText: /\S/ });
  for (const words of [/password is wrong/, /password is wrong/, /^Too many tries\. Come back in 15 minutes, at \d/]) {
    await signInByHand(page, email, 'not my password');
    await expect(problem).toHaveText(words);
  }
  await expect(page.getByLabel('Email')).toHaveValue(email);
});

test('whoever is signed in stays so while the account is tried, and the password form says when to come back', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  for (let n = 0; n < 3; n++) await tryToSignIn(server.url, email, '');
  expect((await tryToSignIn(server.url, email, '')).status).toBe(429);
  expect((await context.request.post('/api/auth/refresh')).status()).toBe(200);
  await page.goto('/account/security');
  const problem = page.getByRole('alert').filter({ hasText: /\S/ });
  for (const words of [/needs another look/, /^Too many tries\. Come back in 15 minutes, at \d/]) {
    await page.getByLabel('Current password').fill('not my password');
    await page.getByLabel('New password').fill('other unrelated words');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(problem).toHaveText(words);
  }
  await page.goto('/account/activity');
  // Once for those tries, once for these.
  await expect(page.getByText('Too many password tries: we made them wait')).toHaveCount(2);
});
