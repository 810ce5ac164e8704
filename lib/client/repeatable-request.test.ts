import { describe, expect, test } from 'vitest';
import { staleTab } from '#lib/client/testing/fake-browser.ts';
import { mishaps } from '#lib/client/testing/fake-server.ts';

const refresh = 'POST /api/auth/refresh';
const origin = 'http://localhost:3000';

describe('what is sent', () => {
  test.each([
    'https://evil.example/api',
    '//evil.example/api',
    '/\\evil.example',
    'http://localhost:3001/',
    'http://localhost:3000@evil.example/',
    'blob:http://localhost:3000/1',
    'javascript:1',
    'http://',
  ])('%s is refused: a token does not leave the origin', async (url) => {
    const { client, server } = await staleTab();
    await expect(client.fetch(url)).rejects.toThrow(TypeError);
    await expect(client.fetch(url)).rejects.toThrow(/Only paths of|URL/);
    expect(server.requests).toEqual([]);
  });

  const form = new FormData();
  form.set('title', 'milk');
  test.each<[string, () => BodyInit, RegExp]>([
    ['a string', () => 'milk', /^milk$/],
    ['a form', () => form, /name="title"\s+milk/],
    ['search parameters', () => new URLSearchParams({ title: 'milk' }), /^title=milk$/],
    ['a blob', () => new Blob(['milk']), /^milk$/],
    ['a stream', () => new Response('milk').body ?? '', /^milk$/],
  ])('%s is sent again, whole, with the repeat', async (_name, body, expected) => {
    const { client, server } = await staleTab();
    expect((await client.fetch('/api/tasks', { method: 'POST', body: body() })).status).toBe(200);
    const sent = server.seen.filter(({ request }) => request === 'POST /api/tasks');
    expect(sent).toHaveLength(2);
    for (const { body } of sent) expect(body).toMatch(expected);
  });

  test('a Request object is sent again with its method, headers and body', async () => {
    const { client, server } = await staleTab();
    const headers = { 'content-type': 'text/plain', 'x-kept': 'yes' };
    await client.fetch(new Request(`${origin}/api/tasks`, { method: 'PUT', body: 'milk', headers }));
    const sent = server.seen.filter(({ request }) => request === 'PUT /api/tasks');
    expect(sent.map(({ body }) => body)).toEqual(['milk', 'milk']);
    for (const { init } of sent) expect(new Headers(init.headers).get('x-kept')).toBe('yes');
  });

  test('the refresh URL is never intercepted', async () => {
    const { client, server } = await staleTab();
    server.next(refresh, mishaps.busy);
    expect((await client.fetch('/api/auth/refresh', { method: 'POST' })).status).toBe(503);
    expect(server.requests).toEqual([refresh]);
    expect(new Headers(server.seen.at(-1)?.init.headers).has('authorization')).toBe(false);
  });
});
