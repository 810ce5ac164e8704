import { and, eq, lt } from 'drizzle-orm';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import type { IdempotencyKey, TaskRow, TaskStore } from '#db/store/tasks.ts';

type CreateTask = TaskStore['createTask'];

/** Builds `createTask`. Of several requests with one key, the one that writes the key's row creates the task. */
export function taskCreation(executor: Executor): CreateTask {
  const { tables, run, batch } = executor;
  const insert = (db: Db, task: TaskRow) => db.insert(tables.tasks).values(task).returning();
  return async function createTask(task, key) {
    if (key === null) {
      await run((db) => insert(db, task));
      return { kind: 'created', task };
    }
    const taken = await batch(
      (db) => takeKey(db, tables, task, key),
      (db) => [insert(db, task), forgetKeys(db, tables, task.userId, key.forgetBefore)],
    );
    if (taken.length > 0) return { kind: 'created', task };
    const [known] = await run((db) => findKey(db, tables, task.userId, key.key));
    // The key was taken, but has been deleted since: now it is free.
    if (known === undefined) return createTask(task, key);
    return known.hash === key.hash ? { kind: 'replayed', task: known.task } : { kind: 'key_reused' };
  };
}

/** Writes the key. Returns a row if the key was unknown or is old enough to be forgotten. */
function takeKey(db: Db, { idempotencyKeys }: Tables, task: TaskRow, key: IdempotencyKey) {
  const taken = { hash: key.hash, taskId: task.id, createdAt: task.createdAt };
  return db
    .insert(idempotencyKeys)
    .values({ ...taken, userId: task.userId, key: key.key })
    .onConflictDoUpdate({
      target: [idempotencyKeys.userId, idempotencyKeys.key],
      set: taken,
      setWhere: lt(idempotencyKeys.createdAt, key.forgetBefore),
    })
    .returning({ taskId: idempotencyKeys.taskId });
}

function forgetKeys(db: Db, { idempotencyKeys }: Tables, userId: string, before: Date) {
  return db
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.userId, userId), lt(idempotencyKeys.createdAt, before)))
    .returning({ key: idempotencyKeys.key });
}

function findKey(db: Db, { idempotencyKeys, tasks }: Tables, userId: string, key: string) {
  return db
    .select({ hash: idempotencyKeys.hash, task: tasks })
    .from(idempotencyKeys)
    .leftJoin(tasks, eq(tasks.id, idempotencyKeys.taskId))
    .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key)));
}

/** Returns the table of keys, its primary key and the column that tells a key's age, for the purge. */
export function idempotencyKeyRows({ idempotencyKeys }: Tables) {
  const { userId, key, createdAt } = idempotencyKeys;
  return { table: idempotencyKeys, key: [userId, key], age: createdAt };
}
