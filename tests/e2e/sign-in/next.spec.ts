import { landing, loginPath } from '#lib/core/routes.ts';
import { expect, signInByHand, signUp, test } from '#tests/e2e/fixtures.ts';
import { endSession } from '#tests/e2e/page-storage.ts';
import type { HttpClient } from '#tests/support/http-client.ts';

const evil = 'evil.example';
const loop = (depth: number): string => (depth === 0 ? '/login' : `/login?next=${encodeURIComponent(loop(depth - 1))}`);

/** What somebody may write behind `next=`, not yet encoded. */
const values = [
  `//${evil}`,
  `///${evil}`,
  `/\\${evil}`,
  `\\\\${evil}`,
  `/%5c${evil}`,
  `/%5C%5C${evil}`,
  `/%2f%2f${evil}`,
  `/%09/${evil}`,
  `/\t/${evil}`,
  `/\n/${evil}`,
  `/..//${evil}`,
  `/.//${evil}`,
  `/account/..//${evil}`,
  `/%2e%2e//${evil}`,
  `/;//${evil}`,
  `/@${evil}`,
  `@${evil}`,
  `https:${evil}`,
  `https://${evil}`,
  `HTTPS:\\\\${evil}`,
  `http:/${evil}`,
  ` https://${evil}`,
  `//${evil}/%2e%2e`,
  `//user:word@${evil}`,
  `/account#//${evil}`,
  `/account?next=//${evil}`,
  'javascript:alert(1)',
  'JavaScript&#58;alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '',
  'account',
  '.',
  '/\u0000',
  '/%00',
  '/%zz',
  '/ü/ﬀ',
  '/api/auth/logout',
  '/%61pi/me',
  '/api/auth/refresh?next=/account',
  '/login',
  '/Login/',
  '/%6cogin',
  '/register?next=/register',
  '/account/../login',
  '/reset',
  loop(6),
  `/${'x'.repeat(10_000)}`,
  'x'.repeat(10_000),
];
/** The same as a part of an address; where it came twice, or as a list. */
const queries = [
  ...values.map((value) => `next=${encodeURIComponent(value)}`),
  `next=/account&next=//${evil}`,
  `next=//${evil}&next=/account`,
  `next[]=//${evil}`,
  `next[0]=//${evil}&next[1]=/account`,
  `next=%ff%fe//${evil}`,
  'next=/%ed%a0%80',
  `next=%`,
  `Next=//${evil}`,
];

type State = (client: HttpClient) => Promise<void>;
const drop = (client: HttpClient, name: string) => delete client.cookies[name];
/** What a browser may come with. */
const states: Record<string, State> = {
  'nobody is signed in': async (client) => {
    client.cookies = {};
  },
  'somebody is': async () => {},
  'the page session is over': async (client) => {
    drop(client, 'latchkey-session');
  },
  'the session has ended': async (client) => {
    const held = { ...client.cookies };
    await client.send('POST', '/api/auth/logout');
    client.cookies = held;
  },
  'the session has ended, and its page session too': async (client) => {
    const held = { ...client.cookies };
    await client.send('POST', '/api/auth/logout');
    client.cookies = held;
    drop(client, 'latchkey-session');
  },
};

/** Where document navigations lead: each hop, and the status of the end. A page where several end is loaded once. */
function follower(client: HttpClient, origin: string) {
  const ends = new Map<string, number>();
  return async (path: string): Promise<{ hops: string[]; status: number }> => {
    const hops: string[] = [];
    let { status, headers } = await client.visit(path);
    while (headers.location !== undefined && hops.length < 9) {
      const url = new URL(headers.location, origin + (hops.at(-1) ?? path));
      const address = url.pathname + url.search;
      hops.push(url.href.replace(origin, ''));
      if (url.origin !== origin) break;
      const known = ends.get(address);
      if (known !== undefined) return { hops, status: known };
      ({ status, headers } = await client.visit(address));
      if (headers.location === undefined) ends.set(address, status);
    }
    return { hops, status };
  };
}

for (const [name, enter] of Object.entries(states)) {
  test(`whatever next says, where ${name}: two redirects at most, on this origin, to a page`, async ({
    server,
    client,
  }) => {
    await enter(client);
    const { cookies } = client;
    const follow = follower(client, server.url);
    for (const query of queries) {
      for (const path of ['/login', '/register', '/api/auth/refresh']) {
        client.cookies = name === 'the page session is over' ? client.cookies : { ...cookies };
        if (name === 'the page session is over') drop(client, 'latchkey-session');
        const { hops, status } = await follow(`${path}?${query}`);
        const about = `${path}?${query.slice(0, 80)}: ${hops} ${status}`;
        expect(hops.length, about).toBeLessThanOrEqual(2);
        expect([200, 404], about).toContain(status);
        expect(
          hops.filter((hop) => !hop.startsWith('/') || /^\/[/\\]/.test(hop)),
          about,
        ).toEqual([]);
      }
    }
  });
}

test('the query that was asked for comes back to the byte, whoever leads there and back', async ({
  server,
  client,
}) => {
  const asked = '/account?dGVzdA==&a=%20b+c&d&e=%E4&f=~!*()';
  const refresh = `/api/auth/refresh?next=${encodeURIComponent(asked)}`;
  const login = `/login?next=${encodeURIComponent(asked)}`;
  const leadsTo = async (path: string) => (await client.visit(path)).headers.location?.replace(server.url, '');
  const held = { ...client.cookies };
  drop(client, 'latchkey-session');
  expect([await leadsTo(asked), await leadsTo(refresh)]).toEqual([refresh, asked]);
  expect(await leadsTo(login)).toBe(asked);
  await client.send('POST', '/api/auth/logout');
  client.cookies = held;
  expect([await leadsTo(asked), await leadsTo(refresh)]).toEqual([refresh, login]);
  client.cookies = {};
  expect(await leadsTo(`${asked}&_rsc=abc`)).toBe(login);
});

test('who signs in by hand lands on this origin, whatever next says', async ({ page, context, server, email }) => {
  await signUp(context, email);
  for (const value of [`/\\${evil}`, 'javascript:alert(1)', loop(3), '/account?a=b']) {
    // A page that finds itself signed out leaves by itself, and would cross this.
    await page.goto('about:blank');
    await context.clearCookies();
    await page.goto(`/login?next=${encodeURIComponent(value)}`);
    await signInByHand(page, email);
    await expect(page).toHaveURL(server.url + (value.startsWith('/account') ? value : landing));
  }
});

test('a fragment comes back after signing in, by way of signing up too, and no server ever sees it', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await context.clearCookies();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url().split('#', 1)[0]} ${request.postData() ?? ''}`));
  await page.goto('/account?a=%20b#notes');
  const login = `/login?next=${encodeURIComponent('/account?a=%20b')}#notes`;
  await expect(page).toHaveURL(server.url + login);
  // The links take the fragment along once the page's scripts run.
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(page).toHaveURL(server.url + login.replace('/login', '/register'));
  await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(server.url + login);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.getByRole('link', { name: 'Skip to content' }).press('Enter');
  await signInByHand(page, email);
  await expect(page).toHaveURL(`${server.url}/account?a=%20b#notes`);
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.filter((one) => one.includes('notes'))).toEqual([]);
});

test('a fragment comes back after a session that ended under the page, and over a renewal', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await page.goto('/account/security#notes');
  await expect(page.getByRole('button', { name: 'Change password' })).toBeEnabled();
  await context.clearCookies({ name: 'latchkey-session' });
  await page.reload();
  await expect(page).toHaveURL(`${server.url}/account/security#notes`);
  await expect(page.getByRole('button', { name: 'Change password' })).toBeEnabled();
  await endSession(page);
  await page.getByLabel('Current password').fill('anything at all');
  await page.getByLabel('New password').fill('other unrelated words');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page).toHaveURL(`${server.url}${loginPath('/account/security')}#notes`);
  await signInByHand(page, email);
  await expect(page).toHaveURL(`${server.url}/account/security#notes`);
});

test('a fragment leads nowhere else, whatever it says, and one that next names wins', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  for (const [address, end] of [
    [`/login?next=/account#//${evil}`, `/account#//${evil}`],
    [`/login?next=/account#@${evil}`, `/account#@${evil}`],
    ['/login?next=/account%23mine#other', '/account#mine'],
    [`/register?next=//${evil}#javascript:alert(1)`, `${landing}#javascript:alert(1)`],
  ] as const) {
    await page.goto('about:blank');
    await context.clearCookies();
    await page.goto(address);
    if (address.startsWith('/register')) {
      await expect(page.getByRole('button', { name: 'Create account' })).toBeEnabled();
      await page.getByRole('link', { name: 'Sign in' }).click();
    }
    await signInByHand(page, email);
    await expect(page).toHaveURL(server.url + end);
  }
});
