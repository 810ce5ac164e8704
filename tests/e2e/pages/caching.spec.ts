import { paths } from '#lib/core/routes.ts';
import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { kept } from '#tests/e2e/kept.ts';
import { withoutTable } from '#tests/e2e/without-table.ts';
import { type CachingProxy, startCachingProxy } from '#tests/support/caching-proxy.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';

const cachedServer = kept(async () => {
  const [port, targetPort] = [await freePort(), await freePort()];
  const proxy = await startCachingProxy(port, targetPort);
  const server = await startServer({
    PORT: String(targetPort),
    APP_URL: proxy.url,
    RATE_LIMITS: 'on',
    LIMIT_REFRESH_PER_SESSION: '1/900',
  });
  return {
    server,
    proxy,
    async stop() {
      await server.stop();
      await proxy.stop();
    },
  };
});

const test = base.extend<{ behind: { server: RunningServer; proxy: CachingProxy }; people: [string, string] }>({
  /** What one test has asked for is not there for another. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  behind: async ({}, use) => {
    const behind = await cachedServer();
    behind.proxy.forget();
    await use(behind);
  },
  baseURL: ({ behind }, use) => use(behind.proxy.url),
  people: ({ email }, use) => use([`ann-${email}`, `bob-${email}`]),
});
// One server is enough for all of them.
test.describe.configure({ mode: 'default' });

const portOf = ({ url }: CachingProxy) => Number(new URL(url).port);
const pages = Object.values(paths).map((path) => path.replace('[id]', 'nothing'));
const morePages = ['/login?next=/account', '/account/activity?page=2', '/account/', '/nothing'];
const apiPaths = [
  '/api/me',
  '/api/activity',
  '/api/auth/sessions',
  '/api/nothing',
  '/api/tasks', // tasks
  '/api/demo/session', // demo
];
const publicPaths = [
  '/api/auth/session',
  '/api/live',
  '/api/health',
  '/icon.svg',
  '/robots.txt',
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
  await client.send('POST', '/api/tasks', { json: { title: `Task of ${email}` } }); // tasks
  let told = await askForAll(client);
  const faults = async () => [await client.visit(paths.activity), await client.send('GET', '/api/activity')];
  told += JSON.stringify(await withoutTable(server, 'events', faults));
  for (const statuses of [
    [303, 303, 200],
    [303, 429],
  ]) {
    delete client.cookies['latchkey-session'];
    let path: string | undefined = paths.account;
    for (const status of statuses) {
      const answer = await client.visit(path ?? '/');
      expect(answer.status).toBe(status);
      told += JSON.stringify(answer);
      path = answer.headers.location?.replace(/^http:..[^/]+/, '');
    }
  }
  return told;
}

test('behind a proxy that keeps all it may, nobody is ever told a byte of somebody else’s', async ({
  behind,
  people: [annsEmail, bobsEmail],
}) => {
  const { server, proxy } = behind;
  const [ann, bob, anyone] = [1, 2, 3].map(() => new HttpClient(portOf(proxy)));
  if (!ann || !bob || !anyone) throw new Error('Three are needed.');
  const toldAnn = await live(ann, annsEmail, server);
  const secrets = [annsEmail, ...Object.values(ann.cookies), ann.token ?? 'none'];
  expect(toldAnn).toContain(`Name of ${annsEmail}`);
  expect(toldAnn).toContain(`Task of ${annsEmail}`); // tasks
  const toldBob = await live(bob, bobsEmail, server);
  expect(toldBob).toContain(`Name of ${bobsEmail}`);
  const toldAnyone = await askForAll(anyone);
  const toldAnnAgain = await askForAll(ann);
  for (const secret of secrets) expect(toldBob + toldAnyone).not.toContain(secret);
  for (const secret of [bobsEmail, ...Object.values(bob.cookies), bob.token ?? 'none'])
    expect(toldAnyone + toldAnnAgain).not.toContain(secret);
  // The proxy does what it is here for.
  expect(proxy.repeated.length).toBeGreaterThan(5);
});

test('all but files and public keys says private and no-store, errors and redirects too', async ({
  behind,
  people: [email],
}) => {
  const { server, proxy } = behind;
  const ann = new HttpClient(portOf(proxy));
  await live(ann, email, server);
  await ann.send('DELETE', '/api/auth/sessions/nothing');
  await ann.send('POST', '/api/auth/password', { json: {} });
  await ann.send('POST', '/api/auth/token', { json: { email, password: 'wrong' } });
  await ann.send('POST', '/api/auth/register', { json: { email, password } });
  await ann.send('POST', '/api/auth/refresh', { headers: { Origin: 'https://evil.example' } });
  await ann.send('POST', '/api/auth/logout');
  await askForAll(new HttpClient(portOf(proxy)));

  const own = proxy.passed.filter(
    ({ what }) => !/^GET \/(_next\/static\/|icon\.svg|robots\.txt|\.well-known\/)/.test(what),
  );
  expect(new Set(own.map(({ status }) => status))).toEqual(
    new Set([200, 201, 204, 303, 307, 308, 400, 401, 403, 404, 409, 429, 500]),
  );
  expect(own.filter(({ isPersonal }) => isPersonal).length).toBeGreaterThan(50);
  const isHeld = ({ cacheControl }: CachingProxy['passed'][number]) => /^private, .*no-store/.test(cacheControl);
  expect(own.filter((answer) => !isHeld(answer))).toEqual([]);
  expect(
    proxy.kept().filter((path) => !/^\/(icon\.svg|robots\.txt|\.well-known\/jwks\.json)(\?_rsc)?$/.test(path)),
  ).toEqual([]);
});

test('two people in two browsers behind such a proxy each see their own', async ({
  browser,
  people,
  behind: { proxy },
}) => {
  const tabs = [];
  for (const email of people) {
    const context = await browser.newContext({ baseURL: proxy.url });
    const page = await context.newPage();
    await page.goto('/register?next=/account');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText(email, { exact: true })).toBeVisible();
    tabs.push({ email, context, page });
  }
  for (const { email, page } of [...tabs, ...tabs]) {
    await page.goto(paths.sessions);
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
    await page.getByRole('link', { name: 'Account' }).first().click();
    await expect(page.getByText(email, { exact: true })).toBeVisible();
    const other = people.find((one) => one !== email) ?? '';
    await expect(page.getByText(other)).toHaveCount(0);
  }
  expect(proxy.repeated.some((path) => path.startsWith('/_next/static/'))).toBe(true);
  for (const { context } of tabs) await context.close();
});
