import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, recordRequests, signUp, test } from '#tests/e2e/fixtures.ts';
import { expired } from '#tests/e2e/forged.ts';
import { makeStale } from '#tests/e2e/stale.ts';

const snippet = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/axios.md', 'utf8'))?.[1] ?? '';
const packages = {
  axios: 'node_modules/axios/dist/esm/axios.min.js',
  'axios-auth-refresh': 'node_modules/axios-auth-refresh/dist/index.esm.js',
};

/** A page of this origin that runs exactly what the document prints, with the packages as they are published. */
async function openAxiosPage(page: Page): Promise<void> {
  const imports = Object.fromEntries(Object.keys(packages).map((name) => [name, `/packages/${name}.js`]));
  const script = `${snippet}\nglobalThis.api = api;`;
  const body = `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script><script type="module">${script}</script>`;
  await page.route('**/axios-page', (route) => route.fulfill({ contentType: 'text/html', body }));
  for (const [name, path] of Object.entries(packages)) {
    await page.route(`**/packages/${name}.js`, (route) => route.fulfill({ path, contentType: 'text/javascript' }));
  }
  await page.goto('/axios-page');
  await page.waitForFunction(() => 'api' in globalThis);
}

/** Statuses of as many calls at once, made with the document's `api`. */
function call(page: Page, times: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const { api } = globalThis as unknown as { api: { get(path: string): Promise<{ status: number }> } };
    const answers = await Promise.all(Array.from({ length: count }, () => api.get('/api/me')));
    return answers.map(({ status }) => status);
  }, times);
}

test('axios with axios-auth-refresh, as the document shows it, shares one refresh between parallel calls', async ({
  page,
  context,
  email,
}) => {
  await signUp(context, email);
  await openAxiosPage(page);
  const authorised = page.waitForRequest((one) => one.headers().authorization !== undefined);
  expect(await call(page, 1)).toEqual([200]);
  const { authorization: fresh = '' } = (await authorised).headers();
  // The server is to hold this first token for expired: it is told one of the same session that is.
  await page.route('**/api/me', (route) => {
    const headers = route.request().headers();
    const isFresh = headers.authorization === fresh;
    return route.continue({ headers: isFresh ? { ...headers, authorization: expired(fresh) } : headers });
  });

  const requests = recordRequests(page);
  expect(await call(page, 10)).toEqual(Array.from({ length: 10 }, () => 200));
  expect(requests.filter((one) => one === 'POST /api/auth/refresh')).toHaveLength(1);
  expect(requests.filter((one) => one === 'GET /api/me')).toHaveLength(20);
});

test('axios, as the document shows it, refreshes nothing where a call asks for a fresh sign-in', async ({
  page,
  context,
  server,
  email,
}) => {
  await signUp(context, email);
  await openAxiosPage(page);
  expect(await call(page, 1)).toEqual([200]);
  makeStale(server, email);
  const requests = recordRequests(page);
  const refusal = await page.evaluate(async () => {
    const { api } = globalThis as unknown as { api: { get(path: string): Promise<unknown> } };
    return api.get('/api/me/export').catch(({ response }) => [response.status, response.data.error]);
  });
  expect(refusal).toEqual([401, 'insufficient_user_authentication']);
  expect(requests).toEqual(['GET /api/me/export']);
});
