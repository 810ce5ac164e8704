import 'server-only';
import { createHash, randomUUID } from 'node:crypto';
import type { Cursor } from '#db/store/export.ts';
import type { TaskChanges, TaskRow } from '#db/store/tasks.ts';
import { AppError } from '#lib/core/errors.ts';
import type { NewTaskRequest, Task, TaskPage, TaskPatch, TaskQuery } from '#lib/core/tasks/contract.ts';
import { idempotencyKeySeconds } from '#lib/core/tasks/policy.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { inPages } from '#lib/server/runtime/in-pages.ts';

/** Returns one page of the user's tasks. */
export async function listTasks(deps: Container, userId: string, query: TaskQuery): Promise<TaskPage> {
  const { page, size, search } = query;
  const { items, total } = await deps.store.listTasks(userId, { ...query, search: search || undefined });
  return { items: items.map(toWire), total, page, size, pages: Math.ceil(total / size) };
}

/** Reads all tasks of a user in pages, the oldest first, for the file that they take along. */
export function exportTasks({ store }: Pick<Container, 'store'>, userId: string): AsyncIterable<Task[]> {
  const read = (after: Cursor | null, size: number) => store.listTasksAfter(userId, after, size);
  return inPages(read, ({ createdAt, id }) => ({ at: createdAt, id }), toWire);
}

/** Returns one of the user's tasks. Throws `not_found` when there is none with that id, or it is another user's. */
export async function getTask(deps: Container, userId: string, id: string): Promise<Task> {
  return found(await deps.store.findTask(userId, id));
}

/**
 * Creates a task, only once per `idempotencyKey`. Throws `idempotency_key_reused` when the key came with another body
 * before, `not_found` when the task that it created is deleted, or `slow_down`.
 */
export async function createTask(
  deps: Container,
  userId: string,
  { request, idempotencyKey }: { request: NewTaskRequest; idempotencyKey: string | null },
): Promise<Task> {
  await limitWrites(deps, userId);
  const now = deps.clock();
  const task = { id: randomUUID(), userId, ...request, completed: false, createdAt: now, updatedAt: now };
  const key =
    idempotencyKey === null
      ? null
      : {
          key: idempotencyKey,
          hash: createHash('sha256')
            .update(JSON.stringify(['POST', '/api/tasks', request]))
            .digest('base64url'),
          forgetBefore: new Date(now.getTime() - idempotencyKeySeconds * 1000),
        };
  const outcome = await deps.store.createTask(task, key);
  if (outcome.kind === 'key_reused') throw new AppError('idempotency_key_reused');
  return found(outcome.task);
}

/** Changes the fields that the patch names and returns the task. Throws `not_found` or `slow_down`. */
export async function updateTask(deps: Container, userId: string, id: string, patch: TaskPatch): Promise<Task> {
  await limitWrites(deps, userId);
  const named = Object.entries(patch).filter(([, value]) => value !== undefined);
  const changes: TaskChanges = Object.fromEntries(named);
  return found(await deps.store.updateTask(userId, id, changes, deps.clock()));
}

/** Deletes one of the user's tasks. Throws `not_found` or `slow_down`. */
export async function deleteTask(deps: Container, userId: string, id: string): Promise<void> {
  await limitWrites(deps, userId);
  if (!(await deps.store.deleteTask(userId, id))) throw new AppError('not_found');
}

function limitWrites(deps: Container, userId: string): Promise<void> {
  return limitTries(deps, 'task-writes', userId, 'LIMIT_TASK_WRITES_PER_USER');
}

function found(row: TaskRow | null): Task {
  if (!row) throw new AppError('not_found');
  return toWire(row);
}

function toWire({ id, title, description, deadline, completed, createdAt, updatedAt }: TaskRow): Task {
  const [created_at, updated_at] = [createdAt.toISOString(), updatedAt.toISOString()];
  return { id, title, description, deadline, completed, created_at, updated_at };
}
