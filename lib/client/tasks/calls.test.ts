import { describe, expect, test } from 'vitest';
import { createBrowser } from '#lib/client/testing/fake-browser.ts';
import { mishaps } from '#lib/client/testing/fake-server.ts';
import { tasksApi } from './calls.ts';
import { milk } from './testing/answers.ts';

const create = 'POST /api/tasks';

async function page() {
  const browser = createBrowser();
  browser.server.settings.answer = milk;
  const { client } = await browser.signedInTab();
  const keys = () =>
    browser.server.seen
      .filter(({ request }) => request === create)
      .map(({ init }) => new Headers(init.headers).get('idempotency-key'));
  return { ...browser, client, keys };
}

describe('a new task', () => {
  test('keeps its Idempotency-Key when an answer was lost and it is sent again', async () => {
    const { client, server, keys } = await page();
    server.next(create, mishaps.lost, mishaps.busy);
    expect(await tasksApi(client).create({ title: 'milk' })).toMatchObject({
      ok: false,
      error: { code: 'unreachable' },
    });
    await tasksApi(client).create({ title: 'milk' });
    expect(await tasksApi(client).create({ title: 'milk' })).toMatchObject({ ok: true });
    expect(new Set(keys()).size).toBe(1);
    await tasksApi(client).create({ title: 'milk' });
    expect(new Set(keys()).size).toBe(2);
    expect(keys()[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('of the same words, added again after an answer or at the same time, is another task', async () => {
    const { client, keys } = await page();
    const tasks = tasksApi(client);
    await tasks.create({ title: 'milk' });
    await Promise.all([tasks.create({ title: 'milk' }), tasks.create({ title: 'milk' })]);
    expect(new Set(keys()).size).toBe(3);
  });

  test('with something wrong in it says in which field', async () => {
    const { client, server } = await page();
    const body = { error: 'invalid_request', error_description: 'No.', fields: { title: ['Too long.'] } };
    server.next(create, async () => ({ response: Response.json(body, { status: 400 }) }));
    expect(await tasksApi(client).create({ title: 'x' })).toEqual({
      ok: false,
      error: { code: 'invalid_request', description: 'No.', fields: { title: ['Too long.'] } },
    });
  });
});

test('a task is changed and removed by its id', async () => {
  const { client, server } = await page();
  expect(await tasksApi(client).update('a/b', { completed: true })).toMatchObject({ ok: true });
  expect(await tasksApi(client).remove('a/b')).toEqual({ ok: true, value: null });
  expect(server.requests).toEqual(['PATCH /api/tasks/a%2Fb', 'DELETE /api/tasks/a%2Fb']);
});

test('a call when the session is over says so', async () => {
  const { client } = await page();
  await client.signOut();
  expect(await tasksApi(client).remove('1')).toMatchObject({ ok: false, error: { code: 'signed_out' } });
});
