import { Frame } from '../../../components/account/frame.tsx';
import { type TasksView, tasksHref } from '../../../components/tasks/hrefs.ts';
import { TaskFilter } from '../../../components/tasks/task-filter.tsx';
import { TaskList } from '../../../components/tasks/task-list.tsx';
import { PageHeading } from '../../../components/ui/page-heading.tsx';
import { Pager } from '../../../components/ui/pager.tsx';
import type { User } from '../../../lib/core/contracts.ts';
import { tasksOf } from './tasks.ts';

const view: TasksView = { page: 1, completed: undefined, search: '', sort: 'newest' };

/** The app's own task page with its own frame around it, for whoever the caller says is signed in. */
export async function TasksPage({ user }: { user: User }) {
  const { items, total, page, pages } = await tasksOf(user.id);
  return (
    <Frame user={user} refreshAbortSeconds={8}>
      <PageHeading title="Tasks" aside={<TaskFilter view={view} />} />
      <TaskList tasks={items} total={total} view={view} today={new Date().toISOString().slice(0, 10)} />
      <Pager page={page} pages={pages} href={(other) => tasksHref({ ...view, page: other })} />
    </Frame>
  );
}
