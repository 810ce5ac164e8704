import { randomUUID } from 'node:crypto';
import type { TestApp } from '#tests/support/app.ts';

/** Makes a task of somebody's. */
export async function makeTask({ deps }: TestApp, { id: userId, who }: { id: string; who: string }) {
  const now = deps.clock();
  const [taskId, title] = [randomUUID(), `A title of ${who}`];
  const task = { id: taskId, userId, title, description: '', deadline: null, completed: false };
  await deps.store.createTask({ ...task, createdAt: now, updatedAt: now }, null);
  return { taskId, title };
}
