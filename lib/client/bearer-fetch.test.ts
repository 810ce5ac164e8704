import { describe, expect, test } from 'vitest';
import { createBrowser, gate, staleTab, turns } from '#lib/client/testing/fake-browser.ts';
import { bob, credentials, mishaps } from '#lib/client/testing/fake-server.ts';
import { SignedOutError, UnreachableError } from './client-errors.ts';

const refresh = 'POST /api/auth/refresh';

describe('one refresh for all', () => {
  test('ten calls at once that are all refused cause exactly one refresh', async () => {
    const { client, server } = await staleTab();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.fetch('/api/tasks')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(server.count(refresh)).toBe(1);
    expect(server.count('GET /api/auth/session')).toBe(1);
    expect(server.count('GET /api/tasks')).toBe(20);
  });

  test('ten calls at once without a token wait for one', async () => {
    const { server, tab, jar, advance } = createBrowser();
    jar.cookies = server.begin();
    await advance(300_000);
    const { client } = tab();
    await Promise.all(Array.from({ length: 10 }, () => client.fetch('/api/tasks')));
    expect(server.count(refresh)).toBe(1);
    expect(server.count('GET /api/tasks')).toBe(10);
  });

  test('a call refused with an older token is repeated with the present one, without a refresh', async () => {
    const { client, server, jar } = await staleTab();
    const release = gate();
    server.next('GET /api/slow', async (serve) => {
      const answer = serve();
      await release.opened;
      return answer;
    });
    const slow = client.fetch('/api/slow');
    await turns();
    await client.fetch('/api/tasks');
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

  test('a 401 for another reason is the answer', async () => {
    const { client, server } = await staleTab();
    const body = JSON.stringify({ error: 'unauthorized', error_description: 'No.' });
    server.next('GET /api/odd', async () => ({ response: new Response(body, { status: 401 }) }));
    const answer = await client.fetch('/api/odd');
    expect(await answer.json()).toMatchObject({ error: 'unauthorized' });
    expect(server.requests).toEqual(['GET /api/odd']);
  });

  test('a proxy that strips the header leaves the body to tell', async () => {
    const { client, server } = await staleTab();
    const body = JSON.stringify({ error: 'invalid_token', error_description: 'The access token expired' });
    server.next('GET /api/tasks', async () => ({ response: new Response(body, { status: 401 }) }));
    expect((await client.fetch('/api/tasks')).status).toBe(200);
  });

  test('where the session is over the call rejects', async () => {
    const { client, server, jar } = await staleTab();
    server.end(jar.cookies?.sid);
    await expect(client.fetch('/api/tasks')).rejects.toThrow(SignedOutError);
  });

  test('a token that was refused is not sent again while no other can be had', async () => {
    const { client, server } = await staleTab();
    server.next(refresh, mishaps.offline);
    await expect(client.fetch('/api/tasks')).rejects.toThrow(UnreachableError);
    expect(client.state().status).toBe('unreachable');
    expect(server.count('GET /api/tasks')).toBe(1);
  });

  test('a call made in one person’s name is never repeated in another’s', async () => {
    const { client, server } = await staleTab();
    const release = gate();
    server.next('DELETE /api/tasks/1', async (serve) => {
      await release.opened;
      return serve();
    });
    const call = client.fetch('/api/tasks/1', { method: 'DELETE' });
    await turns();
    server.settings.user = bob;
    await client.signIn(credentials);
    release.open();
    expect((await call).status).toBe(401);
    expect(server.count('DELETE /api/tasks/1')).toBe(1);
  });
});

test('a caller who gives up leaves the refresh to the others', async () => {
  const { client, server } = await staleTab();
  const release = gate();
  server.next(refresh, async (serve) => {
    await release.opened;
    return serve();
  });
  const impatient = new AbortController();
  const given = client.fetch('/api/tasks', { signal: impatient.signal });
  const patient = client.fetch('/api/tasks');
  await turns();
  impatient.abort(new Error('no longer needed'));
  await expect(given).rejects.toThrow('no longer needed');
  release.open();
  expect((await patient).status).toBe(200);
  expect(server.count(refresh)).toBe(1);
});
