import { expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import { sessionsApi } from './calls.ts';

test('sessions end one by one, all but this one, or all', async () => {
  const { signedInTab, server } = createBrowser();
  const { client } = await signedInTab();
  const sessions = sessionsApi(client);
  await sessions.end('s1');
  await sessions.endOthers();
  expect(client.state().status).toBe('signed-in');
  expect(await sessions.endAll()).toEqual({ ok: true, value: null });
  expect(client.state()).toEqual({ status: 'signed-out' });
  expect(server.requests.at(-1)).toBe('DELETE /api/auth/sessions');
});
