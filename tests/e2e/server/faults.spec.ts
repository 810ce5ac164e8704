import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { decodeJwt } from 'jose';
import { paths } from '#lib/core/routes.ts';
import { test as base, expect, password } from '#tests/e2e/fixtures.ts';
import { startServer } from '#tests/support/server.ts';

const test = base.extend<{ file: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern.
  file: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-faults-'));
    await use(join(folder, 'test.db'));
    rmSync(folder, { recursive: true });
  },
});

/** A client that keeps its cookies and its access token, and sends again what got no answer. */
class Client {
  readonly #url: string;
  #cookies = '';
  #token = '';

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: string, path: string, json?: object): Promise<Response> {
    const headers: Record<string, string> = { Cookie: this.#cookies, Authorization: `Bearer ${this.#token}` };
    if (json) headers['Content-Type'] = 'application/json';
    const response = await fetch(this.#url + path, { method, headers, body: json ? JSON.stringify(json) : null });
    const set = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    if (set.length > 0) this.#cookies = set.join('; ');
    if (response.headers.get('content-type') === 'application/json' && set.length > 0)
      this.#token = (await response.clone().json()).access_token ?? this.#token;
    return response;
  }

  /** The session and generation that it was told last. */
  get claims(): { sid: string; gen: number } {
    const { sid, gen } = decodeJwt<{ sid: string; gen: number }>(this.#token);
    return { sid, gen };
  }

  /** A document navigation, wherever it leads. */
  visit(path: string): Promise<Response> {
    return fetch(this.#url + path, { headers: { Cookie: this.#cookies, 'Sec-Fetch-Dest': 'document' } });
  }

  /** Until there is an answer other than "not now", for as long as `isOver` is false. */
  async insist(method: string, path: string, json: object | undefined, isOver: () => boolean): Promise<number> {
    for (;;) {
      const status = await this.send(method, path, json).then(
        (response) => response.status,
        () => 0,
      );
      if ((status !== 0 && status !== 503) || isOver()) return status;
      await delay(20);
    }
  }
}

test('while another process holds the database for 3 s writes wait, reads go on, and nobody is signed out', async ({
  server,
  email,
}) => {
  const client = new Client(server.url);
  await client.send('POST', '/api/auth/register', { email, password });
  expect((await client.send('GET', '/api/me')).status).toBe(200);

  const lock = new Database(server.databaseUrl.replace('file:', ''));
  lock.exec('BEGIN IMMEDIATE');
  const waiting = Promise.all([
    client.send('POST', '/api/auth/refresh'),
    new Client(server.url).send('POST', '/api/auth/token', { email, password }),
    client.send('DELETE', '/api/auth/sessions?except=current'),
  ]);
  const until = performance.now() + 3000;
  let rounds = 0;
  for (; performance.now() < until; rounds++) {
    const reads = ['/api/live', '/api/health', '/api/me', '/api/activity'];
    const statuses = await Promise.all(reads.map(async (path) => (await client.send('GET', path)).status));
    expect(statuses).toEqual([200, 200, 200, 200]);
  }
  // A server that waits for the lock with its only thread would answer once in all this time.
  expect(rounds).toBeGreaterThan(3);
  lock.exec('ROLLBACK');
  expect((await waiting).map(({ status }) => status)).toEqual([200, 200, 204]);
  expect((await client.send('GET', '/api/me')).status).toBe(200);
  lock.close();
});

test('while the database stays locked what must be written is 503, no data is served unconfirmed, and all goes on afterwards', async ({
  server,
  email,
}) => {
  const [fresh, used] = [new Client(server.url), new Client(server.url)];
  await used.send('POST', '/api/auth/register', { email, password });
  await used.send('GET', '/api/me');
  await fresh.send('POST', '/api/auth/token', { email, password });

  const lock = new Database(server.databaseUrl.replace('file:', ''));
  lock.exec('BEGIN IMMEDIATE');
  const refused = await Promise.all([
    used.send('POST', '/api/auth/refresh'),
    used.send('POST', '/api/auth/logout'),
    new Client(server.url).send('POST', '/api/auth/token', { email, password }),
    // Nobody has used this token yet: that must be written down before anything is shown for it.
    fresh.send('GET', '/api/me'),
    fresh.send('GET', '/api/auth/session'),
    fresh.visit(paths.account),
  ]);
  for (const response of refused) {
    expect([response.url, response.status, response.headers.get('retry-after')]).toEqual([response.url, 503, '2']);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).not.toContain(email);
  }
  lock.exec('ROLLBACK');
  lock.close();
  for (const client of [fresh, used]) {
    expect((await client.send('GET', '/api/me')).status).toBe(200);
    expect((await client.send('POST', '/api/auth/refresh')).status).toBe(200);
  }
});

test('killed twice in the middle of refreshes and sign-ins, it loses no session, no acknowledged write and no page of its file', async ({
  file,
}) => {
  const settings = { DATABASE_URL: `file:${file}` };
  let server = await startServer(settings);
  const port = String(server.port);
  const clients = Array.from({ length: 4 }, () => new Client(server.url));
  const addresses = clients.map((_, index) => `person-${index}@example.org`);
  for (const [index, client] of clients.entries())
    await client.send('POST', '/api/auth/register', { email: addresses[index], password });

  let isOver = false;
  const acknowledged: { sid: string; gen: number }[] = [];
  const work = clients.map(async (client, index) => {
    const statuses = new Set<number>();
    for (let round = 0; !isOver; round++) {
      const [path, json] =
        index === 0 && round % 3 === 0
          ? ['/api/auth/token', { email: addresses[index], password }]
          : ['/api/auth/refresh', undefined];
      const status = await client.insist('POST', String(path), Object(json), () => isOver);
      statuses.add(status);
      if (status === 200) acknowledged.push(client.claims);
    }
    return statuses;
  });
  for (let kill = 0; kill < 2; kill++) {
    await expect.poll(() => acknowledged.length).toBeGreaterThan((kill + 1) * 10);
    await server.stop('SIGKILL');
    server = await startServer({ ...settings, PORT: port });
  }
  const before = acknowledged.length;
  await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 10);
  isOver = true;
  for (const statuses of await Promise.all(work)) expect([...statuses]).not.toContain(401);
  for (const client of clients) expect((await client.send('GET', '/api/me')).status).toBe(200);
  await server.stop();

  const database = new Database(file);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  const head = database.prepare('SELECT head FROM sessions WHERE id = ?').pluck();
  expect(acknowledged.filter(({ sid, gen }) => !(Number(head.get(sid)) >= gen))).toEqual([]);
  database.close();
});

test('of more sign-ins at once than can wait, some are told to come back, and none meets a fault', async ({
  server,
}) => {
  const json = { email: 'nobody@example.org', password };
  const tries = Array.from({ length: 150 }, () => new Client(server.url).send('POST', '/api/auth/token', json));
  const refused = (await Promise.all(tries)).filter(({ status }) => status !== 401);
  expect(refused.length).toBeGreaterThan(0);
  for (const response of refused) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' });
  }
});

test('on SIGTERM new connections are refused at once, and a request that never comes to its end holds nothing up', async () => {
  const server = await startServer();
  const stuck = connect(server.port, 'localhost');
  stuck.write('POST /api/auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  stuck.on('error', () => {});
  await once(stuck, 'connect');
  expect((await fetch(`${server.url}/api/live`)).status).toBe(200);
  const start = performance.now();
  const stopped = server.stop();
  await expect
    .poll(() =>
      fetch(`${server.url}/api/live`).then(
        () => 'answered',
        () => 'refused',
      ),
    )
    .toBe('refused');
  expect(performance.now() - start).toBeLessThan(5000);
  await stopped;
  // Not the 30 s that a request may take.
  expect(performance.now() - start).toBeLessThan(20_000);
});
