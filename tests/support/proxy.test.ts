import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpClient } from './http-client.ts';
import { type Fate, type RunningProxy, startProxy } from './proxy.ts';
import { freePort } from './server.ts';

/** A server that answers what it is sent, with how many requests it has had. */
let server: Server;
let received: string[];
let targetPort: number;
let proxy: RunningProxy;
let client: HttpClient;
let fates: Fate[];

beforeEach(async () => {
  [received, fates, targetPort] = [[], [], await freePort()];
  server = createServer(async (request, response) => {
    const body = await text(request);
    received.push(`${request.method} ${request.url} ${body}`);
    response.setHeader('Set-Cookie', `count=${received.length}`).end(`${received.length} ${body}`);
  });
  await new Promise<void>((resolve) => server.listen(targetPort, resolve));
  const port = await freePort();
  proxy = await startProxy(port, { target: () => targetPort, fateOf: () => fates.shift() ?? {}, keepsAlive: true });
  client = new HttpClient(port);
});
afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const post = (json = 'hello') => client.send('POST', '/path?query', { json });

test('what nothing is said about is passed on as it is, both ways', async () => {
  const { status, headers, body } = await post();
  expect([status, headers['set-cookie'], body]).toEqual([200, ['count=1'], '1 "hello"']);
  expect(received).toEqual(['POST /path?query "hello"']);
});

test('a request that is cut never reaches the server', async () => {
  fates.push({ sent: async () => false });
  await expect(post()).rejects.toThrow();
  expect((await post()).body).toBe('1 "hello"');
});

test('an answer that is cut was given, and none of it arrives', async () => {
  fates.push({ answered: async () => 'none' });
  await expect(post()).rejects.toThrow();
  expect([received.length, client.cookies]).toEqual([1, {}]);
});

test('of an answer that is cut in the middle the beginning arrives', async () => {
  fates.push({ answered: async () => 'half' });
  const response = await fetch(proxy.url, { method: 'POST', body: 'hello' });
  expect(response.headers.getSetCookie()).toEqual(['count=1']);
  await expect(response.text()).rejects.toThrow();
});

test('a request that is repeated reaches the server twice, and its client hears one answer', async () => {
  let isDelivered = false;
  let repeat = () => {};
  const later = new Promise<void>((resolve) => {
    repeat = resolve;
  });
  fates.push({
    repeated: () => later,
    delivered: () => {
      isDelivered = true;
    },
  });
  expect((await post()).body).toBe('1 "hello"');
  repeat();
  await expect.poll(() => received).toEqual(['POST /path?query "hello"', 'POST /path?query "hello"']);
  expect(isDelivered).toBe(true);
});

test('an answer that is held up arrives after a later one', async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  fates.push({ answered: () => held.then(() => 'whole') });
  const order: string[] = [];
  const first = post('first').then(({ body }) => order.push(body));
  await expect.poll(() => received.length).toBe(1);
  order.push((await post('second')).body);
  letGo();
  await first;
  expect(order).toEqual(['2 "second"', '1 "first"']);
});

test('with no server there the connection is cut, and later requests find it again', async () => {
  const there = targetPort;
  targetPort = await freePort();
  await expect(post()).rejects.toThrow();
  targetPort = there;
  expect((await post()).status).toBe(200);
});
