import { paths, withId } from '#lib/core/routes.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';

/** Says which part of the list is on screen. The page's address has all of it. */
export interface TasksView {
  page: number;
  completed: boolean | undefined;
  search: string;
  sort: TaskOrder;
}

/** Returns the address of a view of the list, without what is the default anyway. */
export function tasksHref({ page = 1, completed, search = '', sort = 'newest' }: Partial<TasksView>): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('search', search);
  if (completed !== undefined) query.set('completed', String(completed));
  if (sort !== 'newest') query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${paths.tasks}?${query}` : paths.tasks;
}

/** Returns the address of a task's own page. */
export function taskHref(id: string): string {
  return withId(paths.oneTask, id);
}
