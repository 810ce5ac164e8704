import { paths } from '#lib/core/routes.ts';

/** The address of a page of the list; what is the default is left out. */
export function tasksHref({ page = 1, completed }: { page?: number; completed?: boolean | undefined }): string {
  const query = new URLSearchParams();
  if (completed !== undefined) query.set('completed', String(completed));
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${paths.tasks}?${query}` : paths.tasks;
}

export function taskHref(id: string): string {
  return `${paths.tasks}/${encodeURIComponent(id)}`;
}
