import { describe, expect, test } from 'vitest';
import { createBrowser, gate, turns } from '#lib/client/testing/fake-browser.ts';

const untilDue = 270_000;

describe('the lock', () => {
  test('of a tab that died with it is waited for 2 s, then done without', async () => {
    const { server, tab, jar, withLock, advance } = createBrowser();
    jar.cookies = server.begin();
    void withLock('latchkey-refresh', new AbortController().signal, () => new Promise(() => {}));
    const { client } = tab();
    void client.start();
    await advance(1999);
    expect(server.requests).toEqual([]);
    await advance(1);
    expect(client.state().status).toBe('signed-in');
  });

  test('once had, is not used where another tab handed its token over meanwhile', async () => {
    const { server, signedInTab, jar, withLock, advance, say } = createBrowser();
    await signedInTab();
    const { opened, open } = gate();
    void withLock('latchkey-refresh', new AbortController().signal, () => opened);
    await advance(untilDue);
    const { response } = await server.serve('/api/auth/refresh', { method: 'POST' }, jar.cookies);
    server.requests.length = 0;
    say({ type: 'renewed', sessionId: 'session-1', generation: 1, token: await response.json() });
    open();
    await advance(0);
    expect(server.requests).toEqual([]);
  });

  test('is not needed where the browser has none', async () => {
    const { server, tab, jar } = createBrowser();
    jar.cookies = server.begin();
    const { client } = tab({}, { withLock: () => Promise.reject(new TypeError()), openChannel: () => null });
    void client.start();
    await turns();
    expect(client.state().status).toBe('signed-in');
  });
});
