import { paths, refreshPath } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { expirePageSession } from '#tests/e2e/forged.ts';
import { digestOfRows } from '#tests/support/rows.ts';

test('fifty links that are hovered and as many pages that are fetched ahead, with an expired token, leave the session as it was', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  const tokenTaken = page.waitForResponse((response) => response.url().endsWith('/api/auth/session'));
  await page.goto(paths.account);
  await tokenTaken;
  await expirePageSession(context);
  const before = digestOfRows(server.databaseUrl);
  const answers: { url: string; status: number; setsCookie: boolean }[] = [];
  const pending: Promise<void>[] = [];
  page.on('response', (response) => {
    const note = async () => {
      const setsCookie = (await response.headerValue('set-cookie')) !== null;
      answers.push({ url: response.url(), status: response.status(), setsCookie });
    };
    pending.push(note());
  });

  const links = page.locator('header, main').getByRole('link').filter({ visible: true });
  const places = await links.evaluateAll((all) => all.map((link) => link.getBoundingClientRect().toJSON()));
  for (let n = 0; n < 50; n++) {
    const { x, y, width, height } = places[n % places.length];
    await page.mouse.move(x + width / 2, y + height / 2);
    await expect(page.locator('a:hover')).toHaveCount(1);
  }
  const hrefs = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  const inside = hrefs.filter((href) => href.startsWith('/') && href.length > 1);
  expect(new Set(inside).size).toBeGreaterThan(2);
  // A prefetching link is the browser's own affair: of its answer a test may hear nothing, of its being sent it does.
  const linked = await page.evaluate(async (pages) => {
    const fetchAhead = (path: string) =>
      new Promise<unknown>((resolve) => {
        const link = document.createElement('link');
        Object.assign(link, { rel: 'prefetch', href: path, onload: resolve, onerror: resolve });
        document.head.append(link);
      });
    const asRouter = (path: string) =>
      fetch(`${path}${path.includes('?') ? '&' : '?'}_rsc=1`, { headers: { RSC: '1', 'Next-Router-Prefetch': '1' } });
    const all = Array.from({ length: 25 }, (_, n) => pages[n % pages.length] ?? '/account');
    await Promise.all(
      all.flatMap((path) => [
        asRouter(path),
        fetchAhead(`${path}${path.includes('?') ? '&' : '?'}ahead=${Math.random()}`),
      ]),
    );
    return performance.getEntriesByType('resource').filter(({ name }) => name.includes('ahead=')).length;
  }, inside);
  page.removeAllListeners('response');
  await Promise.all(pending);

  expect([linked, answers.filter(({ url }) => !url.includes('ahead=')).length]).toEqual([25, 25]);
  expect(answers.filter(({ status, setsCookie }) => status !== 401 || setsCookie)).toEqual([]);
  expect(digestOfRows(server.databaseUrl)).toBe(before);
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'document') documents.push(new URL(request.url()).pathname);
  });
  await page.getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible();
  // The router makes one navigation of the 401, which leads through the refresh.
  expect(documents).toEqual([paths.activity, '/api/auth/refresh', paths.activity]);
});

test('with an expired token a document that a person will see renews, and nothing else does', async ({
  server,
  client,
}) => {
  delete client.cookies['latchkey-session'];
  const before = digestOfRows(server.databaseUrl);
  const dest = (value: string) => ({ 'Sec-Fetch-Dest': value, Accept: 'text/html' });
  const navigate = { 'Sec-Fetch-Mode': 'navigate' };
  const others: Record<string, string>[] = [
    { RSC: '1' },
    { RSC: '1', 'Next-Router-Prefetch': '1' },
    { RSC: '1', 'Next-Router-Prefetch': '1', 'Next-Router-Segment-Prefetch': '/_tree' },
    ...['empty', 'iframe', 'frame', 'embed', 'object', 'image', 'script', 'style', 'fencedframe', 'x'].map(dest),
    { ...dest('document'), 'Sec-Purpose': 'prefetch' },
    { ...dest('document'), 'Sec-Purpose': 'prefetch;prerender' },
    { ...dest('document'), Purpose: 'prefetch' },
    { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' },
    ...['iframe', 'frame', 'embed', 'object', 'fencedframe'].map((to) => ({ ...dest(to), ...navigate })),
    { ...dest('empty'), ...navigate, 'Sec-Purpose': 'prefetch' },
    { ...dest('empty'), ...navigate, Accept: '*/*' },
    { 'Sec-Fetch-Site': 'cross-site', Accept: 'text/html' },
    { Accept: '*/*' },
    {},
  ];
  for (const headers of others) {
    for (const path of [paths.account, '/nothing', refreshPath(paths.account)]) {
      const first = await client.send('GET', path, { headers });
      // Next wants the address of a flight to be exact first.
      const answer = first.status === 307 ? await client.send('GET', first.headers.location ?? '', { headers }) : first;
      const about = `${path} with ${JSON.stringify(headers)}`;
      expect([answer.status, answer.headers['set-cookie']], about).toEqual([401, undefined]);
    }
  }
  expect((await client.send('HEAD', refreshPath(paths.account), { headers: dest('document') })).status).toBe(405);
  expect(digestOfRows(server.databaseUrl)).toBe(before);
  const passedOn = [navigate, { 'Sec-Fetch-Mode': 'same-origin' }].map((mode) => ({ ...dest('empty'), ...mode }));
  for (const headers of [dest('document'), ...passedOn, { Accept: 'text/html' }]) {
    delete client.cookies['latchkey-session'];
    const sent = await client.send('GET', paths.account, { headers });
    expect([sent.status, sent.headers.location]).toEqual([303, refreshPath(paths.account)]);
    const refreshed = await client.send('GET', refreshPath(paths.account), { headers });
    expect([refreshed.status, refreshed.headers['set-cookie']?.length]).toEqual([303, 2]);
  }
  expect(digestOfRows(server.databaseUrl)).not.toBe(before);
});
