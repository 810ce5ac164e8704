import { openStore } from '../../../db/index.ts';
import type { TaskPage } from '../../../lib/core/tasks/contract.ts';

/** The app's own store. Every server but FastAPI runs the same queries on it, with the same SQLite settings. */
export const store = await openStore(process.env.DATABASE_URL ?? '');

/** Returns the ten newest tasks of a person, as the app answers them. */
export async function tasksOf(userId: string): Promise<TaskPage> {
  const [page, size] = [1, 10];
  const { items, total } = await store.listTasks(userId, { page, size });
  return { items: items.map(toWire), total, page, size, pages: Math.ceil(total / size) };
}

type Row = Awaited<ReturnType<typeof store.listTasks>>['items'][number];

function toWire({ id, title, description, deadline, completed, createdAt, updatedAt }: Row): TaskPage['items'][number] {
  const [created_at, updated_at] = [createdAt.toISOString(), updatedAt.toISOString()];
  return { id, title, description, deadline, completed, created_at, updated_at };
}
