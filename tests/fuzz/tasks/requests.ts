import assert from 'node:assert/strict';
import { call, type Good, navigation, open } from '#tests/fuzz/request.ts';
import type { TestApp } from '#tests/support/app.ts';

export const taskRequests: Good[] = [
  call('GET tasks', () => '/api/tasks?page=1&size=10&completed=false&sort=deadline&search=title'),
  call('POST tasks', () => '/api/tasks', {
    body: { title: 'A task', description: 'Of some kind', deadline: '2026-12-31' },
  }),
  call('POST tasks with a key', () => '/api/tasks', {
    body: { title: 'A task' },
    headers: { 'idempotency-key': 'b7e1-4c2f' },
  }),
  call('GET task', ({ facts }) => `/api/tasks/${facts.taskId}`),
  call('PUT task', ({ facts }) => `/api/tasks/${facts.taskId}`, { body: { title: 'Put', completed: true } }),
  call('PATCH task', ({ facts }) => `/api/tasks/${facts.taskId}`, { body: { completed: true } }),
  call('DELETE task', ({ facts }) => `/api/tasks/${facts.taskId}`),
  open('GET tasks page', '/tasks?page=2', () => ({ headers: navigation })),
];

/** Throws unless the task that an answer shows is what the database has. */
export async function checkStoredTask(
  { deps }: TestApp,
  pathname: string,
  body: string,
  userId: string,
): Promise<void> {
  if (!/^\/api\/tasks(\/|$)/.test(pathname)) return;
  const { id, title, description } = JSON.parse(body);
  const task = id === undefined ? null : await deps.store.findTask(userId, id);
  if (task) assert.deepEqual([task.title, task.description], [title, description]);
}
