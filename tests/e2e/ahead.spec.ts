import { HttpClient } from '#tests/support/http-client.ts';
import { digestOfRows } from '#tests/support/rows.ts';
import { expect, test } from './fixtures.ts';
import { accessTokenExpired } from './network-fixtures.ts';
import { makeTasks } from './states.ts';

test.use({ settings: { ACCESS_TTL_SECONDS: '8' } });

test('fifty links that are hovered and as many pages that are fetched ahead, with an expired token, leave the session as it was', async ({
  signedInPage: page,
  context,
  server,
}) => {
  await makeTasks(
    page,
    Array.from({ length: 10 }, (_, n) => ({ title: `Errand ${n}` })),
  );
  await page.goto('/tasks');
  await expect(page.getByRole('button', { name: 'Add' })).toBeEnabled();
  // The page itself must not renew meanwhile; it takes that for a bad network.
  await page.route('**/api/auth/{refresh,session}', (route) => route.abort());
  await accessTokenExpired(context);
  const before = digestOfRows(server.databaseUrl);
  const answers: { status: number; setsCookie: boolean }[] = [];
  const pending: Promise<void>[] = [];
  page.on('response', (response) => {
    const note = async () => {
      const setsCookie = (await response.headerValue('set-cookie')) !== null;
      answers.push({ status: response.status(), setsCookie });
    };
    pending.push(note());
  });

  const links = page.locator('header, main').getByRole('link').filter({ visible: true });
  const count = await links.count();
  for (let n = 0; n < 50; n++) await links.nth(n % count).hover();
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  const inside = hrefs.filter((href) => href.startsWith('/') && href.length > 1);
  expect(inside.length).toBeGreaterThan(15);
  // A prefetching link is the browser's own affair: of its answer a test hears nothing, of its being sent it does.
  const linked = await page.evaluate(async (paths) => {
    const fetchAhead = (path: string) =>
      new Promise<unknown>((resolve) => {
        const link = document.createElement('link');
        Object.assign(link, { rel: 'prefetch', href: path, onload: resolve, onerror: resolve });
        document.head.append(link);
      });
    const asRouter = (path: string) =>
      fetch(`${path}${path.includes('?') ? '&' : '?'}_rsc=1`, { headers: { RSC: '1', 'Next-Router-Prefetch': '1' } });
    const all = Array.from({ length: 25 }, (_, n) => paths[n % paths.length] ?? '/tasks');
    await Promise.all(
      all.flatMap((path) => [
        asRouter(path),
        fetchAhead(`${path}${path.includes('?') ? '&' : '?'}ahead=${Math.random()}`),
      ]),
    );
    return performance.getEntriesByType('resource').filter(({ name }) => name.includes('ahead=')).length;
  }, inside);
  await Promise.all(pending);

  expect([linked, answers.length]).toEqual([25, 25]);
  expect(answers.filter(({ status, setsCookie }) => status !== 401 || setsCookie)).toEqual([]);
  expect(digestOfRows(server.databaseUrl)).toBe(before);
  await page.unrouteAll();
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'document') documents.push(new URL(request.url()).pathname);
  });
  await page.getByRole('link', { name: 'Errand 9' }).click();
  await expect(page.getByLabel('Title')).toHaveValue('Errand 9');
  // The router makes one navigation of the 401, which leads through the renewal.
  expect(documents).toEqual([expect.stringMatching('^/tasks/'), '/api/auth/refresh', documents[0]]);
});

test('with an expired token a document that a person will see renews, and nothing else does', async ({
  server,
  email,
}) => {
  const client = new HttpClient(server.port);
  await client.authenticate('/api/auth/register', { email, password: 'a few unrelated words' });
  delete client.cookies['latchkey-session'];
  const before = digestOfRows(server.databaseUrl);
  const dest = (value: string) => ({ 'Sec-Fetch-Dest': value, Accept: 'text/html' });
  const others: Record<string, string>[] = [
    { RSC: '1' },
    { RSC: '1', 'Next-Router-Prefetch': '1' },
    { RSC: '1', 'Next-Router-Prefetch': '1', 'Next-Router-Segment-Prefetch': '/_tree' },
    ...['empty', 'iframe', 'frame', 'embed', 'object', 'image', 'script', 'style', 'fencedframe', 'x'].map(dest),
    { ...dest('document'), 'Sec-Purpose': 'prefetch' },
    { ...dest('document'), 'Sec-Purpose': 'prefetch;prerender' },
    { ...dest('document'), Purpose: 'prefetch' },
    { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' },
    { 'Sec-Fetch-Site': 'cross-site', Accept: 'text/html' },
    { Accept: '*/*' },
    {},
  ];
  for (const headers of others) {
    for (const path of ['/tasks', '/nothing', '/api/auth/refresh?next=/tasks']) {
      const first = await client.send('GET', path, { headers });
      // Next wants the address of a flight to be exact first.
      const answer = first.status === 307 ? await client.send('GET', first.headers.location ?? '', { headers }) : first;
      const about = `${path} with ${JSON.stringify(headers)}`;
      expect([answer.status, answer.headers['set-cookie']], about).toEqual([401, undefined]);
    }
  }
  expect((await client.send('HEAD', '/api/auth/refresh?next=/tasks', { headers: dest('document') })).status).toBe(405);
  expect(digestOfRows(server.databaseUrl)).toBe(before);
  for (const headers of [dest('document'), { Accept: 'text/html' }]) {
    delete client.cookies['latchkey-session'];
    const sent = await client.send('GET', '/tasks', { headers });
    expect([sent.status, sent.headers.location]).toEqual([303, '/api/auth/refresh?next=%2Ftasks']);
    const renewed = await client.send('GET', '/api/auth/refresh?next=%2Ftasks', { headers });
    expect([renewed.status, renewed.headers['set-cookie']?.length]).toEqual([303, 2]);
  }
  expect(digestOfRows(server.databaseUrl)).not.toBe(before);
});
