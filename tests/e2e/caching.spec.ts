import Database from 'better-sqlite3';
import { type CachingProxy, startCachingProxy } from '#tests/support/caching-proxy.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';
import { test as base, expect, password } from './fixtures.ts';

/** Every test has a cache of its own: what one has asked for must not be there for another. */
const test = base.extend<{ behind: { server: RunningServer; proxy: CachingProxy } }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  behind: async ({}, use) => {
    const [port, targetPort] = [await freePort(), await freePort()];
    const proxy = await startCachingProxy(port, targetPort);
    const server = await startServer({
      PORT: String(targetPort),
      APP_URL: proxy.url,
      RATE_LIMITS: 'on',
      LIMIT_REFRESH_PER_SESSION: '1/900',
    });
    await use({ server, proxy });
    await server.stop();
    await proxy.stop();
  },
  baseURL: ({ behind }, use) => use(behind.proxy.url),
});

const portOf = ({ url }: CachingProxy) => Number(new URL(url).port);
const pages = ['/', '/login', '/login?next=/account', '/register', '/reset', '/tasks', '/tasks?page=2', '/account'];
const morePages = ['/account/sessions', '/account/activity', '/demo', '/nothing', '/tasks/nothing', '/tasks/'];
const apiPaths = ['/api/me', '/api/tasks', '/api/activity', '/api/auth/sessions', '/api/demo/session', '/api/nothing'];
const publicPaths = [
  '/api/auth/session',
  '/api/live',
  '/api/health',
  '/icon.svg',
  '/.well-known/jwks.json',
  '/api/me/',
];

/** Asks for everything there is, by each transport, and gives all that came. */
async function askForAll(client: HttpClient): Promise<string> {
  const answers = [];
  for (const path of [...pages, ...morePages]) {
    answers.push(await client.visit(path));
    answers.push(await client.send('GET', path, { headers: { RSC: '1' } }));
    answers.push(await client.send('GET', `${path}?_rsc`, { headers: { RSC: '1', 'Next-Router-Prefetch': '1' } }));
  }
  for (const path of [...apiPaths, ...publicPaths, '/_next/static/nothing', '/api/auth/refresh']) {
    answers.push(await client.send('GET', path));
    answers.push(await client.send('GET', path, { headers: { RSC: '1' } }));
  }
  return JSON.stringify(answers);
}

/** What a person of an account does, good and bad, and all that they were told. */
async function live(client: HttpClient, email: string, server: RunningServer): Promise<string> {
  await client.authenticate('/api/auth/register', { email, password, name: `Name of ${email}` });
  await client.send('POST', '/api/tasks', { json: { title: `Task of ${email}` } });
  let told = await askForAll(client);
  const database = new Database(server.databaseUrl.replace('file:', ''));
  database.exec('ALTER TABLE tasks RENAME TO tasks_elsewhere');
  told += JSON.stringify([await client.visit('/tasks'), await client.send('GET', '/api/tasks')]);
  database.exec('ALTER TABLE tasks_elsewhere RENAME TO tasks');
  database.close();
  for (const statuses of [
    [303, 303, 200],
    [303, 429],
  ]) {
    delete client.cookies['latchkey-session'];
    let path: string | undefined = '/tasks';
    for (const status of statuses) {
      const answer = await client.visit(path ?? '/');
      expect(answer.status).toBe(status);
      told += JSON.stringify(answer);
      path = answer.headers.location?.replace(/^http:..[^/]+/, '');
    }
  }
  return told;
}

test('behind a proxy that keeps all it may, nobody is ever told a byte of somebody else’s', async ({ behind }) => {
  const { server, proxy } = behind;
  const [ann, bob, anyone] = [1, 2, 3].map(() => new HttpClient(portOf(proxy)));
  if (!ann || !bob || !anyone) throw new Error('Three are needed.');
  const [annsEmail, bobsEmail] = ['ann@example.org', 'bob@example.org'];
  const toldAnn = await live(ann, annsEmail, server);
  const secrets = [annsEmail, ...Object.values(ann.cookies), ann.token ?? 'none'];
  expect(toldAnn).toContain(`Task of ${annsEmail}`);
  const toldBob = await live(bob, bobsEmail, server);
  expect(toldBob).toContain(`Task of ${bobsEmail}`);
  const toldAnyone = await askForAll(anyone);
  const toldAnnAgain = await askForAll(ann);
  for (const secret of secrets) expect(toldBob + toldAnyone).not.toContain(secret);
  for (const secret of [bobsEmail, ...Object.values(bob.cookies), bob.token ?? 'none'])
    expect(toldAnyone + toldAnnAgain).not.toContain(secret);
  // The proxy does what it is here for.
  expect(proxy.repeated.length).toBeGreaterThan(5);
});

test('all but files and public keys says private and no-store, errors and redirects too', async ({ behind }) => {
  const { server, proxy } = behind;
  const ann = new HttpClient(portOf(proxy));
  await live(ann, 'ann@example.org', server);
  await ann.send('DELETE', '/api/tasks/nothing');
  await ann.send('POST', '/api/tasks', { json: {} });
  await ann.send('POST', '/api/auth/token', { json: { email: 'ann@example.org', password: 'wrong' } });
  await ann.send('POST', '/api/auth/register', { json: { email: 'ann@example.org', password } });
  await ann.send('POST', '/api/auth/refresh', { headers: { Origin: 'https://evil.example' } });
  await ann.send('POST', '/api/auth/logout');
  await askForAll(new HttpClient(portOf(proxy)));

  const own = proxy.passed.filter(({ what }) => !/^GET \/(_next\/static\/|icon\.svg|\.well-known\/)/.test(what));
  expect(new Set(own.map(({ status }) => status))).toEqual(
    new Set([200, 201, 204, 303, 307, 308, 400, 401, 403, 404, 409, 429, 500]),
  );
  expect(own.filter(({ isPersonal }) => isPersonal).length).toBeGreaterThan(50);
  const isHeld = ({ cacheControl }: CachingProxy['passed'][number]) => /^private, .*no-store/.test(cacheControl);
  expect(own.filter((answer) => !isHeld(answer))).toEqual([]);
  expect(proxy.kept().filter((path) => !/^\/(icon\.svg|\.well-known\/jwks\.json)(\?_rsc)?$/.test(path))).toEqual([]);
});

test('two people in two browsers behind such a proxy each see their own', async ({ browser, behind: { proxy } }) => {
  const people = ['ann@example.org', 'bob@example.org'];
  const tabs = [];
  for (const email of people) {
    const context = await browser.newContext({ baseURL: proxy.url });
    const page = await context.newPage();
    await page.goto('/register');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('New task').fill(`Task of ${email}`);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('checkbox', { name: `Task of ${email}` })).toBeVisible();
    tabs.push({ email, context, page });
  }
  for (const { email, page } of [...tabs, ...tabs]) {
    await page.goto('/tasks');
    await expect(page.getByRole('main').getByRole('listitem')).toHaveText([new RegExp(`Task of ${email}`)]);
    await page.getByRole('link', { name: 'Account' }).first().click();
    await expect(page.getByText(email).first()).toBeVisible();
    const other = people.find((one) => one !== email) ?? '';
    await expect(page.getByText(other)).toHaveCount(0);
  }
  expect(proxy.repeated.some((path) => path.startsWith('/_next/static/'))).toBe(true);
  for (const { context } of tabs) await context.close();
});
