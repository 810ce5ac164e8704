import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Response } from '@playwright/test';
import Database from 'better-sqlite3';
import { landing, paths } from '#lib/core/routes.ts';
import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { possess } from '#tests/e2e/possessions.ts';
import { canariesIn, canaryFile, canarySettings, canaryUser } from '#tests/support/canaries.ts';
import { HttpClient } from '#tests/support/http-client.ts';
import { startServer } from '#tests/support/server.ts';

/** What the three kinds of token were, each time the browser was given new ones. */
async function collectTokens(response: Response, tokens: Set<string>): Promise<void> {
  for (const { name, value } of await response.headersArray())
    if (name.toLowerCase() === 'set-cookie') tokens.add(/^[^=]+=([^;]*)/.exec(value)?.[1] ?? '');
}

/** Everything that a browser was sent, and what for. */
function collectBodies(page: Page) {
  const bodies: { what: string; body: string }[] = [];
  const pending: Promise<void>[] = [];
  const tokens = new Set<string>();
  page.on('response', (response) => {
    const collect = async () => {
      await collectTokens(response, tokens);
      const body = await response.body().catch(() => Buffer.of());
      bodies.push({
        what: `${response.request().method()} ${new URL(response.url()).pathname}`,
        body: body.toString(),
      });
    };
    pending.push(collect());
  });
  return { bodies, tokens, settled: () => Promise.all(pending) };
}

/** What of the database nobody but the server may see, in every way of writing it. */
function secretsInRows(file: string): string[] {
  const database = new Database(file, { readonly: true });
  const hashes = database.prepare('SELECT password_hash FROM users').pluck().all();
  const seeds = database.prepare('SELECT seed FROM sessions').pluck().all();
  database.close();
  const written = seeds.flatMap((seed) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(seed as Uint8Array).toString(encoding)),
  );
  return [...hashes.map(String), ...written];
}

/** Somebody else, who has things and a session, and is not at this browser. */
async function addCanaryUser(port: number): Promise<void> {
  const { title, ...account } = canaryUser;
  const client = new HttpClient(port);
  await client.authenticate('/api/auth/register', account);
  await possess(client, title);
}

/** What whoever is signed in at the browser has besides. Answers the pages that show it. */
async function makeThings(page: Page, port: number): Promise<string[]> {
  const client = new HttpClient(port);
  for (const { name, value } of await page.context().cookies()) client.cookies[name] = value;
  client.token = JSON.parse((await client.send('GET', '/api/auth/session')).body).access_token;
  return (await possess(client, 'A thing')).pages;
}

/** All that lies open to anyone: static files, and the maps that would stand beside them. */
async function staticFiles(url: string): Promise<{ what: string; body: string }[]> {
  const files = globSync('.next/static/**/*.*').map((file) => file.replace('.next/', '/_next/'));
  const scripts = files.filter((file) => file.endsWith('.js'));
  const paths = [...files, ...scripts.map((file) => `${file}.map`), '/.env.local', '/.env', '/package.json'];
  return Promise.all(paths.map(async (what) => ({ what, body: await (await fetch(url + what)).text() })));
}

test('no token or secret is in a page, a script, a flight, a log line or browser storage, on a visit to every page', async ({
  page,
  context,
  email,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
  const file = join(folder, `${canaryFile}.db`);
  const server = await startServer({ ...canarySettings, DATABASE_URL: `file:${file}` });
  await addCanaryUser(server.port);
  const seen = collectBodies(page);
  const console: string[] = [];
  page.on('console', (message) => console.push(message.text()));

  await page.goto(`${server.url}/register`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(server.url + landing);
  // By links, which fetch flights, and by address, which loads documents.
  await page.getByRole('link', { name: 'Sessions' }).first().click();
  await expect(page.getByText('This device')).toBeVisible();
  await page.getByRole('link', { name: 'Account' }).first().click();
  await expect(page.getByText(email)).toBeVisible();
  await page.clock.install();
  const own = await makeThings(page, server.port);
  for (const path of [...own, '/nothing', '/', paths.login, paths.reset]) await page.goto(server.url + path);
  const tokenTaken = page.waitForResponse((answer) => answer.url().endsWith('/api/auth/session'));
  await page.goto(server.url + landing);
  await tokenTaken;
  const refresh = async () => (await context.cookies()).find(({ name }) => name === 'latchkey-refresh')?.value;
  const first = await refresh();
  await page.clock.fastForward('04:45');
  await expect.poll(refresh).not.toBe(first);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();

  const storage = await page.evaluate(async () =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), document.cookie]),
  );
  await seen.settled();
  const accessTokens = new Set<string>();
  for (const { body } of seen.bodies)
    for (const [token] of body.matchAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g)) accessTokens.add(token);
  const cookies = [...seen.tokens].filter((value) => value.length > 40);
  expect(cookies.length).toBeGreaterThan(3);
  expect(accessTokens.size).toBeGreaterThan(1);

  const hidden = [...cookies, ...secretsInRows(file)];
  const places = [
    ...seen.bodies,
    ...(await staticFiles(server.url)),
    { what: 'storage', body: storage },
    { what: 'console', body: console.join('\n') },
    { what: 'log', body: server.output.join('\n') },
  ];
  expect(places.filter(({ what }) => what.includes('/_next/static/')).length).toBeGreaterThan(3);
  const leaks = places.filter(({ body }) => hidden.some((secret) => body.includes(secret)));
  expect(leaks.map(({ what }) => what)).toEqual([]);
  const canaries = places.map(({ what, body }) => [what, ...canariesIn(body)]).filter(({ length }) => length > 1);
  expect(canaries).toEqual([]);
  // The access token has three ways into the page, each an answer to the page's own script.
  const holders = places.filter(({ body }) => [...accessTokens].some((token) => body.includes(token)));
  const answers = ['POST /api/auth/register', 'POST /api/auth/refresh', 'GET /api/auth/session'];
  expect(holders.map(({ what }) => what).filter((what) => !answers.includes(what))).toEqual([]);
  const typed = places.filter(({ body }) => body.includes(password));
  expect(typed.map(({ what }) => what)).toEqual([]);
  expect(server.output.join('\n')).not.toContain(email);
  await server.stop();
  rmSync(folder, { recursive: true });
});
