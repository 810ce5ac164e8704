import { describe, expect, test } from 'vitest';
import { createBrowser, gate, staleTab, turns } from '#lib/client/testing/fake-browser.ts';
import { bob, credentials, mishaps } from '#lib/client/testing/fake-server.ts';
import { signIn } from './begin-session.ts';
import { SignedOutError, UnreachableError } from './result.ts';

const refresh = 'POST /api/auth/refresh';
const origin = 'http://localhost:3000';

describe('any number of calls', () => {
  test('that are all refused at once cause exactly one refresh', async () => {
    const { client, server } = await staleTab();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.fetch('/api/things')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(server.count(refresh)).toBe(1);
    expect(server.count('GET /api/auth/session')).toBe(1);
    expect(server.count('GET /api/things')).toBe(20);
  });

  test('that have no token yet wait for one refresh', async () => {
    const { server, tab, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    await advance(300_000);
    const { client } = tab();
    await Promise.all(Array.from({ length: 10 }, () => client.fetch('/api/things')));
    expect(server.count(refresh)).toBe(1);
    expect(server.count('GET /api/things')).toBe(10);
  });

  test('wait for one refresh, and one whose caller gives up leaves it to the others', async () => {
    const { client, server } = await staleTab();
    const release = gate();
    server.next(refresh, async (serve) => {
      await release.opened;
      return serve();
    });
    const impatient = new AbortController();
    const given = client.fetch('/api/things', { signal: impatient.signal });
    const patient = client.fetch('/api/things');
    await turns();
    impatient.abort(new Error('no longer needed'));
    await expect(given).rejects.toThrow('no longer needed');
    release.open();
    expect((await patient).status).toBe(200);
    expect(server.count(refresh)).toBe(1);
  });
});

describe('a call whose token was refused', () => {
  test('is repeated with the token that came meanwhile, without another refresh', async () => {
    const { client, server, jar } = await staleTab();
    const release = gate();
    server.next('GET /api/slow', async (serve) => {
      const answer = serve();
      await release.opened;
      return answer;
    });
    const slow = client.fetch('/api/slow');
    await turns();
    await client.fetch('/api/things');
    expect(server.count(refresh)).toBe(1);
    release.open();
    expect((await slow).status).toBe(200);
    expect(server.count(refresh)).toBe(1);
    expect(jar.cookies?.generation).toBe(3);
  });

  test('is repeated once only', async () => {
    const { client, server } = await staleTab();
    const refused = new Response(null, {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
    server.next('GET /api/odd', ...Array.from({ length: 9 }, () => async () => ({ response: refused.clone() })));
    expect((await client.fetch('/api/odd')).status).toBe(401);
    expect(server.count('GET /api/odd')).toBe(2);
    expect(server.count(refresh)).toBe(1);
  });

  test('is told from one that was refused for another reason: that is the answer', async () => {
    const { client, server } = await staleTab();
    const body = JSON.stringify({ error: 'unauthorized', error_description: 'No.' });
    server.next('GET /api/odd', async () => ({ response: new Response(body, { status: 401 }) }));
    const answer = await client.fetch('/api/odd');
    expect(await answer.json()).toMatchObject({ error: 'unauthorized' });
    expect(server.requests).toEqual(['GET /api/odd']);
  });

  test('is known by its body where a proxy strips the header', async () => {
    const { client, server } = await staleTab();
    const body = JSON.stringify({ error: 'invalid_token', error_description: 'The access token expired' });
    server.next('GET /api/things', async () => ({ response: new Response(body, { status: 401 }) }));
    expect((await client.fetch('/api/things')).status).toBe(200);
  });

  test('rejects where the session is over', async () => {
    const { client, server, jar } = await staleTab();
    server.end(jar.cookies?.sid);
    await expect(client.fetch('/api/things')).rejects.toThrow(SignedOutError);
  });

  test('is not sent again with that token while no other can be had', async () => {
    const { client, server } = await staleTab();
    server.next(refresh, mishaps.offline);
    await expect(client.fetch('/api/things')).rejects.toThrow(UnreachableError);
    expect(client.state().status).toBe('unreachable');
    expect(server.count('GET /api/things')).toBe(1);
  });

  test('is never repeated in another person’s name', async () => {
    const { client, server } = await staleTab();
    const release = gate();
    server.next('DELETE /api/things/1', async (serve) => {
      await release.opened;
      return serve();
    });
    const call = client.fetch('/api/things/1', { method: 'DELETE' });
    await turns();
    server.settings.user = bob;
    await signIn(client, credentials);
    release.open();
    expect((await call).status).toBe(401);
    expect(server.count('DELETE /api/things/1')).toBe(1);
  });
});

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
  ])('goes to this origin only, and so not to %s', async (url) => {
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
    expect((await client.fetch('/api/things', { method: 'POST', body: body() })).status).toBe(200);
    const sent = server.seen.filter(({ request }) => request === 'POST /api/things');
    expect(sent).toHaveLength(2);
    for (const { body } of sent) expect(body).toMatch(expected);
  });

  test('a Request object is sent again with its method, headers and body', async () => {
    const { client, server } = await staleTab();
    const headers = { 'content-type': 'text/plain', 'x-kept': 'yes' };
    await client.fetch(new Request(`${origin}/api/things`, { method: 'PUT', body: 'milk', headers }));
    const sent = server.seen.filter(({ request }) => request === 'PUT /api/things');
    expect(sent.map(({ body }) => body)).toEqual(['milk', 'milk']);
    for (const { init } of sent) expect(new Headers(init.headers).get('x-kept')).toBe('yes');
  });

  test('to the refresh endpoint, and to others that need no token, is passed on as it is', async () => {
    const { client, server } = await staleTab();
    server.next(refresh, mishaps.busy);
    expect((await client.fetch('/api/auth/refresh', { method: 'POST' })).status).toBe(503);
    expect(server.requests).toEqual([refresh]);
    expect(new Headers(server.seen.at(-1)?.init.headers).has('authorization')).toBe(false);
  });
});
