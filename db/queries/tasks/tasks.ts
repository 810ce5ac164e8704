import { and, asc, eq, sql } from 'drizzle-orm';
import type { Executor } from '#db/queries/executor.ts';
import { isAfter } from '#db/queries/export.ts';
import type { TaskStore } from '#db/store/tasks.ts';
import { taskCreation } from './create.ts';
import { taskLists } from './lists.ts';

/** Builds the queries of tasks. Each statement names the user, so that no task is ever reached by its id alone. */
export function taskQueries(executor: Executor): TaskStore {
  const { tables, run } = executor;
  const { tasks } = tables;
  const own = (userId: string, id: string) => and(eq(tasks.id, id), eq(tasks.userId, userId));
  const find = findTask(executor);
  return {
    listTasks: taskLists(executor),

    listTasksAfter: (userId, after, size) =>
      run((db) =>
        db
          .select()
          .from(tasks)
          .where(and(eq(tasks.userId, userId), isAfter({ at: tasks.createdAt, id: tasks.id }, after)))
          .orderBy(asc(tasks.createdAt), asc(tasks.id))
          .limit(size),
      ),

    async findTask(userId, id) {
      const [task] = await find({ userId, id });
      return task ?? null;
    },

    createTask: taskCreation(executor),

    async updateTask(userId, id, changes, now) {
      const [task] = await run((db) =>
        db
          .update(tasks)
          .set({ ...changes, updatedAt: now })
          .where(own(userId, id))
          .returning(),
      );
      return task ?? null;
    },

    async deleteTask(userId, id) {
      const deleted = await run((db) => db.delete(tasks).where(own(userId, id)).returning({ id: tasks.id }));
      return deleted.length > 0;
    },
  };
}

function findTask({ tables: { tasks }, prepare }: Executor) {
  return prepare('find_task', (db) =>
    db
      .select()
      .from(tasks)
      .where(and(eq(tasks.id, sql.placeholder('id')), eq(tasks.userId, sql.placeholder('userId')))),
  );
}
