import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Store } from '#db/store/store.ts';
import type { IdempotencyKey, TaskRow } from '#db/store/tasks.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';
import { hour, inParallel, later, now, registered } from './fixtures.ts';

function aTask(userId: string, over: Partial<TaskRow> = {}): TaskRow {
  const task = { title: 'Water the plants', description: '', deadline: null, completed: false };
  return { id: randomUUID(), userId, ...task, createdAt: now, updatedAt: now, ...over };
}

const aKey = (over: Partial<IdempotencyKey> = {}) => ({ key: 'key-1', hash: 'hash-a', forgetBefore: now, ...over });

export function taskContract(store: () => Store): void {
  async function owner() {
    return (await registered(store())).user.id;
  }
  async function given(userId: string, over: Partial<TaskRow> = {}) {
    const task = aTask(userId, over);
    expect(await store().createTask(task, null)).toEqual({ kind: 'created', task });
    return task;
  }
  async function total(userId: string) {
    return (await store().listTasks(userId, { page: 1, size: 1 })).total;
  }

  describe('tasks', () => {
    test('are kept with every field', async () => {
      const userId = await owner();
      const task = await given(userId, { description: 'Both.', deadline: '2026-12-31', completed: true });
      expect(await store().findTask(userId, task.id)).toEqual(task);
    });

    test('of another user are not found, changed or deleted', async () => {
      const task = await given(await owner());
      const stranger = await owner();
      expect(await store().findTask(stranger, task.id)).toBeNull();
      expect(await store().updateTask(stranger, task.id, { title: 'Mine' }, later(5))).toBeNull();
      expect(await store().deleteTask(stranger, task.id)).toBe(false);
      expect(await store().listTasks(stranger, { page: 1, size: 10 })).toEqual({ items: [], total: 0 });
      expect(await store().findTask(task.userId, task.id)).toEqual(task);
    });

    test('change only in what is named', async () => {
      const userId = await owner();
      const task = await given(userId, { deadline: '2026-12-31' });
      const first = await store().updateTask(userId, task.id, { completed: true }, later(5));
      expect(first).toEqual({ ...task, completed: true, updatedAt: later(5) });
      const second = await store().updateTask(userId, task.id, { deadline: null, title: 'New' }, later(6));
      expect(second).toEqual({ ...task, completed: true, deadline: null, title: 'New', updatedAt: later(6) });
      expect(await store().findTask(userId, task.id)).toEqual(second);
    });

    test('are deleted once', async () => {
      const userId = await owner();
      const task = await given(userId);
      const all = await inParallel(10, () => store().deleteTask(userId, task.id));
      expect(all.filter(Boolean)).toHaveLength(1);
      expect(await store().findTask(userId, task.id)).toBeNull();
      expect(await store().updateTask(userId, task.id, { title: 'New' }, now)).toBeNull();
    });
  });

  describe('listTasks', () => {
    test('pages through them, the newest first, and counts them all', async () => {
      const userId = await owner();
      const tasks: TaskRow[] = [];
      for (let i = 0; i < 5; i++) tasks.unshift(await given(userId, { createdAt: later(i), title: `Task ${i}` }));
      await given(await owner());
      expect(await store().listTasks(userId, { page: 1, size: 2 })).toEqual({ items: tasks.slice(0, 2), total: 5 });
      expect(await store().listTasks(userId, { page: 3, size: 2 })).toEqual({ items: tasks.slice(4), total: 5 });
      expect(await store().listTasks(userId, { page: 4, size: 2 })).toEqual({ items: [], total: 5 });
    });

    test('shows each of those made in one moment on exactly one page', async () => {
      const userId = await owner();
      for (let i = 0; i < 6; i++) await given(userId);
      const pages = await inParallel(3, (i) => store().listTasks(userId, { page: i + 1, size: 2 }));
      const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
      expect(new Set(ids).size).toBe(6);
    });

    test('filters by completion, and counts what it filters', async () => {
      const userId = await owner();
      const done = await given(userId, { completed: true });
      const open = await given(userId);
      const list = (completed?: boolean) => store().listTasks(userId, { page: 1, size: 10, completed });
      expect(await list(true)).toEqual({ items: [done], total: 1 });
      expect(await list(false)).toEqual({ items: [open], total: 1 });
      expect((await list()).total).toBe(2);
    });

    test('finds words in title and description, in any case, and takes signs as they are', async () => {
      const userId = await owner();
      await given(await owner(), { title: 'Somebody else’s milk' });
      const titled = await given(userId, { title: 'Buy MILK' });
      const described = await given(userId, { description: 'Two litres of milk', createdAt: later(1) });
      const signs = await given(userId, { title: '100 % of_it \\ all', createdAt: later(2) });
      const search = async (words: string) =>
        (await store().listTasks(userId, { page: 1, size: 10, search: words })).items.map(({ id }) => id);
      expect(await search('milk')).toEqual([described.id, titled.id]);
      expect(await search('MiLk')).toEqual([described.id, titled.id]);
      for (const sign of ['%', '_', '\\', '100 %']) expect([sign, await search(sign)]).toEqual([sign, [signs.id]]);
      expect(await search('mi%k')).toEqual([]);
    });

    test('folds the case of A to Z and of no other letter, and sorts by the code of each, whatever the locale', async () => {
      const userId = await owner();
      const titles = ['Ärger', 'ärger', 'Z', 'a-b', 'a b', '_', 'İstanbul'];
      for (const title of titles) await given(userId, { title });
      const found = async (search: string | undefined) =>
        (await store().listTasks(userId, { page: 1, size: 10, search, sort: 'title' })).items.map(({ title }) => title);
      expect(await found(undefined)).toEqual(['_', 'a b', 'a-b', 'Z', 'Ärger', 'ärger', 'İstanbul']);
      expect(await found('ÄRGER')).toEqual(['Ärger']);
      expect(await found('äRGER')).toEqual(['ärger']);
      expect(await found('İSTANBUL')).toEqual(['İstanbul']);
    });

    test('sorts by age, deadline or title; no deadline comes last', async () => {
      const userId = await owner();
      const b = await given(userId, { title: 'bread', deadline: '2026-12-02' });
      const a = await given(userId, { title: 'Apples', createdAt: later(1) });
      const c = await given(userId, { title: 'cheese', deadline: '2026-12-01', createdAt: later(2) });
      const sorted = async (sort: TaskOrder, size = 10) =>
        (await store().listTasks(userId, { page: 1, size, sort })).items.map(({ id }) => id);
      expect(await sorted('newest')).toEqual([c.id, a.id, b.id]);
      expect(await sorted('oldest')).toEqual([b.id, a.id, c.id]);
      expect(await sorted('deadline')).toEqual([c.id, b.id, a.id]);
      expect(await sorted('title')).toEqual([a.id, b.id, c.id]);
      expect(await sorted('title', 2)).toEqual([a.id, b.id]);
    });
  });

  describe('createTask with a key', () => {
    test('answers a repeat with the task it made, as it is now', async () => {
      const userId = await owner();
      const task = aTask(userId);
      expect(await store().createTask(task, aKey())).toEqual({ kind: 'created', task });
      const changed = await store().updateTask(userId, task.id, { title: 'New' }, later(5));
      expect(await store().createTask(aTask(userId), aKey())).toEqual({ kind: 'replayed', task: changed });
      expect(await total(userId)).toBe(1);
    });

    test('answers null when that task is gone, and does not make it again', async () => {
      const userId = await owner();
      const task = aTask(userId);
      await store().createTask(task, aKey());
      await store().deleteTask(userId, task.id);
      expect(await store().createTask(aTask(userId), aKey())).toEqual({ kind: 'replayed', task: null });
      expect(await total(userId)).toBe(0);
    });

    test('refuses another request under the same key, and keeps the first', async () => {
      const userId = await owner();
      const task = aTask(userId);
      await store().createTask(task, aKey());
      expect(await store().createTask(aTask(userId), aKey({ hash: 'hash-b' }))).toEqual({ kind: 'key_reused' });
      expect(await store().createTask(aTask(userId), aKey())).toEqual({ kind: 'replayed', task });
    });

    test('keeps the keys of users apart', async () => {
      const [one, two] = [await owner(), await owner()];
      const [first, second] = [aTask(one), aTask(two)];
      await store().createTask(first, aKey());
      expect(await store().createTask(second, aKey())).toEqual({ kind: 'created', task: second });
      expect(await store().createTask(aTask(one), aKey())).toEqual({ kind: 'replayed', task: first });
      expect(await store().createTask(aTask(two), aKey())).toEqual({ kind: 'replayed', task: second });
    });

    test('forgets a key made before `forgetBefore`, but not one made at it', async () => {
      const userId = await owner();
      await store().createTask(aTask(userId), aKey());
      expect((await store().createTask(aTask(userId), aKey({ forgetBefore: now }))).kind).toBe('replayed');
      const task = aTask(userId, { createdAt: later(10) });
      const renewed = aKey({ hash: 'hash-b', forgetBefore: later(1) });
      expect(await store().createTask(task, renewed)).toEqual({ kind: 'created', task });
      expect(await store().createTask(aTask(userId), renewed)).toEqual({ kind: 'replayed', task });
      expect(await total(userId)).toBe(2);
    });

    test('twenty in parallel make one task, and all answer it', async () => {
      const userId = await owner();
      const all = await inParallel(20, () => store().createTask(aTask(userId), aKey()));
      const { items } = await store().listTasks(userId, { page: 1, size: 10 });
      expect(items).toHaveLength(1);
      expect(all.filter(({ kind }) => kind === 'created')).toHaveLength(1);
      for (const made of all) expect(made).toMatchObject({ task: items[0] });
    });

    test('makes a task of its own for every key, and for none', async () => {
      const userId = await owner();
      await inParallel(5, () => store().createTask(aTask(userId), aKey({ key: randomUUID() })));
      await inParallel(5, () => store().createTask(aTask(userId), null));
      expect(await total(userId)).toBe(10);
    });
  });

  describe('idempotency keys', () => {
    test('are deleted once they are older than a moment, those of every user', async () => {
      const key = { key: 'key-1', hash: 'hash', forgetBefore: later(-24 * hour) };
      const old = aTask((await registered(store())).user.id);
      const young = aTask((await registered(store())).user.id, { createdAt: later(20) });
      await store().createTask(old, key);
      await store().createTask(young, key);
      expect(await store().purge('idempotency_keys', later(20), 10)).toBe(1);
      expect((await store().createTask(aTask(old.userId), key)).kind).toBe('created');
      expect((await store().createTask(aTask(young.userId), key)).kind).toBe('replayed');
    });
  });
}
