import { expect, test } from 'vitest';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { mishaps } from '#lib/client/testing/fake-server.ts';

const refresh = 'POST /api/auth/refresh';
const session = 'GET /api/auth/session';

test('a shortened life is renewed by a real refresh, four fifths into it', async () => {
  const { server, signedInTab, advance } = createBrowser();
  const { client } = await signedInTab();
  client.shortenLife(15);
  await advance(11_999);
  expect(server.requests).toEqual([]);
  await advance(1);
  expect(server.requests).toEqual([session, refresh, 'GET /api/me']);
  expect(client.life()).toMatchObject({ generation: 1, receivedAt: 13_000, renewAt: 25_000, expiresAt: 28_000 });
  await advance(12_000);
  expect(server.count(refresh)).toBe(2);
});

test('a held token that is older than that is renewed at once', async () => {
  const { server, signedInTab, advance } = createBrowser();
  const { client } = await signedInTab();
  await advance(60_000);
  client.shortenLife(15);
  await turns();
  expect(server.count(refresh)).toBe(1);
});

test('a life is never lengthened, and the shortest cap counts', async () => {
  const { server, signedInTab, advance } = createBrowser();
  server.settings.expiresIn = 10;
  const { client } = await signedInTab();
  client.shortenLife(1000);
  expect(client.life()).toMatchObject({ receivedAt: 1000, expiresAt: 11_000 });
  client.shortenLife(5);
  client.shortenLife(7);
  expect(client.life()).toMatchObject({ receivedAt: 1000, expiresAt: 6000 });
  await advance(4000);
  expect(client.life()).toMatchObject({ receivedAt: 5000, expiresAt: 10_000 });
});

test('undone, the next token lives as the server says', async () => {
  const { server, signedInTab, advance } = createBrowser();
  const { client } = await signedInTab();
  const undo = client.shortenLife(15);
  undo();
  await advance(12_000);
  expect(server.count(refresh)).toBe(1);
  await advance(269_999);
  expect(server.count(refresh)).toBe(1);
  await advance(1);
  expect(server.count(refresh)).toBe(2);
});

test('it does not hurry a server that asked to be left alone', async () => {
  const { server, signedInTab, advance } = createBrowser();
  const { client } = await signedInTab();
  server.next(refresh, mishaps.slowDown);
  await advance(270_000);
  client.shortenLife(15);
  await advance(6999);
  expect(server.count(refresh)).toBe(1);
  await advance(1);
  expect(server.count(refresh)).toBe(2);
});

test('before the session is looked up it asks nothing, and counts from the first token on', async () => {
  const { server, tab, jar } = createBrowser();
  jar.cookies = server.begin();
  const { client } = tab();
  client.shortenLife(15);
  await turns();
  expect([server.requests, client.life()]).toEqual([[], null]);
  await client.start();
  expect(client.life()).toEqual({
    sessionId: 'session-1',
    generation: 0,
    receivedAt: 1000,
    renewAt: 13_000,
    expiresAt: 16_000,
  });
});

test.each([0, -1, Number.NaN])('%d s is no life', async (seconds) => {
  const { client } = await createBrowser().signedInTab();
  expect(() => client.shortenLife(seconds)).toThrow(RangeError);
  expect(client.life()).toMatchObject({ expiresAt: 301_000 });
});
