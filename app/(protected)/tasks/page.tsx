import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { TaskFilter } from '#components/tasks/filter.tsx';
import { type TasksView, tasksHref } from '#components/tasks/hrefs.ts';
import { TaskList } from '#components/tasks/list.tsx';
import { PageHeading } from '#components/ui/page-heading.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { type TaskQuery, taskQuery } from '#lib/core/tasks/contract.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';
import { listTasks } from '#lib/server/tasks/tasks.ts';

export const metadata: Metadata = { title: 'Tasks' };

type Search = Record<string, unknown>;

/** Reads what the address asks for. A part of it that makes no sense falls back to its own default. */
function readQuery(search: Search): TaskQuery {
  const { page, completed, search: words, sort } = search;
  const asked = { page, completed, search: words, sort };
  const parsed = taskQuery.safeParse(asked);
  if (parsed.success) return parsed.data;
  const senseless = new Set(parsed.error.issues.map(({ path: [name] }) => name));
  return taskQuery.parse(Object.fromEntries(Object.entries(asked).filter(([name]) => !senseless.has(name))));
}

export default async function TasksPage({ searchParams }: { searchParams: Promise<Search> }) {
  const query = readQuery(await searchParams);
  const { page, completed, search = '', sort } = query;
  const view: TasksView = { page, completed, search, sort };
  const { user } = await requireUser();
  const { items, total, pages } = await listTasks(container(), user.id, query);
  if (items.length === 0 && page > 1) redirect(tasksHref({ ...view, page: Math.max(1, pages) }));
  return (
    <>
      <PageHeading title="Tasks" aside={<TaskFilter view={view} />} />
      <TaskList tasks={items} total={total} view={view} today={new Date().toISOString().slice(0, 10)} />
      <Pager page={page} pages={pages} href={(other) => tasksHref({ ...view, page: other })} />
    </>
  );
}
