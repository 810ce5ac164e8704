import { paths } from '#lib/core/routes.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';

/** Which part of the list is on screen. All of it stands in the address. */
export interface TasksView {
  page: number;
  completed: boolean | undefined;
  search: string;
  sort: TaskOrder;
}

/** The address of a view of the list; what is the default is left out. */
export function tasksHref({ page = 1, completed, search = '', sort = 'newest' }: Partial<TasksView>): string {
  const query = new URLSearchParams();
  if (search !== '') query.set('search', search);
  if (completed !== undefined) query.set('completed', String(completed));
  if (sort !== 'newest') query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${paths.tasks}?${query}` : paths.tasks;
}

export function taskHref(id: string): string {
  return `${paths.tasks}/${encodeURIComponent(id)}`;
}
