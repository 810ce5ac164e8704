/** Where the app listens, how long it keeps a connection, and whom it takes for a proxy. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '#tests/e2e/fixtures.ts';
import { startServer } from '#tests/support/server.ts';

test('an idle connection is kept for longer than most proxies keep it, and another time can be set', async ({
  server,
}) => {
  expect((await fetch(`${server.url}/api/live`)).headers.get('keep-alive')).toBe('timeout=620');
  const brief = await startServer({ KEEP_ALIVE_SECONDS: '1' });
  const socket = connect(brief.port, 'localhost');
  let answers = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answers += text;
  });
  const ask = () => socket.write('GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
  ask();
  // At once: the connection is kept for a second.
  await expect.poll(() => answers.match(/"ok"/g)?.length, { intervals: [20] }).toBe(1);
  ask();
  await expect.poll(() => answers.match(/"ok"/g)?.length).toBe(2);
  await once(socket, 'end');
  await brief.stop();
});

test('one warning a process says what to set where a proxy is not counted', async () => {
  for (const [TRUSTED_PROXY_HOPS, header, times] of [
    ['0', 'X-Forwarded-For', 1],
    ['0', 'Forwarded', 1],
    ['1', 'X-Forwarded-For', 0],
  ] as const) {
    const server = await startServer({ TRUSTED_PROXY_HOPS, LOG_LEVEL: 'warn' });
    const warnings = () => server.output.filter((line) => line.includes('set TRUSTED_PROXY_HOPS to the number'));
    await fetch(`${server.url}/api/live`);
    expect(warnings()).toEqual([]);
    for (let asked = 0; asked < 3; asked++)
      await fetch(`${server.url}/api/live`, { headers: { [header]: 'for=203.0.113.9' } });
    await server.stop();
    expect([TRUSTED_PROXY_HOPS, header, warnings().length]).toEqual([TRUSTED_PROXY_HOPS, header, times]);
  }
});

test('HOST is the one address that is listened on', async () => {
  const server = await startServer({ HOST: '127.0.0.1' });
  expect((await fetch(`http://127.0.0.1:${server.port}/api/live`)).status).toBe(200);
  await expect(fetch(`http://127.0.0.2:${server.port}/api/live`)).rejects.toThrow();
  await server.stop();
});

for (const [HOST, reason] of [
  ['192.0.2.123', 'HOST 192.0.2.123 is no address of this machine'],
  ['nowhere.invalid', 'HOST nowhere.invalid has no address'],
] as const) {
  test(`a HOST that cannot be had, like ${HOST}, is said in one sentence`, async () => {
    const failed = await startServer({ HOST }).catch((error: Error) => error.message);
    expect(failed).toContain('ended with 1');
    expect(failed).toContain(reason);
    expect(failed).not.toMatch(/\n +at /);
  });
}
