import { type AnyColumn, and, asc, count, desc, eq, gt, or, type SQL, sql } from 'drizzle-orm';
import type { Db, Executor } from '#db/queries/executor.ts';
import type { TaskFilter, TaskStore } from '#db/store/tasks.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';

type Tasks = Executor['tables']['tasks'];
type Ordered = Record<'createdAt' | 'id' | 'deadline' | 'title', AnyColumn>;

/** Builds `listTasks`. The plain list, which every visit asks for, is prepared; searched and sorted ones are not. */
export function taskLists(executor: Executor): TaskStore['listTasks'] {
  const { tables, position, prepare, run } = executor;
  const { tasks } = tables;
  const own = eq(tasks.userId, sql.placeholder('userId'));
  const state = sql`${sql.param(sql.placeholder('completed'), tasks.completed)}`;
  const range = { size: sql.placeholder('size'), skip: sql.placeholder('skip') };
  const listAll = prepare('list_tasks_all', (db) => page(db, tasks, { which: own, sort: 'newest', ...range }));
  const listByState = prepare('list_tasks_by_state', (db) =>
    page(db, tasks, { which: and(own, eq(tasks.completed, state)), sort: 'newest', ...range }),
  );

  function listAny(userId: string, { completed, search, sort = 'newest', size }: TaskFilter, skip: number) {
    const which = and(
      eq(tasks.userId, userId),
      completed === undefined ? undefined : eq(tasks.completed, completed),
      search === undefined ? undefined : contains(tasks, search, position),
    );
    return run((db) => page(db, tasks, { which, sort, size, skip }));
  }

  return async (userId, filter) => {
    const { completed, search, sort = 'newest', size } = filter;
    const skip = (filter.page - 1) * size;
    const isPlain = search === undefined && sort === 'newest';
    const plain = () =>
      completed === undefined ? listAll({ userId, size, skip }) : listByState({ userId, size, skip, completed });
    const rows = await (isPlain ? plain() : listAny(userId, filter, skip));
    return { items: rows.flatMap(({ task }) => task ?? []), total: rows[0]?.counted.total ?? 0 };
  };
}

interface Selection {
  which: SQL | undefined;
  sort: TaskOrder;
  size: number | ReturnType<typeof sql.placeholder>;
  skip: number | ReturnType<typeof sql.placeholder>;
}

/** Selects a page and the total in one statement, so that the two agree. An empty page is one row without a task. */
function page(db: Db, tasks: Tasks, { which, sort, size, skip }: Selection) {
  const counted = db
    .select({ total: count().as('total') })
    .from(tasks)
    .where(which)
    .as('counted');
  const paged = db
    .select()
    .from(tasks)
    .where(which)
    .orderBy(...order(tasks, sort))
    .limit(size)
    .offset(skip)
    .as('task');
  return db
    .select()
    .from(counted)
    .leftJoin(paged, sql`true`)
    .orderBy(...order(paged, sort));
}

function order({ createdAt, id, deadline, title }: Ordered, sort: TaskOrder): SQL[] {
  const newest = [desc(createdAt), desc(id)];
  if (sort === 'oldest') return [asc(createdAt), asc(id)];
  if (sort === 'deadline') return [sql`${deadline} is null`, asc(deadline), ...newest];
  if (sort === 'title') return [sql`lower(${title})`, ...newest];
  return newest;
}

/**
 * Matches tasks with `search` in the title or the description. Folds the case of A to Z, which is what `lower` knows.
 * Searches for plain text, not a pattern: a pattern's worst case is a stall.
 */
function contains({ title, description }: Tasks, search: string, position: Executor['position']): SQL | undefined {
  const folded = search.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const isIn = (column: Tasks['title'] | Tasks['description']) => gt(position(sql`lower(${column})`, folded), 0);
  return or(isIn(title), isIn(description));
}
