import { describe, expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import type { Mishap } from '#lib/client/testing/fake-server.ts';
import { linkHeldIdentity } from './link.ts';
import { startAtProvider } from './start.ts';

const begin = 'POST /api/auth/oidc/acme/start';
const leadsTo =
  (authorization_url: string): Mishap =>
  async () => ({ response: Response.json({ authorization_url }) });

describe('starting at a provider', () => {
  test('gives the address to leave for, and shows no token', async () => {
    const { tab, server } = createBrowser();
    server.next(begin, leadsTo('https://id.example/auth?a=b'));
    const asked = { next: '/tasks', remember: true };
    expect(await startAtProvider(tab().client, 'acme', asked)).toEqual({
      ok: true,
      value: 'https://id.example/auth?a=b',
    });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ intent: 'sign_in', ...asked });
    expect(new Headers(server.seen[0]?.init.headers).has('authorization')).toBe(false);
  });

  test.each(['link', 'confirm'] as const)('to %s shows who is signed in', async (intent) => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next(begin, leadsTo('https://id.example/'));
    expect(await startAtProvider(client, 'acme', { intent })).toMatchObject({ ok: true });
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).toMatch(/^Bearer /);
  });

  test.each(['http://127.0.0.1:9000/auth', 'http://localhost/auth', 'http://[::1]:1/'])(
    'leaves for %s',
    async (url) => {
      const { tab, server } = createBrowser();
      server.next(begin, leadsTo(url));
      expect(await startAtProvider(tab().client, 'acme', {})).toEqual({ ok: true, value: url });
    },
  );

  test.each([
    'http://id.example/auth',
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example/',
    'javascript:alert(1)',
    'data:text/html,hello',
    'https://id.example@evil.example/',
    '/login',
    '',
  ])('never leaves for %s', async (url) => {
    const { tab, server } = createBrowser();
    server.next(begin, leadsTo(url));
    expect(await startAtProvider(tab().client, 'acme', {})).toMatchObject({
      ok: false,
      error: { code: 'provider_error' },
    });
  });

  test('in a browser that keeps no cookies makes no request', async () => {
    const { tab, server } = createBrowser();
    const { client } = tab({}, { keepsCookies: () => false });
    expect(await startAtProvider(client, 'acme', {})).toMatchObject({ error: { code: 'cookies_blocked' } });
    expect(server.requests).toEqual([]);
  });
});

describe('connecting an identity that waits for it', () => {
  const link = 'POST /api/auth/oidc/acme/link';
  const linked: Mishap = async () => ({ response: Response.json({ status: 'linked', next: '/tasks' }) });
  const over: Mishap = async () => ({
    response: Response.json({ error: 'transaction_over', error_description: 'Over.' }, { status: 400 }),
  });
  const lost: Mishap = async () => Promise.reject(new TypeError('Failed to fetch'));

  test('shows who signed in, and gives the path to go to', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next(link, linked);
    expect(await linkHeldIdentity(client, 'acme', 'a state')).toEqual({ ok: true, value: '/tasks' });
    expect(new Headers(server.seen.at(-1)?.init.headers).get('authorization')).toMatch(/^Bearer /);
  });

  test('that is over says so; one whose answer was lost is done', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next(link, over, lost, over);
    expect(await linkHeldIdentity(client, 'acme', 'a state')).toMatchObject({ error: { code: 'transaction_over' } });
    expect(await linkHeldIdentity(client, 'acme', 'a state')).toEqual({ ok: true, value: null });
  });
});
