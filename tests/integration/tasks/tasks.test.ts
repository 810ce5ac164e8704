import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { task, taskPage } from '#lib/core/tasks/contract.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let ann: Browser;
beforeEach(async () => {
  app = await startApp();
  ann = await signedUp();
});
afterEach(() => app.close());

async function add(title: string, who = ann, headers: Record<string, string> = {}) {
  const response = await who.send('POST', '/api/tasks', { json: { title }, headers });
  return { response, task: response.status === 201 ? task.parse(await response.json()) : null };
}
const list = async (query = '', who = ann) =>
  taskPage.parse(await (await who.send('GET', `/api/tasks${query}`)).json());

describe('the task list', () => {
  test('comes newest first, in pages', async () => {
    for (let n = 1; n <= 12; n++) {
      await add(`Task ${n}`);
      app.clock.advance(1);
    }
    const first = await list();
    expect(first).toMatchObject({ total: 12, page: 1, size: 10, pages: 2 });
    expect(first.items[0]?.title).toBe('Task 12');
    expect((await list('?page=2')).items.map(({ title }) => title)).toEqual(['Task 2', 'Task 1']);
    expect((await list('?size=3&page=4')).items).toHaveLength(3);
  });

  test('can be narrowed to what is done or open', async () => {
    const { task: done } = await add('Done');
    await add('Open');
    await ann.send('PATCH', `/api/tasks/${done?.id}`, { json: { completed: true } });
    expect((await list('?completed=true')).items.map(({ title }) => title)).toEqual(['Done']);
    expect((await list('?completed=false')).items.map(({ title }) => title)).toEqual(['Open']);
  });

  test.each([
    '?page=0',
    '?size=101',
    '?page=x',
    '?completed=perhaps',
    '?page=1&page=2',
    '?sort=size',
    '?constructor=1',
    '?__proto__=1',
    '?search=%00',
  ])('%s is 400', async (query) => {
    expect((await ann.send('GET', `/api/tasks${query}`)).status).toBe(400);
  });
});

describe('a task', () => {
  test('is made with its defaults and a Location', async () => {
    const { response, task: made } = await add('  Buy milk ');
    expect(made).toMatchObject({ title: 'Buy milk', description: '', deadline: null, completed: false });
    expect(response.headers.get('location')).toBe(`http://localhost:3000/api/tasks/${made?.id}`);
  });

  test('is changed by PATCH where named, and replaced by PUT', async () => {
    const { task: made } = await add('Buy milk');
    const path = `/api/tasks/${made?.id}`;
    const patched = await ann.send('PATCH', path, { json: { deadline: '2026-12-31', description: 'Two litres' } });
    expect(await patched.json()).toMatchObject({
      title: 'Buy milk',
      deadline: '2026-12-31',
      description: 'Two litres',
    });
    const put = await ann.send('PUT', path, { json: { title: 'Buy bread' } });
    expect(await put.json()).toMatchObject({ title: 'Buy bread', deadline: null, description: '', completed: false });
  });

  test.each([
    ['title', 'half a character: \ud800'],
    ['title', 'a NUL: \0'],
    ['description', 'half a character: \ud800'],
    ['description', 'a NUL: \0'],
  ])('takes no text in its %s that a database cannot give back: %j', async (field, text) => {
    const response = await ann.send('POST', '/api/tasks', { json: { title: 'A task', [field]: text } });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { fields: { [field]: [expect.any(String)] } },
    ]);
  });

  test('is gone after DELETE', async () => {
    const { task: made } = await add('Buy milk');
    expect((await ann.send('DELETE', `/api/tasks/${made?.id}`)).status).toBe(204);
    expect((await ann.send('GET', `/api/tasks/${made?.id}`)).status).toBe(404);
    expect((await ann.send('DELETE', `/api/tasks/${made?.id}`)).status).toBe(404);
  });

  test.each([
    { title: '' },
    { title: 'x'.repeat(201) },
    { title: 'ok', deadline: '2026-02-30' },
    { title: 'ok', deadline: 'tomorrow' },
    { title: 'ok', user_id: 'someone' },
    { title: 'ok', completed: 'yes' },
    {},
  ])('%j is 400', async (json) => {
    expect((await ann.send('POST', '/api/tasks', { json })).status).toBe(400);
  });

  test('of somebody else is 404 for every method, and untouched', async () => {
    const bob = await signedUp('bob@example.org');
    const { task: made } = await add('Private');
    const path = `/api/tasks/${made?.id}`;
    const answers = [
      bob.send('GET', path),
      bob.send('PUT', path, { json: { title: 'Mine' } }),
      bob.send('PATCH', path, { json: { title: 'Mine' } }),
      bob.send('DELETE', path),
    ];
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await list('', bob)).total).toBe(0);
    expect((await list()).items[0]?.title).toBe('Private');
  });
});

describe('an Idempotency-Key', () => {
  const key = { 'Idempotency-Key': 'a-key' };

  test('answers the same task with the same status, ten times at once too', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => add('Once', ann, key)));
    expect(new Set(all.map(({ response }) => response.status))).toEqual(new Set([201]));
    expect(new Set(all.map((one) => one.task?.id)).size).toBe(1);
    expect((await list()).total).toBe(1);
  });

  test('with another body is 422 and makes nothing', async () => {
    await add('Once', ann, key);
    expect((await add('Twice', ann, key)).response.status).toBe(422);
    expect((await list()).total).toBe(1);
  });

  test('is the person’s own', async () => {
    const bob = await signedUp('bob@example.org');
    await add('Once', ann, key);
    expect((await add('Once', bob, key)).response.status).toBe(201);
    expect((await list('', bob)).total).toBe(1);
  });

  test('is forgotten after a day', async () => {
    await add('Once', ann, key);
    app.clock.advance(24 * 3600 + 1);
    await ann.refresh();
    expect((await add('Twice', ann, key)).response.status).toBe(201);
  });

  test.each(['', 'x'.repeat(129), 'with space', 'ümlaut'])('%j is 400', async (value) => {
    expect((await add('Once', ann, { 'Idempotency-Key': value })).response.status).toBe(400);
  });
});

test('of parallel writes the limit passes, of whatever kind, and says when to come back; reading goes on', async () => {
  await app.restart({ LIMIT_TASK_WRITES_PER_USER: '4/60' });
  const { task: made } = await add('Buy milk');
  const path = `/api/tasks/${made?.id}`;
  const writes = [
    ann.send('POST', '/api/tasks', { json: { title: 'Another' } }),
    ann.send('PUT', path, { json: { title: 'Buy bread' } }),
    ann.send('PATCH', path, { json: { completed: true } }),
    ann.send('DELETE', path),
  ];
  const answers = await Promise.all(writes);
  expect(answers.filter(({ status }) => status === 429).map(({ headers }) => headers.get('retry-after'))).toEqual([
    '60',
  ]);
  expect((await ann.send('GET', '/api/tasks')).status).toBe(200);
  const bob = await signedUp('bob@example.org');
  expect((await add('Mine', bob)).response.status).toBe(201);
  app.clock.advance(60);
  expect((await add('Again')).response.status).toBe(201);
});
