import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { Store } from '#db/store.ts';
import { taskCreation } from './create-task.ts';
import type { Executor } from './executor.ts';

type TaskQueries = Pick<Store, 'listTasks' | 'findTask' | 'createTask' | 'updateTask' | 'deleteTask'>;

/** A user's tasks. Each statement names the user, so that no task is ever reached by its id alone. */
export function taskQueries(executor: Executor): TaskQueries {
  const { tables, run } = executor;
  const { tasks } = tables;
  const own = (userId: string, id: string) => and(eq(tasks.id, id), eq(tasks.userId, userId));
  const listAll = listTasks(executor, 'all');
  const listByState = listTasks(executor, 'by_state');
  const find = findTask(executor);
  return {
    async listTasks(userId, { page, size, completed }) {
      const values = { userId, size, skip: (page - 1) * size };
      const rows = await (completed === undefined ? listAll(values) : listByState({ ...values, completed }));
      return { items: rows.flatMap(({ task }) => task ?? []), total: rows[0]?.counted.total ?? 0 };
    },

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

/** One statement, so that items and total agree: the total, joined with the page; a row without a task when that is empty. */
function listTasks({ tables: { tasks }, prepare }: Executor, filter: 'all' | 'by_state') {
  const completed = sql`${sql.param(sql.placeholder('completed'), tasks.completed)}`;
  const which = and(
    eq(tasks.userId, sql.placeholder('userId')),
    filter === 'all' ? undefined : eq(tasks.completed, completed),
  );
  return prepare(`list_tasks_${filter}`, (db) => {
    const counted = db
      .select({ total: count().as('total') })
      .from(tasks)
      .where(which)
      .as('counted');
    const paged = db
      .select()
      .from(tasks)
      .where(which)
      .orderBy(desc(tasks.createdAt), desc(tasks.id))
      .limit(sql.placeholder('size'))
      .offset(sql.placeholder('skip'))
      .as('task');
    return db.select().from(counted).leftJoin(paged, sql`true`).orderBy(desc(paged.createdAt), desc(paged.id));
  });
}

function findTask({ tables: { tasks }, prepare }: Executor) {
  return prepare('find_task', (db) =>
    db
      .select()
      .from(tasks)
      .where(and(eq(tasks.id, sql.placeholder('id')), eq(tasks.userId, sql.placeholder('userId')))),
  );
}
