import type { ReactNode } from 'react';
import { Frame } from '../../../components/shell/frame.tsx';
import { TaskFilter } from '../../../components/tasks/filter.tsx';
import { type TasksView, tasksHref } from '../../../components/tasks/hrefs.ts';
import { TaskList } from '../../../components/tasks/list.tsx';
import { PageHeading } from '../../../components/ui/page-heading.tsx';
import { Pager } from '../../../components/ui/pager.tsx';
import type { User } from '../../../lib/core/accounts/user.ts';
import { tasksOf } from './tasks.ts';

const view: TasksView = { page: 1, completed: undefined, search: '', sort: 'newest' };

/** Shows the app's own task page without the frame, for whoever the caller says is signed in. */
export async function TasksOf({ userId }: { userId: string }) {
  const { items, total, page, pages } = await tasksOf(userId);
  return (
    <>
      <PageHeading title="Tasks" aside={<TaskFilter view={view} />} />
      <TaskList tasks={items} total={total} view={view} today={new Date().toISOString().slice(0, 10)} />
      <Pager page={page} pages={pages} href={(other) => tasksHref({ ...view, page: other })} />
    </>
  );
}

/** Puts the app's own frame around a page. */
export function PageFrame({ user, children }: { user: User; children: ReactNode }) {
  return (
    <Frame user={user} refreshAbortSeconds={8}>
      {children}
    </Frame>
  );
}

/** Shows the task page in its frame, for a server that asks only in the page who is signed in. */
export function TasksPage({ user }: { user: User }) {
  return (
    <PageFrame user={user}>
      <TasksOf userId={user.id} />
    </PageFrame>
  );
}
