import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';

const metricsToken = 'a-token-for-the-metrics';
test.use({ settings: { LATCHKEY_WORKERS: '2', METRICS_TOKEN: metricsToken, LOG_LEVEL: 'info' } });
// One server is enough for the first two.
test.describe.configure({ mode: 'default' });

/** The processes that answer, by what the supervisor has logged of them. */
function workersOf({ output }: RunningServer): number[] {
  const alive = new Set<number>();
  for (const line of output.filter((one) => one.includes('A worker process'))) {
    const { pid, message } = JSON.parse(line);
    if (message.endsWith('listens')) alive.add(pid);
    else alive.delete(pid);
  }
  return [...alive];
}

/** Over a connection of its own, so that the workers take turns. */
function ask(server: RunningServer, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(server.url + path, { ...init, headers: { ...init.headers, Connection: 'close' } });
}

function post(server: RunningServer, path: string, json: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return ask(server, path, { method: 'POST', body: JSON.stringify(json), headers });
}

async function sum(server: RunningServer, line: string): Promise<number> {
  const answer = await ask(server, '/api/metrics', { headers: { Authorization: `Bearer ${metricsToken}` } });
  const text = await answer.text();
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.slice(line.length),
  );
}

test('one worker for each that is asked for answers on the one port, and what each counts is added up', async ({
  server,
  email,
}) => {
  expect(workersOf(server)).toHaveLength(2);
  expect((await post(server, '/api/auth/register', { email, password })).status).toBe(201);
  const before = await sum(server, 'latchkey_sign_ins_total{outcome="refused"}');
  for (let tries = 0; tries < 6; tries++)
    expect((await post(server, '/api/auth/token', { email, password: 'not my password' })).status).toBe(401);
  // Whichever worker answers knows of all six.
  for (let asked = 0; asked < 4; asked++)
    expect(await sum(server, 'latchkey_sign_ins_total{outcome="refused"}')).toBe((before || 0) + 6);
});

test('a worker that is killed is replaced, and the other one answers meanwhile', async ({ server }) => {
  const [victim = 0, other = 0] = workersOf(server);
  process.kill(victim, 'SIGKILL');
  await expect.poll(() => workersOf(server)).not.toContain(victim);
  for (let asked = 0; asked < 10; asked++) expect((await ask(server, '/api/health')).status).toBe(200);
  await expect.poll(() => workersOf(server).length).toBe(2);
  expect(workersOf(server)).toContain(other);
  expect((await ask(server, '/api/health')).status).toBe(200);
});

test('on SIGTERM all workers finish what is under way, and nothing is left behind', async ({ email }) => {
  const server = await startServer({
    LATCHKEY_WORKERS: '2',
    BCRYPT_COST: '12',
    METRICS_TOKEN: metricsToken,
    LOG_LEVEL: 'info',
  });
  const workers = workersOf(server);
  const people = [1, 2, 3].map((number) => `${number}-${email}`);
  const signingUp = people.map((one) => post(server, '/api/auth/register', { email: one, password }));
  // Each of the two has one hashing thread, so one of the three waits.
  await expect.poll(() => sum(server, 'latchkey_hash_queue'), { intervals: [20] }).toBe(1);
  const start = performance.now();
  await server.stop();
  expect(performance.now() - start).toBeLessThan(11_000);
  for (const response of await Promise.all(signingUp)) expect(response.status).toBe(201);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
});

test('a connection of the moment of a stop is answered or refused, however long the workers have to finish', async () => {
  const server = await startServer({ LATCHKEY_WORKERS: '2' });
  const slow = connect(server.port, 'localhost');
  const closed = once(slow, 'close');
  slow.write('POST /api/auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n');
  await once(slow, 'data');
  const stopped = server.stop();
  let refused = 0;
  const knock = async () => {
    while (refused < 20) {
      const socket = connect(server.port, 'localhost');
      const ended = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', (error) => {
        if ('code' in error && error.code === 'ECONNREFUSED') refused++;
      });
      socket.resume().end('GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await ended;
    }
  };
  await Promise.all([knock(), knock(), knock(), knock()]);
  // The slow one has held its worker until here.
  expect(slow.closed).toBe(false);
  slow.end('{}');
  await Promise.all([closed, stopped]);
});

test('where no worker can listen, the start says why and gives up', async () => {
  const taken = createServer().listen(0);
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const settings = { LATCHKEY_WORKERS: '2', PORT: String(port), APP_URL: `http://localhost:${port}` };
  await expect(startServer(settings)).rejects.toThrow(new RegExp(`ended with 1[^]*PORT ${port} is taken`));
  taken.close();
});
