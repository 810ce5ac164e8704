import { expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import { demoApi } from './calls.ts';
import { session } from './testing/answers.ts';

test('a session to be robbed is made, refreshed and used by its id', async () => {
  const { signedInTab, server } = createBrowser();
  const { client } = await signedInTab();
  server.settings.answer = session;
  expect(await demoApi(client).own()).toEqual({ ok: true, value: session });
  expect(await demoApi(client).make()).toEqual({ ok: true, value: session });
  server.settings.answer = { outcome: 'replayed', session };
  expect(await demoApi(client).refresh('a/b', 3)).toEqual({ ok: true, value: { outcome: 'replayed', session } });
  expect(server.seen.at(-1)?.body).toBe('{"generation":3}');
  server.settings.answer = { outcome: 'ended', session: null };
  expect(await demoApi(client).use('a/b')).toEqual({ ok: true, value: { outcome: 'ended', session: null } });
  expect(server.requests).toEqual([
    'GET /api/demo/session',
    'POST /api/demo/sessions',
    'POST /api/demo/sessions/a%2Fb/refresh',
    'POST /api/demo/sessions/a%2Fb/use',
  ]);
});
