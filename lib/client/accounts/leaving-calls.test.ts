import { describe, expect, test } from 'vitest';
import { stepUp } from '#lib/client/step-up.ts';
import { createBrowser, turns } from '#lib/client/testing/fake-browser.ts';
import { credentials, deletesAt, mishaps } from '#lib/client/testing/fake-server.ts';
import { leave, takeData } from './leaving-calls.ts';

const { password } = credentials;

describe('leaving', () => {
  test('asks who the person is, then ends the session here and in the other tabs, in the lock', async () => {
    const { signedInTab, server, messages, jar } = createBrowser();
    const [one, two] = [await signedInTab(), await signedInTab()];
    one.client.onStepUp(async () => (await stepUp(one.client, { password })).ok);
    messages.length = 0;
    expect(await leave(one.client)).toEqual({ ok: true, value: { deletes_at: deletesAt } });
    await turns();
    expect(one.client.state()).toEqual({ status: 'signed-out' });
    expect(two.client.state()).toEqual({ status: 'signed-out' });
    expect(two.changes).toEqual(['signed-out']);
    expect(jar.cookies).toBeNull();
    expect(server.living()).toEqual([]);
    const asked = server.requests.filter((request) => request === 'DELETE /api/me');
    expect(asked).toHaveLength(2);
  });

  test('is given up where the person does not say who they are; the session goes on', async () => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    client.onStepUp(async () => false);
    const result = await leave(client);
    expect(result).toMatchObject({ ok: false, error: { code: 'insufficient_user_authentication' } });
    expect(client.state().status).toBe('signed-in');
    expect(server.requests.filter((request) => request === 'DELETE /api/me')).toHaveLength(1);
  });

  test.each([
    ['is busy', mishaps.busy, 'temporarily_unavailable'],
    ['is out of reach', mishaps.offline, 'unreachable'],
    ['is a hotel’s portal', mishaps.portal, 'unreachable'],
  ])('where the server %s says so, and signs nobody out', async (_name, mishap, code) => {
    const { signedInTab, server } = createBrowser();
    const { client } = await signedInTab();
    server.next('DELETE /api/me', mishap);
    expect(await leave(client)).toMatchObject({ ok: false, error: { code } });
    expect(client.state().status).toBe('signed-in');
  });
});

describe('taking data along', () => {
  const file = (body: BodyInit, headers = {}) => new Response(body, { headers });

  test('brings a file by the name that the server gives it', async () => {
    const disposition = { 'content-disposition': 'attachment; filename="latchkey-2026-11-28.json"' };
    const result = await takeData({ fetch: async () => file('{"account":{}}', disposition) });
    expect(result).toMatchObject({ ok: true, value: { name: 'latchkey-2026-11-28.json' } });
    expect(result.ok && (await result.value.content.text())).toBe('{"account":{}}');
  });

  test.each([
    ['a portal’s page', () => file('<html>')],
    ['a name with a path in it', () => file('{}', { 'content-disposition': 'attachment; filename="../x.json"' })],
    ['an answer without a body', () => new Response(null, { status: 204 })],
    [
      'one that is cut off',
      () =>
        file(new ReadableStream({ pull: (controller) => controller.error(new TypeError('cut off')) }), {
          'content-disposition': 'attachment; filename="latchkey.json"',
        }),
    ],
  ])('takes %s for no file', async (_name, response) => {
    expect(await takeData({ fetch: async () => response() })).toMatchObject({
      ok: false,
      error: { code: 'unreachable' },
    });
  });

  test('says why there is none', async () => {
    const body = { error: 'slow_down', error_description: 'Too many tries.' };
    const response = Response.json(body, { status: 429, headers: { 'retry-after': '60' } });
    expect(await takeData({ fetch: async () => response })).toEqual({
      ok: false,
      error: { code: 'slow_down', description: 'Too many tries.', retryAfterSeconds: 60 },
    });
  });
});
